"""Every function over HTTP, as Office.js sends its arguments, gives what the plain call gives."""

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.excel.functions.typed import typed
from tests.received.good import good
from xlperf import udfs
from xlperf.declarations.worksheet_functions import Function, declared

FUNCTIONS = list(declared().functions.values())
EXAMPLES = [(function, example) for function in FUNCTIONS for example in function.examples]
CELLWISE = [
    function
    for function in FUNCTIONS
    if all(argument.shape in ("cell", "single", "range") for argument in function.arguments)
]
ERROR = {"type": "Error", "errorType": "Div0", "basicValue": "#DIV/0!"}
DATE = {"type": "FormattedNumber", "basicValue": 45853, "numberFormat": "yyyy-mm-dd"}


def plain(cell: Any) -> Any:
    """A cell of Office.js as COM and Python callers give it."""
    if isinstance(cell, dict):
        return cell["basicValue"]
    return None if cell == "" else cell


def at_once(function: Function, arguments: list[list[list[Any]] | None]) -> list[list[Any]]:
    """The plain call in the shape in which Office.js takes results."""
    values = [
        None if value is None else [[plain(cell) for cell in row] for row in value] for value in arguments
    ]
    result = getattr(udfs, function.name)(*values)
    rows = result if isinstance(result, list) else [[result]]
    return [["" if cell is None else cell for cell in row] for row in rows]


def matrix(value: Any) -> list[list[Any]]:
    rows = value if isinstance(value, list) else [[value]]
    return [["" if cell is None else cell for cell in row] for row in rows]


def sent(function: Function, arguments: list[list[list[Any]]]) -> list[Any]:
    """The arguments of a call: those of a repeating parameter together, those left out null."""
    fixed = [argument for argument in function.arguments if argument.shape != "areas"]
    if len(fixed) < len(function.arguments):
        return [*arguments[: len(fixed)], arguments[len(fixed) :]]
    return [*arguments, *[None] * (len(fixed) - len(arguments))]


@pytest.mark.parametrize(("function", "example"), EXAMPLES, ids=lambda value: getattr(value, "name", ""))
def test_every_example(service, function, example):
    given = [matrix(typed(text)) for text in example.arguments]
    assert service.rows(function.name, sent(function, given)) == matrix(example.result)


CELLS = st.one_of(
    st.integers(-5, 2_000),
    st.floats(-1e6, 1e6).map(lambda value: round(value, 2)),
    st.sampled_from(
        ["", None, "——", "98.49%", "1,200.5", "≥95%", "12万元", "文字", True, 0, ERROR, DATE, 45657.0]
    ),
)


@pytest.mark.parametrize("function", CELLWISE, ids=lambda value: value.name)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_cells_and_columns(service, function, data):
    height = data.draw(st.integers(1, 3), "rows")
    given = []
    for argument in function.arguments:
        if argument.is_profile:
            given.append(
                data.draw(st.sampled_from([None, [["hunan-yueyang-2024"]], [["没有的"]]]), argument.name)
            )
        else:
            rows = 1 if argument.shape == "single" else data.draw(st.sampled_from([1, height]), argument.name)
            given.append([[data.draw(CELLS, argument.name)] for _ in range(rows)])
    assert service.rows(function.name, given) == at_once(function, given)


def test_numbers_arrive_whole_or_not_all_the_same(service):
    for staff, posts in ((95, 100), (95.0, 100.0), ("95", "１００")):
        assert service.rows("XP_STAFF_CONTROL_RATE", [[[staff]], [[posts]], None]) == [[0.95]]


def test_blank_error_and_date_cells_of_office_js(service):
    rows = service.rows("XP_STAFF_CONTROL_RATE", [[[""], [None], [ERROR], [95]], [[100]], None])
    assert [rows[0], rows[1], rows[3]] == [[""], [""], [0.95]]
    assert "#DIV/0!" in rows[2][0]
    assert service.rows("XP_WORKDAYS_LATE", [[[45853]], [[DATE | {"basicValue": 45856}]]]) == [[3]]


def test_a_profile_may_be_named_or_left_out(service):
    arguments = [[[95]], [[100]]]
    for profile in ([], [None], [[["hunan-yueyang-2024"]]], [[[""]]]):
        assert service.rows("XP_STAFF_CONTROL_RATE", [*arguments, *profile]) == [[0.95]]


@pytest.fixture(scope="module")
def sheets():
    """The official sheets of the good workbook, as Office.js sends ranges."""
    book = openpyxl.load_workbook(io.BytesIO(good()), data_only=True)
    return [
        [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets[:3]
    ]


def test_check_of_a_whole_workbook(service, sheets):
    found = service.rows("XP_CHECK", [[["hunan-yueyang-2024"]], sheets])
    ranges = [[[plain(cell) for cell in row] for row in sheet] for sheet in sheets]
    assert found == udfs.XP_CHECK([["hunan-yueyang-2024"]], None, *ranges)


def test_check_finds_a_wrong_rate(service, sheets):
    basic = [row.copy() for row in sheets[0]]
    basic[3][5] = 0.5
    found = service.rows("XP_CHECK", [[[""]], [basic]])
    names = [column["shows"] for column in declared().functions["XP_CHECK"].options["columns"]]
    line = dict(zip(names, found[1], strict=True))
    assert (line["code"], line["cell"], line["value"], line["expected"]) == (
        "B501",
        "F4",
        "50.00%",
        "100.00%",
    )
    assert found[0][0] == "共 1 条"


def test_a_table_of_a_thousand_rows(service):
    table = [["≥100次", f"{number}次", 10] for number in range(1_000)]
    scores = service.rows("XP_INDICATOR_SCORES", [table, None])
    assert scores[0] == [0]
    assert scores[50] == [5]
    assert scores[100] == scores[999] == [10]


@pytest.mark.parametrize(
    ("places", "sheet", "cell"),
    [
        (["", "基础数据表!A1:G29"], "基础数据表", "F4"),
        (["", ["'基础 (改)'!$A$1:$G$29"]], "基础 (改)", "F4"),
        (["表!A1", "'[报表.xlsx]甲''乙'!C11:I39"], "甲'乙", "H14"),
        (["", "表!A:G"], "表", "F4"),
        (["", ""], "区域1", "F4"),
        (["基础数据表!A1:G29"], "区域1", "F4"),
        (["", "乱写!!"], "区域1", "F4"),
        (None, "区域1", "F4"),
        ({"a": 1}, "区域1", "F4"),
    ],
)
def test_check_names_the_sheet_where_excel_does(service, sheets, places, sheet, cell):
    basic = [row.copy() for row in sheets[0]]
    basic[3][5] = 0.5
    answer = service.call("XP_CHECK", [[["hunan-yueyang-2024"]], [basic]], parameter_addresses=places)
    assert answer.json["result"][1][1:3] == [sheet, cell]
