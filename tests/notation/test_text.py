"""Cleaning of typed text, and nothing, words and level-1 labels distinguished."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.notation import is_nothing, level1_label, normalise

# --- normalise --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("５５.00", "55.00"),
        ("０　", "0"),
        ("　≧９０％", "≧90%"),
        ("＝100%", "=100%"),
        ("═100%", "=100%"),
        ("﹦100%", "=100%"),
        ("＞＝95％", ">=95%"),
        ("－５", "-5"),
        ("−5", "-5"),
        ("１．５", "1.5"),
        ("ＴＢ", "TB"),
        ("￥80", "¥80"),
        ("年度预\n算申请", "年度预算申请"),
        ("年度预\r\n算申请", "年度预算申请"),
        ("\u200b80\ufeff", "80"),
        ("\u00a0 80 \t", "80"),
        ("a\u3000b", "a b"),
        ("绩 效 指 标", "绩 效 指 标"),
        ("", ""),
        ("　", ""),
    ],
)
def test_figures_become_half_width_and_edges_are_trimmed(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    "prose", ["甲、乙，丙；丁：戊。", "（二期）", "“三公经费”", "好！是吗？", "1～2", "《指南》"]
)
def test_chinese_punctuation_of_prose_stays(prose):
    assert normalise(prose) == prose


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_half_width_text_is_left_alone(text):
    assert normalise(text) == text


@given(st.integers(0, 10**12))
def test_full_width_digits_read_as_half_width(number):
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    assert normalise(f"　{wide}\n") == str(number)


# --- is_nothing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "　",
        "\n",
        "——",
        "—",
        "--",
        "-",
        "－",
        "–",
        "/",
        "／",
        "\\",
        "*",
        "＊",
        "***",
        "— —",
        "无",
        "　无 ",
        "空",
        "无　",
        "N/A",
        "n/a",
        "不适用",
    ],
)
def test_marks_that_say_nothing(text):
    assert is_nothing(text)


@pytest.mark.parametrize(
    "text", ["0", "0.00", "０", "0%", "无偏差", "无投诉", "-5", "100", "有", "*5", "1/2", "空调", "一"]
)
def test_figures_and_words_are_something(text):
    assert not is_nothing(text)


# --- level1_label -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "label", "points"),
    [
        ("产出指标\n\n（50分）", "产出指标", 50.0),
        ("产出指标\n\n(50分)", "产出指标", 50.0),
        ("效益指标\n\n（30分）\n　", "效益指标", 30.0),
        ("满意度\n指标\n（10分）", "满意度指标", 10.0),
        ("成本指标 (20分)", "成本指标", 20.0),
        ("成本指标\n（20分）", "成本指标", 20.0),
        ("产出指标（４０分）", "产出指标", 40.0),
        ("产出指标50分", "产出指标", 50.0),
        ("产出指标(50)", "产出指标", 50.0),
        ("产出指标【50分】", "产出指标", 50.0),
        ("效益指标（50%）", "效益指标", 50.0),
        ("数量指标（12.5分）", "数量指标", 12.5),
        ("绩 效 指 标", "绩效指标", None),
        ("产出指标", "产出指标", None),
        ("市委大院维修工程（二期）", "市委大院维修工程（二期）", None),
        ("指标50", "指标50", None),
        ("（50分）", "", 50.0),
        ("", "", None),
    ],
)
def test_points_are_split_off_the_level1_label(typed, label, points):
    assert level1_label(typed) == (label, points)


@given(
    st.sampled_from(["产出指标", "效益指标", "满意度指标", "成本指标"]),
    st.integers(1, 100),
    st.sampled_from(["（{}分）", "({}分)", "{}分", "\n\n（{} 分）"]),
)
def test_every_way_to_print_points_reads_the_same(label, points, form):
    assert level1_label(label + form.format(points)) == (label, float(points))
