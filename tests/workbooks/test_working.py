"""HelperPlan copies as Excel's rules, three readers and two engines see them."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from tests.engines import CellValues, convert, formualizer_values, libreoffice_values, stored_values
from tests.profiles import WITH_TABLES
from tests.workbooks.filings import filing
from tests.workbooks.opening import HELPERS
from tests.workbooks.package_rules import broken_rules
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.jobs.strip import strip
from xlperf.workbooks.workbook_writer import new_bytes, writer_of

SCORE, CHECK = HELPERS[1:]
PALE = {"错误": "F8CBCB", "警告": "FCE4B8", "提示": "D6E6F5"}


def given(profile: Profile, kind: str) -> Filing:
    if kind == "blank":
        return Filing("", "", profile.id)
    return filing(profile, rows=6, projects=2, fund_rows=2)


CASES = [(name, kind) for name in WITH_TABLES for kind in ("blank", "filled")]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def working(request, tmp_path_factory) -> Path:
    name, kind = request.param
    profile = load_profile(name)
    path = tmp_path_factory.mktemp("working") / "底稿.xlsx"
    path.write_bytes(writer_of(profile).workbook(given(profile, kind)))
    return path


@pytest.fixture(scope="module")
def book(working: Path) -> openpyxl.Workbook:
    """The workbook as openpyxl reads it; no test changes it."""
    return openpyxl.load_workbook(working)


@pytest.fixture(scope="module")
def stored(working: Path) -> CellValues:
    return stored_values(working)


def reported(values: CellValues) -> CellValues:
    """Cells with something in them; numbers to twelve digits."""
    return {
        cell: float(f"{value:.12g}") if type(value) in (int, float) else value
        for cell, value in values.items()
        if value not in (None, "")
    }


def differing(ours: CellValues, theirs: CellValues) -> dict:
    first, second = reported(ours), reported(theirs)
    return {
        cell: (first.get(cell), second.get(cell))
        for cell in first.keys() | second.keys()
        if first.get(cell) != second.get(cell)
    }


def test_excel_finds_nothing_to_repair(working: Path) -> None:
    assert broken_rules(working.read_bytes()) == []


def test_libreoffice_calculates_the_values_that_cells_carry(
    working: Path, stored: CellValues, tmp_path: Path
) -> None:
    assert differing(stored, libreoffice_values(working, tmp_path)) == {}


def test_formualizer_calculates_the_values_that_cells_carry(working: Path, stored: CellValues) -> None:
    assert differing(stored, formualizer_values(working)) == {}


def test_calamine_reads_them_as_openpyxl_does(working: Path, stored: CellValues) -> None:
    book = python_calamine.CalamineWorkbook.from_path(str(working))
    found = {
        (title, f"{get_column_letter(column)}{row}"): value
        for title in book.sheet_names
        for row, cells in enumerate(book.get_sheet_by_name(title).to_python(skip_empty_area=False), 1)
        for column, value in enumerate(cells, 1)
    }
    assert differing(stored, found) == {}


def test_helper_sheets_are_last_marked_and_safe_from_a_slip_of_the_hand(
    working: Path, book: openpyxl.Workbook
) -> None:
    assert book.sheetnames[-3:] == HELPERS
    assert book.active is book.worksheets[0]
    for sheet in book.worksheets:
        assert (HELPER_MARK in sheet.defined_names) is (sheet.title in HELPERS)
    for title in HELPERS:
        sheet = book[title]
        assert sheet.protection.sheet is (title != CHECK)  # folded rows open on unprotected sheets only
        assert sheet.protection.password is None
        assert not sheet.sheet_view.showGridLines
        assert bool(sheet.freeze_panes) is (title != SCORE)
        assert sheet[sheet.print_area.rpartition("!")[2].replace("$", "")].value is None
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert "_xlnm._FilterDatabase" in zipfile.ZipFile(working).read("xl/workbook.xml").decode()
    assert book[CHECK].auto_filter.ref
    (guard,) = book[CHECK].data_validations.dataValidation
    assert (guard.formula1, guard.showErrorMessage) == ("FALSE", True)
    assert str(guard.sqref) == f"A1:O{book[CHECK].max_row}"


def test_the_list_of_rules_is_folded_below_the_problems(book: openpyxl.Workbook) -> None:
    sheet = book[CHECK]
    headings = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == "序号"]
    folded = [row for row in range(1, sheet.max_row + 1) if sheet.row_dimensions[row].outlineLevel]
    assert folded == list(range(headings[1] - 1, sheet.max_row + 1))
    assert all(sheet.row_dimensions[row].hidden for row in folded)
    assert sheet.row_dimensions[folded[0] - 1].collapsed
    assert not sheet.sheet_properties.outlinePr.summaryBelow
    assert headings[0] < headings[1] - 60


def test_only_the_official_sheets_of_a_blank_working_copy_are_printed(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    path.write_bytes(new_bytes(load_profile("hunan-yueyang-2024")))
    pages = re.findall(rb"/Type\s*/Page\b", convert(path, "pdf", tmp_path / "out").read_bytes())
    assert len(pages) == 3


def test_nothing_is_recalculated_on_opening(book: openpyxl.Workbook) -> None:
    assert not book.calculation.fullCalcOnLoad
    volatile = re.compile(r"\b(OFFSET|INDIRECT|CELL|TODAY|NOW|RAND)\(|:INDEX\(")
    formulas = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert not [formula for formula in formulas if volatile.search(formula)]


@pytest.mark.parametrize("name", WITH_TABLES)
def test_a_plain_workbook_and_the_upload_copy_of_a_working_copy_have_nothing_of_ours(
    name: str, tmp_path: Path
) -> None:
    profile = load_profile(name)
    unit = filing(profile, rows=6, projects=2, fund_rows=2)
    inbox = tmp_path / "收到"
    inbox.mkdir()
    plain, working = inbox / "1.xlsx", inbox / "2.xlsx"
    plain.write_bytes(writer_of(profile, working=False).workbook(unit))
    working.write_bytes(writer_of(profile).workbook(unit))
    book = openpyxl.load_workbook(plain)
    assert not set(book.sheetnames) & set(HELPERS)
    assert not any(sheet.conditional_formatting for sheet in book)
    assert not [name for name in book.defined_names if name.startswith(tuple(HELPERS))]
    first, second = strip([inbox], tmp_path / "上报").files
    assert first.read_bytes() == second.read_bytes()


def test_official_sheets_look_the_same_with_and_without_helper_sheets() -> None:
    profile = load_profile("hunan-yueyang-2024")
    unit = filing(profile, rows=4, projects=2)
    plain, working = (
        zipfile.ZipFile(io.BytesIO(writer_of(profile, working=with_helpers).workbook(unit)))
        for with_helpers in (False, True)
    )
    colours = re.compile("<conditionalFormatting.*</conditionalFormatting>")
    for number in range(1, 5):
        name = f"xl/worksheets/sheet{number}.xml"
        ours = working.read(name).decode()
        assert colours.search(ours)
        assert colours.sub("", ours) == plain.read(name).decode()


def test_a_blank_with_several_project_sheets() -> None:
    profile = load_profile("national-2020")
    blank = new_bytes(profile, projects=3)
    titles = openpyxl.load_workbook(io.BytesIO(blank), read_only=True).sheetnames
    project = next(form for form in profile.forms.values() if form.repeated)
    assert titles[-6:] == [*(project.sheet_name(index) for index in range(3)), *HELPERS]
    assert new_bytes(profile, projects=3) == blank


# Colours


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory) -> Path:
    """A filled working copy whose made-up figures break rules of each severity."""
    profile = load_profile("hunan-yueyang-2024")
    path = tmp_path_factory.mktemp("spoilt") / "错.xlsx"
    path.write_bytes(writer_of(profile).workbook(filing(profile, rows=6, projects=2, fund_rows=2)))
    return path


def flagged(values: CellValues, severity: str) -> set[tuple[str, str]]:
    """Sheet and cell of the lines of 校验 with a problem of this severity."""
    row = max(int(cell[1:]) for (title, cell), value in values.items() if (title, value) == (CHECK, "序号"))
    columns = {
        value: re.sub(r"\d", "", cell)
        for (title, cell), value in values.items()
        if title == CHECK and cell.endswith(str(row)) and re.fullmatch(r"[A-Z]+" + str(row), cell)
    }
    last = max(int(re.sub(r"\D", "", cell)) for title, cell in values if title == CHECK)
    lines = [
        {name: values.get((CHECK, f"{letter}{number}")) for name, letter in columns.items()}
        for number in range(row + 1, last + 1)
    ]
    return {
        (line["表"], line["单元格"])
        for line in lines
        if line["级别"] == severity and line["结论"] == "有问题"
    }


@pytest.mark.parametrize("engine", ["libreoffice", "formualizer"])
def test_the_cells_that_break_a_rule_are_coloured_and_no_others(
    spoilt: Path, engine: str, tmp_path: Path
) -> None:
    """Each conditional format as a formula next to the cell it is meant for."""
    book = openpyxl.load_workbook(spoilt)
    official = [sheet for sheet in book.worksheets if sheet.title not in HELPERS]
    asked = {}
    for sheet in official:
        formats = [(area, rule) for area in sheet.conditional_formatting for rule in area.rules]
        assert [str(area.sqref) for area, _ in formats] == [sheet.dimensions] * len(PALE)
        cells = [cell.coordinate for row in sheet for cell in row]
        for number, (severity, (_, rule)) in enumerate(zip(PALE, formats, strict=True), 1):
            assert rule.dxf.fill.bgColor.rgb == f"FF{PALE[severity]}"
            formula = Translator(f"={rule.formula[0]}", "A1")
            for cell in cells:
                column = openpyxl.utils.cell.coordinate_to_tuple(cell)[1] + 20 * number
                place = f"{get_column_letter(column)}{re.sub('[A-Z]', '', cell)}"
                sheet[place] = formula.translate_formula(cell)
                asked[sheet.title, place] = (severity, (sheet.title, cell))
    path = tmp_path / "问.xlsx"
    book.save(path)
    values = (
        libreoffice_values(path, tmp_path / "out") if engine == "libreoffice" else formualizer_values(path)
    )
    for severity in PALE:
        coloured = {
            at
            for place, (highlighted, at) in asked.items()
            if highlighted == severity and values.get(place) is True
        }
        assert coloured == flagged(stored_values(spoilt), severity)
        assert coloured or severity == "提示"


@pytest.mark.parametrize("name", WITH_TABLES)
def test_a_working_copy_can_be_sent_by_mail(name: str) -> None:
    """At most 250 kB with one project sheet, 700 kB with six; the fullest forms seen have 14 indicators."""
    profile = load_profile(name)
    writer = writer_of(profile, functions=True)
    for projects, most in ((1, 250_000), (6, 700_000)):
        assert len(writer.workbook(filing(profile, rows=14, projects=projects, fund_rows=4))) <= most
    assert len(new_bytes(profile)) <= 250_000
