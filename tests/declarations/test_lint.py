"""What a bureau's own declarations may get wrong: each mistake is found and said, none passed over."""

import json
import shutil

import pytest

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.lint import check_file, check_profile, lint
from xlperf.declarations.profile import load_profile

COUNTY = {
    "id": "some-county-2025",
    "extends": "hunan-yueyang-2024",
    "name": "某县 2025 年度",
    "place": "某县",
    "year": 2025,
    "sources": ["某县通知"],
    "rules": ["basic", "evaluation", "overall", "project", "cross", "county"],
}
RULE = {
    "name": "公务接待预算超上年决算一倍",
    "severity": "提示",
    "at": "接待_本年预算数",
    "check": "接待_本年预算数<=接待_上年决算数*2",
    "message": "{标签}为 {值} 万元，上年是 {接待_上年决算数:amount} 万元。",
    "fix": "核对。",
    "basis": "某县填报说明",
    "examples": {"pass": {"fields": {}}, "fail": {"fields": {}}},
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    root = tmp_path_factory.mktemp("own") / "schemas"
    shutil.copytree(schemas_dir(), root)
    return root


@pytest.fixture
def county(copied, monkeypatch):
    """Writes the county's profile and its rule, each changed as asked; gives what lint says."""
    monkeypatch.setenv("XLPERF_SCHEMAS", str(copied))

    def said(profile=(), rule=(), code="B599") -> str:
        for path, content in (
            (copied / "profiles" / "some-county-2025.json", {**COUNTY, **dict(profile)}),
            (copied / "rules" / "county.json", {"forms": ["基础"], "rules": {code: {**RULE, **dict(rule)}}}),
        ):
            declared = {key: value for key, value in content.items() if value != "absent"}
            path.write_text(json.dumps(declared, ensure_ascii=False), "utf-8")
        try:
            check_profile("some-county-2025")
        except DeclarationError as error:
            return str(error)
        return ""

    yield said
    for name in ("profiles/some-county-2025.json", "rules/county.json"):
        (copied / name).unlink(missing_ok=True)


def test_what_is_right_is_right(county):
    assert county() == ""
    assert county({"parameters": {"超额说明比例": 1.2}, "texts": {"预算部门名称": "县级预算部门名称"}}) == ""
    assert (
        county({"parameters": {"接待倍数": 2}}, {"check": "接待_本年预算数<=接待_上年决算数*参数!接待倍数"})
        == ""
    )
    assert county({"year_rules": []}, code="Y101") == ""
    assert lint() == []


PLACE = "profiles/some-county-2025.json："
INDICATORS = [{"level1": "产出指标", "weight": 90, "level2": ["数量指标"]}]
PROFILE_MISTAKES = [
    ({"id": "some-county"}, "id：id 是“some-county”，应当与文件名相同：“some-county-2025”"),
    ({"extends": "absent"}, "缺少“forms”：自己写上，或者用 extends 继承"),
    ({"extends": "hunan-yueyang-2025"}, "extends：没有 profiles/hunan-yueyang-2025.json（是不是"),
    ({"rules": ["basci"]}, "rules：没有 rules/basci.json（是不是“basic”？）"),
    ({"forms": {"基础": "basics"}}, "forms/基础：没有 forms/basics.json（是不是“basic”？）"),
    ({"parameters": {"超额说明比列": 1.2}}, "parameters/超额说明比列：没有一处用到它（是不是“超额"),
    ({"parameters": {"执行分值": "15"}}, 'parameters/执行分值：应当是数（不加引号），写的是 "15"'),
    ({"parameters": {"不适用": 0}}, "parameters/不适用：应当是文字（用英文双引号括起来），写的是 0"),
    ({"texts": {"预算部门名": "县级部门"}}, "texts/预算部门名：没有一处用到它（是不是“预算部门名称”？）"),
    ({"indicators": {"整体表": INDICATORS}}, "indicators/整体表：口径里没有这张表，可以写的有：基础"),
    ({"indicators": {"整体": INDICATORS, "项目": "没有"}}, "indicators/项目：“没有”没有声明一级指标"),
    ({"patch": {"基础表": {"title": "表"}}}, "patch/基础表：口径里没有这张表，可以写的有：基础、整体、项目"),
    ({"grading": {"scheme": "own"}}, "grading/scheme：没有 schemes/own.json"),
    ({"grading": {"scores": "county-band"}}, "grading/scores：没有 scores/county-band.json"),
    ({"grading": {"dates": {"网上": "2026-04-15"}}}, "grading/dates/网上：评分的办法里没有这个日期"),
    ({"grading": {"dates": {"公开": "2026-02-30"}}}, "grading/dates/公开：没有 2026-02-30 这一天"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), PROFILE_MISTAKES)
def test_a_profile_that_says_what_nothing_reads(county, changes, message):
    assert county(changes).startswith(f"{PLACE}{message}")


PATCHES = [
    ({"titel": "表"}, "最外层：没有“titel”这一项（是不是“title”？）"),
    ({"fields": {"编制数": {"typ": "count"}}}, "fields/编制数：没有“typ”这一项（是不是“type”？）"),
    ({"title": "{年份}年表"}, "title：文字里用到的 {年份} 没有在口径的 texts 中声明"),
    ({"order": None}, "缺少“order”：自己写上"),
    ({"page": {"repeat": ["表头二"]}}, "page/repeat：没有声明行“表头二”"),
    ({"rows": {"人员": {"cells": {"C:B": "x"}}}}, "rows/人员：第 3 列超出"),
    ({"fields": {"编制数": {"display": "{没有}人"}}}, "fields/编制数：没有列“没有”"),
    ({"rows": {"业务工作经费": {"cells": {"B:C": ""}}}}, "公式用到的“业务工作经费_上年决算数”表上没有"),
]


@pytest.mark.parametrize(("patch", "message"), PATCHES)
def test_a_patch_is_read_as_strictly_as_a_form(county, patch, message):
    said = county({"patch": {"基础": patch}})
    assert said.startswith("forms/basic.json（口径 some-county-2025）：")
    assert message in said


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ({"tables": {"指标": {"levels": ["一级指标", "没有"]}}}, "tables/指标/levels：没有列“没有”"),
        ({"tables": {"指标": {"levels": ["一级指标"]}}}, "tables/指标/levels：要写 2 列"),
        ({"tables": {"指标": {"preset": [{"没有": "甲"}]}}}, "tables/指标/preset：没有列“没有”"),
        ({"tables": {"指标": {"columns": {"得分": {"suggest": "没有"}}}}}, "tables/指标/得分：没有列“没有”"),
        ({"order": ["标题"], "page": {"repeat": None}}, "tables/指标：这张明细表没有一行排在表上"),
    ],
)
def test_a_table_names_columns_that_there_are(county, patch, message):
    assert message in county({"patch": {"整体": patch}})


@pytest.mark.parametrize(
    ("rule", "code", "message"),
    [
        ({}, "B501", "B501：代码 B501 已用于 rules/basic.json：B501"),
        ({}, "W105", "W105：代码 W105 已用于 codes.json：W105"),
        ({"message": "{值:money}"}, "B599", "用到了未声明的名称“值”"),
        ({"message": "{接待_上年决算数:money}"}, "B599", "没有类型“money”，可用：amount"),
        (
            {"check": "接待_本年预算>0"},
            "B599",
            "“接待_本年预算”（是不是“接待_本年预算数”？）",
        ),
    ],
)
def test_a_rule_that_the_profile_cannot_have(county, rule, code, message):
    said = county(rule=rule, code=code)
    assert said.startswith("rules/county.json：")
    assert message in said


def test_a_code_of_a_rule_between_years_is_taken(county):
    assert "代码 Y101 已用于 rules/county.json：Y101" in county(code="Y101")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("rules/county.json", '"check": "', '"check": "(', "B599/check：公式"),
        (
            "schemes/assessment.json",
            '"points": 10,',
            '"points": 9,',
            "线上报送：10 分，合计 10 分",
        ),
        (
            "scores/county-bands.json",
            '"points": 20,',
            '"points": 95,',
            "预算配置：10 + 10 分",
        ),
        ("lexicon.json", '"grades"', '"grade"', "最外层："),
    ],
)
def test_a_file_that_no_profile_names_is_looked_at(county, copied, name, old, new, message):
    county({"rules": ["basic"]})
    path = copied / name
    text = path.read_text("utf-8")
    path.write_text(text.replace(old, new, 1), "utf-8")
    try:
        assert [message in str(mistake) for mistake in lint()] == [True]
    finally:
        path.write_text(text, "utf-8")


def test_a_local_word_that_is_no_pattern(county, copied):
    path = copied / "lexicon" / "本局.json"
    path.parent.mkdir()
    path.write_text('{"concepts": {"row": {"年度资金总额": ["专项(经费"]}}}', "utf-8")
    try:
        with pytest.raises(DeclarationError, match=r"本局\.json：concepts/row/.*不是合法的正则表达式"):
            check_file(path)
    finally:
        shutil.rmtree(path.parent)


def test_a_file_in_no_folder_of_declarations(tmp_path):
    path = tmp_path / "新规则.json"
    path.write_text("{}", "utf-8")
    with pytest.raises(DeclarationError, match="请放进声明文件夹的 forms、profiles、rules"):
        check_file(path)


def test_no_profile_of_the_program_has_a_mistake():
    for name in ("national-2020", "hunan-hengyang-2023"):
        check_profile(name)
        assert load_profile(name).id == name
