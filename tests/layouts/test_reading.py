"""The drawn documents are read without a wrong or an invented value, as they are and after changes.

A sample; all of it is benchmarks/reading.py."""

from pathlib import Path

import pytest

from tests.layouts.adaptor import read
from tests.layouts.make import TRUTH, draw
from tests.layouts.measure import Case, Plan, as_it_is, cases, run
from tests.layouts.variants import KINDS

_TURNS = 4


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder = tmp_path_factory.mktemp("layouts")
    for truth in TRUTH.iterdir():
        (folder / truth.name).write_bytes(truth.read_bytes())
    draw(folder, ("xlsx", "docx"))
    return list(cases(folder))


def test_drawing_twice_gives_the_same_bytes(drawn: list[Case], tmp_path: Path):
    draw(tmp_path, ("docx",))
    again = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert again == {case.path.name: case.path.read_bytes() for case in drawn if case.path.suffix == ".docx"}


def test_no_value_is_wrong_or_invented(drawn: list[Case]):
    bad = [
        f"{case.path.name} {found}"
        for case in drawn
        for found in as_it_is(case, read).differences
        if found.outcome != "missing"
    ]
    assert not bad


def test_no_change_makes_a_value_wrong_or_invents_one(drawn: list[Case]):
    """Every fourth kind of change in each document, in the next documents the others."""
    plans = [Plan(KINDS[first::_TURNS], sample=1, seed=1) for first in range(_TURNS)]
    bad = [
        text
        for number, case in enumerate(drawn)
        for tally in run(case, read, plans[number // 2 % _TURNS]).values()
        for text in tally.examples
    ]
    assert not bad
