"""Values → what cells and messages show (1253.78, 98.49%, 9.85, 47), and what a cell shows → values.

Builder, writer and readers share these, so that a text written is a text read again.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from xlperf.declarations.evaluation import DERIVATIONS
from xlperf.declarations.fields import load_vocabulary
from xlperf.declarations.forms_and_rules import Cell, Field, FieldType, Form, Profile
from xlperf.declarations.source import HOLE
from xlperf.expressions import Value
from xlperf.expressions.functions.text_functions import text_format
from xlperf.expressions.operators import round_half_up
from xlperf.expressions.value_types import general
from xlperf.notation import level1_label

_ROOM = "\N{IDEOGRAPHIC SPACE}" * 5
"""What a line shows for a missing value: room to write by hand."""


_ROUNDING = 1e-9


def percent(share: float) -> str:
    """A share as users read it: whole per cent, never 100 % for less than all."""
    return f"{int(share * 100 + _ROUNDING)}%"


def display(field: Field, value: Value, row: Mapping[str, Value], profile: Profile, form: Form) -> Value:
    """What the cell of ``field`` shows for ``value``.

    ``row`` is the table row it belongs to (empty for fields outside tables): a display text such
    as ``{一级指标}（{一级权重}分）`` is filled in from its columns, derived ones included. Where one
    of them is unknown, the value is shown alone. A missing value shows the placeholder, or None
    where none is declared.
    """
    if value is None:
        return field.placeholder or None
    if not field.display:
        return value
    columns = {**row, field.id: value}
    known = {name: _column_value(name, columns, profile, form) for name in _names(field.display)}
    if None in known.values():
        return value
    return field.display.format_map({name: plain(part) for name, part in known.items()})


@cache
def _names(text: str) -> tuple[str, ...]:
    return tuple(HOLE.findall(text))


def _column_value(name: str, row: Mapping[str, Value], profile: Profile, form: Form) -> Value:
    """The value of column ``name``, derived where the row does not hold it yet."""
    if name in row:
        return row[name]
    column = next(table.columns[name] for table in form.tables.values() if name in table.columns)
    weights = {level.name: level.weight for level in profile.indicators.get(form.alias, ())}
    return DERIVATIONS[column.derive]([row.get(column.source)], weights)[0]


def undisplay(field: Field, text: str) -> str | None:
    """The value behind a text that the cell of ``field`` shows: the inverse of ``display``.

    The points printed after a level-1 name go, whatever their brackets; a placeholder is None.
    """
    if not text.strip() or text.strip() == field.placeholder:
        return None
    return level1_label(text)[0] if field.display else text


def plain(value: Value) -> str:
    """A value as people write it inside a text: 50, 9.85, 不适用; nothing for None."""
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


def line_text(cell: Cell, values: Mapping[str, Value]) -> str:
    """The sentence of a line cell: its static texts with ``values`` (field id → value) between."""
    return "".join(text + (plain(values.get(field)) or _ROOM if field else "") for text, field in cell.line)


def read_line(cell: Cell, text: str) -> dict[str, str]:
    """The values that people wrote between the static texts of a line: field id → text.

    Blanks inside labels and the width of the colon do not matter; a label that is not there, and
    a value left empty, are left out.
    """
    found: list[tuple[int, int, str]] = []
    position = 0
    for literal, field in cell.line:
        match = _label_pattern(literal).search(text, position)
        if match:
            position = match.end()
            found.append((match.start(), position, field))
    found.append((len(text), len(text), ""))
    pieces = ((field, text[start:end].strip()) for (_, start, field), (end, _, _) in pairwise(found))
    return {field: value for field, value in pieces if field and value}


@cache
def _label_pattern(literal: str) -> re.Pattern[str]:
    characters = "".join(literal.split()).rstrip("：:")
    return re.compile(r"\s*".join(map(re.escape, characters)) + r"\s*[：:]?")


_FIXED = frozenset({"amount", "area"})
ANY_DIGITS = 10
"""Decimals kept of a number without a type, so that 0.1+0.2 prints as 0.3."""


@cache
def type_of(name: str) -> FieldType:
    """The declared type ``name``; KeyError for one that does not exist."""
    return load_vocabulary().types[name]


def printed(value: object, kind: FieldType | None = None) -> str:
    """``value`` as a form prints it: amounts with two decimals, rates in percent, scores kept short.

    Without ``kind``, and for anything but a number, the value as a spreadsheet joins it to a text.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, float | int):
        return "" if value is None else str(value)
    rounded = round_half_up(float(value), kind.digits if kind and kind.number else ANY_DIGITS)
    write = text_format(format_of(kind))
    return write(rounded) if write else general(rounded)


def format_of(kind: FieldType | None) -> str:
    """The format of TEXT that prints a number of ``kind``; "" for one that is kept short."""
    if kind is None or not kind.number:
        return ""
    if kind.unit == "%":
        return f"0.{'0' * (kind.digits - 2)}%"
    return f"0.{'0' * kind.digits}" if kind.id in _FIXED else ""


def exactly(value: Value, kind: FieldType) -> str:
    """``value`` with all the decimals it holds, for messages about decimals."""
    if isinstance(value, float) and kind.unit == "%":
        return f"{plain(round_half_up(value * 100, 10))}%"
    return plain(value)
