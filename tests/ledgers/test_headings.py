"""Headings are recognised however they are typed."""

import pytest

from xlperf.ledgers.headings import Headings, nearest

HEADINGS = Headings(
    {
        "接待": ["公务接待"],
        "本年决算数": ["2024年决算数"],
        "水电差旅费": ["水费、电费、差旅费"],
        "分值": ["权重"],
    },
    frozenset({"元", "万元"}),
    "^单位[:：]?",
)


@pytest.mark.parametrize(
    "text",
    [
        "接待·本年决算数",
        "接待・本年决算数",
        " 接待 · 本年\n决算数 ",
        "接待-本年决算数",
        "接待_本年决算数",
        "接待：本年决算数",
        "公务接待·2024年决算数",
        "公务接待·２０２４年决算数",
        "接待（万元）·本年决算数",
        "接待本年决算数(万元)",
        "接待\u3000本年决算数",
    ],
)
def test_ways_to_write_one_head(text):
    assert HEADINGS.read(text).key == "接待本年决算数"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("项目支出", ""),
        ("项目支出（元）", "元"),
        ("项目支出(万元)", "万元"),
        ("项目支出【元】", "元"),
        ("项目支出（单位：元）", "元"),
        ("项目支出（ 元 ）·本年", "元"),
        ("批复规模（㎡）", ""),
        ("比率(%)", ""),
    ],
)
def test_the_money_unit_in_brackets(text, unit):
    assert HEADINGS.read(text).unit == unit


def test_words_with_separators_inside_are_recognised_as_a_whole():
    assert HEADINGS.read("水费、电费、差旅费").key == "水电差旅费"


def test_a_word_is_replaced_only_as_a_whole_part():
    assert HEADINGS.read("总权重").key == "总权重"
    assert HEADINGS.read("总分·权重").key == "总分分值"


def test_nearest():
    assert nearest("联系话", ["联系电话", "填表人"]) == "联系电话"
    assert nearest("天气", ["联系电话", "填表人"]) == ""
