"""A cell and what it stands for → the value a formula computes with, read as the batch reads it."""

from datetime import date

from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.calendar import serial_of
from xlperf.forms import Field, Profile
from xlperf.receive.formats import GENERAL, Format
from xlperf.receive.values import read_value
from xlperf.worksheet.cells import Cell
from xlperf.worksheet.declared import Problem

DATE = Format(None, percent=False, date=True)
_LONGEST = 20


def words_of(profile: Profile) -> frozenset[str]:
    """The texts that a computed number may show instead, as the batch has them."""
    return frozenset(value for value in profile.parameters.values() if isinstance(value, str))


def value_of(cell: Cell, field: Field, label: str, words: frozenset[str]) -> Value:
    """The value of ``cell`` for ``field``; Problem, naming ``label``, for what is no such value."""
    number = field.type.number
    if cell is None or (number and type(cell) is float):
        return cell
    refuse_error(cell, label)
    if isinstance(cell, date):
        if number:
            raise Problem("is_date", label=label, text=f"{cell:%Y-%m-%d}")
        value = read_value(field, serial(cell), DATE, words).value
    else:
        value = read_value(field, cell, GENERAL, words).value
    if number and not (value is None or isinstance(value, float)) and not _is_word(value, field, words):
        raise Problem("not_number", label=label, text=shown(cell))
    return value


def refuse_error(cell: Cell, label: str) -> None:
    """Raise Problem for a cell that shows an error."""
    if isinstance(cell, ErrorValue):
        raise Problem("error_cell", label=label, text=cell)


def serial(day: date) -> float:
    """A date as Excel counts it; 0 before 1900."""
    return serial_of(day.year, day.month, day.day) or 0.0


def shown(cell: Cell) -> str:
    """A cell in a message: on one line, shortened."""
    text = str(cell).upper() if isinstance(cell, bool) else " ".join(str(cell).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_word(value: Value, field: Field, words: frozenset[str]) -> bool:
    return field.formula is not None and isinstance(value, str) and value in words
