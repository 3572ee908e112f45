"""Values in place of formulas, and rewritten formulas: compared as printed, advised as the file is."""

import docx
import openpyxl
import pytest

from tests.finishing.reports.samples import document, filings
from tests.received import good as g
from tests.received.copies import KINDS
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.declarations.profile import load_profile

_RATE = g.address("基础", "在职人员控制率")


def found(content, tmp_path, letters="M"):
    path = tmp_path / g.file_name()
    path.write_bytes(content)
    return [finding for finding in unfolded(check_file(path).findings) if finding.code[0] in letters]


def with_staff(*edits):
    """The good workbook with 27 people in 29 posts: 93.1034 %."""
    staff = (
        g.number(g.address("基础", "编制数"), 29),
        g.number(g.address("基础", "在职人数"), 27),
    )
    return g.edited({g.BASIC: g.chained(*staff, *edits)})


@pytest.mark.parametrize(("typed", "code"), [(0.931, "M401"), (0.9310345, "M401"), (0.93, "B501")])
def test_a_typed_rate_is_right_as_printed(tmp_path, typed, code):
    """The cell prints two decimals of a percentage: 93.10 %."""
    reported = found(with_staff(g.number(_RATE, typed)), tmp_path, "MB")
    assert [finding.code for finding in reported if finding.location.cell == _RATE] == [code]


@pytest.mark.parametrize(
    ("formula", "code"), [("ROUND(D4/B4,4)", "M419"), ("1*0.931", "M403"), ("D4/100", "M403")]
)
def test_a_formula_written_otherwise(tmp_path, formula, code):
    cached = "0.27" if "100" in formula else "0.931"
    reported = found(with_staff(g.formula(_RATE, formula, cached)), tmp_path)
    assert [finding.code for finding in reported] == [code]
    assert formula in reported[0].message


def test_what_has_no_formula_is_not_advised_to_restore_one(tmp_path):
    """A workbook of the unit's own: no word of formulas that were never in it."""
    content = KINDS["values_pasted_over_everything"]()
    path = tmp_path / g.file_name()
    path.write_bytes(content if isinstance(content, bytes) else content[0])
    book = openpyxl.load_workbook(path)
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    book["基础数据表"][_RATE] = 0.5
    for address in (g.address("基础", "编制数"), g.address("基础", "在职人数")):
        assert book["基础数据表"][address].value is not None
    book.save(path)
    reported = [finding for finding in unfolded(check_file(path).findings) if finding.code[0] == "M"]
    assert {finding.code for finding in reported} <= {"M410", "M417", "M409"}
    assert not any("恢复公式" in finding.fix for finding in reported)


@pytest.mark.parametrize("sealed", [True, False])
def test_without_its_parts_a_value_cannot_be_checked(tmp_path, sealed):
    empty = [g.empty(g.address("基础", name)) for name in ("编制数", "在职人数")]
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited({g.BASIC: g.chained(*empty, g.number(_RATE, 0.9))}))
    if not sealed:
        book = openpyxl.load_workbook(path)
        for name in list(book.custom_doc_props.names):
            del book.custom_doc_props[name]
        book.save(path)
    (reported,) = (finding for finding in unfolded(check_file(path).findings) if finding.code == "M409")
    assert "无法核对" in reported.message
    assert reported.expected == ""
    assert ("恢复公式" in reported.fix) is sealed


def test_a_unit_that_was_typed_behind_a_value_is_said_once(tmp_path):
    """A foreign form with “4分” as points: 12 of 20 times earn 3 of 5."""
    profile = load_profile("hunan-yueyang-2024")
    filing = filings(profile.id)[0]
    filing.of("整体")[0].tables["指标"][0] |= {"年度指标值": "≥20次", "实际完成值": "12次", "得分": 4.0}
    path = document(tmp_path / "报告.docx", filing, profile)
    edited = docx.Document(path)
    rows = (row.cells for table in edited.tables for row in table.rows)
    (cells,) = (cells for cells in rows if {"≥20次", "12次"} <= {cell.text for cell in cells})
    (points,) = (cell for cell in cells if cell.text == "4")
    points.text = "4分"
    edited.save(path)
    (message,) = (found.message for found in check_file(path, profile).findings if found.code == "S615")
    assert "得 4分；按完成比例应为 3" in message
