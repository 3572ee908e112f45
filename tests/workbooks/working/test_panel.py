"""The add-in's panel on 校验: a plain hint where the add-in is missing, findings where it has answered."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from tests.engines import formualizer_values, libreoffice_values, stored_values
from tests.excel.addin import standins
from tests.excel.addin.excelobjects import Workbook
from tests.received import good as g
from tests.workbooks.filings import filing
from tests.workbooks.package_rules import broken_rules
from tests.workbooks.test_working import CHECK, HELPERS, differing, given
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.declarations.form_layout import place
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import texts_of
from xlperf.declarations.worksheet_functions import declared as functions
from xlperf.workbooks.workbook_writer import writer_of

TEXTS = texts_of("working")["check"]["panel"]
ROLES = [column["shows"] for column in functions().functions[TEXTS["function"]].options["columns"]]
LIST = list(texts_of("working")["check"]["columns"])
CASES = [("hunan-yueyang-2024", "blank"), ("hunan-hengyang-2023", "filled")]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def working(request, tmp_path_factory) -> Path:
    name, kind = request.param
    profile = load_profile(name)
    path = tmp_path_factory.mktemp("panel") / "底稿.xlsx"
    path.write_bytes(writer_of(profile, functions=True).workbook(given(profile, kind)))
    return path


@pytest.fixture(scope="module")
def book(working) -> openpyxl.Workbook:
    return openpyxl.load_workbook(working)


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
        assert not [text for text in texts if text.startswith("#")]


def test_two_readers_open_it(working: Path, book: openpyxl.Workbook) -> None:
    other = python_calamine.CalamineWorkbook.from_path(str(working))
    assert other.sheet_names == book.sheetnames
    cells = {value for row in other.get_sheet_by_name(CHECK).to_python() for value in row}
    assert {TEXTS["title"], TEXTS["missing"]} <= cells


def test_the_function_is_given_the_profile_and_every_official_sheet_whole(book: openpyxl.Workbook) -> None:
    mark = next(mark.value for mark in book.custom_doc_props.props if mark.name == "xlperf.profile")
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


def test_the_array_fills_hidden_columns_of_as_many_rows_as_are_shown(book: openpyxl.Workbook) -> None:
    sheet = book[CHECK]
    left, top, right, bottom = range_boundaries(array(book).ref)
    assert (bottom - top + 1, right - left + 1) == (1 + TEXTS["rows"], len(ROLES))
    assert bottom == sheet.max_row
    for column in range(left, right + 1):
        assert sheet.column_dimensions[get_column_letter(column)].hidden
    merged = [str(merged_range) for merged_range in sheet.merged_cells.ranges]
    assert not [merged_range for merged_range in merged if range_boundaries(merged_range)[3] >= top]


def test_the_filter_leaves_the_panel_out(book: openpyxl.Workbook) -> None:
    sheet = book[CHECK]
    top = range_boundaries(array(book).ref)[1]
    filtered = range_boundaries(sheet.auto_filter.ref)[3]
    assert filtered < top - 3
    assert not sheet.row_dimensions[top].hidden
    assert all(sheet.cell(filtered + 1, column).value is None for column in range(1, sheet.max_column + 1))


def test_the_workbook_is_recalculated_on_opening(book: openpyxl.Workbook) -> None:
    assert book.calculation.fullCalcOnLoad


def test_the_official_sheets_and_all_but_the_check_sheet_are_as_without_functions() -> None:
    profile = load_profile("hunan-yueyang-2024")
    unit = filing(profile, rows=4, projects=2)
    with_functions, without = (
        writer_of(profile, functions=True).workbook(unit),
        writer_of(profile).workbook(unit),
    )
    ours, theirs = (zipfile.ZipFile(io.BytesIO(workbook)) for workbook in (with_functions, without))
    changed = {name for name in theirs.namelist() if ours.read(name) != theirs.read(name)}
    assert ours.namelist() == theirs.namelist()
    assert changed == {"xl/workbook.xml", "xl/worksheets/sheet7.xml"}


def test_names_of_areas_grow_with_the_tables() -> None:
    profile = load_profile("hunan-yueyang-2024")
    lasts = {}
    for rows in (4, 6):
        book = openpyxl.load_workbook(
            io.BytesIO(writer_of(profile, functions=True).workbook(filing(profile, rows=rows)))
        )
        names = [name for name in book.defined_names if name.endswith(texts_of("working")["names"]["area"])]
        areas = dict(destination for name in names for destination in book.defined_names[name].destinations)
        lasts[rows] = {title: range_boundaries(area.replace("$", ""))[3] for title, area in areas.items()}
    form = next(form for form in profile.forms.values() if form.repeated)
    assert lasts[6][form.sheet_name(0)] == lasts[4][form.sheet_name(0)] + 2
    assert place(form, dict.fromkeys(form.tables, 6)).last_row < lasts[6][form.sheet_name(0)]


# With the add-in: the true CallUDF of xlwings over stand-ins for Excel answers


def asked(book: openpyxl.Workbook, path: Path) -> list[list[str]]:
    """What the formula's function gives, with the values stored in the file."""
    stored = openpyxl.load_workbook(path, data_only=True)
    excel = Workbook(path.name)
    for sheet in stored.worksheets:
        excel.add(sheet.title, [[cell.value for cell in row] for row in sheet.iter_rows()])
    found = array(book)
    profile, names = re.fullmatch(r'=IFERROR\(XP_\w+\("([\w-]+)",(.*)\),""\)', found.text).groups()
    areas = [next(iter(book.defined_names[name].destinations)) for name in names.split(",")]
    ranges = [excel.Worksheets(title).Range(area.replace("$", "")) for title, area in areas]
    caller = excel.Worksheets(CHECK).Range(found.ref)
    with standins.installed("xlperf.udfs"):
        answer = standins.call("xlperf.udfs", TEXTS["function"], [profile, None, *ranges], caller)
    left, top, right, bottom = range_boundaries(found.ref)
    assert (len(answer), {len(row) for row in answer}) == (bottom - top + 1, {right - left + 1})
    return answer


def put(answer: list[list[str]], book: openpyxl.Workbook) -> None:
    """The answer into the cells of the array."""
    left, top, *_ = range_boundaries(array(book).ref)
    book[CHECK].cell(top, left).value = None
    for row, values in enumerate(answer, top):
        for column, value in enumerate(values, left):
            book[CHECK].cell(row, column).value = value


def seen(values: dict, row: int) -> dict[str, str]:
    """What a row of the panel shows, by column of the list."""
    shown = ((role, values.get((CHECK, f"{get_column_letter(at)}{row}"))) for at, role in enumerate(LIST, 1))
    return {role: value for role, value in shown if value not in (None, "")}


@pytest.fixture
def config_home(tmp_path, monkeypatch) -> None:
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.mark.usefixtures("config_home")
def test_what_the_function_answers_is_shown_in_the_columns_of_the_list(tmp_path: Path) -> None:
    profile = load_profile("hunan-yueyang-2024")
    path = tmp_path / "答.xlsx"
    path.write_bytes(writer_of(profile, functions=True).workbook(filing(profile)))
    book = openpyxl.load_workbook(path)
    top = range_boundaries(array(book).ref)[1]
    by_batch = [finding for finding in unfolded(check_file(path).findings) if finding.location.cell]
    answer = asked(book, path)
    put(answer, book)
    book.save(path)
    reported = [dict(zip(ROLES, map(str, row), strict=True)) for row in answer[1:]]
    places = {(finding.code, finding.location.sheet, finding.location.cell) for finding in by_batch}
    listed = [shown_finding for shown_finding in reported if shown_finding["code"]]
    assert len(listed) == TEXTS["rows"] - 1
    assert {
        (shown_finding["code"], shown_finding["sheet"], shown_finding["cell"])
        for shown_finding in listed
        if shown_finding["cell"]
    } <= places
    for values in (formualizer_values(path), libreoffice_values(path, tmp_path / "o")):
        for number, shown_finding in enumerate(listed, 1):
            shown = seen(values, top + number)
            assert shown.pop("number") == number
            assert {role: str(value) for role, value in shown.items()} == {
                role: text for role, text in shown_finding.items() if text
            }
        assert seen(values, top + TEXTS["rows"]) == {"message": TEXTS["more"]}
        texts = {value for (name, _), value in values.items() if name == CHECK}
        assert TEXTS["missing"] not in texts
        assert {
            text.format(answer=answer[0][0]) for text in (TEXTS["present"], TEXTS["link"]["present"])
        } <= texts


@pytest.mark.usefixtures("config_home")
def test_a_good_workbook_has_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "好.xlsx"
    path.write_bytes(writer_of(g.PROFILE, functions=True).workbook(g.filing()))
    answer = asked(openpyxl.load_workbook(path), path)
    assert [cell for row in answer for cell in row if cell] == [answer[0][0]]
    assert answer[0][0].startswith("没有发现问题")
