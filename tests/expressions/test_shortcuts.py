"""Formulas that are compiled by a shorter way, compared with the same written to take the long one."""

import itertools

import pytest

from xlperf.expressions import ErrorValue, compile_expression, parse

VALUES = [None, 0.0, 1.0, True, False, "", "a", "A", "甲", "甲乙", "1", ErrorValue.NA, ["甲"], ["甲", "乙"]]
COLUMNS = [
    [],
    [None, "", "甲"],
    ["甲", "甲乙", "甲"],
    ["a", "A", 1.0, True, None],
    ["甲", ErrorValue.DIV0],
    [1.0, 1.0, 0.0],
    "甲",
    None,
]


def same(short: str, long: str, names: dict) -> None:
    first, second = (compile_expression(parse(text))(names) for text in (short, long))
    assert (type(first), first) == (type(second), second), (short, names)


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("part", ["甲", "a", "1", "TRUE", ""])
def test_finding_a_text(part, value):
    for function in ("ISNUMBER", "ISERROR"):
        same(f'{function}(FIND("{part}",值))', f'{function}(FIND("{part}",值,1))', {"值": value})


@pytest.mark.parametrize(("column", "value"), list(itertools.product(COLUMNS, VALUES)), ids=repr)
def test_counting_what_equals_a_value(column, value):
    same("SUMPRODUCT((列=值)*1)", "SUMPRODUCT((列=值)*1*1)", {"列": column, "值": value})


@pytest.mark.parametrize("column", COLUMNS, ids=repr)
def test_counting_what_is_filled(column):
    same('SUMPRODUCT((列<>"")*1)', 'SUMPRODUCT((列<>"")*1*1)', {"列": column})


NUMBERS = [0.0, 1.0, -1.0, 0.1 + 0.2, 0.3, 1e15, 1e15 + 1, 5e-324]


@pytest.mark.parametrize(("left", "right"), list(itertools.product(NUMBERS, NUMBERS)))
def test_order_of_numbers_agrees_with_their_difference(left, right):
    """Numbers alike to 15 digits are neither less nor greater, as their difference is 0."""
    names = {"左": left, "右": right}
    difference = compile_expression(parse("左-右"))(names)
    for operator, holds in (("<", difference < 0), ("<=", difference <= 0), (">", difference > 0)):
        assert compile_expression(parse(f"左{operator}右"))(names) is holds
    assert compile_expression(parse("左>=右"))(names) is (difference >= 0)


@pytest.mark.parametrize("left", VALUES, ids=repr)
@pytest.mark.parametrize("operator", ["=", "<>", "<", "<=", ">", ">="])
def test_comparing_names(operator, left):
    for right in VALUES:
        same(f"左{operator}右", f"IF(TRUE,左){operator}IF(TRUE,右)", {"左": left, "右": right})


@pytest.mark.parametrize("value", [*VALUES, [], [1.0], [ErrorValue.NA]], ids=repr)
def test_asking_for_a_number(value):
    same("ISNUMBER(值)", "ISNUMBER(IF(TRUE,值))", {"值": value if value is not None else ""})
