"""Where everything of a form lies on its sheet, once the number of rows of each table is known.

The layout of a Form is a list of rows; a Placement numbers them, so that builders, the writer
and the readers agree on every address without asking each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.model import Cell, Form, Row


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A sheet row: its number, the declared row, and the table row index (None outside tables)."""

    number: int
    row: Row
    index: int | None


@dataclass(frozen=True, slots=True)
class Placement:
    """Addresses of one form with ``counts`` rows in each table.

    ``fields`` maps visible field ids to the A1 address of their cell's top left corner (fields of
    a line share one cell); ``columns`` maps (table, column id) to a column letter; ``spans`` maps
    a table to its first and last sheet row.
    """

    form: Form
    counts: Mapping[str, int]
    rows: tuple[PlacedRow, ...]
    fields: Mapping[str, str]
    columns: Mapping[tuple[str, str], str]
    spans: Mapping[str, tuple[int, int]]

    @property
    def last_row(self) -> int:
        """Number of the last sheet row."""
        return self.rows[-1].number

    @property
    def print_area(self) -> str:
        """Absolute range of the whole form, e.g. ``$A$1:$I$30``."""
        return f"$A$1:${get_column_letter(len(self.form.columns))}${self.last_row}"

    def column_cell(self, table: str, index: int, column: str) -> str:
        """A1 address of ``column`` in the ``index``-th row of ``table``."""
        return f"{self.columns[table, column]}{self.spans[table][0] + index}"

    def names(self) -> dict[str, str]:
        """Defined names of the form and their absolute references on its own sheet.

        Fields that share one cell (a signature line) have none.
        """
        sharing = {name for placed in self.rows for cell in placed.row.cells for _, name in cell.line}
        names = {field: absolute(address) for field, address in self.fields.items() if field not in sharing}
        for (table, column), letter in self.columns.items():
            first, last = self.spans[table]
            names[f"{table}_{column}"] = f"${letter}${first}:${letter}${last}"
        return names

    def static_merges(self) -> list[str]:
        """A1 ranges of all merged cells that do not depend on the values of table rows."""
        return [
            area for placed in self.rows for cell in placed.row.cells if (area := self._area(placed, cell))
        ]

    def _area(self, placed: PlacedRow, cell: Cell) -> str:
        bottom = self.spans[cell.through][1] if cell.through else placed.number + cell.down - 1
        if cell.first == cell.last and bottom == placed.number:
            return ""
        return f"{get_column_letter(cell.first)}{placed.number}:{get_column_letter(cell.last)}{bottom}"

    def run_merges(self, table: str, values: Sequence[Mapping[str, object]]) -> list[str]:
        """A1 ranges that merge equal neighbours in the level columns of ``table``.

        A lower level never runs across a boundary of a higher one.
        """
        levels = self.form.tables[table].levels
        merges = []
        for depth, level in enumerate(levels, 1):
            letter = self.columns[table, level]
            starts = run_starts([tuple(row.get(name) for name in levels[:depth]) for row in values])
            for start, end in pairwise([*starts, len(values)]):
                if end - start > 1:
                    first = self.spans[table][0]
                    merges.append(f"{letter}{first + start}:{letter}{first + end - 1}")
        return merges


def run_starts(keys: Sequence[object]) -> list[int]:
    """Indices at which a value differs from the one before it."""
    return [index for index, key in enumerate(keys) if index == 0 or key != keys[index - 1]]


def absolute(address: str) -> str:
    """``B4`` → ``$B$4``."""
    letters = address.rstrip("0123456789")
    return f"${letters}${address[len(letters) :]}"


def place(form: Form, counts: Mapping[str, int] | None = None) -> Placement:
    """Number the rows of ``form``; tables missing from ``counts`` get their blank's row count."""
    sizes = {
        table.id: (counts or {}).get(table.id, len(table.default_rows)) for table in form.tables.values()
    }
    rows: list[PlacedRow] = []
    fields: dict[str, str] = {}
    columns: dict[tuple[str, str], str] = {}
    spans: dict[str, tuple[int, int]] = {}
    for row in form.rows:
        first = len(rows) + 1
        if row.table:
            size = max(sizes[row.table], 1)
            spans[row.table] = (first, first + size - 1)
            rows.extend(PlacedRow(first + index, row, index) for index in range(size))
            columns.update(
                {(row.table, cell.field): get_column_letter(cell.first) for cell in row.cells if cell.field}
            )
            continue
        rows.append(PlacedRow(first, row, None))
        for cell in row.cells:
            for name in filter(None, (cell.field, *(field for _, field in cell.line))):
                fields[name] = f"{get_column_letter(cell.first)}{first}"
    return Placement(form, sizes, tuple(rows), fields, columns, spans)
