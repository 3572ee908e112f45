"""What is said to the author of a JSON file: the place and the reason, in Chinese."""

import re

import pytest

from xlperf.core.errors import DeclarationError
from xlperf.core.json_files import parsed_json, validate

PROFILE = {"id": "x", "name": "某县", "place": "某县", "year": 2025, "sources": ["通知"]}
RULE = {
    "name": "名称",
    "severity": "错误",
    "at": "甲",
    "check": "甲>0",
    "message": "甲是 {值}。",
    "fix": "改正甲。",
    "basis": "表样",
    "examples": {"pass": {}, "fail": {}},
}
ENGLISH = re.compile(r"\b(is|not|was|unexpected|required|property|type|Expecting|delimiter|under)\b")


def said(call, *arguments) -> str:
    with pytest.raises(DeclarationError) as caught:
        call(*arguments)
    assert not ENGLISH.search(str(caught.value))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ('{"a": 1,}', "第 1 行第 9 列", "最后一项后面不能有逗号"),
        ('{"a": [1,]}', "第 1 行第 10 列", "最后一项后面不能有逗号"),
        ('{"a": 1\n "b": 2}', "第 2 行第 2 列", "前面少一个英文逗号"),
        ('{"a": 1，"b": 2}', "第 1 行第 8 列", "这里的 ， 是全角的"),
        ("{“a”: 1}", "第 1 行第 2 列", "这里的 “ 是全角的"),
        ('{"a"：1}', "第 1 行第 5 列", "这里的 ： 是全角的"),
        ('{"a" 1}', "第 1 行第 6 列", "少一个英文冒号"),
        ("{a: 1}", "第 1 行第 2 列", "名称要用英文双引号括起来"),
        ('{"a": 是}', "第 1 行第 7 列", "应当有一个值"),
        ('{"a": 1} b', "第 1 行第 10 列", "多出来的内容"),
        ('{"a": "甲', "第 1 行第 7 列", "少了右边的英文双引号"),
        ('{"a": "甲\n乙"}', "第 1 行第 9 列", "文字里不能换行"),
        ('{"a": "C:\\\\表\\q"}', "第 1 行第 13 列", "反斜杠要写两个"),
        ("", "第 1 行第 1 列", "应当有一个值"),
    ],
)
def test_a_text_that_is_no_json(text, place, why):
    message = said(parsed_json, text, "甲.json")
    assert message.startswith(f"甲.json {place}：不是合法的 JSON（")
    assert why in message


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_python_takes_for_a_number_and_json_does_not(number):
    assert said(parsed_json, f'{{"weight": {number}}}', "甲.json") == f"甲.json：{number} 不是数"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"year": "2025"}, 'year：应当是整数（不加引号），写的是 "2025"'),
        ({"year": 1999}, "year：不能小于 2010，写的是 1999"),
        ({"year": None}, "year：应当是整数（不加引号），写的是 null"),
        ({"paramters": {}}, "最外层：没有“paramters”这一项（是不是“parameters”？）。可以写的有"),
        ({"sources": []}, "sources：至少要写 1 项"),
        ({"parameters": {"甲": []}}, "应当是数（不加引号） 或 文字（用英文双引号括起来），写的是 []"),
        ({"indicators": {"整体": 5}}, "写法不对：一级指标的列表，或另一张表的简称（与它相同）。写的是 5"),
        (
            {"indicators": {"整体": [{"level1": "产出", "wieght": 90, "level2": ["数量"]}]}},
            "第 1 项：没有“wieght”这一项（是不是“weight”？）。可以写的有：level1、weight、level2",
        ),
        (
            {"indicators": {"整体": [{"level1": "产出", "weight": -5, "level2": ["数量"]}]}},
            "indicators/整体/第 1 项/weight：不能小于 0，写的是 -5",
        ),
        ({"grading": {"dates": {"公开": "4月1日"}}}, "dates/公开：写法不对：日期，如 2026-04-15；null"),
        ({"grading": {"received": "首次"}}, 'grading/received：只能是 "first"、"last"，写的是 "首次"'),
    ],
)  # fmt: skip
def test_a_profile_that_breaks_its_meta_schema(changes, message):
    assert message in said(validate, {**PROFILE, **changes}, "profile", "profiles/x.json")


@pytest.mark.parametrize("key", PROFILE)
def test_what_a_profile_lacks_is_named(key):
    without = {name: value for name, value in PROFILE.items() if name != key}
    assert said(validate, without, "profile", "profiles/x.json") == f"profiles/x.json：最外层：缺少“{key}”"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"severity": "严重"}, '：只能是 "错误"、"警告"、"提示"，写的是 "严重"'),
        ({"terms": 2}, "：写法不对：判断方法只有一种：check、等式（expected）或 procedure。写的是"),
        ({"native_reason": "没有写"}, "：写了“native_reason”，就要写“native”"),
        ({"native": False}, "：缺少“native_reason”"),
        ({"fix": ""}, "fix：不能是空的"),
        ({"message": " 甲错了"}, 'message：写法不对：文字，首尾不能有空格。写的是 " 甲错了"'),
        ({"for": {"期": []}}, "for/期：至少要写 1 项"),
        ({"for": "期"}, 'for：写法不对：$名 的取值：各列表的全部组合，或逐条列出。写的是 "期"'),
    ],
)
def test_a_rule_that_breaks_its_meta_schema(changes, message):
    rules = {"forms": [], "rules": {"B999": {**RULE, **changes}}}
    assert message in said(validate, rules, "rule", "rules/x.json")


def test_a_code_of_another_shape_and_a_form_named_twice():
    code = said(validate, {"forms": [], "rules": {"Z99": RULE}}, "rule", "rules/x.json")
    assert 'rules：写法不对：代码，一个字母（B、S、W、P、X、Y）加三位数，如 B599。写的是 "Z99"' in code
    twice = said(validate, {"forms": ["基础", "基础"], "rules": {"B999": RULE}}, "rule", "rules/x.json")
    assert "forms：同样的一项写了两次" in twice


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"sheet": "收/支"}, "sheet：写法不对：工作表的名称，不能有 [ ] : * ? / \\。写的是"),
        ({"rows": {"甲": {"cells": {"A1": "文字"}}}}, '列的字母，如 B，或从哪列到哪列，如 B:D。写的是 "A1"'),
        ({"rows": {"甲": {"cells": {"A": {"txt": "文字"}}}}}, "cells/A：没有“txt”这一项（是不是“text”？）"),
        ({"fields": {"甲": {"ratio": "执行率"}}}, "fields/甲：写了“ratio”，就要写“with”"),
        ({"repeated": "是"}, 'repeated：应当是true、false（不加引号），写的是 "是"'),
    ],
)
def test_a_form_that_breaks_its_meta_schema(form, message):
    assert message in said(validate, form, "form", "forms/x.json")
