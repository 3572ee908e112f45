"""The declaration schemas/notation.json and what a wrong one says to its author."""

import json
import shutil

import pytest

from xlperf.core.errors import DeclarationError
from xlperf.core.json_files import valid_json
from xlperf.core.paths import schemas_dir
from xlperf.notation.declared_words import notation, one_of


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("notation.json", "notation.schema.json"):
        shutil.copy(schemas_dir() / name, tmp_path / name)
    monkeypatch.setenv("XLPERF_SCHEMAS", str(tmp_path))
    valid_json.cache_clear()
    return tmp_path


def _declare(folder, change):
    path = folder / "notation.json"
    declared = json.loads(path.read_text(encoding="utf-8"))
    change(declared)
    path.write_text(json.dumps(declared, ensure_ascii=False), encoding="utf-8")


def test_the_shipped_declaration_is_read_once():
    assert notation() is notation()
    assert notation()["money"]["unit"] == "万元"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d["comparators"]["before"].update({"≥": ["不低于"]}), "comparators/before"),
        (lambda d: d["numbers"]["multipliers"].update({"万": "10000"}), "numbers/multipliers/万"),
        (lambda d: d["numbers"]["multipliers"].update({"万": 1}), "numbers/multipliers/万"),
        (lambda d: d["units"].update({"亩": "mu"}), "units/亩"),
        (lambda d: d["dates"]["periods"].update({"上半年": [1, 13]}), "dates/periods/上半年/第 2 项"),
        (lambda d: d["words"].update({"lead": []}), "words/lead"),
        (lambda d: d["words"].update({"lead": [""]}), "words/lead/第 1 项"),
        (lambda d: d["sums"].update({"brackets": ["（"]}), "sums/brackets/第 1 项"),
        (lambda d: d.update({"extra": 1}), "最外层"),
        (lambda d: d.pop("sums"), "最外层"),
        (lambda d: d["units"].update({"幢": []}), "units"),
        (lambda d: d["units"].update({"元": []}), "units"),
        (lambda d: d["comparators"]["before"]["<="].append("不低于"), "comparators/before"),
        (lambda d: d["comparators"]["after"]["="].append("以内"), "comparators/after"),
    ],
)
def test_a_wrong_declaration_names_file_and_place(folder, change, place):
    _declare(folder, change)
    with pytest.raises(DeclarationError) as caught:
        notation.__wrapped__()
    assert caught.value.place.startswith("notation.json：")
    assert place in caught.value.place
    assert caught.value.why


def test_a_word_with_two_meanings_is_named(folder):
    _declare(folder, lambda d: d["units"]["亩"].append("公里"))
    with pytest.raises(DeclarationError, match=r"公里.*两次"):
        notation.__wrapped__()


def test_a_broken_file_is_named(folder):
    (folder / "notation.json").write_text("{", encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        notation.__wrapped__()
    assert caught.value.place.startswith("notation.json 第 1 行")


def test_a_missing_file_is_named(folder):
    (folder / "notation.schema.json").unlink()
    with pytest.raises(DeclarationError) as caught:
        notation.__wrapped__()
    assert caught.value.place == "notation.schema.json"


def test_longer_words_are_tried_first():
    assert one_of(["万", "万亿", "."]) == r"(?:万亿|\.|万)"
