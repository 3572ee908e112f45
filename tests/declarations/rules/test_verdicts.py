"""Rules → verdicts: equality at printed precision, rounding, predicates, what is skipped."""

import pytest

from xlperf.declarations.rule_loading import build_rule
from xlperf.declarations.verdicts import VerdictKind, judge
from xlperf.expressions import ErrorValue

EXAMPLES = {"examples": {"pass": {}, "fail": {}}}


def rule(**spec):
    texts = {
        "name": "n",
        "severity": "错误",
        "basis": "b",
        "message": "m",
        "fix": "f",
        "at": "甲",
        **EXAMPLES,
    }
    return build_rule("B999", {**texts, **spec}, ("基础",), "test").instances[0]


def outcome(instance, **names) -> str:
    scope = {"甲": None, "乙": None, "丙": None, "digits!甲": 2, **names}
    return judge(instance, scope).kind.value


SUM = rule(expected="乙+丙", terms="3")


@pytest.mark.parametrize(
    ("total", "first", "second", "expected"),
    [
        (1203.5, 969.32, 234.18, "ok"),
        (0.3, 0.1, 0.2, "ok"),
        (1144.41, 760.28, 384.12, "within"),  # 1144.40: one cent, three printed numbers
        (1144.42, 760.28, 384.12, "broken"),
        (90.0, 55.0, 25.0, "broken"),
        (None, 55.0, 25.0, "skipped"),
        ("见附件", 55.0, 25.0, "skipped"),
        (90.0, "见附件", 25.0, "skipped"),
        (ErrorValue.REF, 55.0, 25.0, "skipped"),
    ],
)
def test_sums(total, first, second, expected):
    assert outcome(SUM, 甲=total, 乙=first, 丙=second) == expected


RATE = rule(expected="乙/丙")


@pytest.mark.parametrize(
    ("rate", "digits", "expected"),
    [
        (0.9849, 4, "ok"),  # 1253.78 / 1273.05 = 0.98486…
        (0.985, 3, "ok"),  # printed 98.5 %
        (0.98, 2, "ok"),  # printed 98 %
        (0.984862, 4, "ok"),  # stored in full, printed 98.49 %
        (0.98, 4, "broken"),  # printed 98.00 %
        (0.9848, 4, "broken"),  # cut off, not rounded
        (0.99, 4, "broken"),
    ],
)
def test_rates_are_compared_as_they_are_printed(rate, digits, expected):
    assert outcome(RATE, 甲=rate, 乙=1253.78, 丙=1273.05, **{"digits!甲": digits}) == expected


def test_division_by_zero_is_skipped_not_broken():
    assert outcome(RATE, 甲=0.5, 乙=1.0, 丙=0.0) == "skipped"


def test_the_right_value_is_given_unrounded():
    verdict = judge(RATE, {"甲": 0.99, "乙": 1253.78, "丙": 1273.05, "digits!甲": 4})
    assert verdict.kind is VerdictKind.BROKEN
    assert verdict.value == 0.99
    assert verdict.expected == pytest.approx(1253.78 / 1273.05)


LIMIT = rule(check="甲<=乙", when="AND(ISNUMBER(甲),ISNUMBER(乙))")


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [(1.0, 2.0, "ok"), (3.0, 2.0, "broken"), (None, 2.0, "skipped"), ("文字", 2.0, "skipped")],
)
def test_predicates(value, limit, expected):
    assert outcome(LIMIT, 甲=value, 乙=limit) == expected


def test_a_check_that_ends_in_an_error_is_skipped():
    assert outcome(rule(check="甲/乙>1"), 甲=1.0, 乙=0.0) == "skipped"
