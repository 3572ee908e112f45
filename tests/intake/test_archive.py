"""Archives: their files are read one by one, named as people named them; what is not read is named too."""

import importlib
import io
import warnings
import zipfile
from pathlib import Path

import pytest

from tests.received import good as g
from xlperf.checks.district import check_district
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.jobs.check import check
from xlperf.jobs.sources import gather, survey
from xlperf.ledgers.units import UnitRow
from xlperf.ooxml.archives import member_size, split
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.received_bytes import read_content
from xlperf.ooxml.repacking import is_available


def archive(folder: Path, files: dict[str, bytes], name: str = "某单位.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for inside, content in files.items():
            made.writestr(inside, content)
    return path


def in_gbk(path: Path, old: bytes, new: str) -> None:
    """Rename a file in place to a GBK name of the same length, as Windows zips it."""
    data = path.read_bytes()
    assert len(new.encode("gbk")) == len(old)
    path.write_bytes(data.replace(old, new.encode("gbk")))


def test_the_files_of_an_archive_are_checked_each(tmp_path):
    files = {
        f"上报/{g.file_name()}": g.good(),
        "上报/说明.txt": b"a",
        "__MACOSX/._a.xlsx": b"a",
        "~$a.xlsx": b"a",
    }
    path = archive(tmp_path, files)
    before = path.read_bytes()
    report = check([path])
    assert [file.path for file in report.files] == [str(path / "上报" / g.file_name())]
    assert {finding.code for finding in unfolded(report.findings)} == {"F139"}
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_names_in_gbk_are_read(tmp_path):
    path = archive(tmp_path, {"abcd12.xlsx": g.good()})
    in_gbk(path, b"abcd12.xlsx", "三张12.xlsx")
    (inside,) = gather([tmp_path])
    assert inside.name == "三张12.xlsx"
    assert not [*unfolded(check_file(inside).findings)]


def test_steps_upwards_stay_inside(tmp_path):
    path = archive(tmp_path, {"../../etc/a.xlsx": g.good()})
    assert gather([path]) == [path / "etc" / "a.xlsx"]


def test_an_archive_without_workbooks_or_a_broken_one_is_one_finding(tmp_path):
    empty = archive(tmp_path, {"说明.txt": b"a"}, "甲.zip")
    whole = archive(tmp_path, {"a.xlsx": g.good()}, "乙.zip").read_bytes()
    (tmp_path / "乙.zip").write_bytes(whole[: len(whole) // 2])
    report = check([tmp_path])
    found = {Path(finding.location.file).name: finding.code for finding in unfolded(report.findings)}
    assert found == {empty.name: "F107", "乙.zip": "F115"}


def test_a_workbook_named_zip_is_reported_as_one(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(g.good())
    assert "F123" in [finding.code for finding in unfolded(check_file(*gather([path])).findings)]


def test_a_file_that_unpacks_too_large_is_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.xlsx", bytes(60 * 2**20))
    path = tmp_path / "a.zip"
    path.write_bytes(stream.getvalue())
    assert [finding.code for finding in unfolded(check([path]).findings)] == ["F108"]


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return stream.getvalue()


def test_an_archive_in_an_archive_is_opened(tmp_path):
    inner = zipped({"三张表.xlsx": g.good()})
    path = archive(tmp_path, {"甲/乙.zip": inner, "丙.xlsx": g.good()}, "全县.zip")
    assert gather([path]) == [path / "丙.xlsx", path / "甲" / "乙.zip" / "三张表.xlsx"]
    assert check_file(path / "甲" / "乙.zip" / "三张表.xlsx").file.forms


def test_archives_are_not_opened_without_end(tmp_path):
    deepest = {"a.xlsx": g.good()}
    for number in range(6):
        deepest = {f"{number}.zip": zipped(deepest), f"{number}.xlsx": b"x"}
    found = survey([archive(tmp_path, deepest)])
    assert {file.name for file in found.files} == {"3.xlsx", "4.xlsx", "5.xlsx"}
    assert [Path(finding.location.file).name for finding in found.findings] == ["3.zip"]


def test_a_file_in_very_many_folders_is_named_and_not_read(tmp_path):
    deep = "/".join(["甲"] * 2_000)
    found = survey([archive(tmp_path, {"a.xlsx": g.good(), f"{deep}/b.xlsx": g.good()})])
    assert [file.name for file in found.files] == ["a.xlsx"]
    (left,) = found.findings
    assert left.location.file.endswith("b.xlsx")
    assert "文件夹" in left.message
    assert len(left.location.file) < 300


def test_files_of_one_name_are_all_read(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in (("x/../a.xlsx", b"1"), ("x/a.xlsx", b"22"), ("x/a.xlsx", b"333")):
            made.writestr(name, content)
    sizes = {file.name: member_size(*split(str(file))) for file in gather([path])}
    assert sizes == {"a.xlsx": 1, "a（2）.xlsx": 2, "a（3）.xlsx": 3}


def test_what_is_not_read_is_named_with_a_reason(tmp_path):
    path = tmp_path / "甲.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.xlsx", g.good())
        link = zipfile.ZipInfo("b.xlsx")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
        for name in ("扫描.pdf", "~$a.xlsx", "__MACOSX/._a.xlsx", "Thumbs.db"):
            made.writestr(name, "x")
    (tmp_path / "断.xlsx").symlink_to(tmp_path / "没有.xlsx")
    (tmp_path / "照片.jpg").write_bytes(b"x")
    report = check([tmp_path])
    messages = {
        Path(finding.location.file).name: finding.message
        for finding in unfolded(report.findings)
        if finding.code == "F139"
    }
    assert messages.keys() == {"b.xlsx", "扫描.pdf", "~$a.xlsx", "断.xlsx", "照片.jpg"}
    assert "链接" in messages["b.xlsx"]
    assert "PDF" in messages["扫描.pdf"]
    assert report.left_out == 7
    assert [Path(file.path).name for file in report.files] == ["a.xlsx"]


def test_an_encrypted_file_among_others_is_named(tmp_path):
    path = archive(tmp_path, {"a.xlsx": g.good(), "b.xlsx": b"secret"})
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.rfind(mark)
        data[at + flags] |= 1
    path.write_bytes(data)
    found = survey([path])
    assert found.files == [path / "a.xlsx"]
    assert [Path(finding.location.file).name for finding in found.findings] == ["b.xlsx"]


def test_a_list_of_files_without_end_is_not_read(tmp_path):
    path = archive(tmp_path, {"a.xlsx": b"x"})
    data = path.read_bytes()
    at = data.rfind(b"PK\x05\x06")
    path.write_bytes(data[: at + 12] + b"\xff\xff\xff\x7f" + data[at + 16 :])
    assert gather([path]) == [path]
    assert [finding.code for finding in unfolded(check([path]).findings)] == ["F106"]


def test_an_archive_is_read_once_however_many_files_are_in_it(tmp_path, monkeypatch):
    path = archive(tmp_path, {f"{number}.xlsx": b"x" for number in range(50)})
    opened = []
    whole = zipfile.ZipFile

    def counting(*arguments, **words):
        opened.append(arguments)
        return whole(*arguments, **words)

    monkeypatch.setattr(zipfile, "ZipFile", counting)
    for file in gather([path]):
        read_content(str(file), LIMITS)
    assert len(opened) == 1


def test_a_unit_of_which_nothing_could_be_read_has_filed(tmp_path):
    roster = [UnitRow(f"00{number}", f"{name}局", "") for number, name in enumerate("甲乙丙丁", 1)]
    unread = ["收到/001_甲局.rar", "收到/002_乙局/扫描.pdf", "收到/丙局.zip/上报/照片.jpg"]
    found = list(check_district([], roster, unread))
    assert [(finding.code, finding.location.unit_code) for finding in found] == [
        ("D909", "001"),
        ("D909", "002"),
        ("D909", "003"),
        ("D901", "004"),
    ]


def test_a_7z_is_read_where_libarchive_is_installed(tmp_path):
    if not is_available():
        pytest.skip("libarchive is not installed")
    library = importlib.import_module("libarchive")
    path = tmp_path / "某单位.7z"
    with library.file_writer(str(path), "7zip") as made:
        made.add_file_from_memory("上报/三张表.xlsx", len(g.good()), g.good())
    assert gather([tmp_path]) == [path / "上报" / "三张表.xlsx"]
    assert check_file(path / "上报" / "三张表.xlsx").file.forms


@pytest.mark.parametrize("name", ["甲.7z", "甲.rar"])
def test_a_damaged_archive_is_named(tmp_path, name):
    start = b"Rar!\x1a\x07\x01\x00" if name.endswith("rar") else b"7z\xbc\xaf\x27\x1c"
    path = tmp_path / name
    path.write_bytes(start + bytes(40))
    (found,) = unfolded(check([path]).findings)
    assert found.code == "F107"
    assert Path(found.location.file) == path


def test_many_files_that_nobody_expects_are_one_finding_with_examples(tmp_path):
    path = tmp_path / "某单位.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("附件.xlsx", g.good())
        archive.writestr("扫描.pdf", b"%PDF")
        for number in range(60):
            archive.writestr(f"说明{number}.txt", b"x")
    found = survey([tmp_path])
    assert found.left_out == len(found.unread) == 61
    many, scan = sorted(found.findings, key=lambda finding: finding.location.file)
    assert many.location.file == str(path)
    assert "60 个文件（如 说明0.txt、说明1.txt、说明2.txt）" in many.message
    assert scan.location.file == str(path / "扫描.pdf")


def test_zeros_in_the_place_of_an_archive_are_not_unpacked(tmp_path):
    path = archive(tmp_path, {"附件.zip": bytes(20_000_000), "附件1.xlsx": g.plain()})
    report = survey([path])
    assert report.files == [path / "附件1.xlsx"]
    assert report.unread == [str(path / "附件.zip")]
