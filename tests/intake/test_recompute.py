"""Formulas as units write them: the functions believed agree with LibreOffice, hostile ones hang nothing."""

import time
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.engines import libreoffice_values
from tests.received import good as g
from xlperf.checks.file_check import check_file
from xlperf.checks.typed_formulas import same
from xlperf.declarations.findings import unfolded
from xlperf.expressions import ErrorValue
from xlperf.intake.open_any import open_book
from xlperf.intake.recompute import recompute
from xlperf.intake.trust import (
    AGGREGATES,
    SCALARS,
    is_link,
    read_formula,
)

DATA = [
    (120.5, "公车", 3, None, "2024年"),
    (80, "接待", 0, "", "74.44"),
    (-15.25, "出国", 7, 2.5, "无"),
    (0, "公车", None, 1, " 甲 "),
    (1000.005, "会议", 12, 45292, "乙"),
]
"""Sheet 数, rows 1 to 5, columns A to E."""

_ASKED = r"""
SUM(数!A1:A5) SUM(数!A:A) SUM(数!A1:C5,3) SUM(数!E1:E5) AVERAGE(数!A1:A5) AVERAGE(数!C1:C5) COUNT(数!A1:E5)
COUNT(数!D1:D5) COUNTA(数!B1:B5) MAX(数!A1:A5) MIN(数!A1:D5) PRODUCT(数!C1:C3) LARGE(数!A1:A5,2)
SMALL(数!A1:A5,2) SUMIF(数!B1:B5,"公车",数!A1:A5) SUMIF(数!A1:A5,">0") SUMIF(数!A:A,"<=80")
SUMIFS(数!A1:A5,数!B1:B5,"公车",数!C1:C5,">=1") COUNTIF(数!A1:A5,">0") COUNTIF(数!B1:B5,"公车")
COUNTIFS(数!A1:A5,">0",数!B1:B5,"公车") AVERAGEIF(数!A1:A5,">0") VLOOKUP("出国",数!B1:C5,2,FALSE)
VLOOKUP("没有",数!B1:C5,2,FALSE) VLOOKUP("会议",数!B:D,3,0) HLOOKUP(120.5,数!A1:E3,2,FALSE)
INDEX(数!A1:C5,2,3) INDEX(数!A1:A5,3) MATCH("会议",数!B1:B5,0) MATCH(0,数!A1:A5,0) ROWS(数!A1:A5)
COLUMNS(数!A1:E5) SUMPRODUCT(数!A1:A5,数!C1:C5) SUMPRODUCT((数!A1:A5>0)*(数!B1:B5="公车"))
SUMPRODUCT((数!A1:A5>0)*数!A1:A5) SUBTOTAL(9,数!A1:A5) SUBTOTAL(1,数!A1:A5) IF(数!A1>数!A2,"多","少")
IF(数!C4="",1,2) IF(数!A4,1,2) IFERROR(数!A1/数!A4,"不适用") IFERROR(数!A1/数!A2,0) AND(数!A1>0,数!A2>0)
OR(数!A4,数!A3>0) NOT(数!A4) ROUND(数!A5,2) ROUND(数!A3,1) ROUND(数!A1/3,4) ROUNDUP(数!A3,0)
ROUNDDOWN(数!A3,0) INT(数!A3) INT(数!A5) ABS(数!A3) MOD(7,3) MOD(-7,3) SIGN(数!A3) SQRT(数!A2) POWER(2,10)
TRUNC(数!A3) ISBLANK(数!C4) ISBLANK(数!A1) ISNUMBER(数!A1) ISNUMBER(数!B1) ISTEXT(数!B1)
ISERROR(数!A1/数!A4) ISERROR(数!A1) LEN(数!E1) LEFT(数!E1,4) RIGHT(数!E1,1) MID(数!E1,2,2) TRIM(数!E4)
CONCATENATE(数!B1,数!C1) EXACT(数!B1,数!B4) FIND("年",数!E1) SUBSTITUTE(数!E1,"年","") DATE(2024,2,30)
YEAR(数!D5) MONTH(数!D5) DAY(数!D5) CHOOSE(2,"甲","乙") 数!A1/数!A2 数!A1/数!A4 数!A1-数!C4 数!A1*5%
数!B1&数!C1 数!E2+1 数!A1>数!A2 -数!A1^2 数!C4
"""
FORMULAS = _ASKED.split()


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("functions") / "函数.xlsx"
    made = openpyxl.Workbook()
    data = made.worksheets[0]
    data.title = "数"
    for row in DATA:
        data.append(row)
    asked = made.create_sheet("式")
    for number, formula in enumerate(FORMULAS, 1):
        asked.cell(number, 1, f"={formula}")
    made.save(path)
    return path


def test_every_believed_function_is_compared():
    named = {name for name in AGGREGATES | SCALARS if any(f"{name}(" in formula for formula in FORMULAS)}
    assert named == AGGREGATES | SCALARS


def test_believed_functions_give_what_libreoffice_gives(book, tmp_path):
    places = [("式", f"A{number}") for number in range(1, len(FORMULAS) + 1)]
    ours = recompute(open_book(str(book)), places)
    assert not ours.left
    theirs = libreoffice_values(book, tmp_path / "recalculated")
    different = {
        formula: (ours.values[place], theirs.get(place))
        for formula, place in zip(FORMULAS, places, strict=True)
        if not same(_plain(ours.values[place]), _plain(theirs.get(place)))
    }
    assert different == {}


def _plain(value):
    if isinstance(value, date):
        return float((value - datetime(1899, 12, 30)).days)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return str(value) if isinstance(value, ErrorValue) else value


@pytest.mark.parametrize(
    "formula",
    [
        "[1]决算!$B$7",
        "SUM('[2]去 年'!A1:A3)",
        r"'D:\表\[甲.xlsx]表1'!A1+1",
        "[1]!单价",
        "程序|'主题'!A1",
        "[3]!'某 项'",
    ],
)
def test_links_to_other_files_and_programs_are_reported(formula):
    assert is_link(formula)
    assert read_formula(formula, "表", lambda _: None).doubt


@pytest.mark.parametrize("formula", ["表!A1", "'某 表'!B2", 'IF(A1="[1]表!A1",1,0)', 'SUM(表1[金额])&"!"'])
def test_other_sheets_texts_and_columns_of_lists_are_no_links(formula):
    assert not is_link(formula)


@pytest.mark.parametrize(
    ("formula", "believed"),
    [
        ("SUM(D5:D9)", True),
        ("SUM(D:D)/名字", False),  # an unknown name
        ("D5:D9", False),  # Excel of today spills it, Excel of 2010 takes one cell of it
        ("D5:D9*2", False),
        ("SUMPRODUCT((D5:D9>1)*1)", True),
        ("SUMPRODUCT((D:D>1)*1)", False),  # a million products
        ('COUNTIF(D:D,"*款*")', False),
        ("SUM(D5:INDEX(D:D,9))", False),
        ("NPV(0.1,D5)", False),
        ("SUM({1,2})", False),
        ("D5+", False),
        ("(" * 4000 + "1" + ")" * 4000, False),
        ("1+" * 4000 + "1", False),
    ],
)
def test_only_what_the_engine_reads_as_excel_does_is_believed(formula, believed):
    assert (read_formula(formula, "表", lambda _: None).doubt == "") is believed


def column(count: int, formula: str) -> g.Edit:
    """``count`` formulas in column K below the form, each row's number in place of {row}."""
    rows = "".join(
        f'<row r="{row}"><c r="K{row}"><f>{formula.format(row=row, next=40 + (row - 39) % count)}</f>'
        "<v>1</v></c></row>"
        for row in range(40, 40 + count)
    )
    return g.replaced("</sheetData>", f"{rows}</sheetData>")


SHARED = '<c r="K40"><f t="shared" ref="K40:K20039" si="0">SUM(A1:A9)+1</f><v>1</v></c>' + "".join(
    f'</row><row r="{row}"><c r="K{row}"><f t="shared" si="0"/><v>1</v></c>' for row in range(41, 20_040)
)


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (column(20_000, "A{row}+1"), {"M414"}),
        (g.replaced("</sheetData>", f'<row r="40">{SHARED}</row></sheetData>'), {"M414"}),
        (column(3_000, "SUM(A:A)+COUNT(F:F)+1"), {"M411", "M416"}),
        (column(3_000, "SUMPRODUCT((A1:A9999&gt;{row})*(B1:B9999))"), {"M414"}),
        (column(3_000, "K{next}+1"), {"M413", "M416"}),
    ],
    ids=["many", "shared", "whole columns", "long sums", "a circle"],
)
def test_nothing_hangs(edit, codes, tmp_path):
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited({g.BASIC: edit}))
    started = time.process_time()
    found = {finding.code for finding in unfolded(check_file(path).findings)}
    assert time.process_time() - started < 20
    assert found - {"T215", "F124"} == codes


@pytest.mark.parametrize(
    ("typed", "result"),
    [
        ("1,234.50", "1,230.50"),  # the engine reads no thousands
        ("５", "4"),
        ("8万元", "3"),
    ],
)
def test_a_difference_that_may_be_the_engines_is_not_called_out_of_date(typed, result, tmp_path):
    source, at = g.address("基础", "办公经费_本年决算数"), g.address("基础", "业务工作经费_上年决算数")
    path = tmp_path / g.file_name()
    edit = g.chained(g.text(source, typed), g.formula(at, f"{source}-4", result.replace(",", "")))
    path.write_bytes(g.edited({g.BASIC: edit}))
    codes = {finding.code for finding in unfolded(check_file(path).findings)}
    assert "M414" in codes
    assert "M411" not in codes


@pytest.mark.parametrize("link", ["{last}&{last}", "CONCATENATE({last},{last})", 'IF(1,{last},"")&{last}'])
def test_texts_that_double_are_left(tmp_path, link):
    """Forty formulas would make a text of a terabyte; what is not computed keeps its saved value."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet["A1"] = "x" * 16
    sheet["B1"], sheet["B2"] = '=A1&"y"', "=SUM(C1:C2)"
    sheet["B3"] = '="合计"&B2&"元"'
    sheet["D1"] = "=A1&A1"
    for row in range(2, 42):
        sheet[f"D{row}"] = "=" + link.format(last=f"D{row - 1}")
    made.save(tmp_path / "doubling.xlsx")
    book = open_book(tmp_path / "doubling.xlsx")
    title = sheet.title
    places = [(title, address) for address in ("B1", "B2", "B3", "D1", "D2", "D41")]
    result = recompute(book, places)
    assert result.values == {
        (title, "B1"): "x" * 16 + "y", (title, "B2"): 0, (title, "B3"): "合计0元", (title, "D1"): "x" * 32
    }  # fmt: skip
    assert set(result.left) == {(title, "D2"), (title, "D41")}


@pytest.mark.parametrize("formula", ['SUBSTITUTE(SUBSTITUTE("xx","x",A1),"x",A1)', 'SUBSTITUTE(A1,"x","xx")'])
def test_a_replacement_that_is_longer_is_left(formula):
    assert read_formula(formula, "表", lambda _: None).doubt
