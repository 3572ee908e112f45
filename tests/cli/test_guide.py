"""Every command that the guides show runs, in the order shown, on files prepared under the names shown."""

import hashlib
import re
import shlex
import shutil
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
import openpyxl
import pytest

from tests.drafting.samples import official
from tests.received import good as g
from tests.season import season_files as s
from xlperf import cli
from xlperf.jobs.demo.units import write_demo_ledger

ROOT = Path(__file__).parents[2]
ROLES = ["docs/单位会计", "docs/财政局", "docs/信息员"]
DETAILS = ["填报", "工作稿", "校验", "导入", "批注稿和上报稿", "报送登记"]
DETAILS += ["评分", "自评报告", "汇总", "下一年", "自查网页", "网上报送", "导出"]
PAGES = [*ROLES, *(f"docs/{name}" for name in DETAILS)]
NOT_RUN = {"page", "doctor", "server", "addin"}
"""What has tests of its own and takes long, waits for calls, or depends on the computer."""
CHARACTERS_A_MINUTE = 400
"""What a person reads who is not in a hurry."""
REPORT = ROOT / "tests/received/accepted/word_report"


def text_of(page: str) -> str:
    return (ROOT / f"{page}.md").read_text("utf-8")


def shown(page: str) -> list[str]:
    """The commands in the ``sh`` blocks of a page, without their comments, and what is set for them."""
    blocks = re.findall(r"```sh\n(.*?)```", text_of(page), re.DOTALL)
    lines = [line.strip().partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(("xlperf ", "export "))]


def mentioned(page: str) -> list[str]:
    """The commands in the sentences of a page that have more than a name."""
    return re.findall(r"(?<!`)`xlperf ((?:rounds |forms |page |addin )?[a-z]+ [^`]+)`", text_of(page))


def received(path: Path) -> None:
    path.mkdir()
    (path / g.file_name()).write_bytes(g.good())
    (path / "改坏的.xlsx").write_bytes(
        g.edited({g.BASIC: g.number(g.address("基础", "三公经费_上年决算数"), 1)})
    )


def packed(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(g.file_name(), g.good())


def report(path: Path) -> None:
    shutil.copy(next(REPORT.glob("*.docx")), path)


def reports(path: Path) -> None:
    path.mkdir()
    report(path / "001_报告.docx")


def exemptions(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["代码", "单位", "字段", "理由", "有效期至"])
    book.active.append(["B501", "101001", "", "市局已函复同意", "2099-12-31"])
    book.save(path)


def days(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["单位名称", "报送日期", "公开日期"])
    book.active.append([g.filing().unit_name, "2025-07-14", "2025-07-30"])
    book.save(path)


def attachments(path: Path) -> None:
    """Next year's blank attachments: those of this year, one year on."""
    book = official("hunan-yueyang-2024")
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            cell.value = cell.value.replace("2024", "2025").replace("2023", "2024")
    book.save(path)


def of_one_unit(path: Path) -> None:
    path.mkdir()
    (path / g.file_name()).write_bytes(g.good())


PREPARED = {
    "报送日期.xlsx": days,
    "台账.xlsx": lambda path: write_demo_ledger(path, g.PROFILE, units=3),
    "收到的表": received,
    "第二次收到的表": received,
    "上年收到的表": received,
    "上年报的表": of_one_unit,
    "我的材料": of_one_unit,
    "附件表": received,
    "某单位.zip": packed,
    "报告.docx": report,
    "去年的报告": reports,
    "豁免.xlsx": exemptions,
    "2025年附件.xlsx": attachments,
}
"""What the person has: the ledger filled in, the files that came."""


def first_round(path: Path) -> None:
    path.mkdir()
    for number, (name, content) in enumerate(s.workbooks(3).items()):
        (path / name).write_bytes(s.spoiled(content, s.WRONG) if number == 1 else content)


def second_round(path: Path) -> None:
    path.mkdir()
    name, content = [*s.workbooks(3).items()][1]
    (path / name).write_bytes(content)


OF_PAGE = {"docs/财政局": {"收到的表": first_round, "第二次收到的表": second_round}}
"""A season: three units, of which the second sends again what it has mended."""


def prepare(page: str, words: list[str]) -> None:
    """Make what the command reads and is not there yet; what follows ``-o`` it writes itself."""
    files = {**PREPARED, **OF_PAGE.get(page, {})}
    for before, word in pairwise(words):
        path = Path(word)
        if before != "-o" and word in files and not path.exists():
            files[word](path)


def contents(folder: Path) -> dict[str, str]:
    """Path → digest of everything in the folder that was prepared."""
    files = (path for name in PREPARED for path in [folder / name, *(folder / name).rglob("*")])
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}


def run(xlperf, page: str, line: str) -> str:
    """Run one line; what it said. What was received and prepared for it stays as it was."""
    words = shlex.split(line)
    prepare(page, words)
    before = contents(Path())
    one_worker = ["--workers", "1"] if parsed(line.removeprefix("xlperf ")).takes_workers else []
    ended = xlperf(*words[1:], *one_worker)
    assert ended.status in (0, 1), f"{line}\n{ended.out}{ended.err}"
    assert contents(Path()).items() >= before.items(), line
    for output in (after for word, after in pairwise(words) if word == "-o"):
        assert Path(output.removeprefix("sqlite:///")).exists(), line
    if "--ledger" in words and words[1] == "new":
        Path(words[-1]).unlink()
    return ended.err


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run_one_after_the_other(xlperf, page, monkeypatch):
    lines, said = shown(page), []
    assert lines
    for line in lines:
        program, command, *_ = shlex.split(line)
        if program == "export":
            name, value = command.split("=", 1)
            monkeypatch.setenv(name, str(Path(value).absolute()))  # each command is a process started here
        elif command in NOT_RUN:
            parsed(line.removeprefix("xlperf "))
        else:
            said.append(run(xlperf, page, line))
    if page == "docs/财政局":
        assert sum("签收 1 个单位" in text for text in said) == 2
        assert any("已取出 3 个单位" in text for text in said)


@dataclass
class Parsed:
    """What is known of a command line that was read and not run."""

    takes_workers: bool


def parsed(line: str) -> Parsed:
    """Read a command line as the program does, without running it."""
    context, command, words = click.Context(cli.xlperf, info_name="xlperf"), cli.xlperf, shlex.split(line)
    while isinstance(command, click.Group) and words != ["--help"]:
        name, command, words = command.resolve_command(context, words)
        assert command
        context = click.Context(command, info_name=name, parent=context)
    if words != ["--help"]:
        command.make_context(context.info_name, words, parent=context.parent)
    return Parsed(any(parameter.name == "workers" for parameter in command.params))


@pytest.mark.parametrize("page", [*ROLES, "README"])
def test_the_commands_within_sentences_are_right_calls(page):
    for line in mentioned(page):
        parsed(line)


@pytest.mark.parametrize("page", [*PAGES, "README", "CONTRIBUTING", "docs/口径", "docs/导出", "docs/规模"])
def test_every_link_and_picture_of_a_page_exists(page):
    folder = (ROOT / f"{page}.md").parent
    for target, heading in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", text_of(page)):
        file = (folder / target).resolve() if target else ROOT / f"{page}.md"
        assert file.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w-]", "", title.replace(" ", "-")) for title in titles}, heading


@pytest.mark.parametrize("page", ROLES)
def test_a_guide_is_read_in_ten_minutes(page):
    prose = re.sub(r"```.*?```|!?\[|\]\([^)]*\)", "", text_of(page), flags=re.DOTALL)
    assert len(prose) < 10 * CHARACTERS_A_MINUTE
