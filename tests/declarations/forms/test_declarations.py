"""Declarations: what the three profiles say, and a clear error for each way to get one wrong."""

import json
import shutil
from pathlib import Path

import pytest

from xlperf.core.errors import DeclarationError, InputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.lint import lint
from xlperf.declarations.profile import load_profile, profile_ids


@pytest.fixture
def own_schemas(tmp_path, monkeypatch):
    """A private copy of schemas/; ``edit(file, change)`` rewrites one of its JSON files."""
    root = tmp_path / "schemas"
    shutil.copytree(schemas_dir(), root)
    monkeypatch.setenv("XLPERF_SCHEMAS", str(root))

    def edit(name: str, change) -> None:
        path = root / name
        content = json.loads(path.read_text("utf-8"))
        change(content)
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")

    return edit


def reload(name: str = "hunan-yueyang-2024") -> Profile:
    return load_profile.__wrapped__(name)


def test_the_three_profiles_are_declared():
    assert {"national-2020", "hunan-yueyang-2024", "hunan-hengyang-2023"} <= set(profile_ids())


@pytest.mark.parametrize("name", profile_ids())
def test_every_profile_loads_and_is_named(name):
    profile = load_profile(name)
    assert profile.id == name
    assert profile.lineage[0] == name
    assert profile.sources
    assert list(profile.forms) == ["基础", "整体", "项目"]


def test_lint_finds_nothing_in_what_is_shipped():
    assert lint() == []


def test_yueyang_wording_and_weights():
    profile = load_profile("hunan-yueyang-2024")
    assert profile.forms["基础"].title == "2024年度部门整体支出绩效评价基础数据表"
    assert profile.forms["项目"].attachment == "附件3"
    assert profile.forms["整体"].fields["单位名称"].label == "市级预算部门名称"
    assert [(level.name, level.weight) for level in profile.indicators["整体"]] == [
        ("产出指标", 50),
        ("效益指标", 30),
        ("满意度指标", 10),
    ]
    assert profile.indicators["项目"] == profile.indicators["整体"]


def test_hengyang_wording_order_and_weights():
    profile = load_profile("hunan-hengyang-2023")
    project = profile.forms["项目"]
    assert project.attachment == "附件5"
    funds = [row.id for row in project.rows if row.id in ("财政拨款", "年度资金总额")]
    assert funds == ["财政拨款", "年度资金总额"], "衡阳的合计行在最后"
    assert profile.forms["整体"].fields["年度资金总额_全年预算数"].label == "年度资金总额·调整后预算数"
    weights = {level.name: level.weight for level in profile.indicators["项目"]}
    assert weights == {"产出指标": 20, "效益指标": 40, "成本指标": 20, "满意度指标": 10}
    assert profile.indicators["整体"][0].name == "成本指标"


@pytest.mark.parametrize("name", profile_ids())
def test_weights_and_execution_add_up_to_a_hundred(name):
    profile = load_profile(name)
    for levels in profile.indicators.values():
        assert sum(level.weight for level in levels) + profile.parameters["执行分值"] == 100


def test_labels_are_read_off_the_layout():
    fields = load_profile("hunan-yueyang-2024").forms["基础"].fields
    assert fields["公车购置_上年决算数"].label == "公车购置·2023年决算数"
    assert fields["在职人数"].label == "财政供养人员情况·2024年实际在职人数"
    assert fields["规模控制率"].label == "楼堂馆所控制情况·规模控制率"
    assert fields["政府采购_本年决算数"].label == "政府采购金额·2024年决算数"
    assert fields["联系电话"].label == "联系电话"


def test_a_field_without_a_cell_is_virtual():
    fields = load_profile("hunan-yueyang-2024").forms["基础"].fields
    assert fields["三公经费控制率"].virtual
    assert not fields["三公经费_本年决算数"].virtual


def test_formulas_come_after_what_they_need():
    form = load_profile("hunan-yueyang-2024").forms["基础"]
    order = form.computed
    assert order.index("公车_本年决算数") < order.index("三公经费_本年决算数") < order.index("三公经费控制率")


def test_the_version_changes_with_the_cells(own_schemas):
    before = reload().version
    own_schemas("forms/basic.json", lambda form: form["rows"]["公用经费"]["cells"].update(A="公用支出"))
    assert reload().version != before


def test_unknown_profile_names_the_known_ones():
    with pytest.raises(InputError, match="hunan-yueyang-2024"):
        load_profile("hunan-yueyang-2042")


def rename_field(form):
    form["fields"]["AB12"] = form["fields"].pop("批复规模")
    form["rows"]["楼堂馆所"]["cells"]["B"] = "@AB12"


def put_twice(form):
    form["rows"]["楼堂馆所"]["cells"]["C"] = "@批复规模"


def overlap(form):
    form["rows"]["人员"]["cells"]["C:D"] = "@编制数"


def too_wide(form):
    form["rows"]["说明"]["cells"] = {"A:K": "说明"}


FORM_MISTAKES = {
    "unknown property": (lambda form: form["fields"]["编制数"].update(lable="x"), "lable"),
    "unknown type": (lambda form: form["fields"]["编制数"].update(type="money"), "没有类型“money”"),
    "unknown field in a formula": (
        lambda form: form["fields"]["实际投资"].update(formula="SUM(没有的字段)"),
        "没有的字段",
    ),
    "cyclic formula": (
        lambda form: (
            form["fields"]["实际投资"].update(formula="预算投资+1"),
            form["fields"]["预算投资"].update(formula="实际投资+1"),
        ),
        "成环",
    ),
    "unknown function": (
        lambda form: form["fields"]["实际投资"].update(formula="VLOOKUP(预算投资,1)"),
        "VLOOKUP",
    ),
    "formula that does not parse": (
        lambda form: form["fields"]["实际投资"].update(formula="(预算投资+1"),
        "有误",
    ),
    "an id that Excel reads as a cell": (rename_field, "单元格地址"),
    "an id that is no defined name": (
        lambda form: form["fields"].update({"a b": {"type": "text"}}),
        "不是字段名",
    ),
    "a field on two cells": (put_twice, "出现了两次"),
    "two cells on one place": (overlap, "重叠"),
    "a cell beyond the last column": (too_wide, "超出"),
    "unknown row in the order": (lambda form: form["order"].append("没有的行"), "没有的行"),
    "undeclared field in a cell": (
        lambda form: form["rows"]["人员"]["cells"].update({"B:C": "@没有"}),
        "未声明",
    ),
    "undeclared text": (
        lambda form: form["rows"]["说明"]["cells"].update({"A:G": "{没有的文字}"}),
        "没有的文字",
    ),
    "unknown ratio": (lambda form: form["fields"]["规模控制率"].update(ratio="没有的率"), "没有比率"),
    "a ratio not bound": (
        lambda form: form["fields"]["规模控制率"].update({"with": {"实际规模": "实际规模"}}),
        "批复规模",
    ),
}


@pytest.mark.parametrize("mistake", FORM_MISTAKES)
def test_a_wrong_form_is_reported_with_file_and_place(own_schemas, mistake):
    change, says = FORM_MISTAKES[mistake]
    own_schemas("forms/basic.json", change)
    with pytest.raises(DeclarationError) as caught:
        reload()
    assert "basic.json" in str(caught.value)
    assert says in str(caught.value)


def strip_failing(content):
    rule = next(iter(content["rules"].values()))
    del rule["examples"]["fail"]


def unknown_at(content):
    rule = next(rule for rule in content["rules"].values() if "for" not in rule)
    rule["at"] = "没有的字段"


RULE_MISTAKES = {
    "no failing example": (strip_failing, "fail"),
    "unknown field": (unknown_at, "没有的字段"),
    "unknown property": (
        lambda content: next(iter(content["rules"].values())).update(sevrity="错误"),
        "sevrity",
    ),
    "unknown form": (lambda content: content.update(forms=["没有的表"]), "没有的表"),
}


@pytest.mark.parametrize("mistake", RULE_MISTAKES)
def test_a_wrong_rule_is_reported_with_file_and_code(own_schemas, mistake):
    change, says = RULE_MISTAKES[mistake]
    own_schemas("rules/basic.json", change)
    with pytest.raises(DeclarationError) as caught:
        reload()
    assert "rules/basic.json" in str(caught.value)
    assert says in str(caught.value)


def test_a_code_used_twice_is_refused(own_schemas):
    rules = json.loads((schemas_dir() / "rules/basic.json").read_text("utf-8"))["rules"]
    code, rule = next(iter(rules.items()))
    own_schemas("rules/overall.json", lambda content: content["rules"].update({code: rule}))
    with pytest.raises(DeclarationError, match=code):
        reload()


def test_a_key_written_twice_is_refused(own_schemas):
    path = schemas_dir() / "profiles/hunan-yueyang-2024.json"
    path.write_text(path.read_text("utf-8").replace('"year": 2024,', '"year": 2024, "year": 2025,'), "utf-8")
    with pytest.raises(DeclarationError, match="写了两次"):
        reload()


def test_broken_json_is_reported_with_line_and_column(own_schemas):
    (schemas_dir() / "profiles/hunan-yueyang-2024.json").write_text('{"id": ', "utf-8")
    with pytest.raises(DeclarationError, match="第 1 行第 8 列"):
        reload()


def test_inheritance_in_a_circle_is_refused(own_schemas):
    own_schemas("profiles/national-2020.json", lambda profile: profile.update(extends="hunan-yueyang-2024"))
    with pytest.raises(DeclarationError, match="继承成环"):
        reload()


def test_lint_collects_mistakes_of_several_files(own_schemas):
    own_schemas("forms/basic.json", lambda form: form["fields"]["编制数"].update(lable="x"))
    own_schemas("forms/project.json", lambda form: form.update(pagge={}))
    places = [error.place for error in lint()]
    assert any("basic.json" in place for place in places)
    assert any("project.json" in place for place in places)


def test_a_county_changes_a_weight_in_one_file(own_schemas):
    (schemas_dir() / "profiles/test-county.json").write_text(
        json.dumps(
            {
                "id": "test-county",
                "extends": "hunan-yueyang-2024",
                "name": "某县",
                "place": "某县",
                "year": 2025,
                "sources": ["某县通知"],
                "parameters": {"逆向指标算法": "反比"},
                "texts": {"预算部门名称": "县级预算部门名称"},
            },
            ensure_ascii=False,
        ),
        "utf-8",
    )
    county = reload("test-county")
    assert county.lineage == ("test-county", "hunan-yueyang-2024", "national-2020")
    assert county.forms["基础"].title == "2025年度部门整体支出绩效评价基础数据表"
    assert county.forms["整体"].fields["单位名称"].label == "县级预算部门名称"
    assert county.parameters["逆向指标算法"] == "反比"


def test_schemas_folder_can_be_another(own_schemas, tmp_path):
    assert schemas_dir() == Path(tmp_path / "schemas")


def test_texts_that_only_the_program_reads_are_read_too(own_schemas):
    (schemas_dir() / "labels.json").write_text('{"noise": [', "utf-8")
    assert any("labels.json" in error.place and "不是合法的 JSON" in error.why for error in lint())
