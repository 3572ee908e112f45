"""Printed texts taken apart: what the lexicon makes of them."""

import shutil

import pytest

from xlperf.core.paths import schemas_dir
from xlperf.intake.reading.lexicon import lexicon
from xlperf.intake.reading.recognition import ticked, year_of
from xlperf.intake.reading.texts import figure

MONEY = frozenset({"元", "万元", "分"})


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("全年预算数（A）", "money_column", "全年预算数"),
        ("全年（调整后）预算数", "money_column", "全年预算数"),
        ("预算执行率（B/A×100%）", "money_column", "执行率"),
        ("其中：中央财政资金", "row", "当年财政拨款"),
        ("上年结转（结余）资金", "row", "上年结转资金"),
        ("转移支付（项目）名称", "field", "项目支出名称"),
        ("项目单位", "field", "实施单位"),
        ("1、公务用车购置和维护经费", "basic_row", "三公经费/公务用车购置和维护经费"),
        ("全年实际完成情况", "goal", "实际完成情况"),
        ("实际完成指标值", "indicator_column", "actual"),
        ("偏差原因分析及改进措施", "indicator_column", "deviation"),
        ("项目绩效自评得分", "field", "总分/得分"),
    ],
)
def test_official_and_local_words_mean_the_same(text, kind, name):
    assert lexicon().label(text).of(kind) == name


def test_what_is_printed_around_a_label():
    label = lexicon().label("预算执行情况\n（万元）（20分）")
    assert (label.core, label.unit, label.points) == ("预算执行情况", "万元", 20)
    label = lexicon().label("2021年决算数")
    assert (label.year, label.of("year_column")) == (2021, "决算数")
    assert lexicon().label("上年决算数").relative == -1
    assert lexicon().label("单位：人民币元").of("unit_line") == "单位"


def test_sentences_are_no_labels():
    assert lexicon().label("完成年度目标，项目名称按批复填写，资金全部执行到位。").means == ()


def test_a_bureau_adds_its_words(tmp_path, monkeypatch):
    assert lexicon().label("实付数（万元）").of("money_column") is None
    for name in ("lexicon.json", "lexicon.schema.json"):
        shutil.copy(schemas_dir() / name, tmp_path)
    (tmp_path / "lexicon").mkdir()
    own = '{"concepts": {"money_column": {"全年执行数": ["实付数"]}}}'
    (tmp_path / "lexicon" / "本局.json").write_text(own, "utf-8")
    monkeypatch.setenv("XLPERF_SCHEMAS", str(tmp_path))
    assert lexicon().label("实付数（万元）").of("money_column") == "全年执行数"
    assert lexicon().label("全年执行数").of("money_column") == "全年执行数"


@pytest.mark.parametrize(
    ("text", "number", "unit", "percent"),
    [
        ("1,286,000.00", 1286000, "", False),
        ("463.2万元", 463.2, "万元", False),
        ("9.8分", 9.8, "分", False),
        ("98.49%", 0.9849, "", True),
        ("(198.68)", -198.68, "", False),
        ("¥12", 12, "", False),
    ],
)
def test_figures(text, number, unit, percent):
    found = figure(text, MONEY)
    assert (found.number, found.unit, found.percent) == (number, unit, percent)


@pytest.mark.parametrize("text", ["≥5", "12公里", "2022年", "约3", "一百", "1" * 60])
def test_no_figures(text):
    assert figure(text, MONEY) is None


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("☑优　□良　□中　□差", "优"),
        ("优□ 良√ 中□ 差□", "良"),
        ("□优 □良 □中 □差", ""),
        ("■优 ■良 □中", None),
        ("优", None),
    ],
)
def test_the_option_that_is_ticked(text, chosen):
    assert ticked(lexicon(), text) == chosen


def test_years_in_full_width():
    assert year_of(lexicon(), ["(２０２３年度)"]) == 2023
