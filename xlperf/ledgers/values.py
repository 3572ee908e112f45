"""One ledger cell → the value its field takes, and the code of what was odd about it."""

from dataclasses import dataclass
from decimal import Decimal

from xlperf.declarations.model import FieldType
from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.value_types import general
from xlperf.ledgers.grids import Plain, Uncalculated
from xlperf.ledgers.layout import LedgerLayout
from xlperf.notation import (
    is_nothing,
    level1_label,
    normalise,
    parse_amount,
    parse_number,
    parse_quantity,
)

NOT_A_NUMBER = "L120"
WITH_UNIT = "L121"
AS_PERCENT = "L124"
LOST_PERCENT = "L125"
ERROR_VALUE = "L126"
NO_RESULT = "L127"

_ERRORS = frozenset(str(error) for error in ErrorValue)
_NOTATION = "notation"
_PERCENT = "%"
_PARTS = ("%", "‰")


@dataclass(frozen=True, slots=True)
class Reading:
    """``value`` as the record takes it; ``code`` is "" when the cell was as it should be.

    ``expected`` is the text of the value read, for the finding.
    """

    value: Value
    code: str = ""
    expected: str = ""


def shown(cell: Plain) -> str:
    """A cell as text: numbers with up to 15 digits, nothing as ""."""
    if cell is None:
        return ""
    return general(cell) if isinstance(cell, float) else cell


def fault(cell: Plain) -> str:
    """The code of a cell that holds no value but an error, or a formula without result; else ""."""
    if isinstance(cell, Uncalculated):
        return NO_RESULT
    return ERROR_VALUE if cell in _ERRORS else ""


def read_code(cell: Plain) -> str:
    """A unit code or project number: text as typed without blanks, whole numbers without ".0"."""
    return "".join(shown(cell).split())


def read_text(cell: Plain, kind: FieldType, *, level: bool) -> Reading:
    """A text of a form. ``level`` marks the first-level indicator, whose points are cut off."""
    if cell is None:
        return Reading(None)
    text = shown(cell)
    if code := fault(cell):
        is_typed = code == NO_RESULT and kind.id == _NOTATION and parse_quantity(text) is not None
        return Reading(str(text)) if is_typed else Reading(None, code)
    if level:
        return Reading(level1_label(text)[0])
    if kind.id == _NOTATION and (number := parse_number(cell)) and not normalise(text).endswith(_PARTS):
        return Reading(text, LOST_PERCENT, percent(number[0])) if 0 < abs(number[0]) < 1 else Reading(text)
    return Reading(text)


def read_number(cell: Plain, kind: FieldType, layout: LedgerLayout, unit: str) -> Reading:
    """A number of a form; ``unit`` is the money unit that the column's head names, or ""."""
    if code := fault(cell):
        return Reading(None, code)
    if cell is None or (isinstance(cell, str) and is_nothing(cell)):
        return Reading(None)
    is_amount, is_rate = kind.id == layout.amount_type, kind.unit == _PERCENT
    printed = parse_number(cell)
    has_percent = isinstance(cell, str) and normalise(cell).endswith(_PARTS)
    if printed is None or (has_percent and not is_rate):
        return _with_unit(cell, kind, is_amount)
    number = printed[0]
    if is_amount and unit:
        return Reading(converted(number, layout.per_unit[unit]))
    if is_rate and not has_percent and abs(number) >= layout.percent_from:
        return Reading(scaled(number, "0.01"), AS_PERCENT, percent(scaled(number, "0.01")))
    return Reading(number)


def _with_unit(cell: Plain, kind: FieldType, is_amount: bool) -> Reading:
    found = parse_amount(cell) if is_amount else parse_quantity(cell)
    if found is None or found.comparator != "=" or found.unit != kind.unit or not kind.unit:
        return Reading(None, NOT_A_NUMBER)
    return Reading(found.value, WITH_UNIT, f"{general(found.value)}{kind.unit}")


def converted(number: float, per_unit: float) -> float:
    """``number`` of a unit of which ``per_unit`` make the base unit, without binary dust."""
    return float(Decimal(repr(number)) / Decimal(repr(per_unit)))


def scaled(number: float, factor: str) -> float:
    """``number`` times ``factor``, without binary dust."""
    return float(Decimal(repr(number)) * Decimal(factor))


def percent(number: float) -> str:
    """0.9849 → ``98.49%``."""
    return f"{general(scaled(number, '100'))}%"
