"""Amounts of money in prose, in 万元."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.notation import Quantity, normalise
from xlperf.notation.quantities import mentions_in


def money_mentions(text: str) -> list[Quantity]:
    return [mention.quantity for mention in mentions_in(normalise(text))]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("支出1203.5万元", [1203.5]),
        ("预算收入 1203.5 万元，支出１２０３.５万元", [1203.5, 1203.5]),
        ("年初预算为 37.51万元，支出决算为37.51万元，完成100%", [37.51, 37.51]),
        ("2023年支出1203.5万元", [1203.5]),
        ("资产原值2663.17万元，残值收入1.34万元", [2663.17, 1.34]),
        ("拨付800000元", [80.0]),
        ("拨付12,735,000.00元", [1273.5]),
        ("总投资2.6亿元", [26000.0]),
        ("共5千元", [0.5]),
        ("5-10万元", [10.0]),
        ("结余：-5万元", [-5.0]),
        ("甲-5万元、乙-6万元", [5.0, 6.0]),
        ("每亩300元/亩", []),
        ("300元／亩，合计6万元", [6.0]),
        ("维修支出6万。", []),
        ("面积78.41万，96台，98件", []),
        ("元旦前完成5件", []),
        ("1.2.3万元", []),
        ("完成100%", []),
        ("", []),
    ],
)
def test_amounts_in_order(text, values):
    assert [quantity.value for quantity in money_mentions(text)] == values


def test_unit_digits_step_and_raw():
    first, second = money_mentions("支出1203.50万元，其中拨付800000元")
    assert (first.unit, first.digits, first.step, first.raw) == ("万元", 2, 0.01, "1203.50万元")
    assert (second.unit, second.digits, second.step, second.raw) == ("万元", 0, 0.0001, "800000元")


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("成本17万元", "="),
        ("成本控制在17万元内", "<="),
        ("不超过17万元", "<="),
        ("17万元以上的项目1个", ">="),
        ("17万元以下的项目2个", "<="),
        ("收益17万余元", ">"),
        ("收益17余万元", ">"),
        ("超过17万元", ">"),
        ("≥17万元以下", "="),
    ],
)
def test_words_next_to_an_amount_give_its_comparator(text, comparator):
    (quantity,) = money_mentions(text)
    assert (quantity.comparator, quantity.value) == (comparator, 17.0)


@given(
    st.lists(
        st.tuples(st.integers(0, 10**8), st.integers(0, 3), st.sampled_from(["元", "万元", "亿元"])),
        max_size=6,
    )
)
def test_every_printed_amount_is_found(amounts):
    factors = {"元": Decimal("0.0001"), "万元": Decimal(1), "亿元": Decimal(10000)}
    numbers = [(Decimal(number).scaleb(-digits), unit) for number, digits, unit in amounts]
    text = "，".join(f"项目支出{number:f}{unit}" for number, unit in numbers)
    assert [read.value for read in money_mentions(text)] == [
        float(number * factors[unit]) for number, unit in numbers
    ]


@given(st.text() | st.text(alphabet="0123456789.,，万亿元余以上不超过-—/ 　。"))
def test_no_text_raises(text):
    assert all(quantity.unit == "万元" for quantity in money_mentions(text))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1亿2000万元", 12000),
        ("3万5千元", 3.5),
        ("2亿3千万元", 23000),
        ("1万2，345.5元", 1.23455),
        ("1亿 200 万元", 10200),
    ],
)
def test_an_amount_in_two_parts_is_their_sum(text, amount):
    (found,) = mentions_in(normalise(f"共支出{text}，"))
    assert (found.quantity.comparator, found.quantity.value, found.quantity.unit) == ("=", amount, "万元")
    assert found.quantity.raw == normalise(text)


@pytest.mark.parametrize("text", ["3-5万元", "3~5万元", "3至5万元", "3万元—5万元", "3万到5万元"])
def test_the_upper_end_of_a_range_is_no_amount(text):
    last = mentions_in(normalise(f"每户补助{text}。"))[-1].quantity
    assert (last.comparator, last.value) == ("<=", 5)


@pytest.mark.parametrize("text", ["预算-5万元", "1、5万元", "甲3万元、乙5万元", "由3万元增至5万元"])
def test_what_is_no_range(text):
    last = mentions_in(normalise(text))[-1].quantity
    assert (last.comparator, last.value) == ("=", 5)
