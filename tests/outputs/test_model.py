"""Reports: counts, reading order."""

from dataclasses import replace

from tests.outputs.samples import BROKEN, EMPTY, EXEMPTED, FILES, INJECTED, JUNSHAN, RATE, REPORT, SUM
from xlperf.declarations.check_report import Report, codes_of
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.finding_order import by_place, natural
from xlperf.declarations.findings import Location


def at(file="", sheet="", cell="", code="B501"):
    return replace(RATE, code=code, location=Location(file=file, sheet=sheet, cell=cell))


def test_counts():
    assert (REPORT.errors, REPORT.warnings, REPORT.notes) == (2, 1, 1)
    assert (EMPTY.errors, EMPTY.warnings, EMPTY.notes) == (0, 0, 0)


def test_holding_renews_counts_and_order_and_keeps_the_rest():
    report = Report("1", files=FILES, seconds=3).holding([SUM, BROKEN, INJECTED, RATE], [EXEMPTED])
    counts = {file.path: (file.errors, file.warnings, file.notes) for file in report.files}
    assert list(counts.values()) == [(2, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)]
    assert report.findings == [RATE, INJECTED, SUM, BROKEN]
    assert (report.exempted, report.seconds) == ([EXEMPTED], 3)
    emptied = report.holding([])
    assert (emptied.errors, emptied.files[0].errors) == (0, 0)


def test_order_within_a_file_follows_tabs_then_rows_then_columns():
    expected = [
        at(),
        at("a.xlsx"),
        at("a.xlsx", "乙"),
        at("a.xlsx", "乙", "B2"),
        at("a.xlsx", "乙", "C2"),
        at("a.xlsx", "乙", "AA2"),
        at("a.xlsx", "乙", "A10"),
        at("a.xlsx", "甲", "A1", "A101"),
        at("a.xlsx", "甲", "A1", "B501"),
        at("a.xlsx", "丙2", "A1"),
        at("a.xlsx", "丙10", "A1"),
        at("b.xlsx"),
    ]
    files = [CheckedFile("a.xlsx", sheets=("乙", "甲"))]
    assert by_place(reversed(expected), files) == expected


def test_order_of_ranges_and_odd_cells():
    findings = [at("a", "甲", cell) for cell in ("B4:C5", "B3", "第 3 行", "")]
    assert [finding.location.cell for finding in by_place(findings)] == ["", "第 3 行", "B3", "B4:C5"]


def test_places_in_a_document_are_ordered_as_they_are_read():
    cells = ["表3 第1行第2列", "第2行第10列", "第10行第1列", "第2行第9列"]
    found = [
        finding.location.cell for finding in by_place([at("a.docx", "表2、表3", cell) for cell in cells])
    ]
    assert found == ["表3 第1行第2列", "第2行第9列", "第2行第10列", "第10行第1列"]


def test_natural_order():
    names = ["项目10", "项目2", "项目", "2 局", "10 局", ""]
    assert sorted(names, key=natural) == ["", "2 局", "10 局", "项目", "项目2", "项目10"]


def test_codes_include_rules_of_the_files_profiles():
    assert "B501" not in codes_of(Report("1", files=[CheckedFile(JUNSHAN)]))
    known = codes_of(Report("1", files=[CheckedFile(JUNSHAN, profile="hunan-yueyang-2024")]))
    assert {"B501", "E901", "F101"} <= set(known)
