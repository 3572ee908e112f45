"""One stored cell → the value of a field: numbers in every dress, and what stays as it is."""

import pytest

from xlperf.declarations.profile import load_profile
from xlperf.expressions import ErrorValue
from xlperf.intake.cell_values import (
    AS_TEXT,
    WITH_UNIT,
    CellReading,
    read_value,
    shown_text,
)
from xlperf.ooxml.styles import GENERAL, Format

PROFILE = load_profile("hunan-yueyang-2024")
AMOUNT = PROFILE.forms["基础"].fields["办公经费_本年决算数"]
STAFF = PROFILE.forms["基础"].fields["在职人数"]
RATE = PROFILE.forms["基础"].fields["在职人员控制率"]
COLUMNS = PROFILE.forms["整体"].tables["指标"].columns
WORDS = frozenset({"不适用"})
TWO = Format(2, False, False)
PERCENT = Format(4, True, False)
DATE = Format(None, False, True)


def read(field, stored, shown=GENERAL) -> CellReading:
    return read_value(field, stored, shown, WORDS)


@pytest.mark.parametrize(
    ("stored", "value", "digits", "note"),
    [
        ("80", 80.0, 0, AS_TEXT),
        ("1,253.78", 1253.78, 2, AS_TEXT),
        ("１２５３．７８", 1253.78, 2, AS_TEXT),
        (" 80.00\n", 80.0, 2, AS_TEXT),
        ("-37.64", -37.64, 2, AS_TEXT),
        ("80万元", 80.0, 0, WITH_UNIT),
        ("80.50 万元", 80.5, 2, WITH_UNIT),
        ("800000元", 80.0, 4, "换算成万元"),
        ("0.8亿元", 8000.0, 0, "换算成万元"),
    ],
)
def test_amounts_typed_as_text(stored, value, digits, note):
    assert read(AMOUNT, stored) == CellReading(value, digits, note)


@pytest.mark.parametrize("stored", ["——", "/", "无", "　", "-"])
def test_marks_of_nothing_are_empty(stored):
    assert read(AMOUNT, stored).value is None


@pytest.mark.parametrize("stored", ["见附件", "80人", "≤80", "约80万元左右？", "47人/50人"])
def test_what_is_no_amount_stays_text(stored):
    assert read(AMOUNT, stored) == CellReading(stored)


@pytest.mark.parametrize(
    ("stored", "value", "digits"),
    [("98.49%", 0.9849, 4), ("９８％", 0.98, 2), ("98.49", 0.9849, 4), ("100％", 1.0, 2)],
)
def test_rates_typed_as_text(stored, value, digits):
    reading = read(RATE, stored)
    assert reading.value == pytest.approx(value)
    assert (reading.digits, reading.note) == (digits, AS_TEXT)


def test_a_computed_rate_may_say_that_it_does_not_apply():
    assert read(RATE, "不适用") == CellReading("不适用")
    assert read(AMOUNT, "不适用").value is None


def test_numbers_keep_their_printed_digits():
    assert read(AMOUNT, 80.0, TWO) == CellReading(80.0, 2)
    assert read(RATE, 0.9849, PERCENT) == CellReading(0.9849, 4)
    assert read(AMOUNT, 80.0) == CellReading(80.0, None)


def test_people_are_counted_with_their_unit():
    assert read(STAFF, "47人") == CellReading(47.0, 0, WITH_UNIT)


def test_errors_and_truth_values_are_kept():
    assert read(AMOUNT, ErrorValue.REF).value is ErrorValue.REF
    assert read(AMOUNT, True).value is True


@pytest.mark.parametrize(
    ("number", "shown", "text"),
    [
        (100.0, GENERAL, "100"),
        (0.95, PERCENT, "95.00%"),
        (0.95, Format(2, True, False), "95%"),
        (12.5, TWO, "12.5"),
        (45657.0, DATE, "2024-12-31"),
    ],
)
def test_numbers_in_text_cells_read_as_they_are_shown(number, shown, text):
    assert shown_text(number, shown) == text
    assert read(COLUMNS["实际完成值"], number, shown).value == text


@pytest.mark.parametrize("stored", ["产出指标\n（50分）", "产出指标(50)", "产出指标"])
def test_level_names_lose_their_points(stored):
    assert read(COLUMNS["一级指标"], stored).value == "产出指标"


def test_a_placeholder_is_empty():
    name = PROFILE.forms["基础"].tables["专项"].columns["专项名称"]
    assert read(name, name.placeholder).value is None


@pytest.mark.parametrize(
    ("stored", "value"), [("1", 1.0), ("0.9849", 0.9849), ("98.49", 0.9849), ("150", 1.5)]
)
def test_a_rate_typed_without_percent_is_a_share_up_to_two_else_a_percentage(stored, value):
    field = next(
        field
        for field in load_profile("hunan-yueyang-2024").forms["基础"].fields.values()
        if field.type.unit == "%"
    )
    assert read(field, stored).value == pytest.approx(value)
    assert read(field, stored).note == AS_TEXT
