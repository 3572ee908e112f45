"""Points by the scheme of the published grading table; every expected figure is counted by hand."""

from dataclasses import replace
from datetime import date

import pytest

from tests.received import good as g
from xlperf.checks.grading.assessment import assess
from xlperf.checks.grading.package import GradedPackage, KnownDay
from xlperf.checks.grading.scheme import scheme_of
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing
from xlperf.report_text import ReportParagraph, ReportText

PROFILE = load_profile("hunan-yueyanglou-2024")
SCHEME = scheme_of(PROFILE)
SECTIONS = (
    "一、一般公共预算支出情况",
    "全年支出用于人员和项目。",
    "二、单位整体支出绩效情况",
    "年度目标基本完成。",
    "三、存在的问题及原因分析",
    "一是预算编制不细，执行偏慢。二是资产台账更新不及时。",
    "四、下一步改进措施",
    "一是细化预算编制。二是按季盘点资产。",
    "五、自评结果拟应用和公开情况",
    "用于下年度预算安排。",
)


def report(lines=SECTIONS) -> ReportText:
    return ReportText("报告.docx", tuple(ReportParagraph(n, line) for n, line in enumerate(lines, start=1)))


def package(**changes) -> GradedPackage:
    filed = g.filing()
    whole = GradedPackage("001", "某单位", PROFILE, ["表.xlsx", "报告.docx"], filed, report())
    return replace(whole, **changes)


def item(name: str, **changes):
    assessed = assess(package(**changes), SCHEME)
    return next(found for found in assessed.items if found.item.id == name)


def day(year: int, month: int, number: int) -> KnownDay:
    return KnownDay(date(year, month, number), "日期表")


def test_the_scheme_has_the_points_of_the_published_table():
    points = [found.points for found in SCHEME.items]
    assert points == [10, 10, 10, 10, 10, 10, 20, 20]
    assert {level: sum(each.points for each in items) for level, items in SCHEME.levels.items()} == {
        "及时性": 20,
        "完整性": 30,
        "客观性": 50,
    }
    assert all(sum(part.points for part in found.parts) == found.points for found in SCHEME.items)
    assert SCHEME.items[0].standard.startswith("2025年7月15日前将审核通过的2024年绩效自评报告")


@pytest.mark.parametrize("profile", profile_ids())
def test_every_profile_can_be_graded(profile):
    assert scheme_of(load_profile(profile)).points == 100


LATE = [
    (day(2025, 7, 15), 10),
    (day(2025, 7, 18), 7),  # Friday: 16, 17, 18
    (day(2025, 7, 20), 7),  # the weekend does not count
    (day(2025, 7, 29), 0),  # ten workdays: 16 to 18, 21 to 25, 28, 29
    (day(2025, 9, 1), 0),
]


@pytest.mark.parametrize(("filed", "points"), LATE)
def test_each_workday_late_costs_a_point(filed, points):
    found = item("线上报送", days={"线上报送": filed})
    assert found.score == points
    assert bool(found.reasons) == (points < 10)


def test_swapped_weekends_are_workdays():
    # 28 September 2025 is a Sunday that is worked on; 1 to 8 October are holidays
    scheme = scheme_of(PROFILE, (("线上报送", date(2025, 9, 26)),))
    assessed = assess(package(days={"线上报送": day(2025, 10, 9)}), scheme)
    assert assessed.items[0].score == 10 - 4  # 28, 29, 30 September and 9 October


def test_without_a_day_or_a_calendar_nobody_guesses():
    unknown = item("线上报送")
    assert unknown.score is None
    assert "没有“线上报送”的日期" in unknown.evidence[0]
    far = item("公开", days={"公开": day(2030, 1, 2)})
    assert far.score is None
    assert "放假调休" in far.evidence[0]


def test_without_a_deadline_nobody_guesses():
    general = load_profile("national-2020")
    assessed = assess(package(profile=general, days={"公开": day(2025, 7, 1)}), scheme_of(general))
    assert assessed.items[1].score is None
    assert "没有规定" in assessed.items[1].evidence[0]


def without(*aliases: str) -> Filing:
    filed = g.filing()
    return replace(filed, records=[record for record in filed.records if record.form not in aliases])


def test_each_missing_paper_costs_five_points():
    assert item("材料完整").score == 10
    assert item("材料完整", filing=without("项目")).score == 5
    assert item("材料完整", filing=without("项目", "基础"), report=None).score == 0
    assert item("材料完整", filing=without("项目")).reasons == ("没有项目支出绩效自评表，扣5分",)


def test_a_unit_without_projects_needs_no_sheet_of_them():
    filed = without("项目")
    records = [replace(record, fields=dict(record.fields)) for record in filed.records]
    for record in records:
        names = ("支出_项目支出", "项目支出_本年预算数", "项目支出_本年决算数")
        record.fields.update({name: 0.0 for name in names if name in record.fields})
    assert item("材料完整", filing=replace(filed, records=records)).score == 10


@pytest.mark.parametrize("profile", profile_ids())
def test_the_figures_that_say_whether_a_paper_is_asked_for_are_on_the_forms(profile):
    loaded = load_profile(profile)
    options = [part.options for found in scheme_of(loaded).items for part in found.parts]
    named = {field for each in options for fields in each.get("not_if_0", {}).values() for field in fields}
    assert named <= {field for form in loaded.forms.values() for field in form.fields}


def test_what_may_be_in_an_unreadable_file_is_not_called_missing():
    found = item("材料完整", report=None, unread=["收到/坏.docx"])
    assert found.score is None
    assert "坏.docx" in found.evidence[0]


def test_each_missing_section_costs_two_points():
    assert item("正文完整").score == 10
    assert item("正文完整", report=report(SECTIONS[:-2])).reasons == ("正文没有“结果应用”，扣2分",)
    assert item("正文完整", report=report(SECTIONS[:-1])).score == 8  # a title with nothing under it
    assert item("正文完整", report=None).score == 0


def test_a_section_that_only_asks_for_something_is_not_written():
    lines = list(SECTIONS)
    lines[5] = "【请填写：存在的主要问题，每个问题写明原因】"
    asked = item("正文完整", report=report(lines))
    assert asked.score == 8
    assert asked.reasons == ("正文“存在的问题及原因分析”一章只有填写提示，没有写内容，扣2分",)
    lines[5] += "一是预算编制不细，执行偏慢。"
    assert item("正文完整", report=report(lines)).score == 10


def test_blank_cells_are_named_and_the_points_left_to_a_person():
    place = Location("表.xlsx", "基础数据表", "B4", label="编制数")
    found = item("附件完整", findings=[finding("C301", place)])
    assert (found.score, found.suggestion) == (None, 9.5)
    assert any("B4" in line for line in found.evidence)
    assert item("附件完整").score == 10


def rows(change) -> Filing:
    filed = g.filing()
    records = [replace(record, tables=dict(record.tables)) for record in filed.records]
    for record in records:
        if "指标" in record.tables:
            record.tables["指标"] = [dict(row) for row in record.tables["指标"]]
            change(record.tables["指标"])
    return replace(filed, records=records)


def test_indicators_refined_to_level_three():
    assert item("指标").score == 10
    bare = item("指标", filing=rows(lambda table: [row.update(三级指标="") for row in table]))
    assert [part.score for part in bare.parts] == [0, 5]
    some = item("指标", filing=rows(lambda table: table[0].update(三级指标=None)))
    assert some.score is None
    assert "没有细化到三级" in some.reasons[0]


def test_points_for_output_and_effect_below_sixty_per_cent():
    def halve(table):
        for row in table:
            row["分值"] = 30.0 if row is table[0] else 0.0
        table[0]["一级指标"] = "产出指标"
        table[-1].update(一级指标="满意度指标", 分值=60.0)

    found = item("指标", filing=rows(halve))
    share = found.parts[1]
    assert share.score is None
    assert share.found.number == pytest.approx(0.3)  # 30 of 30 + 60 + 10 for execution
    assert share.suggestion == 2.5  # 5 × 0.3 ÷ 0.6


def test_the_two_judgements_are_left_to_a_person_with_all_that_was_found():
    found = item("问题")
    assert found.score is None
    said = "\n".join(found.evidence)
    assert "15—19分" in said
    assert "14—18分" in said  # as printed: the bands overlap
    assert "分列 2 条" in said
    assert "资产" in said
    measures = "\n".join(item("措施").evidence)
    assert "问题分列 2 条，措施分列 2 条" in measures


def test_a_report_that_only_complains_of_money():
    lines = list(SECTIONS)
    lines[5] = "一是工作经费不足。二是项目资金紧张，难以开展工作。"
    assert any("只提出" in line for line in item("问题", report=report(lines)).evidence)
    lines[5] = "一是工作经费不足。二是资产台账更新不及时。"
    evidence = item("问题", report=report(lines)).evidence
    assert any("2 句里有 1 句" in line for line in evidence)
