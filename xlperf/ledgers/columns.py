"""The cells of a table → values as records take them, a column at a time, each distinct cell read once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xlperf.declarations.model import Profile
from xlperf.expressions import Value
from xlperf.ledgers.grids import Plain, Uncalculated
from xlperf.ledgers.layout import Column, LedgerLayout
from xlperf.ledgers.tables import LedgerTable
from xlperf.ledgers.values import Reading, read_number, read_text

_PERCENT = "%"


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """The values of one column by the places of its rows; ``odd`` are the readings that were not as they
    should be.
    """

    column: Column
    values: Sequence[Value]
    odd: Mapping[int, Reading]


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
    if kind.number:
        read: Callable[[Plain], Reading] = lambda cell: read_number(cell, kind, layout, unit)  # noqa: E731
    else:
        for index, text in table.shown.get(head, {}).items():
            if text.endswith(_PERCENT):
                cells[index] = text
        is_level = _is_level(table, column, profile)
        read = lambda cell: read_text(cell, kind, level=is_level)  # noqa: E731
    values, odd = _read_cells(cells, read, table.has_formulas)
    for index, other in units.items():
        found = read_number(cells[index], kind, layout, other)
        values[index] = found.value
        if found.code:
            odd[index] = found
    return ColumnValues(column, values, odd)


def _read_cells(
    cells: Sequence[Plain], read: Callable[[Plain], Reading], has_formulas: bool
) -> tuple[list[Value], dict[int, Reading]]:
    formulas = (
        [index for index, cell in enumerate(cells) if type(cell) is Uncalculated] if has_formulas else []
    )
    plain = list(cells)
    for index in formulas:
        plain[index] = None
    readings = {cell: read(cell) for cell in set(plain)}
    values = {cell: reading.value for cell, reading in readings.items()}
    odd_cells = {cell for cell, reading in readings.items() if reading.code}
    places = [index for index, cell in enumerate(plain) if cell in odd_cells] if odd_cells else []
    odd = {index: readings[plain[index]] for index in places}
    found = [values[cell] for cell in plain]
    for index in formulas:
        reading = read(cells[index])
        found[index] = reading.value
        odd |= {index: reading} if reading.code else {}
    return found, odd


def _is_level(table: LedgerTable, column: Column, profile: Profile) -> bool:
    """Whether the column is that of the first-level indicators, whose points are cut off."""
    form, name = table.layout.form, table.layout.table
    levels = profile.forms[form].tables[name].levels if name else ()
    return column.field is not None and column.field.id in levels[:1]
