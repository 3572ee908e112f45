"""The comparison itself: what counts as the same, what is excused, how it is reported."""

import datetime

import pytest

from tests.parity.comparison import Comparison, Item, same
from tests.parity.faults import FORMUALIZER, LIBREOFFICE
from xlperf.expressions import ErrorValue


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (0.1 + 0.2, 0.3),
        (5.0, 5),
        (True, True),
        ("", None),
        (None, ""),
        ("不适用", "不适用"),
        (ErrorValue.DIV0, "#DIV/0!"),
        (ErrorValue.VALUE, "#N/A"),
        ("#N/A", "#N/A"),
        (45292.0, datetime.datetime(2024, 1, 1)),
    ],
)
def test_same(ours: object, theirs: object) -> None:
    assert same(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (0.01, 0.02),
        (1.0, True),
        (False, 0),
        (0.0, None),
        ("", 0),
        (None, 0),
        ("5", 5),
        (ErrorValue.NA, "NA"),
        (0.0, "#DIV/0!"),
        ("ok", "within"),
    ],
)
def test_not_the_same(ours: object, theirs: object) -> None:
    assert not same(ours, theirs)


def compared(value: object, libreoffice: object, formualizer: object) -> Comparison:
    item = Item("某口径", "B501 编制数", "check", "编制数=0.3", {"编制数": value}, True)
    comparison = Comparison()
    answers = {LIBREOFFICE: [libreoffice], FORMUALIZER: [formualizer]}
    comparison.add([("check", True)], answers, lambda _: item)
    return comparison


NOISY = 0.30000000000000004


def test_every_answer_counts() -> None:
    comparison = compared(NOISY, True, True)
    assert comparison.values == 2
    assert comparison.differences == []


def test_a_known_fault_is_kept_apart() -> None:
    comparison = compared(NOISY, True, False)
    assert len(comparison.differences) == 1
    assert comparison.unexplained == []


def test_nothing_excuses_both_engines() -> None:
    assert len(compared(NOISY, False, False).unexplained) == 2


def test_nothing_excuses_an_engine_without_that_fault() -> None:
    assert len(compared(NOISY, False, True).unexplained) == 1


def test_nothing_excuses_where_the_construct_does_not_occur() -> None:
    assert len(compared(0.3, True, False).unexplained) == 1


def test_a_difference_shows_rule_inputs_and_all_three_answers() -> None:
    text = str(compared(0.25, True, False).unexplained[0])
    for part in (
        "某口径",
        "B501",
        "编制数=0.3",
        "编制数=0.25",
        "xlperf True",
        "LibreOffice True",
        "formualizer False",
    ):
        assert part in text


def test_comparisons_add_up() -> None:
    total = compared(0.25, True, False)
    total.include(compared(0.25, True, True))
    assert total.values == 4
    assert len(total.differences) == 1
