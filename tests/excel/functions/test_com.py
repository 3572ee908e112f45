"""Every function through xlwings' own CallUDF: what Excel hands over, and what goes into the cells."""

import datetime as dt

import pytest

from tests.excel.addin import standins
from tests.excel.addin.excelobjects import (
    ERROR_CODES,
    MISSING,
    Workbook,
    range_of,
)
from tests.excel.functions.official import sheets
from tests.excel.functions.typed import typed
from xlperf.declarations.worksheet_functions import declared

MODULE = "xlperf.udfs"
EXAMPLES = [
    (function, example) for function in declared().functions.values() for example in function.examples
]
ERRORS = sorted(ERROR_CODES)


@pytest.fixture(scope="module")
def xl():
    with standins.installed(MODULE):
        yield lambda name, *arguments, caller=None: standins.call(
            MODULE, name, arguments, caller or range_of([[None]], "K1")
        )


def in_cells(result):
    """A result as CallUDF hands it on: one cell bare, one row flat."""
    if not isinstance(result, list):
        return result
    return result[0][0] if len(result) == len(result[0]) == 1 else result[0] if len(result) == 1 else result


def complete(function, arguments):
    """Arguments as a wrapper passes them: those left out MISSING, the calling cells before the ranges."""
    for index, argument in enumerate(function.arguments):
        if argument.shape == "areas":
            given = arguments[index:]
            return [*arguments[:index], None, *given, *[MISSING] * (argument.most - len(given))]
    return [*arguments, *[MISSING] * (len(function.arguments) - len(arguments))]


@pytest.mark.parametrize(("function", "example"), EXAMPLES, ids=lambda value: getattr(value, "name", ""))
@pytest.mark.parametrize("as_ranges", [False, True], ids=["typed", "in cells"])
def test_every_example(xl, function, example, as_ranges):
    values = [typed(text) for text in example.arguments]
    grids = [value if isinstance(value, list) else [[value]] for value in values]
    given = (
        [range_of(grid) for grid in grids]
        if as_ranges
        else [tuple(map(tuple, value)) if isinstance(value, list) else value for value in values]
    )
    assert xl(function.name, *complete(function, given)) == in_cells(example.result)


CELLWISE = [
    function
    for function in declared().functions.values()
    if all(argument.shape in ("cell", "single") for argument in function.arguments)
]


@pytest.mark.parametrize("function", CELLWISE, ids=lambda value: value.name)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_cell_gives_a_message_that_names_it(xl, function, error):
    given = [range_of([[ERROR_CODES[error]]])] * len(function.arguments)
    result = xl(function.name, *given)
    assert isinstance(result, str)
    assert error in result


@pytest.mark.parametrize("function", CELLWISE, ids=lambda value: value.name)
def test_blank_cells_give_a_blank(xl, function):
    blanks = [range_of([[None]])] * sum(not argument.is_profile for argument in function.arguments)
    assert xl(function.name, *complete(function, blanks)) == ""


def test_an_error_without_a_text_of_its_own_is_an_error_all_the_same(xl):
    spilled = -2146826243
    assert xl("XP_STAFF_CONTROL_RATE", spilled, 100.0, MISSING) == "在职人员数是错误值 #SPILL!，请先改正"


def test_a_column_against_one_cell(xl):
    rates = xl("XP_STAFF_CONTROL_RATE", range_of([[95], [None], ["1,200.5"]]), range_of([[100]]), MISSING)
    assert rates == [[0.95], [""], [12.005]]


def test_currency_and_dates_as_cells_have_them(xl):
    late = xl(
        "XP_WORKDAYS_LATE", range_of([[dt.datetime(2025, 7, 15)]]), range_of([[dt.datetime(2025, 7, 18)]])
    )
    assert late == 3
    refused = xl("XP_EXECUTION_RATE", range_of([[dt.datetime(2025, 7, 15)]]), 100.0, MISSING)
    assert refused == "全年执行数“2025-07-15”是日期，不是数字"


@pytest.fixture(scope="module")
def workbook():
    """The good workbook of the received files, as Excel has it open."""
    made = Workbook("单位.xlsx")
    for title, rows in sheets().items():
        made.add(title, rows)
    return made


def whole(sheet, columns):
    return sheet.Range(f"A1:{columns}{sheet.UsedRange.Rows.Count}")


def test_check_reports_sheet_and_cell_of_ranges(xl, workbook):
    basic = workbook.Worksheets(1)
    kept = basic.values[4, 6]
    basic.values[4, 6] = 0.5
    try:
        result = xl("XP_CHECK", "hunan-yueyang-2024", None, whole(basic, "G"))
    finally:
        basic.values[4, 6] = kept
    assert result[0][0] == "共 1 条"
    assert result[1][:3] == ["错误", basic.Name, "F4"]
    assert result[1][-1] == "B501"
    assert result[1][4:6] == ["50.00%", "100.00%"]


def test_check_of_whole_columns_reads_the_used_rows(xl, workbook):
    basic = workbook.Worksheets(1)
    assert xl("XP_CHECK", "", None, basic.Range("A1:G1048576")).startswith(
        "没有发现问题：查了《基础数据表》1 张"
    )


def test_check_of_a_range_in_place_of_the_profile(xl, workbook):
    assert xl("XP_CHECK", whole(workbook.Worksheets(2), "I"), None).startswith("没有发现问题")


def test_check_fills_the_block_that_holds_the_formula(xl, workbook):
    basic = workbook.Worksheets(1)
    caller = range_of([[None] * 10] * 4, "K1")
    result = xl("XP_CHECK", "hunan-yueyang-2024", None, whole(basic, "G"), caller=caller)
    assert len(result) == 4
    assert {len(row) for row in result} == {10}
    assert result[0][0].startswith("没有发现问题")
    assert {cell for row in result[1:] for cell in row} == {""}


def test_check_says_in_the_last_row_what_the_block_has_no_room_for(xl, workbook):
    ranges = [whole(workbook.Worksheets(number), letter) for number, letter in ((1, "G"), (2, "I"), (3, "I"))]
    everything = xl("XP_CHECK", "", None, *ranges)
    assert len(everything) > 3
    cut = xl("XP_CHECK", "", None, *ranges, caller=range_of([[None] * 9] * 3, "K1"))
    assert cut[:2] == everything[:2]
    assert cut[2][0] == f"还有 {len(everything) - 2} 条没有显示，请把公式的区域加高。"


def test_check_without_ranges_says_how_it_is_called(xl):
    assert xl("XP_CHECK", "", None).startswith("请选要检查的表")


def test_profile_that_does_not_exist(xl):
    assert xl("XP_GRADE", 90.0, "hunan-1999").startswith("没有口径“hunan-1999”")
