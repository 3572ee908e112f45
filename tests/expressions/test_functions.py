"""A table of hand-computed cases for each function, straight from Excel's documentation and habits.

Cases marked with a dagger in their comment differ in LibreOffice or formualizer and follow Excel.
"""

import pytest

from tests.expressions import value_of
from xlperf.expressions import (
    FUNCTIONS,
    ErrorValue,
    functions_used,
    parse,
)

DIV0, NA, NUM, REF, VALUE = (
    ErrorValue.parse(text) for text in ("#DIV/0!", "#N/A", "#NUM!", "#REF!", "#VALUE!")
)

SCOPE = {
    "空": None,
    "数": 7.5,
    "文": "5",
    "字": "三公经费",
    "真": True,
    "错": NA,
    "级": ("产出", "产出", "效益", None, ""),
    "分": (10.0, 20.0, 30.0, None, 1.5),
    "杂": (5.0, "5", "ab", "Ab x", None, True, "", 7.5, "*", 0.0, "50%", 0.5),
    "量": (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0),
    "坏": (1.0, NA, "x", 2.0),
    "一行": (3.0,),
    "无行": (),
    "假日": (45293.0, 45297.0, None),
    "次": ("甲", "甲", "乙", "丙", "丙"),
}

CASES: dict[str, list[tuple[str, object]]] = {
    "SUM": [
        ("SUM(1,2,3)", 6.0),
        ('SUM("5",TRUE)', 6.0),  # † LibreOffice: #VALUE!
        ('SUM("x")', VALUE),
        ("SUM(文,真,空,字)", 0.0),
        ("SUM(文+0,1)", 6.0),
        ("SUM(杂)", 13.0),  # † LibreOffice counts TRUE
        ("SUM(分,数,1)", 70.0),
        ("SUM(坏)", NA),
        ("SUM(无行)", 0.0),
        ("SUM(0.1,0.2,-0.3)", 0.0),
        ("SUM(969.32,234.18)=1203.5", True),
        ("SUM(IF(TRUE,文),1)", 1.0),
        ("SUM(IFERROR(文,0),1)", 1.0),
        ("SUM(IFERROR(错,3),1)", 4.0),
        ("SUM(IF(FALSE,1))", 0.0),
        ("SUM(1E+308,1E+308)", NUM),
    ],
    "AVERAGE": [("AVERAGE(1,2,6)", 3.0), ("AVERAGE(分)", 15.375), ("AVERAGE(空)", DIV0), ("AVERAGE(坏)", NA)],
    "MIN": [
        ("MIN(3,-1)", -1.0),
        ("MIN(空,5)", 5.0),
        ("MIN(空+0,5)", 0.0),
        ("MIN(杂)", 0.0),
        ("MIN(级)", 0.0),
    ],
    "MAX": [
        ("MAX(3,-1)", 3.0),
        ('MAX("5",2)', 5.0),
        ("MAX(真)", 0.0),
        ("MAX(级)", 0.0),
        ("MAX(分,文)", 30.0),
    ],
    "COUNT": [
        ("COUNT(杂)", 4.0),
        ('COUNT("5",TRUE,"x")', 2.0),
        ("COUNT(1/0,2)", 1.0),  # † formualizer: #DIV/0!
        ("COUNT(坏,错)", 2.0),
        ("COUNT(文,空,数)", 1.0),
    ],
    "COUNTA": [
        ("COUNTA(杂)", 11.0),
        ('COUNTA(1/0,"")', 2.0),
        ("COUNTA(空,错,数)", 2.0),
        ("COUNTA(无行)", 0.0),
    ],
    "COUNTBLANK": [("COUNTBLANK(杂)", 2.0), ("COUNTBLANK(空)", 1.0), ("COUNTBLANK(坏)", 0.0)],
    "COUNTIF": [
        ("COUNTIF(杂,5)", 2.0),  # text "5" too; † LibreOffice: 1
        ('COUNTIF(杂,"5")', 2.0),
        ('COUNTIF(杂,">3")', 2.0),
        ('COUNTIF(杂,"<5")', 2.0),
        ('COUNTIF(杂,"")', 2.0),
        ('COUNTIF(杂,"=")', 1.0),
        ('COUNTIF(杂,"<>")', 11.0),
        ('COUNTIF(杂,"<>5")', 10.0),
        ('COUNTIF(杂,"a*")', 2.0),
        ('COUNTIF(杂,"A?")', 1.0),
        ('COUNTIF(杂,"<>a*")', 10.0),
        ('COUNTIF(杂,"=AB")', 1.0),
        ('COUNTIF(杂,"~*")', 1.0),
        ('COUNTIF(杂,"*")', 6.0),  # text cells, "" too; † LibreOffice: 11
        ("COUNTIF(杂,TRUE)", 1.0),
        ('COUNTIF(杂,"true")', 1.0),
        ("COUNTIF(杂,空)", 1.0),
        ('COUNTIF(杂,"50%")', 2.0),
        ('COUNTIF(杂,">a")', 2.0),
        ('COUNTIF(坏,"#N/A")', 1.0),
        ('COUNTIF(坏,"<>1")', 3.0),
        ('COUNTIF(坏,">="&1)', 2.0),
        ("COUNTIF(分,错)", NA),
    ],
    "COUNTIFS": [
        ('COUNTIFS(级,"产出",分,">15")', 1.0),
        ('COUNTIFS(级,"<>",分,">0")', 4.0),
        ('COUNTIFS(级,"产出",杂,1)', VALUE),
    ],
    "SUMIF": [
        ('SUMIF(级,"产出",分)', 30.0),
        ('SUMIF(级,"<>产出",分)', 31.5),
        ('SUMIF(分,">10")', 50.0),
        ("SUMIF(数,7.5)", 7.5),
        ('SUMIF(坏,">0")', 3.0),
        ('SUMIF(级,"",分)', 1.5),
        ('SUMIF(级,"产出",杂)', 5.0),
        ('SUMIF(杂,">0",级)', VALUE),
        ('SUMIF(级,"无此级",分)', 0.0),
    ],
    "SUMIFS": [
        ('SUMIFS(分,级,"产出",分,"<15")', 10.0),
        ('SUMIFS(分,级,"产出")', 30.0),
        ('SUMIFS(坏,坏,">0")', 3.0),
    ],
    "SUMPRODUCT": [
        ('SUMPRODUCT((级="产出")*分)', 30.0),
        ('SUMPRODUCT((级="产出")*1,分)', 30.0),
        ('SUMPRODUCT(--(级="效益"))', 1.0),
        ("SUMPRODUCT(ISNUMBER(杂)*1)", 4.0),  # † formualizer: 0
        ("SUMPRODUCT(杂,量)", 5 + 60.0 + 6),
        ("SUMPRODUCT(杂*量)", VALUE),
        ("SUMPRODUCT(1/COUNTIF(次,次))", 3.0),
        ("SUMPRODUCT(ROUND(分*10%,0))", 6.0),
        ('SUMPRODUCT((级="产出")*(分>15)*分)', 20.0),
        ("SUMPRODUCT(LEN(次)*1)", 5.0),
        ("SUMPRODUCT(分,量)", VALUE),
        ("SUMPRODUCT(2,3)", 6.0),
        ("SUMPRODUCT(分*一行)", 184.5),
        ("SUMPRODUCT((坏=1)*1)", NA),
        ("SUMPRODUCT(ISERROR(坏)*1)", 1.0),
        ("SUMPRODUCT(+分,-分%)", -14.0225),
        ("SUMPRODUCT(无行)", 0.0),
        ("SUMPRODUCT(分*MAX(分))", 1845.0),
        ("SUMPRODUCT(分*(1/0))", DIV0),
        ('SUMPRODUCT((级&次="产出甲")*1)', 2.0),
    ],
    "ROUND": [
        ("ROUND(2.5,0)", 3.0),
        ("ROUND(-2.5,0)", -3.0),
        ("ROUND(1.005,2)", 1.01),
        ("ROUND(1250,-2)", 1300.0),
        ("ROUND(文,1.9)", 5.0),
        ("ROUND(字,0)", VALUE),
    ],
    "ROUNDDOWN": [
        ("ROUNDDOWN(-1.29,1)", -1.2),
        ("ROUNDDOWN(0.29*100,0)", 29.0),
        ("ROUNDDOWN(99.88,0)", 99.0),
    ],
    "ROUNDUP": [("ROUNDUP(-1.21,1)", -1.3), ("ROUNDUP((0.1+0.2)*10,0)", 3.0), ("ROUNDUP(1234,-2)", 1300.0)],
    "ABS": [("ABS(-2.5)", 2.5), ('ABS("-5")', 5.0), ("ABS(空)", 0.0)],
    "INT": [("INT(-1.5)", -2.0), ("INT(8.9)", 8.0), ("INT(0.29*100)", 29.0)],  # † formualizer: 28
    "MOD": [
        ("MOD(-3,2)", 1.0),
        ("MOD(3,-2)", -1.0),
        ("MOD(5,0)", DIV0),
        ("MOD(0.3,0.1)", 0.0),
    ],  # † formualizer: 0.1
    "N": [('N("5")', 0.0), ("N(TRUE)", 1.0), ("N(数)", 7.5), ("N(错)", NA), ("N(空)", 0.0)],
    "IF": [
        ("IF(2,1)", 1.0),
        ("IF(0,1)", False),
        ("IF(空,1,2)", 2.0),
        ('IF("true",1,2)', 1.0),
        ("IF(文,1,2)", VALUE),  # † LibreOffice: 1
        ("IF(TRUE,1,1/0)", 1.0),
        ("IF(FALSE,1/0,空)", 0.0),
        ('IF(TRUE,空)&"x"', "x"),
        ("IF(错,1,2)", NA),
    ],
    "IFERROR": [
        ('IFERROR(1/0,"")', ""),
        ("IFERROR(数,1/0)", 7.5),
        ("IFERROR(空,1)", 0.0),
        ("IFERROR(错,错)", NA),
    ],
    "AND": [
        ("AND(1,数>7)", True),
        ("AND(1,0)", False),
        ("AND(FALSE,1/0)", DIV0),
        ("AND(空)", VALUE),
        ("AND(空,TRUE)", True),
        ("AND(文)", VALUE),
        ('AND("x",TRUE)', VALUE),
        ("AND(分)", True),
        ("AND(坏)", NA),
    ],
    "OR": [("OR(0,FALSE)", False), ("OR(空,1)", True), ("OR(1/0,TRUE)", DIV0), ("OR(杂)", True)],
    "NOT": [("NOT(0)", True), ("NOT(空)", True), ('NOT("x")', VALUE)],
    "ISBLANK": [
        ("ISBLANK(空)", True),
        ('ISBLANK("")', False),
        ("ISBLANK(错)", False),
        ("ISBLANK(INDEX(分,4))", True),
    ],
    "ISNUMBER": [
        ("ISNUMBER(数)", True),
        ("ISNUMBER(文)", False),
        ("ISNUMBER(真)", False),
        ("ISNUMBER(1/0)", False),
    ],
    "ISTEXT": [("ISTEXT(文)", True), ("ISTEXT(空)", False), ("ISTEXT(错)", False)],
    "ISERROR": [("ISERROR(错)", True), ("ISERROR(字+1)", True), ("ISERROR(数)", False)],
    "LEN": [("LEN(字)", 4.0), ("LEN(1.50)", 3.0), ("LEN(空)", 0.0)],
    "TRIM": [
        ('TRIM("  a   b  ")', "a b"),
        ('TRIM("　a　")', "　a　"),
    ],  # † formualizer cuts full-width blanks
    "LEFT": [
        ('LEFT("abc")', "a"),
        ('LEFT("abc",0)', ""),
        ('LEFT("abc",-1)', VALUE),
        ('LEFT("abc",1.9)', "a"),
    ],
    "RIGHT": [("RIGHT(字,2)", "经费"), ("RIGHT(字,9)", "三公经费"), ("RIGHT(字,0)", "")],
    "MID": [("MID(字,2,2)", "公经"), ("MID(字,5,1)", ""), ("MID(字,0,1)", VALUE), ("MID(字,1,-1)", VALUE)],
    "FIND": [
        ('FIND("经",字)', 3.0),
        ('FIND("B","abc")', VALUE),
        ('FIND("a","aba",2)', 3.0),
        ('FIND("","abc")', 1.0),  # † LibreOffice: #VALUE!
        ('FIND("a","abc",0)', VALUE),
    ],
    "SUBSTITUTE": [
        ('SUBSTITUTE("a-b-c","-","")', "abc"),
        ('SUBSTITUTE("a-b-c","-","+",2)', "a-b+c"),
        ('SUBSTITUTE("a-b-c","-","+",3)', "a-b-c"),
        ('SUBSTITUTE("aAa","a","b")', "bAb"),
        ('SUBSTITUTE("abc","","x")', "abc"),
        ('SUBSTITUTE("abc","a","x",0)', VALUE),
    ],
    "EXACT": [('EXACT("a","A")', False), ('EXACT(1,"1")', True), ('EXACT(空,"")', True)],
    "REPT": [
        ('REPT("ab",3)', "ababab"),
        ('REPT("a",2.9)', "aa"),
        ('REPT("a",-1)', VALUE),
        ('REPT("a",40000)', VALUE),
    ],
    "UPPER": [('UPPER("abc三")', "ABC三")],
    "CHAR": [("CHAR(10)", "\n"), ("CHAR(65.9)", "A"), ("CHAR(0)", VALUE), ("CHAR(200)", VALUE)],
    "VALUE": [
        ('VALUE("98.49%")', pytest.approx(0.9849, abs=1e-15)),
        ('VALUE(" -1,234.50 ")', -1234.5),
        ('VALUE("2024/1/2")', 45293.0),
        ('VALUE("")', VALUE),
        ("VALUE(空)", 0.0),
        ("VALUE(TRUE)", VALUE),
    ],
    "TEXT": [
        ('TEXT(0.98485,"0.00%")', "98.49%"),
        ('TEXT("50%","0.00")', "0.50"),
        ('TEXT(字,"0.00")', "三公经费"),
        ('TEXT(TRUE,"0")', "TRUE"),  # † both engines: 1
        ('TEXT(空,"0.00")', "0.00"),
        ('TEXT(1,字&"x")', VALUE),
        ('TEXT(45292,"yyyy年m月d日")', "2024年1月1日"),
        ('TEXT(-1,"yyyy")', VALUE),
    ],
    "DATE": [
        ("DATE(2024,1,1)", 45292.0),
        ("DATE(2024,13,1)", 45658.0),
        ("DATE(2024,0,1)", 45261.0),
        ("DATE(2024,1,0)", 45291.0),
        ("DATE(2024,3,-1)", 45350.0),
        ("DATE(24,1,1)", 8767.0),  # † LibreOffice: 2024
        ("DATE(9999,12,31)", 2958465.0),
        ("DATE(10000,1,1)", NUM),
        ("DATE(1900,1,0)", 0.0),
        ("DATE(-1,1,1)", NUM),
    ],
    "YEAR": [
        ("YEAR(45292)", 2024.0),
        ('YEAR("2023年12月31日")', 2023.0),
        ("YEAR(-1)", NUM),
        ("YEAR(空)", 1900.0),
    ],
    "MONTH": [("MONTH(45292.9)", 1.0), ('MONTH("2024-03-05")', 3.0)],
    "DAY": [("DAY(45292)", 1.0), ("DAY(60)", 29.0), ('DAY("2024-02-30")', VALUE)],
    "NETWORKDAYS": [
        ("NETWORKDAYS(DATE(2025,7,15),DATE(2025,7,30))", 12.0),
        ("NETWORKDAYS(45292,45299)", 6.0),
        ("NETWORKDAYS(45299,45292)", -6.0),
        ("NETWORKDAYS(45297,45298)", 0.0),
        ("NETWORKDAYS(45292,45299,假日)", 5.0),
        ("NETWORKDAYS(45292,45292)", 1.0),
        ("NETWORKDAYS(45292,45299,坏)", NA),
    ],
    "WORKDAY": [
        ("WORKDAY(45292,5)", 45299.0),
        ("WORKDAY(45292,-1)", 45289.0),
        ("WORKDAY(45297,0)", 45297.0),
        ("WORKDAY(45292,1,假日)", 45294.0),
        ("WORKDAY(45292,1.9)", 45293.0),
        ("WORKDAY(45292,1E+9)", NUM),
    ],
    "INDEX": [
        ("INDEX(分,2)", 20.0),
        ("INDEX(分,2,1)", 20.0),
        ("INDEX(分,4)", 0.0),
        ("INDEX(分,6)", REF),
        ("INDEX(分,1,2)", REF),
        ("INDEX(分,0)", VALUE),
        ("INDEX(坏,2)", NA),
        ("SUM(INDEX(杂,2),1)", 1.0),
    ],
    "MATCH": [
        ("MATCH(30,分,0)", 3.0),
        ('MATCH("5",杂,0)', 2.0),
        ('MATCH("AB",杂,0)', 3.0),
        ('MATCH("a* ?",杂,0)', 4.0),
        ("MATCH(TRUE,杂,0)", 6.0),
        ("MATCH(空,杂,0)", 10.0),
        ('MATCH("~*",杂,0)', 9.0),
        ("MATCH(2,坏,0)", 4.0),
        ("MATCH(99,分,0)", NA),
    ],
}


@pytest.mark.parametrize(
    ("formula", "expected"), [case for cases in CASES.values() for case in cases], ids=str
)
def test_value(formula: str, expected: object) -> None:
    result = value_of(formula, SCOPE)
    assert result == expected
    assert type(result) is type(expected) or not isinstance(expected, float | bool | str)


def test_every_function_has_cases_that_use_it() -> None:
    assert set(CASES) == set(FUNCTIONS)
    for name, cases in CASES.items():
        assert all(name in functions_used(parse(formula)) for formula, _ in cases), name


@pytest.mark.parametrize(
    ("name", "counts"),
    [("ROUND", {2}), ("IF", {2, 3}), ("MATCH", {3}), ("SUM", {1, 2, 3, 4, 5, 6, 7}), ("SUMIFS", {3, 5, 7})],
)
def test_arity(name: str, counts: set[int]) -> None:
    assert {count for count in range(8) if FUNCTIONS[name].accepts(count)} == counts
    assert not FUNCTIONS["SUM"].accepts(256)
