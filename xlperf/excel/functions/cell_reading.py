"""A cell and the field it is given for → the value a formula computes with, read as the batch reads it."""

from datetime import date

from xlperf.declarations.model import Field, Profile
from xlperf.declarations.worksheet_functions import Problem
from xlperf.excel.functions.excel_cells import Cell, Content, LaterError
from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.calendar import serial_of
from xlperf.intake.cell_values import read_value
from xlperf.ooxml.number_formats import GENERAL, Format

DATE = Format(None, percent=False, date=True)
_LONGEST = 20


def words_of(profile: Profile) -> frozenset[str]:
    """The texts that a computed number may show instead, as the batch has them."""
    return frozenset(value for value in profile.parameters.values() if isinstance(value, str))


def value_of(cell: Cell, field: Field, label: str, words: frozenset[str]) -> Value:
    """The value of ``cell`` for ``field``; raises Problem, naming ``label``, where it is no such value."""
    number = field.type.number
    if cell is None or (number and type(cell) is float):
        return cell
    content = without_error(cell, label)
    if isinstance(content, date):
        if number:
            raise Problem("is_date", label=label, text=f"{content:%Y-%m-%d}")
        value = read_value(field, serial(content), DATE, words).value
    else:
        value = read_value(field, content, GENERAL, words).value
    if number and not (value is None or isinstance(value, float)) and not _is_word(value, field, words):
        raise Problem("not_number", label=label, text=shown(content))
    return value


def without_error(cell: Cell, label: str) -> Content:
    """The content of ``cell``; raises Problem, naming ``label``, where it shows an error."""
    if isinstance(cell, ErrorValue | LaterError):
        raise Problem("error_cell", label=label, text=cell)
    return cell


def serial(day: date) -> float:
    """The serial number of a date in Excel; 0 before 1900."""
    return serial_of(day.year, day.month, day.day) or 0.0


def shown(cell: Content) -> str:
    """A cell in a message: on one line, shortened."""
    text = str(cell).upper() if isinstance(cell, bool) else " ".join(str(cell).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_word(value: Value, field: Field, words: frozenset[str]) -> bool:
    return field.formula is not None and isinstance(value, str) and value in words
