"""Dates as people type them, as spans of days."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.notation import DateSpan, parse_date

YEAR = ((2024, 1, 1), (2024, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024、12、31", (2024, 12, 31)),
        ("2024.4.3", (2024, 4, 3)),
        ("2024年4.3", (2024, 4, 3)),
        ("2024．4．3", (2024, 4, 3)),
        ("2024-04-03", (2024, 4, 3)),
        ("2024－04－03", (2024, 4, 3)),
        ("2024/4/3", (2024, 4, 3)),
        ("2024年4月3日", (2024, 4, 3)),
        ("2024年4月3号", (2024, 4, 3)),
        ("2024 年 4 月 3 日", (2024, 4, 3)),
        ("２０２４年４月３日", (2024, 4, 3)),
        ("　2024年4月3日\n", (2024, 4, 3)),
        ("2024年4月3日。", (2024, 4, 3)),
        ("2024年4月3日完成", (2024, 4, 3)),
        ("2024-04-03 00:00:00", (2024, 4, 3)),
        ("2024/4/3 0:00", (2024, 4, 3)),
        ("2024-04-03T08:30:00.000", (2024, 4, 3)),
        ("2024年底", (2024, 12, 31)),
        ("2024年年底", (2024, 12, 31)),
        ("2024年6月底", (2024, 6, 30)),
        ("2024年2月末", (2024, 2, 29)),
        (date(2024, 4, 3), (2024, 4, 3)),
        (datetime(2024, 4, 3, 23, 59), (2024, 4, 3)),
    ],
)
def test_single_days(text, day):
    assert parse_date(text) == DateSpan(date(*day), date(*day), False)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024年", *YEAR),
        ("2024年度", *YEAR),
        ("2024年全年", *YEAR),
        ("2024全年", *YEAR),
        ("2024年内", *YEAR),
        ("2024年1-12月", *YEAR),
        ("2024年1月-12月", *YEAR),
        ("2024年1月至12月", *YEAR),
        ("2024年1月1日-12月31日", *YEAR),
        ("2024年1月1日至2024年12月31日", *YEAR),
        ("2024.1.1—2024.12.31", *YEAR),
        ("2024.1-2024.12", *YEAR),
        ("2024.1-12", *YEAR),
        ("2024年1-12", *YEAR),
        ("2024.1-6", (2024, 1, 1), (2024, 6, 30)),
        ("2024/4-6", (2024, 4, 1), (2024, 6, 30)),
        ("2024.1.1-12.31", *YEAR),
        ("2024年12月", (2024, 12, 1), (2024, 12, 31)),
        ("2024年12月份", (2024, 12, 1), (2024, 12, 31)),
        ("2024-12", (2024, 12, 1), (2024, 12, 31)),
        ("2023年2月", (2023, 2, 1), (2023, 2, 28)),
        ("2024年上半年", (2024, 1, 1), (2024, 6, 30)),
        ("2024年下半年", (2024, 7, 1), (2024, 12, 31)),
        ("2024年第一季度", (2024, 1, 1), (2024, 3, 31)),
        ("2024年4季度", (2024, 10, 1), (2024, 12, 31)),
        ("2024-2026年", (2024, 1, 1), (2026, 12, 31)),
        ("2024年1月至2025年3月", (2024, 1, 1), (2025, 3, 31)),
    ],
)
def test_periods(text, start, end):
    assert parse_date(text) == DateSpan(date(*start), date(*end), False)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2023年12月前", (2023, 12, 31)),
        ("2023年12月31日前", (2023, 12, 31)),
        ("2023年12月31日以前", (2023, 12, 31)),
        ("2023年12月31日之前", (2023, 12, 31)),
        ("2023年12月31日止", (2023, 12, 31)),
        ("2023年12月31日前完成", (2023, 12, 31)),
        ("2026年12月31日前竣工验收", (2026, 12, 31)),
        ("于2023年11月底前完成", (2023, 11, 30)),
        ("2023年底前", (2023, 12, 31)),
        ("2023年年底前", (2023, 12, 31)),
        ("2023年前", (2023, 12, 31)),
        ("2023.12.31前", (2023, 12, 31)),
        ("2023.12前", (2023, 12, 31)),
        ("2023-06-30前", (2023, 6, 30)),
    ],
)
def test_limits_reach_up_to_the_end_of_what_they_name(text, end):
    span = parse_date(text)
    assert span is not None
    assert span.open_start
    assert span.end == date(*end)
    assert span.start <= span.end


@pytest.mark.parametrize(
    "text",
    [
        "",
        "　",
        "——",
        "2024",
        "2024.12",
        "20241231",
        "2024前",
        "12月31日前",
        "全年",
        "长期",
        "2024年2月30日",
        "2024年13月",
        "2024.0.1",
        "2024年12月-1月",
        "2025年至2024年",
        "2024年第五季度",
        "1024年1月1日",
        "2024年12月全年",
        "2024年完成12次",
        "100%",
        "12个月",
        "5年",
        "2024年安全高效",
        "在2024年12月31日前，完成验收",
        "2024.4.3.1",
        "2024.12-31",
        "2024/12-31",
        None,
    ],
)
def test_no_date(text):
    assert parse_date(text) is None


DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@given(
    DAYS,
    st.sampled_from(
        [
            "{0}年{1}月{2}日",
            "{0}、{1}、{2}",
            "{0}.{1}.{2}",
            "{0}-{1:02}-{2:02}",
            "{0}/{1}/{2}",
            "{0} 年 {1} 月 {2} 日",
        ]
    ),
)
def test_a_day_in_any_notation_is_read_back(day, form):
    assert parse_date(form.format(day.year, day.month, day.day)) == DateSpan(day, day, False)


@given(DAYS, st.sampled_from(["前", "以前", "之前", "前完成"]))
def test_a_limit_in_any_notation_is_read_back(day, limit):
    assert parse_date(f"{day.year}年{day.month}月{day.day}日{limit}") == DateSpan(day, day, True)


@given(DAYS)
def test_a_month_ends_the_day_before_the_next_begins(day):
    span = parse_date(f"{day.year}年{day.month}月")
    assert (span.start.day, (span.end + timedelta(days=1)).day) == (1, 1)
    assert span.start <= day <= span.end


@given(DAYS, DAYS)
def test_a_range_of_days_is_read_back_when_it_runs_forward(first, last):
    span = parse_date(f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日")
    assert span == (DateSpan(first, last, False) if first <= last else None)


@given(st.text() | st.text(alphabet="0123456789年月日前底末全至-./、 　季度上半"))
def test_no_text_raises(text):
    span = parse_date(text)
    assert span is None or span.start <= span.end
