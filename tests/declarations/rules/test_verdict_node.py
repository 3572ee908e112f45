"""The verdict of a rule as one formula, on cases judged by hand."""

import pytest

from tests.parity.questions import WORDS
from xlperf.declarations.forms_and_rules import RuleInstance
from xlperf.declarations.native_formulas import verdict_node
from xlperf.declarations.profile import load_profile
from xlperf.declarations.verdicts import judge
from xlperf.expressions import ErrorValue, compile_expression

RULES = load_profile("national-2020").rules


def instance(code: str, at: str) -> RuleInstance:
    return next(instance for instance in RULES[code].instances if instance.at == at)


PARTS = ("公车购置_本年决算数", "公车运行_本年决算数")


@pytest.mark.parametrize(
    ("total", "digits", "outcome"),
    [
        (12.35, 2, "ok"),  # 8.1 + 4.25
        (12.36, 2, "within"),  # off by 0.01; two parts and their total may be 3 × 0.005 off
        (12.365, 3, "broken"),  # three decimals printed: 3 × 0.0005
        (12.37, 2, "broken"),
        (12.4, 1, "ok"),  # 12.35 printed with one decimal
        (12.3, 1, "within"),
        (12.0, 0, "ok"),
        (None, 2, "skipped"),
        ("12.35", 2, "skipped"),
        (ErrorValue.DIV0, 2, "skipped"),
        (-12.35, 2, "broken"),
    ],
)
def test_an_equality(total: object, digits: int, outcome: str) -> None:
    at = "公车_本年决算数"
    names = {at: total, f"digits!{at}": digits, **dict(zip(PARTS, (8.1, 4.25), strict=True))}
    rule = instance("B504", at)
    assert compile_expression(verdict_node(rule, WORDS))(names) == outcome
    assert judge(rule, names).kind.value == outcome


@pytest.mark.parametrize(
    ("staff", "posts", "outcome"),
    [
        (30.0, 31.0, "ok"),
        (31.0, 31.0, "ok"),
        (32.0, 31.0, "broken"),
        (0.0, 0.0, "ok"),
        (None, 31.0, "skipped"),
        ("32人", 31.0, "skipped"),
        (ErrorValue.NA, 31.0, "skipped"),
    ],
)
def test_a_predicate(staff: object, posts: object, outcome: str) -> None:
    rule, names = instance("B502", "在职人数"), {"在职人数": staff, "编制数": posts}
    assert compile_expression(verdict_node(rule, WORDS))(names) == outcome
    assert judge(rule, names).kind.value == outcome
