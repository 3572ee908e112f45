"""A sheet as it was read → the cells of its values, and for each table the block to be written from a ledger.

A table is written whole: rows that the ledger has no line for are emptied, missing ones are added.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from xlperf.core.cell_addresses import column_index_from_string, coordinate_to_tuple, get_column_letter
from xlperf.declarations.form_layout import run_starts
from xlperf.declarations.forms_and_rules import Cell, Field, Profile
from xlperf.declarations.records import Record, Row
from xlperf.declarations.value_display import display, plain
from xlperf.expressions import Value
from xlperf.intake.received import SheetReading
from xlperf.intake.sealed_workbooks import TableRows
from xlperf.intake.trust import area_of
from xlperf.notation import label_key


@dataclass(frozen=True, slots=True)
class ValuePlaces:
    """Addresses of fields and sentences, "" for a field without a place; the tables whose rows are known."""

    fields: Sequence[tuple[str, Field, str]]
    lines: Sequence[tuple[Cell, str]]
    tables: Sequence[TableRows]


def value_places(reading: SheetReading, names: Mapping[str, str]) -> ValuePlaces:
    """Where the values of ``reading`` are, blank ones too.

    ``names`` are the defined names on the sheet → reference: they have the cells of blank values, that labels
    do not always show.
    """
    layout = reading.layout
    if layout is not None:
        return ValuePlaces(layout.fields, layout.lines, layout.tables)
    form, provenance = reading.form, reading.record.provenance
    fields: list[tuple[str, Field, str]] = []
    lines: list[tuple[Cell, str]] = []
    for cell in (cell for row in form.rows if not row.table for cell in row.cells):
        if cell.field:
            found = provenance.get(cell.field)
            own, named = found.cell if found else "", names.get(cell.field, "").replace("$", "")
            is_filled = found is not None and found.raw is not None
            fields.append((cell.field, form.fields[cell.field], own if is_filled else named or own))
        elif cell.line:
            signed = [name for _, name in cell.line if name]
            if address := _line_place(reading, cell):
                lines.append((cell, address))
            else:
                fields += [(name, form.fields[name], "") for name in signed]
    return ValuePlaces(fields, lines, list(_tables(reading, names)))


def _line_place(reading: SheetReading, line: Cell) -> str:
    """The cell that holds all words of a sentence of the form, "" where none does."""
    words = [label_key(text) for text, _ in line.line if label_key(text)]
    texts = reading.sheet.texts()
    found = (
        f"{letters}{row}" for row, letters, text in texts if all(word in label_key(text) for word in words)
    )
    return next(found, "") if words else ""


def _tables(reading: SheetReading, names: Mapping[str, str]) -> Iterator[TableRows]:
    """The tables whose rows follow one another, with the columns that they show."""
    for table in reading.form.tables.values():
        rows: set[int] = set()
        letters: dict[str, str] = {}
        for column in table.columns:
            if area := area_of(names.get(f"{table.id}_{column}", "")):
                letters[column] = get_column_letter(area[1])
                rows.update(range(area[0], area[2] + 1))
        for at, found in reading.record.provenance.items():
            if not isinstance(at, str) and at[0] == table.id and found.cell:
                row, number = coordinate_to_tuple(found.cell)
                letters.setdefault(at[2], get_column_letter(number))
                if at[2] not in table.levels:
                    rows.add(row)
        if rows and max(rows) - min(rows) + 1 == len(rows):
            shown = [name for name in table.columns if name in letters]
            columns = [(name, table.columns[name], letters[name]) for name in shown]
            yield TableRows(table, min(rows), max(rows), columns)


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that gets another content, all in texts: ``cell`` is its address after rows were added. Or what
    cannot be placed: ``note`` says why, the address may be "".

    ``is_printed``: the old content is a name that the blank form has there, not what somebody filled in.
    """

    sheet: str
    cell: str = ""
    label: str = ""
    old: str = ""
    new: str = ""
    note: str = ""
    is_printed: bool = False


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """The values of a column from the first row of the table to the last."""

    name: str
    letter: str
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Runs:
    """The columns that a level covers, and the sheet rows of its cells of more than one row."""

    first: int
    last: int
    areas: Sequence[tuple[int, int]]


@dataclass(slots=True)
class Block:
    """A table to be written. Rows ``first``–``last`` are those on the sheet now; ``grown`` are added
    above the last one, so that what refers to the table takes them in (a table of one row: below).

    ``sides`` are its first and last column; ``kept`` the labels of columns with formulas of a user's. The
    addresses of ``changes`` count the rows added to this table, not those to tables above.
    """

    table: str
    first: int
    last: int
    grown: int
    sides: tuple[int, int]
    columns: list[FilledColumn] = field(default_factory=list)
    runs: list[Runs] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The number of rows of the table after the change."""
        return self.last - self.first + 1 + self.grown

    @property
    def insert_at(self) -> int:
        """The sheet row above which rows are added."""
        return self.last if self.last > self.first else self.last + 1


def table_block(layout: TableRows, reading: SheetReading, record: Record, profile: Profile) -> Block | None:
    """The block of one table; None where the ledger has no rows for it or the same as the sheet."""
    rows = record.tables.get(layout.table.id, [])
    if not rows or layout.last < layout.first:
        return None
    block = _TableFiller(layout, reading, rows, profile).block()
    return block if block.changes or block.kept else None


class _TableFiller:
    """Makes the block of one table: ``layout`` is its place on the sheet, ``rows`` the ones of the ledger."""

    def __init__(
        self, layout: TableRows, reading: SheetReading, rows: Sequence[Row], profile: Profile
    ) -> None:
        self._layout, self._reading, self._rows, self._profile = layout, reading, rows, profile
        self._table = layout.table

    def block(self) -> Block:
        """The block with all that changes; it may be nothing."""
        layout, spans = self._layout, self._spans()
        grown = max(len(self._rows) - (layout.last - layout.first + 1), 0)
        sides = min(first for first, _ in spans.values()), max(last for _, last in spans.values())
        block = Block(self._table.id, layout.first, layout.last, grown, sides)
        for name, declared, letter in layout.columns:
            if letter and not declared.formula:
                self._column(block, name, declared, letter)
        block.runs = [
            self._runs(block, depth, *spans[level])
            for depth, level in enumerate(self._table.levels, 1)
            if level in spans
        ]
        return block

    def _spans(self) -> dict[str, tuple[int, int]]:
        """First and last column of each column shown; off a sealed sheet one column each."""
        if self._reading.layout is None:
            places = {name: column_index_from_string(letter) for name, _, letter in self._layout.columns}
            return {name: (column, column) for name, column in places.items()}
        return {
            cell.field: (cell.first, cell.last)
            for row in self._reading.form.rows
            if row.table == self._table.id
            for cell in row.cells
            if cell.field
        }

    def _column(self, block: Block, name: str, declared: Field, letter: str) -> None:
        sheet, rows = self._reading.sheet, self._rows
        if any(sheet.formula(f"{letter}{row}") is not None for row in range(block.first, block.last + 1)):
            block.kept.append(declared.label)
            return
        values = [*self._shown(name), *[None] * (block.size - len(rows))]
        read = self._read(name)
        is_printed = name in self._table.levels and not self._reading.record.tables.get(block.table)
        changes = []
        for index, before in enumerate(_rows_before(block)):
            address = f"{letter}{before}"
            old, value = sheet.value(address) if before else None, values[index]
            given = rows[index].get(name) if index < len(rows) else None
            if is_same(old, value) or (value is not None and is_same(read.get(address), given)):
                values[index] = old
            elif not {old, value} <= {None, declared.placeholder}:
                old = None if old == declared.placeholder else old
                label = f"{declared.label}（{self._row_name(index)}）"
                now, texts = f"{letter}{block.first + index}", (plain(old), plain(value))
                changes.append(Change(sheet.name, now, label, *texts, is_printed=is_printed))
        block.changes += changes
        if changes or block.grown:
            block.columns.append(FilledColumn(name, letter, values))

    def _shown(self, name: str) -> list[Value]:
        """What the cells of a column show; of a level only the first of equal neighbours."""
        starts = set(range(len(self._rows)))
        if name in self._table.levels:
            starts = set(self._starts(self._table.levels.index(name) + 1))
        column, profile, form = self._table.columns[name], self._profile, self._reading.form
        return [
            display(column, row.get(name), row, profile, form) if index in starts else None
            for index, row in enumerate(self._rows)
        ]

    def _starts(self, depth: int) -> Sequence[int]:
        """The rows in which the first ``depth`` levels begin to be others."""
        levels = self._table.levels[:depth]
        return run_starts([tuple(row.get(level) for level in levels) for row in self._rows])

    def _read(self, column: str) -> dict[str, Value]:
        """The values read from the cells of a column that are not empty, by address."""
        record, table = self._reading.record, self._table.id
        return {
            found.cell: record.tables[table][key[1]][column]
            for key, found in record.provenance.items()
            if isinstance(key, tuple) and key[0] == table and key[2] == column and found.raw is not None
        }

    def _row_name(self, index: int) -> str:
        column = next(name for name in self._table.columns if name not in self._table.levels)
        name = plain(self._rows[index].get(column)) if index < len(self._rows) else ""
        return " ".join(name.split()) or str(index + 1)

    def _runs(self, block: Block, depth: int, first: int, last: int) -> Runs:
        areas = [
            (block.first + start, block.first + end - 1)
            for start, end in pairwise([*self._starts(depth), len(self._rows)])
            if end - start > 1 or last > first
        ]
        return Runs(first, last, areas)


def _rows_before(block: Block) -> Iterator[int]:
    """The present sheet row of each row of the table after the change, 0 for added ones."""
    added = [0] * block.grown
    own = list(range(block.first, block.last + 1))
    at = len(own) - 1 if len(own) > 1 else len(own)
    yield from [*own[:at], *added, *own[at:]]


def is_same(value: Value, other: Value) -> bool:
    """Whether two values are equal, without regard to spaces and line breaks in texts."""
    return bare(value) == bare(other)


def bare(value: Value) -> Value:
    """A text without spaces and line breaks, None for an empty one; any other value as it is."""
    return "".join(value.split()) or None if isinstance(value, str) else value
