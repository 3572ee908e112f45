"""Any breakdown that adds up raises nothing; change one figure beyond rounding and it is found."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.report_text.conftest import report_of
from xlperf.declarations.profile import load_profile
from xlperf.report_text import check_report

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PROFILE = load_profile("national-2020")
NAMES = ("设备购置", "房屋维修", "物业服务", "信息系统", "安保服务", "绿化养护", "后勤食堂", "车辆租赁")
SETS = (("基本支出", "项目支出"), ("人员经费", "公用经费"))

cents = st.integers(min_value=2000, max_value=99_999_999)
large = st.integers(min_value=200_000, max_value=99_999_999)
"""Amounts so large that rounding them to hundredths moves no rate by a printed digit."""
amounts = st.lists(cents, min_size=2, max_size=len(NAMES))
changes = st.integers(min_value=50, max_value=1500)


def codes(text: str) -> set[str]:
    return {finding.code for finding in check_report(report_of([text]), None, PROFILE)}


def money(number: int) -> str:
    """Hundredths of 万元 as people print them: 1203.50 often as 1203.5, 90.00 as 90."""
    text = f"{Decimal(number) / 100:.2f}"
    return f"{text.rstrip('0').rstrip('.') if number % 3 == 0 else text}万元"


def share(part: int, whole: int) -> Decimal:
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)


def split(total: int, parts: list[int], word: str, mark: str) -> str:
    items = mark.join(f"{name}{money(part)}" for name, part in zip(NAMES, parts, strict=False))
    return f"全年专项开支{Decimal(total) / 100:.2f}万元，{word}{items}。"


words = st.sampled_from(["其中：", "其中", "分别为", "包括"])
marks = st.sampled_from(["，", "、", "；"])


@quick
@given(amounts, words, marks)
def test_a_right_breakdown_raises_nothing(parts, word, mark):
    assert codes(split(sum(parts), parts, word, mark)) == set()


@quick
@given(amounts, words, marks, changes, st.booleans(), st.data())
def test_a_changed_figure_is_found(parts, word, mark, change, up, data):
    total, place = sum(parts), data.draw(st.integers(min_value=-1, max_value=len(parts) - 1))
    changed = [part + (change if up else -change) if at == place else part for at, part in enumerate(parts)]
    total += (change if up else -change) if place < 0 else 0
    assert codes(split(total, changed, word, mark)) & {"R101", "R102"}


@quick
@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 999)), min_size=2, max_size=6))
def test_groups_and_people_add_up_side_by_side(visits):
    groups, people = (sum(visit[side] for visit in visits) for side in (0, 1))
    items = "，".join(
        f"{name}{batches}批{visitors}人次" for name, (batches, visitors) in zip(NAMES, visits, strict=False)
    )
    assert codes(f"共接待{groups}批{people}人次。其中，{items}。") == set()
    assert codes(f"共接待{groups}批{people + 1}人次。其中，{items}。") == {"R101"}
    assert codes(f"共接待{groups - 1}批{people}人次。其中，{items}。") == {"R101"}


@quick
@given(large, large, st.sampled_from(SETS), st.integers(min_value=2, max_value=500))
def test_shares_are_right_to_the_printed_digit(first, second, names, off):
    whole = first + second
    shares = [share(first, whole), share(second, whole)]

    def text(finding: Decimal, other: Decimal) -> str:
        left, right = names
        parts = f"{left}{money(first)}，占{finding}%；{right}{money(second)}，占{other}%"
        return f"合计开支{money(whole)}，其中：{parts}。"

    assert codes(text(*shares)) == set()
    assert codes(text(shares[0] + Decimal(off) / 100, shares[1])) == {"R111"}


@quick
@given(large, large, st.integers(min_value=2, max_value=5000))
def test_rates_are_right_to_the_printed_digit(budget, spent, off):
    spent = min(spent, 2 * budget)
    rate = share(spent, budget)
    sentence = "公用经费年初预算{}，全年决算{}，控制率为{}%。"
    assert codes(sentence.format(money(budget), money(spent), rate)) == set()
    assert codes(sentence.format(money(budget), money(spent), rate + Decimal(off) / 100)) == {"R112"}


@quick
@given(st.integers(1, 400), st.integers(1, 400))
def test_staff_against_posts(posts, staff):
    rate = share(staff, posts)
    sentence = f"本单位编制{posts}人，在职{staff}人，在职人员控制率{rate}%，编制节余{posts - staff}人。"
    if staff <= posts:
        assert codes(sentence) == set()
    else:
        assert codes(sentence.replace(f"，编制节余{posts - staff}人", "")) == {"R121"}


@pytest.mark.parametrize("digits", [0, 1])
@quick
@given(parts=amounts)
def test_a_total_printed_with_fewer_decimals_is_right(digits, parts):
    total = (Decimal(sum(parts)) / 100).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    items = "，".join(
        f"{name}{Decimal(part) / 100:.2f}万元" for name, part in zip(NAMES, parts, strict=False)
    )
    assert codes(f"全年专项开支{total}万元，其中：{items}。") == set()
