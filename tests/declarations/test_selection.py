"""--select and --ignore by the beginnings of codes."""

import pytest

from tests.outputs.samples import BROKEN, EXEMPTED, INJECTED, RATE, SUM
from xlperf.core.errors import InputError
from xlperf.declarations.finding_filters import Selection, close_to

ALL = [RATE, SUM, BROKEN, INJECTED, EXEMPTED]
KNOWN = ["B501", "B502", "C301", "F101", "S602"]


@pytest.mark.parametrize(
    ("selected", "ignored", "codes"),
    [
        ([], [], ["B501", "S602", "F101", "C301", "S602"]),
        (["B5"], [], ["B501"]),
        (["B5,S6"], [], ["B501", "S602", "S602"]),
        (["b5，s602"], [], ["B501", "S602", "S602"]),
        (["B", "F"], [], ["B501", "F101"]),
        ([], ["S"], ["B501", "F101", "C301"]),
        (["B"], ["B501"], []),
        (["S602"], ["S"], ["S602", "S602"]),
        (["S6"], ["S6"], []),
        ([" B5 , "], [], ["B501"]),
    ],
)
def test_selection(selected, ignored, codes):
    assert [finding.code for finding in Selection(selected, ignored, KNOWN).of(ALL)] == codes


@pytest.mark.parametrize("word", ["K", "B9", "B5011", "错误"])
def test_unknown_beginning(word):
    with pytest.raises(InputError, match=f"没有以“{word}”开头的问题代码"):
        Selection([word], [], KNOWN)
    with pytest.raises(InputError, match="B、C、F、S"):
        Selection([], [word], KNOWN)


def test_near_code():
    assert close_to("B510", ["B501", "C301"]) == "（是不是 B501？）"
    assert close_to("Z999", ["B501"]) == ""
