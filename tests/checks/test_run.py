"""Paths in, report out: what is gathered, whose file it is, and what units show when laid side by side."""

from pathlib import Path

import pytest

from tests.received import good as g
from tests.received.spoiling import KINDS
from xlperf.checks.district import check_district
from xlperf.checks.file_check import FileResult, Traits, check_file
from xlperf.checks.unit_naming import name_unit
from xlperf.core.errors import InputError
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Location, unfolded
from xlperf.declarations.records import Filing
from xlperf.intake.filing_reader import read_filing
from xlperf.jobs.check import check
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.sources import gather
from xlperf.ledgers.ledger import Ledger
from xlperf.ledgers.units import UnitRow


def place(folder: Path, *names: str, content: bytes | None = None) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in names]
    for path in paths:
        path.write_bytes(g.good() if content is None else content)
    return paths


def codes(report, letter: str = "") -> list[str]:
    return [finding.code for finding in unfolded(report.findings) if finding.code.startswith(letter)]


def unit(code: str, name: str) -> UnitRow:
    return UnitRow(code, name, "")


def roster(*units: UnitRow) -> Ledger:
    return Ledger("ledger", g.PROFILE, [], [], list(units))


def test_workbooks_are_gathered_in_natural_order_without_locks(tmp_path):
    place(tmp_path / "b", "10.xlsx", "2.xlsx", "~$2.xlsx", ".hidden.xlsx", "说明.txt", "旧.xls")
    place(tmp_path / "a", "1.XLSX")
    found = [path.relative_to(tmp_path).as_posix() for path in gather([tmp_path])]
    assert found == ["a/1.XLSX", "b/2.xlsx", "b/10.xlsx", "b/旧.xls"]


def test_a_file_named_twice_is_checked_once(tmp_path):
    (path,) = place(tmp_path, "1.xlsx")
    assert gather([path, tmp_path, tmp_path / "." / "1.xlsx"]) == [path]


def test_a_file_that_is_named_is_taken_whatever_its_name(tmp_path):
    (path,) = place(tmp_path, "表.txt")
    assert gather([path]) == [path]


@pytest.mark.parametrize("name", ["没有", "没有/1.xlsx"])
def test_a_path_that_does_not_exist(tmp_path, name):
    with pytest.raises(InputError, match="找不到"):
        gather([tmp_path / name])


def test_a_folder_without_workbooks(tmp_path):
    place(tmp_path, "说明.txt")
    with pytest.raises(InputError, match="没有工作簿"):
        gather([tmp_path])


def test_no_paths():
    with pytest.raises(InputError):
        gather([])


@pytest.mark.parametrize(
    ("file", "code", "name"),
    [
        ("001_甲局.xlsx", "001", "甲局"),
        ("dir/A-12_甲_乙局.xlsx", "A-12", "甲_乙局"),
        ("甲局自评.xlsx", "", "君山区青禾镇人民政府"),
        ("2024年_甲局.xlsx", "", "君山区青禾镇人民政府"),
    ],
)
def test_whose_file_it_is(tmp_path, file, code, name):
    (path,) = place(tmp_path, "x.xlsx")
    filing = read_filing(path).filing
    filing.file = file
    name_unit(filing, g.PROFILE)
    assert (filing.unit_code, filing.unit_name) == (code, name)


def test_a_file_without_any_name_is_called_by_itself():
    filing = Filing("", "", g.PROFILE.id, [], "dir/无名.xlsx")
    name_unit(filing, g.PROFILE)
    assert filing.unit_name == "无名"


def test_missing_and_unknown_units(tmp_path):
    place(tmp_path, g.file_name())
    filed = unit(g.filing().unit_code, g.filing().unit_name)
    assert codes(check([tmp_path], ledger=roster(filed)), "D") == []
    report = check([tmp_path], ledger=roster(unit("777", "某局")))
    assert codes(report, "D") == ["D901", "D907"]
    assert "某局（777）" in report.findings[0].message


def test_a_unit_whose_file_cannot_be_read_is_not_missing(tmp_path):
    place(tmp_path, "777_某局.xlsx", content=b"")
    assert sorted(codes(check([tmp_path], ledger=roster(unit("777", "某局"))))) == ["D909", "F101"]


def test_the_same_unit_twice(tmp_path):
    place(tmp_path / "初稿", g.file_name())
    place(tmp_path / "定稿", g.file_name())
    found = [finding for finding in unfolded(check([tmp_path]).findings) if finding.code == "D902"]
    assert [finding.location.file for finding in found] == [str(tmp_path / "定稿" / g.file_name())]
    assert f"“初稿/{g.file_name()}”" in found[0].message


def result(path, **file):
    place = Location(path)
    return FileResult(CheckedFile(path, **file), traits=Traits("", {}, "", place))


def test_files_of_one_name_without_a_unit_are_no_unit_that_filed_twice():
    """What is known is the name of the file, and in another folder not even that says anything."""
    results = [result(f"{name}", unit_name="31") for name in ("甲/31.xlsx", "甲/31.docx", "乙/31.xlsx")]
    (found,) = check_district(results)
    assert (found.code, found.location.file) == ("D917", "甲/31.docx")
    assert "表中没有单位名称" in found.message
    assert "31.xlsx" in found.message


def test_a_file_without_a_unit_that_is_not_in_the_roster():
    (missing, strange) = check_district([result("31.xlsx", unit_name="31")], [unit("777", "某局")])
    assert (missing.code, strange.code) == ("D901", "D907")
    assert "表中没有单位名称" in strange.message


def test_two_units_with_the_same_figures_and_another_name_inside(tmp_path):
    place(tmp_path, g.file_name(), "999_乙局.xlsx")
    report = check([tmp_path])
    assert codes(report, "D") == ["D903", "D906"]
    assert {
        finding.location.unit_name for finding in unfolded(report.findings) if finding.code == "D903"
    } == {"乙局"}
    name = next(finding for finding in unfolded(report.findings) if finding.code == "D906")
    assert (name.value, name.expected) == ("君山区青禾镇人民政府", "乙局")
    assert (name.location.sheet, name.location.cell) == ("整体支出绩效自评表", "C3")


def test_long_texts_that_two_units_share(tmp_path):
    text = (
        "全年完成各项重点任务，政务服务事项按期办结，预算执行平稳有序，群众满意度持续提高，没有发生违规问题。"
    )
    for code, staff in (("001", 70.0), ("002", 71.0)):
        cell = g.address("整体", "预期目标")
        changes = {g.OVERALL: g.text(cell, text), g.BASIC: g.number("B4", staff + 20)}
        place(tmp_path, f"{code}_单位{code}.xlsx", content=g.edited(changes))
    found = [finding for finding in unfolded(check([tmp_path]).findings) if finding.code == "D904"]
    assert [(finding.location.cell, finding.location.unit_code) for finding in found] == [("B12", "002")]
    assert "001_单位001" in found[0].message


def test_another_profile_than_the_others(tmp_path):
    place(tmp_path, "001_甲.xlsx", "002_乙.xlsx")
    other = g.edited({"docProps/custom.xml": g.replaced("hunan-yueyang-2024", "national-2020")})
    place(tmp_path, "003_丙.xlsx", content=other)
    found = [finding for finding in unfolded(check([tmp_path]).findings) if finding.code == "D905"]
    assert [(finding.value, finding.expected) for finding in found] == [
        ("national-2020", "hunan-yueyang-2024")
    ]


def test_one_bad_file_does_not_stop_the_others(tmp_path):
    for kind in ("truncated", "zip_bomb", "html_named_xlsx"):
        place(tmp_path, f"{kind}.xlsx", content=KINDS[kind]())
    place(tmp_path, g.file_name())
    seen = []
    report = check([tmp_path], options=RunOptions(progress=lambda *done: seen.append(done)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert sorted(codes(report)) == ["F104", "F109", "F115"]
    assert [file.errors for file in report.files] == [0, 1, 1, 1]


def test_a_mistake_of_ours_is_a_finding_too(tmp_path, monkeypatch):
    (path,) = place(tmp_path, "x.xlsx")
    monkeypatch.setattr("xlperf.checks.file_reading.open_file", lambda *_: 1 / 0)
    (found,) = unfolded(check_file(path).findings)
    assert found.code == "F113"
    assert "Traceback" not in found.message


def test_processes_give_the_same_report(tmp_path):
    place(tmp_path, *(f"{code:03}_单位.xlsx" for code in range(5)))
    alone, together = (check([tmp_path], options=RunOptions(count)) for count in (1, 2))
    assert alone.findings == together.findings
    assert alone.files == together.files


def test_sheets_and_counts_are_in_the_report(tmp_path):
    place(tmp_path, g.file_name(), content=KINDS["formula_overwritten_by_another_number"]())
    (file,) = check([tmp_path]).files
    assert (file.errors, file.warnings) == (1, 0)
    assert file.sheets[:2] == ("基础数据表", "整体支出绩效自评表")
    assert (file.unit_code, file.profile) == (g.filing().unit_code, "hunan-yueyang-2024")
