"""Ledger cells → the values that records take, a column at a time, and the codes of what was odd about them.

Each distinct cell is read once; a given value that contradicts the formula of its field is reported.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from xlperf.declarations.codes import finding
from xlperf.declarations.evaluation import columns, compute, parameters
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Field, FieldType, Profile
from xlperf.declarations.records import Record
from xlperf.expressions import Value, printed_alike, round_half_up
from xlperf.expressions.value_types import LONGEST_TEXT, general
from xlperf.ledgers import ledger_text
from xlperf.ledgers.grids import NO_RESULT, Plain, fault, shown
from xlperf.ledgers.layout import Column, LedgerLayout
from xlperf.ledgers.tables import LedgerTable
from xlperf.notation import is_nothing, level1_label, normalise, parse_amount, parse_number, parse_quantity

NOT_A_NUMBER = "L120"
WITH_UNIT = "L121"
AS_PERCENT = "L124"
LOST_PERCENT = "L125"
TOO_LONG = "L141"

_NOTATION = "notation"
_PERCENT = "%"
_PARTS = ("%", "‰")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{2,}")
_MOST_EXACT = 1e15


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """``value`` as the record takes it; ``code`` is "" when the cell was as it should be.

    For the finding, ``expected`` is the text of the value read and ``given`` what was found, where that is
    not the cell.
    """

    value: Value
    code: str = ""
    expected: str = ""
    given: str = ""


def read_code(cell: Plain) -> str:
    """A unit code or project number: text as typed without blanks, whole numbers without ".0"."""
    return "".join(shown(cell).split())


def lost_digits(cell: Plain) -> bool:
    """Whether a code has become a rounded number: 1.01E+11, or more digits than a cell holds."""
    if isinstance(cell, float):
        return abs(cell) >= _MOST_EXACT
    return isinstance(cell, str) and _SCIENTIFIC.fullmatch(cell) is not None


def read_text(cell: Plain, kind: FieldType, *, level: bool) -> LedgerReading:
    """A text of a form. ``level`` marks the first-level indicator, whose points are cut off."""
    if cell is None:
        return LedgerReading(None)
    text = shown(cell)
    if code := fault(cell):
        is_typed = code == NO_RESULT and kind.id == _NOTATION and parse_quantity(text) is not None
        return LedgerReading(str(text)) if is_typed else LedgerReading(None, code)
    if (length := _units(text)) > LONGEST_TEXT:
        return LedgerReading(text, TOO_LONG, str(LONGEST_TEXT), str(length))
    if level:
        return LedgerReading(level1_label(text)[0])
    if kind.id == _NOTATION and (number := parse_number(cell)) and not normalise(text).endswith(_PARTS):
        return (
            LedgerReading(text, LOST_PERCENT, percent(number[0]))
            if 0 < abs(number[0]) < 1
            else LedgerReading(text)
        )
    return LedgerReading(text)


def _units(text: str) -> int:
    """How many UTF-16 units a long text has, as cells count them."""
    return len(text.encode("utf-16-le", "replace")) // 2 if len(text) * 2 > LONGEST_TEXT else len(text)


def read_number(cell: Plain, kind: FieldType, layout: LedgerLayout, unit: str) -> LedgerReading:
    """A number of a form; ``unit`` is the money unit that the column's head names, or ""."""
    if code := fault(cell):
        return LedgerReading(None, code)
    if cell is None or (isinstance(cell, str) and is_nothing(cell)):
        return LedgerReading(None)
    is_amount, is_rate = kind.id == layout.amount_type, kind.unit == _PERCENT
    printed = parse_number(cell)
    has_percent = isinstance(cell, str) and normalise(cell).endswith(_PARTS)
    if printed is None or (has_percent and not is_rate):
        return _with_unit(cell, kind, is_amount)
    number = printed[0]
    if is_amount and unit:
        return LedgerReading(converted(number, layout.per_unit[unit]))
    if is_rate and not has_percent and abs(number) >= layout.percent_from:
        return LedgerReading(scaled(number, "0.01"), AS_PERCENT, percent(scaled(number, "0.01")))
    return LedgerReading(number)


def read_look(cell: Plain, text: str, layout: LedgerLayout) -> LedgerReading | None:
    """An amount by ``text``, what its cell shows (1234元, 12.3万); None where that is its number in 万元."""
    printed = parse_amount(text)
    if not isinstance(cell, float) or is_nothing(text):
        return None
    if printed is None:
        return LedgerReading(None, NOT_A_NUMBER)
    if not printed.unit or abs(cell - printed.value) <= printed.step:
        return None
    for per_unit in layout.per_unit.values():
        value = converted(cell, per_unit)
        if abs(value - printed.value) <= printed.step:
            return LedgerReading(value, WITH_UNIT, f"{general(value)}{printed.unit}")
    return LedgerReading(None, NOT_A_NUMBER)


def _with_unit(cell: Plain, kind: FieldType, is_amount: bool) -> LedgerReading:
    found = parse_amount(cell) if is_amount else parse_quantity(cell)
    if found is None or found.comparator != "=" or found.unit != kind.unit or not kind.unit:
        return LedgerReading(None, NOT_A_NUMBER)
    return LedgerReading(found.value, WITH_UNIT, f"{general(found.value)}{kind.unit}")


def converted(number: float, per_unit: float) -> float:
    """``number`` of a unit of which ``per_unit`` make the base unit, without binary dust."""
    return float(Decimal(repr(number)) / Decimal(repr(per_unit)))


def scaled(number: float, factor: str) -> float:
    """``number`` times ``factor``, without binary dust."""
    return float(Decimal(repr(number)) * Decimal(factor))


def percent(number: float) -> str:
    """0.9849 → ``98.49%``."""
    return f"{general(scaled(number, '100'))}%"


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """The values of one column by the places of its rows; ``odd`` are the readings that were not as they
    should be.
    """

    column: Column
    values: Sequence[Value]
    odd: Mapping[int, LedgerReading]


def read_columns(
    table: LedgerTable, layout: LedgerLayout, profile: Profile, units: Mapping[str, Mapping[int, str]]
) -> list[ColumnValues]:
    """All columns of ``table`` that feed a field.

    ``units`` are money units of single rows, by heading and place, before those of the column.
    """
    found = []
    for head, column in table.layout.columns.items():
        if column.field is not None and head in table.cells:
            found.append(_read_column(table, column, layout, profile, units.get(head, {})))
    return found


def _read_column(
    table: LedgerTable, column: Column, layout: LedgerLayout, profile: Profile, units: Mapping[int, str]
) -> ColumnValues:
    assert column.field is not None
    kind, head = column.field.type, column.head
    cells = list(table.column(head))
    unit = table.units.get(head, "")
    read: Callable[[Plain], LedgerReading] = partial(read_number, kind=kind, layout=layout, unit=unit)
    looks = table.shown.get(head, {})
    for index, text in looks.items() if kind.unit != _PERCENT else ():
        cells[index] = text if text.endswith(_PERCENT) else cells[index]
    if not kind.number:
        read = partial(read_text, kind=kind, level=_is_level(table, column, profile))
    readings = {cell: read(cell) for cell in set(cells)}
    values = [readings[cell].value for cell in cells]
    odd_cells = {cell: reading for cell, reading in readings.items() if reading.code}
    odd = {index: odd_cells[cell] for index, cell in enumerate(cells) if odd_cells and cell in odd_cells}
    for index, text in looks.items() if kind.id == layout.amount_type and not unit else ():
        if found := read_look(cells[index], text, layout):
            values[index], odd[index] = found.value, found
    for index, other in units.items():
        found = read_number(cells[index], kind, layout, other)
        values[index] = found.value
        if found.code:
            odd[index] = found
    return ColumnValues(column, values, odd)


def _is_level(table: LedgerTable, column: Column, profile: Profile) -> bool:
    """Whether the column is that of the first-level indicators, whose points are cut off."""
    form, name = table.layout.form, table.layout.table
    levels = profile.forms[form].tables[name].levels if name else ()
    return column.field is not None and column.field.id in levels[:1]


def against_formulas(record: Record, profile: Profile, place: Location) -> Iterator[Finding]:
    """Values given for computed fields that their formula, over all that is given, contradicts."""
    form = profile.forms[record.form]
    given = [field for name, field in form.fields.items() if field.function and name in record.fields]
    if not given:
        return
    rows = {table: [dict(row) for row in rows] for table, rows in record.tables.items()}
    complete = Record(record.form, record.sheet, dict(record.fields), rows)
    compute(complete, profile, virtual=False)
    names: dict[str, Any] = dict.fromkeys(form.fields) | complete.fields | columns(complete, form)
    for field in given:
        assert field.function is not None
        value, right = record.fields[field.id], field.function({**parameters(profile), **names})
        if right in ("", None) or printed_alike(value, right, field.type.digits):
            continue
        origin = record.provenance[field.id]
        location = replace(
            place,
            sheet=origin.sheet,
            cell=origin.cell,
            field=field.id,
            label=field.label,
            row_key=record.sheet,
        )
        formula = field.basis or ledger_text("by_formula", formula=field.formula_text)
        texts = (_printed(value, field), _printed(right, field))
        yield finding("L130", location, *texts, name=record.sheet, formula=formula)


def _printed(value: Value, field: Field) -> str:
    if isinstance(value, float):
        value = round_half_up(value, field.type.digits)
        return percent(value) if field.type.unit == "%" else f"{general(value)}{field.type.unit}"
    return str(value)
