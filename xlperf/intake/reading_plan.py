"""Where on one sheet each value of a form is read: addresses of fields, lines and table columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.model import Cell, Field, Form, Table
from xlperf.intake.align import Alignment

Key = tuple[
    int, tuple[tuple[int, int], ...], tuple[tuple[object, str], ...], tuple[tuple[str, tuple[int, int]], ...]
]


@dataclass(frozen=True, slots=True)
class TablePlan:
    """Sheet rows ``first``–``last`` and, for each column shown, its id, Field and letter."""

    table: Table
    first: int
    last: int
    columns: Sequence[tuple[str, Field, str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to be read from one sheet of ``form``, by A1 address."""

    form: Form
    fields: Sequence[tuple[str, Field, str]]
    lines: Sequence[tuple[Cell, str]]
    tables: Sequence[TablePlan]


_MADE: dict[Key, Plan] = {}
_MOST = 512


def plan(alignment: Alignment) -> Plan:
    """The plan of ``alignment``; sheets that lie alike share one."""
    key = (
        id(alignment.form),
        tuple(alignment.rows.items()),
        tuple(alignment.shifted.items()),
        tuple(alignment.spans.items()),
    )
    made = _MADE.get(key)
    if made is None:
        if len(_MADE) >= _MOST:
            _MADE.clear()
        made = _MADE[key] = _plan(alignment)
    return made


def _plan(alignment: Alignment) -> Plan:
    form = alignment.form
    fields: list[tuple[str, Field, str]] = []
    lines: list[tuple[Cell, str]] = []
    tables: list[TablePlan] = []
    for index, row in enumerate(form.rows):
        number = alignment.rows.get(index)
        if row.table:
            table = form.tables[row.table]
            columns = [
                (cell.field, table.columns[cell.field], alignment.column((row.table, cell.field)))
                for cell in row.cells
                if cell.field
            ]
            tables.append(TablePlan(table, *alignment.spans[row.table], columns))
        elif number is not None:
            for cell in row.cells:
                if cell.field:
                    address = f"{alignment.column(cell.field)}{number}"
                    fields.append((cell.field, form.fields[cell.field], address))
                elif cell.line:
                    lines.append((cell, f"{get_column_letter(cell.first)}{number}"))
    return Plan(form, fields, lines, tables)
