"""The add-in's panel on 校验: a plain hint where the add-in is missing, findings where it has answered."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from tests.engines import formualizer_values, libreoffice_values, stored_values
from tests.workbook.filings import filing
from tests.workbook.package_rules import broken_rules
from tests.workbook.test_working import CHECK, HELPERS, differing, given
from xlperf.forms import load_profile, place
from xlperf.workbook.stamp import Stamper
from xlperf.working.declared import declared

TEXTS = declared().check["panel"]
CASES = [("hunan-yueyang-2024", "blank"), ("hunan-hengyang-2023", "filled")]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def working(request, tmp_path_factory) -> Path:
    name, kind = request.param
    profile = load_profile(name)
    path = tmp_path_factory.mktemp("panel") / "底稿.xlsx"
    path.write_bytes(Stamper(profile, functions=True).stamp(given(profile, kind)))
    return path


def array(book: openpyxl.Workbook) -> ArrayFormula:
    (found,) = [cell.value for row in book[CHECK] for cell in row if isinstance(cell.value, ArrayFormula)]
    return found


def test_excel_finds_nothing_to_repair(working: Path) -> None:
    assert broken_rules(working.read_bytes()) == []


def test_without_the_addin_there_is_a_hint_and_no_error_anywhere(working: Path, tmp_path: Path) -> None:
    stored = stored_values(working)
    for found in (libreoffice_values(working, tmp_path), formualizer_values(working)):
        assert differing(stored, found) == {}
        texts = {value for value in found.values() if isinstance(value, str)}
        assert {TEXTS["missing"], TEXTS["link"]["missing"]} <= texts
        assert not [one for one in texts if one.startswith("#")]


def test_two_readers_open_it(working: Path) -> None:
    titles = openpyxl.load_workbook(working).sheetnames
    book = python_calamine.CalamineWorkbook.from_path(str(working))
    assert book.sheet_names == titles
    cells = {value for row in book.get_sheet_by_name(CHECK).to_python() for value in row}
    assert {TEXTS["title"], TEXTS["missing"]} <= cells


def test_the_function_is_given_the_profile_and_every_official_sheet_whole(working: Path) -> None:
    book = openpyxl.load_workbook(working)
    mark = next(one.value for one in book.custom_doc_props.props if one.name == "xlperf.profile")
    found = array(book)
    call = re.fullmatch(r'=IFERROR\((XP_\w+)\("([\w-]+)",(.*)\),""\)', found.text)
    assert call
    assert call[1] == TEXTS["function"]
    assert call[2] == mark
    official = [title for title in book.sheetnames if title not in HELPERS]
    areas = [next(iter(book.defined_names[name].destinations)) for name in call[3].split(",")]
    assert [title for title, _ in areas] == official
    for title, area in areas:
        left, top, right, bottom = range_boundaries(area.replace("$", ""))
        sheet = book[title]
        assert (left, top, right) == (1, 1, sheet.max_column)
        assert bottom > sheet.max_row


def test_the_array_fills_hidden_columns_of_as_many_rows_as_are_shown(working: Path) -> None:
    book = openpyxl.load_workbook(working)
    sheet = book[CHECK]
    left, top, right, bottom = range_boundaries(array(book).ref)
    assert (bottom - top + 1, right - left + 1) == (TEXTS["rows"], len(TEXTS["columns"]))
    assert bottom == sheet.max_row
    for column in range(left, right + 1):
        assert sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].hidden
    merged = [str(one) for one in sheet.merged_cells.ranges]
    assert not [one for one in merged if range_boundaries(one)[3] >= top]


def test_filter_and_print_leave_the_panel_out(working: Path) -> None:
    book = openpyxl.load_workbook(working)
    sheet = book[CHECK]
    top = range_boundaries(array(book).ref)[1]
    filtered = range_boundaries(sheet.auto_filter.ref)[3]
    printed = range_boundaries(sheet.print_area.rpartition("!")[2].replace("$", ""))[3]
    assert filtered == printed < top - 3
    assert all(sheet.cell(filtered + 1, column).value is None for column in range(1, sheet.max_column + 1))


def test_the_workbook_is_recalculated_on_opening(working: Path) -> None:
    assert openpyxl.load_workbook(working).calculation.fullCalcOnLoad


def test_the_official_sheets_and_all_but_the_check_sheet_are_as_without_functions() -> None:
    profile = load_profile("hunan-yueyang-2024")
    unit = filing(profile, rows=4, projects=2)
    with_functions, without = Stamper(profile, functions=True).stamp(unit), Stamper(profile).stamp(unit)
    ours, theirs = (zipfile.ZipFile(io.BytesIO(one)) for one in (with_functions, without))
    changed = {name for name in theirs.namelist() if ours.read(name) != theirs.read(name)}
    assert ours.namelist() == theirs.namelist()
    assert changed == {"xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet7.xml"}


def test_names_of_areas_grow_with_the_tables() -> None:
    profile = load_profile("hunan-yueyang-2024")
    lasts = {}
    for rows in (4, 6):
        book = openpyxl.load_workbook(
            io.BytesIO(Stamper(profile, functions=True).stamp(filing(profile, rows=rows)))
        )
        names = [name for name in book.defined_names if name.endswith(declared().names["area"])]
        areas = dict(destination for name in names for destination in book.defined_names[name].destinations)
        lasts[rows] = {title: range_boundaries(area.replace("$", ""))[3] for title, area in areas.items()}
    form = next(form for form in profile.forms.values() if form.repeated)
    assert lasts[6][form.sheet_name(0)] == lasts[4][form.sheet_name(0)] + 2
    assert place(form, dict.fromkeys(form.tables, 6)).last_row < lasts[6][form.sheet_name(0)]


@pytest.mark.parametrize("engine", ["libreoffice", "formualizer"])
def test_what_the_function_answers_is_shown_in_the_columns_of_the_list(engine: str, tmp_path: Path) -> None:
    """The array's cells filled by hand, as the add-in would."""
    profile = load_profile("hunan-yueyang-2024")
    path = tmp_path / "答.xlsx"
    path.write_bytes(Stamper(profile, functions=True).stamp(filing(profile)))
    book = openpyxl.load_workbook(path)
    sheet = book[CHECK]
    left, top, _, bottom = range_boundaries(array(book).ref)
    title = book.sheetnames[0]
    answer = {"severity": "错误", "code": "B501", "sheet": title, "cell": "F4", "message": "控制率不对"}
    sheet.cell(top, left).value = None
    for number, role in enumerate(TEXTS["columns"], left):
        sheet.cell(top, number).value = answer.get(role, "")
    book.save(path)
    values = formualizer_values(path) if engine == "formualizer" else libreoffice_values(path, tmp_path / "o")
    columns = list(declared().check["columns"])
    for role, text in answer.items():
        at = f"{openpyxl.utils.get_column_letter(columns.index(role) + 1)}{top}"
        assert values[CHECK, at] == text
    texts = {value for (name, _), value in values.items() if name == CHECK}
    assert {TEXTS["present"], TEXTS["link"]["present"]} <= texts
    assert TEXTS["missing"] not in texts
    assert values[CHECK, f"A{top}"] == 1
    assert values.get((CHECK, f"A{top + 1}")) in (None, "")
    assert bottom > top
