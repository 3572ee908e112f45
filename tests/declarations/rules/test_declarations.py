"""The meta-schema of rules lets through what is there and stops what an author may get wrong."""

import json
from copy import deepcopy

import pytest

from xlperf.core.errors import DeclarationError
from xlperf.core.json_files import validate
from xlperf.core.paths import schemas_dir

NAMES = ("basic", "evaluation", "overall", "project", "cross")
RULE = {
    "name": "名称",
    "severity": "错误",
    "at": "甲",
    "check": "甲>0",
    "message": "甲是 {值}。",
    "fix": "改正甲。",
    "basis": "表样",
    "examples": {"pass": {"fields": {"甲": 1}}, "fail": {"fields": {"甲": 0}}},
}

PROCEDURE = {
    "procedure": "text_sums",
    "procedure_note": "说明",
    "parameters": {},
    "native": False,
    "native_reason": "要读懂文字",
}


def source(name: str) -> dict:
    return json.loads((schemas_dir() / "rules" / f"{name}.json").read_text("utf-8"))


def check(**changes) -> None:
    rule = {key: value for key, value in {**deepcopy(RULE), **changes}.items() if value is not None}
    validate({"forms": ["基础"], "rules": {"B999": rule}}, "rule", "rules/probe.json")


@pytest.mark.parametrize("name", NAMES)
def test_the_declared_files_are_valid(name):
    validate(source(name), "rule", f"rules/{name}.json")


def test_letters_mean_forms():
    letters = {"basic": "B", "evaluation": "S", "overall": "W", "project": "P", "cross": "X"}
    for name, letter in letters.items():
        assert {code[0] for code in source(name)["rules"]} == {letter}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"check": None, "expected": "乙+丙", "terms": 2},
        {"check": None, "expected": "乙+丙", "terms": "COUNT(乙,丙)"},
        {"expected": "乙"},
        {"for": {"期": ["上年", "本年"]}},
        {"for": [{"子": "甲", "母": "乙"}]},
        {"native": False, "native_reason": "要读懂文字"},
        {"check": None, **PROCEDURE},
    ],
)
def test_what_a_rule_may_say(changes):
    check(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"severity": "严重"},
        {"check": None},
        {"terms": 2},
        {"basis": None},
        {"fix": ""},
        {"message": " 甲错了"},
        {"chekc": "甲>0"},
        {"for": {"期": []}},
        {"for": "期"},
        {"native": False},
        {"native_reason": "没有写 native"},
        PROCEDURE,
        {"check": None, **PROCEDURE, "procedure_note": None},
        {"check": None, **PROCEDURE, "native": None, "native_reason": None},
        {"examples": {"pass": {"fields": {"甲": [1]}}, "fail": {}}},
    ],
)
def test_what_a_rule_may_not_say(changes):
    with pytest.raises(DeclarationError):
        check(**changes)


def test_a_code_has_a_letter_and_three_digits():
    with pytest.raises(DeclarationError):
        validate({"forms": [], "rules": {"Z1": RULE}}, "rule", "rules/probe.json")
