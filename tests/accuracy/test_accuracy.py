"""Every file under cases is read as its answer, made by hand, says: no value wrong, none missing."""

import json
from pathlib import Path

import pytest

from benchmarks.accuracy import compared, read, values
from tests.engines import convert

CASES = sorted(Path(__file__).with_name("cases").glob("*.json"))


def wrong(answer: Path, received: Path) -> dict[str, str]:
    expected = values(json.loads(answer.read_text("utf-8")))
    return {path: kind for path, kind in compared(expected, read(received)) if kind != "right"}


@pytest.mark.parametrize("answer", CASES, ids=lambda path: path.stem)
def test_what_the_file_says_is_read(answer):
    assert wrong(answer, answer.with_suffix("")) == {}


@pytest.mark.parametrize("answer", CASES[:1], ids=lambda path: path.stem)
def test_the_same_in_the_old_format(answer, tmp_path):
    assert wrong(answer, convert(answer.with_suffix(""), "doc", tmp_path)) == {}
