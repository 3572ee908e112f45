"""Values and messages printed by formulas as the checker prints them."""

import pytest

from xlperf.checks.rules_stage import render
from xlperf.declarations.native_formulas import message_node, printed_node
from xlperf.declarations.rule_loading import read_message
from xlperf.declarations.value_display import printed, type_of
from xlperf.expressions import ErrorValue, compile_expression, native, parse
from xlperf.expressions.tree import Reference, Text

VALUES = ["见附件", "12", 0.0, -0.004, 1253.785, 0.98486, 9.85, 47.0, 0.1 + 0.2, 1e15, 1e-5, True]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1253.785, "amount", "1253.79"),
        (0.98486, "rate", "98.49%"),
        (9.85, "score", "9.85"),
        (46.9999, "count", "47"),
        (1180.0, "area", "1180.00"),
        (-0.004, "amount", "0.00"),
        (0.1 + 0.2, None, "0.3"),
        (12.0, "text", "12"),
        (True, None, "TRUE"),
        ("不适用", "rate", "不适用"),
        (None, "amount", ""),
    ],
)
def test_a_value_as_it_is_printed(value, kind, text):
    declared = type_of(kind) if kind else None
    assert printed(value, declared) == text
    assert compile_expression(printed_node(Reference("甲"), declared))({"甲": value}) == text


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("kind", ["", ":amount", ":rate", ":score", ":count", ":text"])
@pytest.mark.parametrize("hole", ["甲", "甲&乙", "SUM(甲,乙)", "IF(乙>1,甲,乙)", "甲-乙", "IFERROR(甲/0,甲)"])
def test_a_message_says_what_the_checker_says(hole, kind, value):
    message = read_message(f"填的是 {{值}}，{{{hole}{kind}}}；“{{行}}”{{标签}}。", "测试")
    names, specials = {"甲": value, "乙": 2.5}, {"值": "3", "应为": "", "标签": "总分", "行": "培训"}
    node = message_node(message, {name: Text(text) for name, text in specials.items()})
    if not (
        hole == "IFERROR(甲/0,甲)" and value is None
    ):  # an empty cell through IFERROR is 0 to the checker
        assert compile_expression(node)(names) == render(message, names, specials)


def test_an_error_is_named_and_the_rest_still_said():
    message = read_message("合计 {甲:amount} 万元", "测试")
    assert render(message, {"甲": ErrorValue.REF}, {}) == "合计 错误值 万元"
    assert compile_expression(message_node(message, {}))({"甲": ErrorValue.REF}) == "合计 错误值 万元"


def test_long_texts_are_joined_from_pieces_that_excel_takes():
    node = message_node(read_message("字" * 600 + "{甲}", "测试"), {})
    assert native(node, str).startswith('"' + "字" * 255 + '"&"')
    assert compile_expression(node)({"甲": "完"}) == "字" * 600 + "完"
    assert parse(native(node, str)) == node
