"""Declared sentences with figures, and without: what is missing, what is zero, what a form says otherwise."""

import re
from dataclasses import replace

import pytest

from tests.finishing.reports.samples import REPORTS, filings, texts
from xlperf.core.errors import DeclarationError
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.source import texts_of
from xlperf.finishing.reports.figures import Figures, completed
from xlperf.finishing.reports.report_paragraphs import write_report
from xlperf.finishing.reports.sentence_writing import condition, pieces, written

PROFILE = load_profile("hunan-yueyang-2024")
WORDS = {"年度": "2024", "上年度": "2023", "单位": "某局"}


def figures(basic=None, overall=None) -> Figures:
    records = [
        Record("基础", "基础数据表", basic or {}),
        Record("整体", "整体支出绩效自评表", overall or {}),
    ]
    return Figures(completed(Filing("1", "某局", PROFILE.id, records), PROFILE), PROFILE)


def said(text, basic=None, overall=None):
    return written(text, figures(basic, overall), WORDS)


def test_a_figure_with_its_unit():
    assert said("编制{编制}，在职{在职}。", {"编制数": 47.0, "在职人数": 46.0}) == "编制47人，在职46人。"


def test_a_rate_from_two_figures():
    given = {"三公经费_本年预算数": 4.75, "三公经费_本年决算数": 4.25}
    assert said("控制率{三公经费.完成率}。", given) == "控制率89.47%。"


def test_a_sentence_without_its_figure_is_not_written():
    assert said("编制{编制}。") is None


def test_a_piece_without_its_figure_is_left_out():
    assert said("编制{编制}[，在职{在职}]。", {"编制数": 47.0}) == "编制47人。"


def test_a_rate_on_nothing_is_not_written():
    given = {"三公经费_本年预算数": 0.0, "三公经费_本年决算数": 0.0}
    assert said("预算{三公经费.预算}[，控制率{三公经费.完成率}]。", given) == "预算0万元。"


def test_a_rate_that_the_form_has_otherwise_is_not_written():
    given = {"年度资金总额_全年预算数": 17.0, "年度资金总额_全年执行数": 16.98}
    text = "执行{支出合计.执行}[，执行率{支出合计.完成率|执行率}]。"
    assert said(text, overall=given) == "执行16.98万元，执行率99.88%。"
    assert said(text, overall=given | {"执行率": 0.99}) == "执行16.98万元。"


def test_a_field_a_year_and_an_expression():
    given = {"总分_得分": 98.85, "等级": "优"}
    text = "{年度}年得{总分_得分}分，{等级}，差{=100-总分_得分:score}分。"
    assert said(text, overall=given) == "2024年得98.85分，优，差1.15分。"


def test_a_hole_that_names_nothing_is_a_wrong_declaration():
    with pytest.raises(DeclarationError, match=r"三公经费\.没有的"):
        pieces("{三公经费.没有的}")


def declared(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (
                declared(inner) if key in ("sections", "say", "else") or key not in ("when", "unless") else ()
            )
    elif isinstance(value, list):
        for inner in value:
            yield from declared(inner)
    elif isinstance(value, str):
        yield value


def conditions(value):
    if isinstance(value, dict):
        yield from (inner for key, inner in value.items() if key in ("when", "unless", "where", "quote"))
        for inner in value.values():
            yield from conditions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from conditions(inner)


def test_every_declared_sentence_and_condition_can_be_read():
    raw = texts_of("report_bodies")
    names = {field for form in load_profile("national-2020").forms.values() for field in form.fields}
    columns = {
        column
        for form in load_profile("national-2020").forms.values()
        for table in form.tables.values()
        for column in table.columns
    }
    for text in declared({**raw["sentences"], **raw["groups"]}):
        for _, parts in pieces(text):
            for hole in parts:
                if not isinstance(hole, str) and not (hole.concept or hole.derived or hole.function):
                    assert hole.name in names | columns | set(WORDS), text
    shared = raw["conditions"]
    found = [*conditions(raw["groups"] | raw["bodies"])]
    assert all(callable(condition(shared[text[1:]] if text[0] == "@" else text)) for text in found)
    assert {f"@{name}" for name in shared} - set(found) == set()


def test_shared_sentences_and_groups_are_all_used():
    raw = texts_of("report_bodies")
    printed = str(raw["groups"]) + str(raw["bodies"])
    assert [name for name in raw["sentences"] if f"'@{name}'" not in printed] == []
    assert [name for name in raw["groups"] if f"'use': '{name}'" not in printed] == []


@pytest.mark.parametrize(("profile_id", "kind"), REPORTS)
def test_no_report_says_none_or_an_error(profile_id, kind):
    profile = load_profile(profile_id)
    for filing in (filings(profile_id)[4], Filing("9", "空白局", profile_id, [])):
        printed = "\n".join(texts(filing, profile, kind))
        assert not re.search(r"None|nan|#DIV|[{}\[\]]", printed)


def test_a_filing_without_forms_states_no_figure():
    printed = "\n".join(texts(Filing("9", "空白局", PROFILE.id, []), PROFILE))
    assert not re.search(r"[0-9](?:万元|人|%|分)", re.sub(r"【[^】]*】", "", printed))


def test_an_indicator_below_its_points_is_named_with_its_reason():
    printed = "\n".join(texts(filings(PROFILE.id)[0], PROFILE))
    assert "“服务经济社会发展”年度指标值为“效果明显”" in printed
    assert "分值10分，得分9分，原因和措施：水质改善有待提高。" in printed


def test_what_is_not_in_the_forms_is_asked_for():
    kinds = {paragraph.kind for paragraph in write_report(filings(PROFILE.id)[0], PROFILE, "整体").paragraphs}
    assert kinds == {"section", "part", "text", "prompt", "signed", "listed"}


def test_no_other_budget_is_said_where_the_kinds_of_income_make_up_the_whole():
    whole = {"年度资金总额_全年预算数": 100.0, "收入_一般公共预算": 100.0}
    for profile_id, sentence in (
        ("hunan-yueyanglou-2024", "2024年度本单位无国有资本经营预算支出。"),
        ("hunan-hengyang-2023", "本单位无社会保险基金预算。"),
        ("hunan-yueyang-2024", "本单位2024年度无此项支出。"),
    ):
        profile = load_profile(profile_id)
        known = Filing("9", "某局", profile_id, [Record("整体", "整体", dict(whole))])
        open_ended = Filing("9", "某局", profile_id, [Record("整体", "整体", whole | {"收入_其他资金": 3.0})])
        assert sentence in texts(known, profile)
        assert "【请填写：国有资本经营预算支出情况" not in "".join(texts(known, profile))
        assert "【请填写：国有资本经营预算支出情况" in "".join(texts(open_ended, profile))


def test_a_sentence_of_pieces_without_any_figure_is_not_written():
    assert (
        said(
            "其中：[业务工作经费{业务工作经费_本年决算数}万元][，运行维护经费{运行维护经费_本年决算数}万元]。"
        )
        is None
    )
    assert (
        said(
            "其中：[业务工作经费{业务工作经费_本年决算数}万元][，运行维护经费{运行维护经费_本年决算数}万元]。",
            basic={"运行维护经费_本年决算数": 2.0},
        )
        == "其中：运行维护经费2万元。"
    )


def test_a_total_without_any_indicator_is_no_score():
    """Points of the execution alone are not the score of a self-evaluation."""
    amounts = {"年度资金总额_全年预算数": 100.0, "年度资金总额_全年执行数": 100.0}
    filing = Filing("9", "某局", PROFILE.id, [Record("整体", "整体", amounts)])
    assert "自评得分" not in "".join(line for line in texts(filing, PROFILE) if "【" not in line)


def scored(**changes) -> list[str]:
    """The sentences on scores of a unit whose first indicator has these values, None for no value."""
    profile, filing = load_profile("hunan-yueyang-2024"), filings("hunan-yueyang-2024")[1]
    records = []
    for record in filing.records:
        rows = [dict(row) for row in record.tables.get("指标", [])]
        if record.form == "整体":
            rows[0] |= {"三级指标": "群众满意", "年度指标值": "满意", "实际完成值": "基本满意"} | changes
        records.append(replace(record, tables=record.tables | ({"指标": rows} if rows else {})))
    return [
        text
        for text in texts(replace(filing, records=records), profile)
        if "自评得分" in text or "得满分" in text
    ]


def test_a_row_without_points_is_no_indicator_with_full_points():
    (count,) = [text for text in scored(分值=None, 得分=None) if "得满分" in text]
    assert count == "本单位共设置三级指标12个，其中得满分的12个。"


def test_a_total_is_not_stated_while_a_score_is_missing():
    assert [text for text in scored(得分=None) if "自评得分" in text] == []
    assert "其中得满分的12个" in scored(得分=None)[0]
