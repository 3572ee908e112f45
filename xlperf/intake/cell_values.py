"""One stored cell → the value of a field, with a note of everything that was normalised."""

from typing import NamedTuple

from xlperf.declarations.forms_and_rules import Field, FieldType
from xlperf.declarations.source import own_texts
from xlperf.declarations.value_display import plain, undisplay
from xlperf.expressions import ErrorValue, Value
from xlperf.notation import (
    Quantity,
    is_nothing,
    normalise,
    parse_number,
    parse_quantity,
)
from xlperf.ooxml.sheet_cells import date_text
from xlperf.ooxml.styles import Format

_NOTES: dict[str, str] = own_texts("received")["notes"]
AS_TEXT, WITH_UNIT, CONVERTED = _NOTES["as_text"], _NOTES["with_unit"], _NOTES["converted"]
FROM_YUAN, IN_LABEL, BY_NAME = _NOTES["from_yuan"], _NOTES["in_label"], _NOTES["by_name"]

_LARGEST_FRACTION = 2
"""A rate typed as text without % is a share (0.9849, 1) up to here, beyond it a percentage (98.49)."""


class CellReading(NamedTuple):
    """``value`` of the field; ``digits`` as in Provenance; ``note`` is "" when nothing was changed."""

    value: Value
    digits: int | None = None
    note: str = ""


NOTHING = CellReading(None)


def read_value(  # noqa: PLR0911 - one return a kind of cell
    field: Field, stored: Value, shown: Format, words: frozenset[str]
) -> CellReading:
    """The reading of a cell for ``field``.

    ``words`` are texts that a computed number may show instead (不适用). A text that is no number
    stays text; an Excel error stays an ErrorValue.
    """
    if stored is None:
        return NOTHING
    if field.type.number:
        if isinstance(stored, float):
            return CellReading(stored, shown.digits)
        if isinstance(stored, str):
            return _number_of_text(field, stored, words)
        return CellReading(stored)
    if isinstance(stored, str):
        return CellReading(undisplay(field, stored))
    if isinstance(stored, float):
        return CellReading(shown_text(stored, shown), note=_NOTES["of_number"])
    return CellReading(stored if isinstance(stored, ErrorValue) else str(stored).upper())


def is_from_yuan(note: str) -> bool:
    """Whether a note says that an amount was converted because its sheet is in 元."""
    return note.startswith(FROM_YUAN.partition("{")[0])


def shown_text(number: float, shown: Format) -> str:
    """A number as its cell shows it: a date, a percentage, else in general notation."""
    if shown.date and number >= 1:
        return date_text(number)
    if shown.percent:
        return f"{number * 100:.{max((shown.digits or 2) - 2, 0)}f}%"
    return plain(number)


def _number_of_text(field: Field, text: str, words: frozenset[str]) -> CellReading:
    if field.formula is not None and normalise(text) in words:
        return CellReading(normalise(text))
    if is_nothing(text):
        return NOTHING
    if found := parse_number(text):
        value, decimals = found
        percent = "%" in normalise(text)
        if field.type.unit == "%" and not percent and value > _LARGEST_FRACTION:
            return CellReading(value / 100, decimals + 2, AS_TEXT)
        return CellReading(value, decimals + 2 * percent, AS_TEXT)
    quantity = parse_quantity(text)
    if quantity is None or quantity.comparator != "=" or quantity.unit != field.type.unit:
        return CellReading(text)
    return CellReading(quantity.value, _decimals(quantity), _unit_note(field.type, quantity))


def _decimals(quantity: Quantity) -> int:
    digits = 0
    step = quantity.step
    while step < 0.99 and digits < 12:
        step *= 10
        digits += 1
    return digits


def _unit_note(kind: FieldType, quantity: Quantity) -> str:
    converted = quantity.step != 10.0**-quantity.digits
    return CONVERTED.format(unit=kind.unit) if converted and kind.unit != "%" else WITH_UNIT
