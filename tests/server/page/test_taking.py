"""How files come into the page: dropped, chosen, in folders and archives; those that no check can read."""

import base64
import gzip
import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.cases import CASES
from tests.long import long
from tests.received import good as g
from tests.server.page.self_check import SelfCheck
from tests.server.page.test_use import codes


@pytest.fixture
def folder(tmp_path) -> Path:
    """What a unit has in a folder: two workbooks, one further down, and a picture."""
    (tmp_path / "单位" / "附件").mkdir(parents=True)
    wrong = g.edited({g.BASIC: g.number(g.address("基础", "三公经费_上年决算数"), 1)})
    (tmp_path / "单位" / "改坏的.xlsx").write_bytes(wrong)
    (tmp_path / "单位" / "附件" / g.file_name()).write_bytes(g.good())
    (tmp_path / "单位" / "照片.jpg").write_bytes(b"\xff\xd8\xff" + bytes(100))
    return tmp_path / "单位"


def drop(page, *paths: Path) -> dict:
    """The report on files and folders dropped onto the page."""
    page.browser.run("document.body.dataset.state = 'waiting'; scrollTo(0, 0)")
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        page.browser.call("Input.dispatchDragEvent", type=kind, x=100, y=200, data=data)
    return page.report()


def paths_of(report: dict) -> list[str]:
    return [file["path"] for file in report["files"]]


def test_files_can_be_dropped(page, folder):
    report = drop(page, folder / "改坏的.xlsx", folder / "附件" / g.file_name())
    assert paths_of(report) == ["改坏的.xlsx", g.file_name()]
    assert report["grade"] == "error"


def test_a_folder_can_be_dropped_with_all_that_is_in_it(page, folder):
    report = drop(page, folder)
    assert paths_of(report) == ["单位/改坏的.xlsx", f"单位/附件/{g.file_name()}"]
    assert codes(report)["单位/照片.jpg"] == {"F139"}


def test_a_folder_can_be_chosen(page, folder):
    page.browser.run("document.body.dataset.state = 'waiting'; undefined")
    page.browser.give([folder], "folder")
    assert sorted(paths_of(page.report())) == ["单位/改坏的.xlsx", f"单位/附件/{g.file_name()}"]


def test_an_archive_has_its_drawings_and_copies(page, folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "单位.zip", "w") as archive:
        archive.write(folder / "改坏的.xlsx", "附件/改坏的.xlsx")
    report = drop(page, tmp_path / "单位.zip")
    assert paths_of(report) == ["单位.zip/附件/改坏的.xlsx"]
    assert page.browser.run("document.querySelectorAll('.around .meant').length")
    assert page.make("annotated")[0] == "改坏的.xlsx"


def test_the_record_of_a_folder_has_the_digest_of_each_file(page, folder):
    drop(page, folder)
    _, data = page.make("record")
    lines = [line for line in data.decode("utf-8-sig").splitlines() if "SHA-256 " in line]
    assert [line.split()[0] for line in lines[1:]] == paths_of(page.browser.run("report"))


def test_what_is_dropped_while_files_are_checked_is_not_lost_silently(page, folder):
    page.check([folder / "改坏的.xlsx"])
    page.browser.run("running = last; take([{ path: '另一份.xlsx', file: new File([], '另一份.xlsx') }])")
    assert "正在检查" in page.said()
    page.browser.run("running = null; take([])")
    assert "没有可以检查的文件" in page.said()


def test_a_file_larger_than_is_read_stays_where_it_is_and_is_named(page, folder, tmp_path):
    with (tmp_path / "很大.xlsx").open("wb") as stream:
        stream.truncate(60 * 2**20)
    report = page.check([tmp_path / "很大.xlsx", folder / "改坏的.xlsx"])
    assert codes(report)["很大.xlsx"] == {"F108"}
    assert "F108" not in codes(report)["改坏的.xlsx"]


def test_a_file_that_has_gone_is_named_and_the_others_are_checked(page, folder):
    page.browser.run(
        "globalThis.kept = contentOf; contentOf = (given, ended) => kept(given.path === '不见了.xlsx' ?"
        " { path: given.path, file: { size: 1, arrayBuffer: async () => { throw new Error('NotFound'); } } }"
        " : given, ended); undefined"
    )
    (folder / "不见了.xlsx").write_bytes(g.good())
    try:
        report = page.check([folder / "不见了.xlsx", folder / "改坏的.xlsx"])
    finally:
        page.browser.run("contentOf = kept; undefined")
    assert codes(report)["不见了.xlsx"] == {"F113"}
    assert "F113" not in codes(report)["改坏的.xlsx"]


def with_memory(page_file: Path, most: int) -> str:
    """The page with another limit for the memory of its worker."""
    page = page_file.read_text("utf-8")
    found = re.search(r'id="data-settings">([^<]*)<', page)
    assert found
    settings = json.loads(gzip.decompress(base64.b64decode(found[1]))) | {"memory": most}
    packed = base64.b64encode(gzip.compress(json.dumps(settings).encode())).decode()
    return page[: found.start(1)] + packed + page[found.end(1) :]


def eater(cells: int) -> bytes:
    """A workbook with a sheet of so many texts, each another one."""
    texts = (
        f"<row>{f'<c t={chr(34)}inlineStr{chr(34)}><is><t>{row}</t></is></c>' * 20}</row>"
        for row in range(cells // 20)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData>{"".join(texts)}</sheetData></worksheet>'
    return g.edited({g.OVERALL: lambda _: sheet})


@long
def test_what_takes_too_much_memory_is_named_and_the_rest_is_checked_and_made(
    page, page_file, folder, tmp_path
):
    (tmp_path / "太大.xlsx").write_bytes(eater(200_000))
    (tmp_path / "页.html").write_text(with_memory(page_file, 110 * 2**20), "utf-8")
    with page.browser.another_tab():
        small = SelfCheck(page.browser, tmp_path / "页.html")
        report = small.check([tmp_path / "太大.xlsx", folder / "改坏的.xlsx"])
        assert codes(report)["太大.xlsx"] == {"F134"}
        assert "F134" not in codes(report)["改坏的.xlsx"]
        small.browser.run("making = 'annotated'; giveUp(REASONS.late, '改坏的.xlsx')")
        small.browser.wait("!making")
        assert "改坏的.xlsx" in small.said()
        small.browser.call("Page.close")


HOSTILE = CASES / "hostile"


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="no hostile files")
def test_hostile_files_end_as_named_ones_and_the_others_are_checked(page, folder):
    hostile = [path for path in sorted(HOSTILE.iterdir()) if path.suffix in {".zip", ".ods"}]
    assert hostile
    report = page.check([*hostile, folder / "改坏的.xlsx"])
    assert {path.name for path in hostile} <= {path.split("/")[0] for path in paths_of(report)}
    assert "改坏的.xlsx" in paths_of(report)
