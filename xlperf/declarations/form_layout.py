"""The rows of a form: declared in JSON, with the labels that cells give to fields; numbered on a sheet, where
everything lies once the number of rows of each table is known.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from xlperf.core.cell_addresses import column_index_from_string, get_column_letter
from xlperf.core.errors import DeclarationError
from xlperf.core.paths import core_text
from xlperf.declarations.forms_and_rules import Cell, Form, Row
from xlperf.declarations.source import filled, texts_of

_LINE = re.compile(r"@(\w+)")
_UNLABELLED = frozenset({"title", "attachment", "note", "signature"})
DEFAULT_HEIGHT = 20.0


def build_rows(form: Mapping[str, Any], texts: Mapping[str, str], place: str) -> tuple[Row, ...]:
    """The rows of ``form`` in their declared order; raises DeclarationError on an unknown row."""
    rows = []
    for name in form["order"]:
        if name not in form["rows"]:
            raise DeclarationError(f"{place}：order", core_text("wrong", "row", name=name))
        rows.append(_row(name, form["rows"][name], texts, f"{place}：rows/{name}"))
    _check_overlap(rows, len(form["columns"]), place)
    return tuple(rows)


def _row(name: str, spec: Mapping[str, Any], texts: Mapping[str, str], place: str) -> Row:
    cells = tuple(_cell(span, content, texts, f"{place}/{span}") for span, content in spec["cells"].items())
    return Row(
        id=name,
        cells=cells,
        height=float(spec.get("height", DEFAULT_HEIGHT)),
        style=spec.get("style", ""),
        table=spec.get("table", ""),
        indent=spec.get("indent", 0),
    )


def _cell(span: str, content: str | Mapping[str, Any], texts: Mapping[str, str], place: str) -> Cell:
    first, _, last = span.partition(":")
    spec: Mapping[str, Any] = {"text": content} if isinstance(content, str) else content
    text = filled(spec.get("text", ""), texts, place)
    common = {
        "first": column_index_from_string(first),
        "last": column_index_from_string(last or first),
        "down": spec.get("down", 1),
        "through": spec.get("through", ""),
        "style": spec.get("style", ""),
        "indent": spec.get("indent", 0),
    }
    parts = _LINE.split(text)
    if len(parts) == 1:
        return Cell(text=text, **common)
    if len(parts) == 3 and not parts[0] and not parts[2]:
        return Cell(field=parts[1], **common)
    return Cell(line=tuple(zip(parts[::2], [*parts[1::2], ""], strict=True)), **common)


def _check_overlap(rows: list[Row], width: int, place: str) -> None:
    covered: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        for cell in row.cells:
            if not cell.first <= cell.last <= width:
                why = core_text("wrong", "wide", column=max(cell.first, cell.last), width=width)
                raise DeclarationError(f"{place}：rows/{row.id}", why)
            for line in range(number, number + cell.down):
                for column in range(cell.first, cell.last + 1):
                    other = covered.setdefault((line, column), row.id)
                    if other != row.id or (line == number and _taken(row, cell, column)):
                        why = core_text("wrong", "overlap", other=other, column=column)
                        raise DeclarationError(f"{place}：rows/{row.id}", why)


def _taken(row: Row, cell: Cell, column: int) -> bool:
    return any(other is not cell and other.first <= column <= other.last for other in row.cells)


def layout_labels(rows: tuple[Row, ...]) -> dict[str, str]:
    """Field id → official wording, read off the layout as a person reads it.

    The text left of a cell and the heading above it with the same columns, joined by “·”;
    columns of tables get the heading alone. Dashes in place of a value label nothing.
    """
    labels: dict[str, str] = {}
    above: dict[tuple[int, int], str] = {}
    labels_below: dict[int, str] = {}
    for row in rows:
        left = labels_below.pop(0, "")
        labels_below = {rows - 1: text for rows, text in labels_below.items()}
        headings: dict[tuple[int, int], str] = {}
        for cell in row.cells:
            span = (cell.first, cell.last)
            if label := clean(cell.text):
                left = label
                headings[span] = label
                if cell.down > 1:
                    labels_below.update(dict.fromkeys(range(cell.down - 1), left))
            elif cell.field:
                parts = (above.get(span, ""),) if row.table else (left, above.get(span, ""))
                labels.setdefault(cell.field, "·".join(filter(None, parts)))
            for text, field in cell.line:
                if field:
                    labels.setdefault(field, clean(text))
        if row.style not in _UNLABELLED:
            above.update(headings)
    return labels


def clean(text: str) -> str:
    """A label without blanks, numbering, units and the colon at its end."""
    for pattern in _noise():
        text = pattern.sub("", text)
    return text


@cache
def _noise() -> tuple[re.Pattern[str], ...]:
    declared = texts_of("labels")["noise"]
    try:
        return tuple(re.compile(pattern) for pattern in declared)
    except re.error as error:
        raise DeclarationError("labels.json：noise", core_text("wrong", "pattern", reason=error)) from None


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A sheet row: its number, the declared row, and the table row index (None outside tables)."""

    number: int
    row: Row
    index: int | None


@dataclass(frozen=True, slots=True, eq=False)
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
