"""Evaluation over a scope: what callers may pass, how errors travel, columns where one value is needed."""

import pytest

from tests.expressions import value_of
from xlperf.expressions import ErrorValue, compile_expression, parse

SCOPE = {
    "空": None,
    "整": 3,
    "真": True,
    "无": ErrorValue.NA,
    "零除": ErrorValue.DIV0,
    "列": [1.0, 2.0, 3.0],
    "一行": (4.0,),
    "项目!执行": 50.0,
    "digits!控制率": 4,
}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("空", 0.0),
        ("整", 3.0),
        ("真", True),
        ("无", ErrorValue.NA),
        ("+真", True),
        ("项目!执行*2", 100.0),
        ("PRINTED(79/80.1,控制率)", 0.9863),
        ("#REF!", ErrorValue.REF),
        ("1+#N/A", ErrorValue.NA),
        ("一行+1", 5.0),
        ("列+1", ErrorValue.VALUE),
        ("列", ErrorValue.VALUE),
        ("ISERROR(列)", True),
        ("ABS(列)", ErrorValue.VALUE),
        ('IF(一行=4,"是","否")', "是"),
        ("SUM(列,一行,整)", 13.0),
        ("SUM(IF(真,列,一行))", 6.0),
        ("SUM(IFERROR(列,0))", 6.0),
    ],
)
def test_value(formula: str, value: object) -> None:
    assert value_of(formula, SCOPE) == value


@pytest.mark.parametrize(
    ("formula", "error"),
    [
        ("无+零除", ErrorValue.NA),
        ("零除+无", ErrorValue.DIV0),
        ("MAX(1/0,无)", ErrorValue.DIV0),
        ("SUM(无,1/0)", ErrorValue.NA),
        ("IF(零除,无,1)", ErrorValue.DIV0),
        ("IF(TRUE,无,零除)", ErrorValue.NA),
        ("IFERROR(无,零除)", ErrorValue.DIV0),
        ('"x"&无', ErrorValue.NA),
        ("无=无", ErrorValue.NA),
        ("-无", ErrorValue.NA),
        ("无%", ErrorValue.NA),
        ('ROUND("x",无)', ErrorValue.VALUE),
        ("LEFT(无,零除)", ErrorValue.NA),
        ("COUNTIF(列,零除)", ErrorValue.DIV0),
    ],
)
def test_the_first_error_met_wins(formula: str, error: ErrorValue) -> None:
    assert value_of(formula, SCOPE) is error


def test_a_number_is_always_a_double() -> None:
    assert type(value_of("整", SCOPE)) is float
    assert type(value_of("IF(TRUE,整)", SCOPE)) is float


def test_branches_not_taken_are_not_evaluated() -> None:
    assert value_of("IF(TRUE,1,没有这个字段)") == 1.0
    assert value_of("IF(FALSE,没有这个字段,2)") == 2.0
    assert value_of("IFERROR(3,没有这个字段)") == 3.0


def test_a_name_missing_from_the_scope_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError, match="没有这个字段"):
        value_of("没有这个字段+1")


def test_one_function_serves_many_scopes() -> None:
    rate = compile_expression(parse("IF(预算=0,0,ROUND(MIN(执行/预算,1)*10,2))"))
    assert rate({"预算": 1278.45, "执行": 1253.78}) == 9.81
    assert rate({"预算": 100.0, "执行": 98.49}) == 9.85
    assert rate({"预算": 0.0, "执行": 5.0}) == 0.0
    assert rate({"预算": None, "执行": None}) == 0.0
    assert rate({"预算": "——", "执行": 5.0}) is ErrorValue.VALUE


def test_names_cannot_smuggle_code() -> None:
    """A name enters the compiled function as a string only."""
    assert value_of("__import__", {"__import__": 1.0}) == 1.0
    assert value_of("\"'+str(1)+'\\\"", {}) == "'+str(1)+'\\"
