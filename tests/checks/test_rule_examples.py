"""A bureau's own rule is tried on its examples; those of the program are not tried again."""

import json
import shutil

import pytest

from xlperf.checks.rule_examples import check_examples
from xlperf.core.errors import DeclarationError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.profile import load_profile

RULE = {
    "name": "公务接待预算超上年决算一倍",
    "severity": "提示",
    "at": "接待_本年预算数",
    "when": "AND(ISNUMBER(接待_上年决算数),接待_上年决算数>0)",
    "check": "接待_本年预算数<=接待_上年决算数*2",
    "message": "{标签}为 {值} 万元。",
    "fix": "核对。",
    "basis": "某县填报说明",
    "examples": {
        "pass": {"fields": {"接待_本年预算数": 1, "接待_上年决算数": 1}},
        "fail": {"fields": {"接待_本年预算数": 3, "接待_上年决算数": 1}},
    },
}


@pytest.fixture
def said(tmp_path, monkeypatch):
    """What is said of the rule, changed as asked, among the program's own rules of the form."""
    root = tmp_path / "schemas"
    shutil.copytree(schemas_dir(), root)
    monkeypatch.setenv("XLPERF_SCHEMAS", str(root))
    path = root / "rules" / "basic.json"

    def message(**examples) -> str:
        content = json.loads(path.read_text("utf-8"))
        content["rules"]["B599"] = {**RULE, "examples": {**RULE["examples"], **examples}}
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        try:
            for name in ("hunan-yueyang-2024", "hunan-hengyang-2023"):
                check_examples(load_profile.__wrapped__(name))
        except DeclarationError as error:
            return str(error)
        return ""

    return message


def fields(budget, before) -> dict:
    return {"fields": {"接待_本年预算数": budget, "接待_上年决算数": before}}


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ({}, ""),
        ({"fail": fields(2, 1)}, "这条规则在错误示例（examples.fail）里没有查出问题"),
        ({"pass": fields(3, 1)}, "这条规则把正确示例（examples.pass）判为错"),
        ({"pass": fields(3, 0)}, "正确示例（examples.pass）没有用上这条规则"),
        (
            {"pass": {"fields": {"接待_本年预算": 1}}},
            "“接待_本年预算”（是不是“接待_本年预算数”？）",
        ),
        ({"fail": {"tables": {"专项": [{"金额": 1}]}}}, "用到了未声明的名称“金额”"),
    ],
)
def test_an_example_that_shows_something_else(said, examples, message):
    found = said(**examples)
    assert message in found
    assert bool(found) == bool(message)
    assert not found or found.startswith("rules/basic.json：B599")


def test_rules_across_forms_and_on_rows_are_tried_as_the_program_has_them(monkeypatch):
    monkeypatch.setattr("xlperf.checks.rule_examples._is_shipped", lambda rule: False)
    check_examples(load_profile("national-2020"))
