"""Received workbooks → filings: the same values however the workbook was saved or pushed about."""

import os
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.engines import convert
from tests.received import good as g
from tests.received.spoiling import KINDS
from xlperf.checks.file_check import check_file
from xlperf.declarations.evaluation import compute
from xlperf.declarations.findings import unfolded
from xlperf.declarations.profile import load_profile
from xlperf.expressions import ErrorValue
from xlperf.intake.filing_reader import read_filing
from xlperf.ooxml.limits import Limits

HARMLESS = [
    "good",
    "openpyxl_resaved",
    "no_cached_values",
    "renamed_tab",
    "hidden_sheet",
    "inserted_row",
    "inserted_row_with_content",
    "indicator_rows_inserted_by_hand",
    "labels_spaced_out",
    "changed_label",
    "swapped_columns",
    "names_lost",
    "no_profile_named",
    "unusual_prefixes",
    "attributes_in_another_order",
    "rich_text_and_escapes",
    "text_number",
    "full_width_number",
    "unit_typed",
    "yuan_typed",
    "a_million_formatted_rows",
]


def write(content: bytes, folder: Path, name: str = "") -> Path:
    path = folder / (name or g.file_name())
    path.write_bytes(content)
    return path


def build(kind: str, folder: Path) -> Path:
    built = KINDS[kind]()
    return write(*((built[0], folder, built[1]) if isinstance(built, tuple) else (built, folder)))


def shown(filing) -> list:
    """Every value that a cell of the forms shows and no formula computes, by form."""
    forms = g.PROFILE.forms
    return [
        (
            record.form,
            {
                name: value
                for name, value in record.fields.items()
                if value is not None and forms[record.form].fields[name].formula is None
            },
            {table: rows for table, rows in record.tables.items() if rows},
        )
        for record in filing.records
    ]


def as_given() -> list:
    """The same of the ledger's filing, with the default points and empty cells as the form has them."""
    result = []
    for record in g.filing().records:
        form = g.PROFILE.forms[record.form]
        fields = {"执行分值": 10.0} if "执行分值" in form.fields else {}
        fields |= {name: value for name, value in record.fields.items() if value is not None}
        columns = {
            table.id: [name for name, column in table.columns.items() if not column.virtual]
            for table in form.tables.values()
        }
        tables = {
            table: [{name: row.get(name) for name in columns[table]} for row in rows]
            for table, rows in record.tables.items()
            if rows
        }
        result.append((record.form, fields, tables))
    return result


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_the_ledger_gave_is_read_back(kind, tmp_path):
    received = read_filing(build(kind, tmp_path))
    assert received.filing is not None
    assert shown(received.filing) == as_given()


@pytest.mark.parametrize("kind", ["good", "swapped_columns", "inserted_row"])
def test_formula_cells_carry_what_excel_saved(kind, tmp_path):
    """79 of 79 people: 100 %."""
    basic = read_filing(build(kind, tmp_path)).filing.of("基础")[0]
    assert basic.fields["在职人员控制率"] == 1.0
    assert basic.fields["项目支出_本年决算数"] == pytest.approx(4.48 + 25.13)


def test_a_workbook_saved_by_libreoffice_is_read_without_a_single_finding(tmp_path):
    path = write(g.good(), tmp_path)
    resaved = convert(path, "xlsx", tmp_path / "out")
    outcome = check_file(resaved)
    assert [finding.message for finding in unfolded(outcome.findings)] == []
    assert shown(read_filing(resaved).filing) == as_given()


@pytest.mark.parametrize(
    "kind", ["good", "openpyxl_resaved", "unusual_prefixes", "rich_text_and_escapes", "stale_cache"]
)
def test_cells_are_what_two_other_readers_see(kind, tmp_path):
    """All but error cells and formulas without results, which python-calamine cannot tell from blanks."""
    path = build(kind, tmp_path)
    ours = read_filing(path).reading.book.sheets
    cached = openpyxl.load_workbook(path, data_only=True)
    calamine = CalamineWorkbook.from_path(path)
    for sheet in ours:
        theirs = cached[sheet.name]
        rows = calamine.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        for address in sheet.cells:
            value = sheet.value(address)
            row, column = openpyxl.utils.cell.coordinate_to_tuple(address)
            if kind != "rich_text_and_escapes":
                assert theirs[address].value == value
            other = rows[row - 1][column - 1]
            other = other.replace("\r", "\n") if isinstance(other, str) else other
            assert (other or None) == (value or None)


def test_provenance_has_cell_raw_text_and_printed_digits(tmp_path):
    basic = read_filing(build("unit_typed", tmp_path)).filing.of("基础")[0]
    found = basic.provenance["办公经费_本年决算数"]
    assert (found.sheet, found.cell, found.raw, found.digits) == ("基础数据表", "F19", "74.44万元", 2)
    assert found.note
    rate = basic.provenance["在职人员控制率"]
    assert rate.digits == 4
    assert rate.formula.startswith("IF(OR(编制数=")
    assert basic.provenance["批复规模"].cell == "B25"


def test_an_error_cell_is_an_error_value(tmp_path):
    basic = read_filing(build("error_in_an_input", tmp_path)).filing.of("基础")[0]
    assert basic.fields["办公经费_本年决算数"] is ErrorValue.REF


def test_merged_levels_are_filled_down_and_lose_their_points(tmp_path):
    rows = read_filing(build("good", tmp_path)).filing.of("整体")[0].tables["指标"]
    assert [row["一级指标"] for row in rows] == ["产出指标"] * 8 + ["效益指标"] * 4 + ["满意度指标"]
    assert [row["二级指标"] for row in rows][:5] == ["数量指标"] * 4 + ["质量指标"]


def test_the_signature_line_is_read(tmp_path):
    assert read_filing(build("good", tmp_path)).filing.of("基础")[0].fields["填报日期"] == "2025年3月18日"


@pytest.mark.parametrize("kind", ["no_profile_named", "names_lost"])
def test_the_profile_is_recognised_by_titles_and_labels(kind, tmp_path):
    assert read_filing(build(kind, tmp_path)).profile.id == "hunan-yueyang-2024"


def test_the_profile_in_the_workbook_goes_before_the_one_asked_for(tmp_path):
    other = load_profile("hunan-hengyang-2023")
    assert read_filing(build("good", tmp_path), other).profile.id == "hunan-yueyang-2024"
    assert read_filing(build("no_profile_named", tmp_path), other).profile.id == "hunan-hengyang-2023"


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(file_bytes=1000), "F108"), (Limits(cells=50), "F111"), (Limits(parts=3), "F109")],
)
def test_limits_are_findings(limits, code, tmp_path):
    received = read_filing(build("good", tmp_path), limits=limits)
    assert received.filing is None
    assert [finding.code for finding in received.findings] == [code]


def test_a_file_that_went_away_is_a_finding(tmp_path):
    assert [finding.code for finding in read_filing(tmp_path / "no.xlsx").findings] == ["F112"]


def test_shared_formulas_are_written_out(tmp_path):
    """LibreOffice and Excel store a filled-down formula once; each cell gets its own text."""
    xml = g.chained(
        g.cell("B8", '<f t="shared" ref="B8:B9" si="0">C8*2</f><v>0</v>'),
        g.cell("B9", '<f t="shared" si="0"/><v>0</v>'),
    )
    basic = read_filing(write(g.edited({g.BASIC: xml}), tmp_path)).filing.of("基础")[0]
    assert basic.provenance["公车购置_上年决算数"].formula == "C8*2"
    assert basic.provenance["公车运行_上年决算数"].formula == "C9*2"


def test_a_computed_copy_agrees_with_what_was_saved(tmp_path):
    """Reading the stamped workbook gives what evaluation computes from the ledger's values."""
    filing = read_filing(write(g.good(), tmp_path)).filing
    for saved, given in zip(filing.records, g.filing().records, strict=True):
        record = type(given)(given.form, given.sheet, dict(given.fields), dict(given.tables))
        compute(record, g.PROFILE, virtual=False)
        for name, value in saved.fields.items():
            assert value == record.fields.get(name), name


def test_a_pipe_or_a_folder_is_a_finding_and_nothing_waits(tmp_path):
    pipe, folder = tmp_path / "pipe.xlsx", tmp_path / "folder.xlsx"
    os.mkfifo(pipe)
    folder.mkdir()
    for path in (pipe, folder):
        (found,) = read_filing(path).findings
        assert found.code == "F112"
        assert "管道" in found.message
