"""Cells to values by the type of their field."""

import pytest

from xlperf.ledgers.layout import load_layout
from xlperf.ledgers.values import LedgerReading, converted, percent, read_code, read_number, read_text


@pytest.fixture(scope="module")
def layout(profile):
    return load_layout(profile)


@pytest.fixture(scope="module")
def kinds(profile):
    return {
        field.type.id: field.type
        for form in profile.forms.values()
        for fields in (form.fields, *(table.columns for table in form.tables.values()))
        for field in fields.values()
    }


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        (None, "", LedgerReading(None)),
        (80.5, "", LedgerReading(80.5)),
        ("80.5", "", LedgerReading(80.5)),
        ("1,273.05", "", LedgerReading(1273.05)),
        ("１２７３．０５", "", LedgerReading(1273.05)),
        ("-3", "", LedgerReading(-3.0)),
        ("——", "", LedgerReading(None)),
        ("/", "", LedgerReading(None)),
        ("无", "", LedgerReading(None)),
        ("0", "", LedgerReading(0.0)),
        ("80万元", "", LedgerReading(80.0, "L121", "80万元")),
        ("800000元", "", LedgerReading(80.0, "L121", "80万元")),
        ("1.2亿元", "", LedgerReading(12000.0, "L121", "12000万元")),
        ("≤80万元", "", LedgerReading(None, "L120")),
        ("80%", "", LedgerReading(None, "L120")),
        ("80人", "", LedgerReading(None, "L120")),
        ("见说明", "", LedgerReading(None, "L120")),
        ("#VALUE!", "", LedgerReading(None, "L126")),
        (800000.0, "元", LedgerReading(80.0)),
        (1234.0, "元", LedgerReading(0.1234)),
        ("12,345.6", "元", LedgerReading(1.23456)),
        (1.5, "亿元", LedgerReading(15000.0)),
        ("80万元", "元", LedgerReading(80.0, "L121", "80万元")),
    ],
)
def test_amounts(layout, kinds, cell, unit, expected):
    assert read_number(cell, kinds["amount"], layout, unit) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (0.9849, LedgerReading(0.9849)),
        ("98.49%", LedgerReading(0.9849)),
        ("99%", LedgerReading(0.99)),
        ("９９％", LedgerReading(0.99)),
        (1.0, LedgerReading(1.0)),
        (1.05, LedgerReading(1.05)),
        (98.49, LedgerReading(0.9849, "L124", "98.49%")),
        ("98.49", LedgerReading(0.9849, "L124", "98.49%")),
        (100.0, LedgerReading(1.0, "L124", "100%")),
        ("-12.5%", LedgerReading(-0.125)),
        ("不适用", LedgerReading(None)),
        ("高", LedgerReading(None, "L120")),
    ],
)
def test_rates(layout, kinds, cell, expected):
    assert read_number(cell, kinds["rate"], layout, "") == expected


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("count", 47.0, LedgerReading(47.0)),
        ("count", "47人", LedgerReading(47.0, "L121", "47人")),
        ("count", "47个", LedgerReading(None, "L120")),
        ("score", "9.85分", LedgerReading(9.85, "L121", "9.85分")),
        ("score", 9.85, LedgerReading(9.85)),
        ("area", "1,200.5", LedgerReading(1200.5)),
    ],
)
def test_other_numbers(layout, kinds, kind, cell, expected):
    assert read_number(cell, kinds[kind], layout, "") == expected


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("text", "张榜", LedgerReading("张榜")),
        ("text", 5.0, LedgerReading("5")),
        ("text", 0.1 + 0.2, LedgerReading("0.3")),
        ("prose", "一\n二", LedgerReading("一\n二")),
        ("text", None, LedgerReading(None)),
        ("text", "#N/A", LedgerReading(None, "L126")),
        ("notation", "≥95%", LedgerReading("≥95%")),
        ("notation", "98%", LedgerReading("98%")),
        ("notation", 10.0, LedgerReading("10")),
        ("notation", 0.98, LedgerReading("0.98", "L125", "98%")),
        ("notation", "0.985", LedgerReading("0.985", "L125", "98.5%")),
        ("text", 0.98, LedgerReading("0.98")),
    ],
)
def test_texts(kinds, kind, cell, expected):
    assert read_text(cell, kinds[kind], level=False) == expected


@pytest.mark.parametrize("cell", ["产出指标", "产出指标（50分）", "产出\n指标 (50分)", "产出指标50分"])
def test_points_are_cut_off_a_level_indicator(kinds, cell):
    assert read_text(cell, kinds["text"], level=True) == LedgerReading("产出指标")


@pytest.mark.parametrize(
    ("cell", "code"),
    [("001", "001"), (1.0, "1"), ("0 01", "001"), (None, ""), (430611.0, "430611"), ("XM-1", "XM-1")],
)
def test_codes(cell, code):
    assert read_code(cell) == code


def test_conversion_leaves_no_binary_dust():
    assert converted(1234567.0, 10000) == 123.4567
    assert converted(0.3, 10000) == 0.00003
    assert percent(0.07) == "7%"
    assert percent(0.2899) == "28.99%"
