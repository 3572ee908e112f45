"""Statements that split a total. Figures of published reports; the sums are done by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.notation import sum_statements


def _read(text):
    return [
        (statement.total.value, [part.value for part in statement.parts])
        for statement in sum_statements(text)
    ]


@pytest.mark.parametrize(
    ("text", "total", "parts"),
    [
        (
            "估算总投资为195693.69万元。其中：工程费用15099.34万元，其他费用3190.09万元（含征拆费用1542.37万元），预备费用1280.26万元。",
            195693.69,
            [15099.34, 3190.09, 1280.26],
        ),
        ("总投资为100万元。其中：甲50万元、乙30万元（含丙10万元）、丁20万元", 100, [50, 30, 20]),
        (
            "合计1203.5万元，其中：基本支出586.77万元，占48.76%；项目支出616.73万元，占51.24%。",
            1203.5,
            [586.77, 616.73],
        ),
        ("资金1273.05万元，其中：基本支出1183.05万元，项目支出90万元。", 1273.05, [1183.05, 90]),
        ("基本支出1144.41万元，其中人员经费760.28万元，公用经费384.12万元。", 1144.41, [760.28, 384.12]),
        ("基本支出1144.41万元其中人员经费760.28万元和公用经费384.12万元", 1144.41, [760.28, 384.12]),
        ("项目经费为133万元，其中：甲40万元，乙17万元，丙76万元。", 133, [40, 17, 76]),
        (
            "收入总计1089.4万元。其中：财政拨款1067.03万元，占97.95%；其他22.37万元，占2.05%。",
            1089.4,
            [1067.03, 22.37],
        ),
        ("支出754.00万元，实际5633.59万元，其中：甲207.02万元、乙255.15万元", 5633.59, [207.02, 255.15]),
        ("支出100万元，同比增长5%，其中：甲60万元，比上年增加20万元，乙40万元，结余0元", 100, [60, 40]),
        ("支出100万元，其中：甲60万元，乙40万元，合计100万元", 100, [60, 40]),
        ("支出（含税）100万元（占5%），其中：甲60万元，乙40万元", 100, [60, 40]),
        ("两项合计100万元，分别为60万元和40万元", 100, [60, 40]),
        ("支出1亿元，包括：甲6000万元、乙40000000元", 10000, [6000, 4000]),
        ("项目支出90万元（其中：甲50万元、乙40万元）。", 90, [50, 40]),
        ("项目支出90万元（包括甲50万元，乙（二期）40万元），其他5万元", 90, [50, 40]),
        ("总投资为1,328.50万元。\n其中：甲1,000.00万元、\n乙328.50万元。", 1328.5, [1000, 328.5]),
    ],
)
def test_one_statement(text, total, parts):
    assert _read(text) == [(total, parts)]


def test_two_sentences_give_two_statements_in_order():
    text = "资金1273.05万元，其中：甲1183.05万元，乙90万元。支出1253.78万元，其中：甲1144.41万元，乙90万元。"
    assert _read(text) == [(1273.05, [1183.05, 90]), (1253.78, [1144.41, 90])]


def test_semicolons_set_a_nested_split_apart():
    text = "支出100万元，其中：甲60万元，其中人员40万元、公用20万元；乙40万元。"
    assert _read(text) == [(100, [60, 40]), (60, [40, 20])]


def test_a_split_in_brackets_is_a_statement_of_its_own():
    text = "支出100万元，其中：甲60万元（其中：人员40万元，公用20万元），乙40万元。"
    assert _read(text) == [(100, [60, 40]), (60, [40, 20])]


def test_the_passage_is_quoted_from_the_sentence_of_the_total():
    (statement,) = sum_statements("职能若干。总投资为100万元（含税）。其中：甲50万元、乙50万元。其他事项。")
    assert statement.text == "总投资为100万元（含税）。其中：甲50万元、乙50万元"
    assert statement.total.raw == "100万元"


def test_units_and_printed_digits_are_kept():
    (statement,) = sum_statements("支出1亿元，其中：甲6000.00万元、乙40000000元")
    assert [(part.unit, part.digits, part.step) for part in statement.parts] == [
        ("万元", 2, 0.01),
        ("万元", 0, 0.0001),
    ]
    assert (statement.total.digits, statement.total.step) == (0, 10000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "　",
        "效果明显",
        "支出100万元。",
        "支出100万元，其中：",
        "支出100万元，其中甲34.76万元。",
        "其中：甲60万元，乙40万元。",
        "安排项目6个。其中，400万元以上的项目1个，100万元以下的项目2个。",
        "支出100万元，其中：400万元以上的1个，100万元以下的2个。",
        "支出616.73万元。其中：甲年初预算40万元，支出决算40万元；乙年初预算17万元，支出决算16.98万元。",
        "支出100万元，其中：甲60万元，其中人员40万元，乙40万元。",
        "收入1.34万元。另有车辆72台，其中拍卖70台，收益119.8万元，费用3万元。",
        "追加483.73万元，主要有：甲19.32万元，乙8.39万元。",
        "公用经费10万元（含水费5万元）、甲6万元、乙4万元",
        "不超过100万元，其中：甲60万元，乙40万元",
        "收益100万余元，其中：甲60万元，乙40万元",
        "支出100万元，其中：甲60余万元，乙40万元",
        "完成386件，其中：发文200件，收文186件。",
        "支出100万元（其中",
        "）支出100万元（",
    ],
)
def test_no_statement_is_guessed(text):
    assert sum_statements(text) == []


AMOUNTS = st.integers(1, 10**7)


@given(
    st.lists(AMOUNTS, min_size=2, max_size=6),
    st.sampled_from(["，其中：", "。其中：", "。其中，", "，其中", "（同比持平），其中："]),
    st.sampled_from(["，", "、", "；", ", "]),
)
def test_a_printed_split_is_read_back(cents, lead, separator):
    parts = [cent / 100 for cent in cents]
    text = (
        f"总额{sum(cents) / 100:.2f}万元{lead}"
        + separator.join(f"项目{part:.2f}万元" for part in parts)
        + "。"
    )
    assert _read(text) == [(float(f"{sum(cents) / 100:.2f}"), parts)]


@given(
    st.text() | st.text(alphabet="0123456789.,，、；。：（）()万元其中含包括甲乙以上占比 \n", max_size=200)
)
def test_no_text_raises(text):
    assert all(len(statement.parts) > 1 for statement in sum_statements(text))


def test_a_total_in_two_parts_and_ranges_that_are_no_parts():
    (found,) = sum_statements("全年支出1亿2000万元，其中：甲8000万元、乙4000万元。")
    assert (found.total.value, [part.value for part in found.parts]) == (12000, [8000, 4000])
    assert sum_statements("全年支出100万元，其中：甲30-40万元、乙60万元。") == []
