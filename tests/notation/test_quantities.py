"""Quantities of one cell. Values worked out by hand; money in 万元, percentages as fractions."""

import math
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xlperf.notation import Quantity, parse_amount, parse_date, parse_quantity

COMPARATORS = [
    ("≥ 50次", ">=", 50, "次"),
    ("≧50次", ">=", 50, "次"),
    (">=50次", ">=", 50, "次"),
    ("＞＝50次", ">=", 50, "次"),
    ("不低于50次", ">=", 50, "次"),
    ("不少于50次", ">=", 50, "次"),
    ("不得少于50次", ">=", 50, "次"),
    ("至少50次", ">=", 50, "次"),
    ("大于等于50次", ">=", 50, "次"),
    ("50次以上", ">=", 50, "次"),
    ("50次及以上", ">=", 50, "次"),
    ("50次（含）以上", ">=", 50, "次"),
    ("≥50次以上", ">=", 50, "次"),
    ("≤50次", "<=", 50, "次"),
    ("≦50次", "<=", 50, "次"),
    ("<=50次", "<=", 50, "次"),
    ("不超过50次", "<=", 50, "次"),
    ("不高于50次", "<=", 50, "次"),
    ("最多 50 次", "<=", 50, "次"),
    ("控制在50次以内", "<=", 50, "次"),
    ("控制在50次", "<=", 50, "次"),
    ("50次以内", "<=", 50, "次"),
    ("50次以下", "<=", 50, "次"),
    (">50次", ">", 50, "次"),
    ("＞50次", ">", 50, "次"),
    ("大于50次", ">", 50, "次"),
    ("超过50次", ">", 50, "次"),
    ("超过50次以上", ">", 50, "次"),
    ("50余次", ">", 50, "次"),
    ("50多次", ">", 50, "次"),
    ("<50次", "<", 50, "次"),
    ("＜50次", "<", 50, "次"),
    ("小于50次", "<", 50, "次"),
    ("低于50次", "<", 50, "次"),
    ("近50次", "<", 50, "次"),
    ("=50次", "=", 50, "次"),
    ("＝50次", "=", 50, "次"),
    ("═50次", "=", 50, "次"),
    ("﹦50次", "=", 50, "次"),
    ("等于50次", "=", 50, "次"),
    ("50次左右", "=", 50, "次"),
    ("约50次", "=", 50, "次"),
]

UNITS = [
    ("10次", "=", 10, "次"),
    ("1000篇、条", "=", 1000, "篇、条"),
    ("1000人次", "=", 1000, "人次"),
    ("12人/次", "=", 12, "人/次"),
    ("200家单位", "=", 200, "家"),
    ("5个百分点", "=", 5, "个百分点"),
    ("3个月", "=", 3, "个月"),
    ("5年", "=", 5, "年"),
    ("30日", "=", 30, "天"),
    ("15个工作日内", "<=", 15, "个工作日"),
    ("24小时", "=", 24, "小时"),
    ("25TB", "=", 25, "TB"),
    ("２５ｔｂ", "=", 25, "TB"),
    ("86平方米", "=", 86, "平方米"),
    ("86㎡", "=", 86, "平方米"),
    ("86m2", "=", 86, "平方米"),
    ("101.28万平方米", "=", 1012800, "平方米"),
    ("3km", "=", 3, "公里"),
    ("5千瓦", "=", 5, "千瓦"),
    ("2台（套）", "=", 2, "台套"),
    ("1.2万亩", "=", 12000, "亩"),
    ("1.2 万 亩", "=", 12000, "亩"),
    ("3亿人次", "=", 300000000, "人次"),
    ("2千人", "=", 2000, "人"),
    ("1.5万余人", ">", 15000, "人"),
    ("每亩300", "=", 300, "/亩"),
    ("每人 3 次", "=", 3, "次/人"),
    ("90分", "=", 90, "分"),
    ("1,000 份", "=", 1000, "份"),
    ("1000", "=", 1000, ""),
    ("2024.12", "=", 2024.12, ""),
    ("-3", "=", -3, ""),
]

MONEY = [
    ("≦80万元", "<=", 80, "万元"),
    ("≤1328.5万元", "<=", 1328.5, "万元"),
    ("80万元", "=", 80, "万元"),
    ("800000元", "=", 80, "万元"),
    ("800,000元", "=", 80, "万元"),
    ("5千元", "=", 0.5, "万元"),
    ("3百万元", "=", 300, "万元"),
    ("40万", "=", 40, "万元"),
    ("2.6亿元", "=", 26000, "万元"),
    ("2.6亿", "=", 26000, "万元"),
    ("10余万元", ">", 10, "万元"),
    ("119.8万余元", ">", 119.8, "万元"),
    ("成本控制在17万元内", "<=", 17, "万元"),
    ("成本不超过76万元", "<=", 76, "万元"),
    ("成本：76万元", "=", 76, "万元"),
    ("￥80万元", "=", 80, "万元"),
    ("人民币80万元", "=", 80, "万元"),
    ("300元/亩", "=", 0.03, "万元/亩"),
    ("每亩300元", "=", 0.03, "万元/亩"),
    ("每人每天50元", "=", 0.005, "万元/人/天"),
    ("每亩不低于300元", ">=", 0.03, "万元/亩"),
    ("80万元/年", "=", 80, "万元/年"),
    ("100万美元", "=", 1000000, "美元"),
]

PARTS = [
    ("95%", "=", 0.95, "%"),
    ("９５％", "=", 0.95, "%"),
    ("95 %", "=", 0.95, "%"),
    ("=100%", "=", 1.0, "%"),
    ("　＝100%", "=", 1.0, "%"),
    ("　≧90%", ">=", 0.9, "%"),
    ("≥98%", ">=", 0.98, "%"),
    ("98.49%", "=", 0.9849, "%"),
    ("-5%", "=", -0.05, "%"),
    ("245%", "=", 2.45, "%"),
    ("95%以上", ">=", 0.95, "%"),
    ("达到95%以上", ">=", 0.95, "%"),
    ("百分之95", "=", 0.95, "%"),
    ("不低于百分之95", ">=", 0.95, "%"),
    ("百分之百", "=", 1.0, "%"),
    ("0.9‰", "=", 0.0009, "‰"),
    ("≤0.9‰", "<=", 0.0009, "‰"),
    ("合格率≥98%", ">=", 0.98, "%"),
    ("满意度：95%", "=", 0.95, "%"),
    ("满意度为95%", "=", 0.95, "%"),
    ("100%完成", "=", 1.0, "%"),
    ("完成100%", "=", 1.0, "%"),
    ("95%；", "=", 0.95, "%"),
]


@pytest.mark.parametrize(("text", "comparator", "value", "unit"), COMPARATORS + UNITS + MONEY + PARTS)
def test_quantities(text, comparator, value, unit):
    read = parse_quantity(text)
    assert read is not None
    assert (read.comparator, read.value, read.unit, read.raw) == (comparator, value, unit, text)


@pytest.mark.parametrize(
    "text",
    [
        "集中保管1577个房产证",
        "完成1965家单位统计",
        "统一管理全市501台公车",
        "完成7号楼维修",
        "100%检查",
        "100%统计",
        "初步支付56.26万元，未超过预算成本",
        "能耗同比下降1%；水耗下降1%",
        "效果明显",
        "已完成",
        "——",
        "",
        "　",
        "2023年12月前",
        "2023年12月31日前",
        "2024年",
        "2024年内",
        "2024年全年",
        "2024、12、31",
        "2024.4.3",
        "2024-04-03",
        "12月31日前",
        "10-20次",
        "90%～95%",
        "10次20次",
        "10 20",
        "≥95%以下",
        "≤5次以上",
        "≥",
        "次",
        "1,32.5",
        "1.2.3万元",
        "支出不超过预算1328.5万元",
        "430102199001011234",
        None,
        True,
        False,
        math.nan,
        math.inf,
    ],
)
def test_what_is_no_plain_quantity(text):
    assert parse_quantity(text) is None


@pytest.mark.parametrize(
    ("text", "digits", "step"),
    [
        ("98.49%", 2, 0.0001),
        ("99%", 0, 0.01),
        ("9.850", 3, 0.001),
        ("1328.5万元", 1, 0.1),
        ("80万元", 0, 1),
        ("800000元", 0, 0.0001),
        ("1.50元", 2, 0.000001),
        ("2.6亿元", 1, 1000),
        ("1.2万亩", 1, 1000),
        ("0.9‰", 1, 0.0001),
        (1273.05, 2, 0.01),
        (80, 0, 1),
    ],
)
def test_printed_precision(text, digits, step):
    read = parse_quantity(text)
    assert (read.digits, read.step) == (digits, step)


@pytest.mark.parametrize(
    ("number", "value", "digits", "step"),
    [
        (0.9849, 0.9849, 2, 0.0001),
        (0.95, 0.95, 0, 0.01),
        (1, 1.0, 0, 0.01),
        (1.0, 1.0, 0, 0.01),
        (0.9988, 0.9988, 2, 0.0001),
        (0, 0.0, 0, 0.01),
    ],
)
def test_a_number_shown_as_percentage(number, value, digits, step):
    read = parse_quantity(number, percent_format=True)
    assert (read.comparator, read.value, read.unit, read.digits, read.step) == ("=", value, "%", digits, step)


def test_text_does_not_change_with_the_cell_format():
    assert parse_quantity("98.49", percent_format=True) == Quantity("=", 98.49, "", 2, "98.49")
    assert parse_quantity("98.49%", percent_format=True) == Quantity("=", 0.9849, "%", 2, "98.49%")


def test_the_step_does_not_make_quantities_differ():
    assert Quantity("=", 80.0, "万元", 0, "80万元", 1.0) == Quantity("=", 80.0, "万元", 0, "80万元")


@pytest.mark.parametrize(
    ("text", "value", "unit", "digits"),
    [
        ("1,328.50", 1328.5, "", 2),
        ("５５.00", 55.0, "", 2),
        ("0　", 0.0, "", 0),
        ("1183.05　", 1183.05, "", 2),
        ("　80", 80.0, "", 0),
        ("80万元", 80.0, "万元", 0),
        ("800000元", 80.0, "万元", 0),
        ("12,735,000.00元", 1273.5, "万元", 2),
        ("0.5亿元", 5000.0, "万元", 1),
        ("6万", 6.0, "万元", 0),
        ("-28.99", -28.99, "", 2),
        (1253.78, 1253.78, "", 2),
        (0, 0.0, "", 0),
    ],
)
def test_amounts(text, value, unit, digits):
    read = parse_amount(text)
    assert (read.value, read.unit, read.digits) == (value, unit, digits)


@pytest.mark.parametrize(
    "text",
    [
        "——",
        "",
        "100%",
        "≤80万元",
        "10次",
        "80万元/年",
        "300元/亩",
        "2024年",
        "已完成",
        None,
        True,
        "10余万元",
    ],
)
def test_not_an_amount(text):
    assert parse_amount(text) is None


# --- properties ---------------------------------------------------------------------------------------

SPELLINGS = {
    ">=": ["≥", "≧", ">=", "＞＝", "不低于", "不少于", "≥ "],
    "<=": ["≤", "≦", "<=", "＜＝", "不超过", "不高于", "控制在"],
    ">": [">", "＞", "大于", "超过"],
    "<": ["<", "＜", "小于", "低于"],
    "=": ["", "=", "＝", "═", "﹦", "约", "达到"],
}
MEASURES = {
    "": ("", Decimal(1)),
    "次": ("次", Decimal(1)),
    "万亩": ("亩", Decimal(10000)),
    "人次": ("人次", Decimal(1)),
    "万元": ("万元", Decimal(1)),
    "亿元": ("万元", Decimal(10000)),
    "元": ("万元", Decimal("0.0001")),
    "%": ("%", Decimal("0.01")),
    "％": ("%", Decimal("0.01")),
    "‰": ("‰", Decimal("0.001")),
    "㎡": ("平方米", Decimal(1)),
    "TB": ("TB", Decimal(1)),
}


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789.," else c for c in text)


@st.composite
def printed_quantities(draw):
    comparator = draw(st.sampled_from(sorted(SPELLINGS)))
    digits = draw(st.integers(0, 4))
    number = Decimal(draw(st.integers(0, 10**9))).scaleb(-digits)
    measure = draw(st.sampled_from(sorted(MEASURES)))
    unit, factor = MEASURES[measure]
    figure = f"{number:,f}" if draw(st.booleans()) else f"{number:f}"
    figure = _wide(figure) if draw(st.booleans()) else figure
    blank = draw(st.sampled_from(["", " ", "　", "\u00a0"]))
    edge = draw(st.sampled_from(["", "　", "\n", " "]))
    text = f"{edge}{draw(st.sampled_from(SPELLINGS[comparator]))}{blank}{figure}{blank}{measure}{edge}"
    return text, (comparator, float(number * factor), unit, digits)


@given(printed_quantities())
def test_a_quantity_in_any_notation_is_read_back(printed):
    text, expected = printed
    read = parse_quantity(text)
    assert read is not None
    assert (read.comparator, read.value, read.unit, read.digits) == expected
    assert parse_date(text) is None


CELL_TEXT = st.text(
    alphabet="0123456789.,，%‰≥<=＞不低于超过成本控制在以上内万亿元亩次人年月日前每、/（）。 　余约含完成"
    + "\n"
)


@given(st.text() | CELL_TEXT)
@example("ſ")
@example("5K")
@example("1" + " " * 3000 + "x")
@example("每亩" * 1000)
@example("率" * 3000)
def test_no_text_raises_and_values_are_finite(text):
    for read in (parse_quantity(text), parse_amount(text)):
        if read is not None:
            assert math.isfinite(read.value)
            assert read.comparator in SPELLINGS
            assert read.digits >= 0
            assert read.step > 0


@given(st.text() | CELL_TEXT)
def test_no_text_is_a_quantity_and_a_date(text):
    assert parse_quantity(text) is None or parse_date(text) is None


@pytest.mark.parametrize("text", ["12\n34万元", "10\n20次", "5\r\n0%"])
def test_one_figure_under_another_is_no_quantity(text):
    assert parse_quantity(text) is None
    assert parse_quantity("".join(text.split())) is not None
