"""The texts: each is used, each gap is filled, and a GBK console can show them all."""

import json
import re
from pathlib import Path

import pytest

from xlperf.core.paths import schemas_dir

CODE = Path(__file__).parents[3] / "xlperf" / "excel"
TEXTS = json.loads((schemas_dir() / "installation.json").read_text("utf-8"))["texts"]


def test_the_texts_are_those_that_are_said():
    code = "\n".join(path.read_text("utf-8") for path in CODE.rglob("*.py"))
    assert set(TEXTS) == {name for name in TEXTS if f'"{name}"' in code}


@pytest.mark.parametrize("name", ["installation.json", "doctor.json"])
def test_a_gbk_console_shows_everything(name):
    (schemas_dir() / name).read_text("utf-8").encode("gbk")


def test_gaps_have_plain_names():
    gaps = {gap for text in TEXTS.values() for gap in re.findall(r"\{([^}]*)\}", text)}
    assert all(re.fullmatch("[a-z]+", gap) for gap in gaps)
