"""A .zip per unit: its files are checked one by one, named as people named them, nothing is unpacked."""

import io
import zipfile
from pathlib import Path

from tests.received import good as g
from xlperf.checks.file_check import check_file
from xlperf.jobs.check import check
from xlperf.jobs.sources import gather


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
    assert list(report.findings) == []
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_names_in_gbk_are_read(tmp_path):
    path = archive(tmp_path, {"abcd12.xlsx": g.good()})
    in_gbk(path, b"abcd12.xlsx", "三张12.xlsx")
    (inside,) = gather([tmp_path])
    assert inside.name == "三张12.xlsx"
    assert not check_file(inside).findings


def test_steps_upwards_stay_inside(tmp_path):
    path = archive(tmp_path, {"../../etc/a.xlsx": g.good()})
    assert gather([path]) == [path / "etc" / "a.xlsx"]


def test_an_archive_without_workbooks_or_a_broken_one_is_one_finding(tmp_path):
    empty = archive(tmp_path, {"说明.txt": b"a"}, "甲.zip")
    whole = archive(tmp_path, {"a.xlsx": g.good()}, "乙.zip").read_bytes()
    (tmp_path / "乙.zip").write_bytes(whole[: len(whole) // 2])
    report = check([tmp_path])
    found = {Path(one.location.file).name: one.code for one in report.findings}
    assert found == {empty.name: "F107", "乙.zip": "F115"}


def test_a_workbook_named_zip_is_told_as_one(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(g.good())
    assert "F123" in [one.code for one in check_file(*gather([path])).findings]


def test_a_file_that_unpacks_too_large_is_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.xlsx", bytes(60 * 2**20))
    path = tmp_path / "a.zip"
    path.write_bytes(stream.getvalue())
    assert [one.code for one in check([path]).findings] == ["F108"]
