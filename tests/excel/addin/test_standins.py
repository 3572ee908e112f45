"""The stand-ins for pywin32: xlwings' own Windows code runs over them, and nothing of them stays behind."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest
import xlwings

from tests.excel.addin import standins
from tests.excel.addin.excelobjects import (
    ERROR_CODES,
    MISSING,
    ComError,
    Range,
    Workbook,
    corners,
    range_of,
)

SAMPLE = "tests.excel.addin.sample"


@pytest.fixture(scope="module")
def xl():
    with standins.installed(SAMPLE):
        yield lambda name, *arguments, caller=None: standins.call(SAMPLE, name, arguments, caller)


def test_scalars_and_one_cell(xl):
    assert xl("XP_RATE", range_of([[95]]), 100.0) == 0.95
    assert xl("XP_RATE", 1.0, range_of([[4]])) == 0.25


def test_table_keeps_its_kinds(xl):
    rows = [
        [1, "x", None],
        [ERROR_CODES["#DIV/0!"], True, ""],
        [dt.datetime(2024, 12, 31), Decimal("1.5"), ERROR_CODES["#N/A"]],
    ]
    result = xl("XP_ECHO", range_of(rows), MISSING)
    written = dt.datetime(2024, 12, 31, tzinfo=dt.UTC)
    assert result == [
        [1.0, "x", ""],
        ["#DIV/0!", True, ""],
        [written, Decimal("1.5"), "#N/A"],
        ["", "", ""],
    ]


def test_array_constant_and_one_row(xl):
    assert xl("XP_ECHO", ((1.0, 2.0), (3.0, 4.0)), "z") == [[1.0, 2.0], [3.0, 4.0], ["z", "z"]]


def test_error_raised_by_a_function_reaches_vba(xl):
    with pytest.raises(ZeroDivisionError):
        xl("XP_RATE", range_of([[95]]), 0.0)


def test_caller_is_the_range_of_the_formula(xl):
    caller = range_of([[None, None]], "D5", "校验", "表.xlsx")
    assert xl("XP_WHERE", MISSING, caller=caller) == "表.xlsx|校验|$D$5:$E$5|(1, 2)"


def test_variable_arguments(xl):
    assert xl("XP_JOIN", "a", 1.0, range_of([["b", "c"]])) == "[['a']][[1.0]][['b', 'c']]"


def test_nothing_stays_behind():
    program = """
import sys, ctypes, xlwings
from tests.excel.addin import standins
before = (set(sys.modules), set(vars(xlwings)), set(vars(ctypes)), xlwings.func, list(xlwings.engines))
import tests.excel.addin.sample as plain
with standins.installed("tests.excel.addin.sample"):
    import tests.excel.addin.sample as bound
    assert hasattr(bound.XP_RATE, "__xlfunc__") and bound is not plain
    assert xlwings.engines.active.name == "excel"
assert sys.modules["tests.excel.addin.sample"] is plain and not hasattr(plain.XP_RATE, "__xlfunc__")
after = (set(sys.modules), set(vars(xlwings)), set(vars(ctypes)), xlwings.func, list(xlwings.engines))
assert not {n for n in after[0] - before[0] if n.startswith(("win32", "pythoncom", "pywin", "xlwings."))}
assert before[1:] == after[1:], (after[1] - before[1], after[2] - before[2])
assert xlwings.engines.active is None
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_generator_runs(xl):
    book = Workbook("xlperf.xlam")
    xlwings.udfs.import_udfs(SAMPLE, book)
    (text,) = book.VBProject.VBComponents.imported
    assert 'XLPy.CallUDF("tests.excel.addin.sample", "XP_RATE", Array(staff, quota), ActiveWorkbook' in text
    described = dict(book.Application.macro_options)["'xlperf.xlam'!XP_RATE"]
    assert described["Description"] == "在职人员控制率"
    assert described["ArgumentDescriptions"] == ["在职人员数", "编制数"]


@pytest.mark.parametrize(
    ("address", "place"),
    [("A1", (1, 1, 1, 1)), ("$AA$10:$AB$12", (10, 27, 3, 2)), ("XFD1048576", (1048576, 16384, 1, 1))],
)
def test_addresses(address, place):
    assert corners(address) == place
    sheet = Workbook().add("Sheet1")
    assert Range(sheet, place).GetAddress("$" in address, "$" in address) == address


def test_no_address():
    with pytest.raises(ComError):
        corners("A0:")


def test_sheet_through_xlwings(xl):
    book = Workbook("表.xlsx")
    book.add("甲", [[1, None], [None, "x"]])
    book.add("乙")
    wrapped = xlwings.Book(impl=xlwings._xlwindows.Book(xl=book))
    assert [sheet.name for sheet in wrapped.sheets] == ["甲", "乙"]
    sheet = wrapped.sheets["甲"]
    assert sheet.used_range.value == [[1.0, None], [None, "x"]]
    assert sheet.range("B2").value == "x"
    assert sheet.range((1, 1), (2, 1)).value == [1.0, None]
    assert wrapped.sheets["乙"].used_range.address == "$A$1"
