"""Fields of a profile's form ↔ official paths of the reading, and where a page prints their labels."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.forms_and_rules import Form
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import Json, texts_of
from xlperf.intake.page import SHEET, Page, PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.form_readings import DocumentReading, Entry, FormReading, Role
from xlperf.intake.reading.lexicon import Label, Lexicon, lexicon
from xlperf.intake.reading.recognition import concept
from xlperf.notation import label_key

_HOLE = re.compile(r"\{(\w+)\}")
_LABEL_END = "·"
_OF_FIELDS, _OF_FACTS, _OF_COLUMNS, _OF_GOALS = "field", "fact", "indicator_column", "goal"
_OF_AMOUNTS = "money_column"
_COLUMNS_OF_FUNDS = (names.INITIAL, names.ADJUSTED, names.EXECUTED, names.WEIGHT, names.RATE, names.SCORE)
"""Columns of the funds of the year, which a heading shows though every amount under it is blank."""
_OF_LEVELS = dict(zip(names.LEVELS, ("level1", "level2", "level3"), strict=True))
_OF_POINTS = {names.WEIGHT: "weight", names.SCORE: "score"}
"""Keys of the columns of an indicator table that have no key in the lexicon."""
_OF_ROWS = ("row", "basic_row", "group_row")
"""Kinds of labels: of one value, of one by its whole path, of indicator columns, of rows of amounts."""
_YEAR = "{", "}"
"""Around what represents the year in a path."""


@dataclass(frozen=True, slots=True)
class RowPaths:
    """Rows of ``table``: ``path``, the printed name (column ``name``), and the ends of its ``columns``."""

    table: str
    path: str
    name: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OfficialPaths:
    """``fields``: path → field id. ``rows``: tables whose rows go by their printed name.

    ``indicators`` is the table of indicators ("" for a form without) and ``columns`` its keys → column ids.
    """

    fields: Mapping[str, str]
    rows: tuple[RowPaths, ...]
    indicators: str
    columns: Mapping[str, str]


@lru_cache(256)
def official_paths(profile_id: str, alias: str, year: int) -> OfficialPaths:
    """What a form of a profile calls the values of a page of ``year``."""
    form = load_profile(profile_id).forms[alias]
    exported = texts_of("exported")
    declared, years = exported["forms"][alias], exported["years"]
    words = {years["this"]: str(year), years["last"]: str(year - 1)}
    listed = declared.get("indicators", {})
    rows = tuple(
        RowPaths(
            table,
            _filled(block["path"], form, words),
            block["name"],
            {_filled(label, form, words): column for column, label in block["cells"].items()},
        )
        for table, block in declared.get("rows", {}).items()
        if table in form.tables
    )
    columns = {key: column for key, column in listed.get("columns", {}).items() if column}
    return OfficialPaths(dict(_fields(form, declared, words)), rows, listed.get("table", ""), columns)


def _fields(form: Form, declared: Json, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    rows = {row.id: row for row in form.rows}
    for block in declared["blocks"]:
        for row_id, path in block["rows"].items():
            if row_id not in rows:
                continue
            start = _filled(path, form, words)
            by_letter = {chr(ord("A") + cell.first - 1): cell.field for cell in rows[row_id].cells}
            for letter, name in block.get("cells", {}).items():
                if field := by_letter.get(letter):
                    yield _joined(start, _filled(name, form, words)), field
            for name, field in {**block.get("line", {}), **block.get("besides", {})}.items():
                if field in form.fields:
                    yield _joined(start, name), field


def _filled(text: str, form: Form, words: Mapping[str, str]) -> str:
    """``text`` with the year, and what the place calls a row, filled in."""
    return _HOLE.sub(lambda hole: words.get(hole[1]) or _label(form, hole[1]), text)


def _label(form: Form, row_id: str) -> str:
    """The label of a declared row, as its fields bear it in front."""
    cells = next(row.cells for row in form.rows if row.id == row_id)
    field = next(cell.field for cell in cells if cell.field)
    return form.fields[field].label.partition(_LABEL_END)[0]


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path and name else path or name


@dataclass(slots=True)
class PrintedLabels:
    """Where the labels of a form are, rows and columns counted from 0.

    ``rows``: official path of a row → its number; ``columns``: last part of paths → their column, by a value
    in it, else by its heading;
    ``fields``: what labels with one value mean; ``singles``: what they mean → the label; ``goals``: the same
    of headings over a goal; ``facts``: labels that name a whole path; ``headings``: keys of indicator columns
    → their column; ``named``: printed names of labels → their row; ``unused``: the identities of cells that
    feed nothing.
    """

    page: Page
    document: DocumentReading
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    facts: dict[str, PageCell] = field(default_factory=dict)
    singles: dict[str, PageCell] = field(default_factory=dict)
    goals: dict[str, PageCell] = field(default_factory=dict)
    headings: dict[str, int] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    unused: set[int] = field(default_factory=set)

    def row_of(self, path: str) -> int | None:
        """The row of the label with the official path, or of one that is printed like its last part."""
        return self.rows.get(path, self.named.get(path.rpartition("/")[2]))

    def place_of(self, path: str) -> str | None:
        """The place of a value that is empty, "" where only its labels have one; None where it has none.

        In a table of amounts the label of the row, or another value of it, and another value of the column
        show that there is a cell for it; a cell that holds something else is none.
        """
        column = path.rpartition("/")[2]
        if (at := self._in_table(path)) is not None:
            there = self.found(*at)
            return self.cell_at(*at) if there is None or there.blank else None
        if path in self.rows:
            return ""
        if (next_to_fact := self._next_to_fact(path)) is not None:
            return next_to_fact
        is_amount = path.count("/") > 1 or any(map(str.isdigit, column))
        if is_amount or not (column in self.fields or label_key(column) in self.fields):
            return None
        if heading := self.goals.get(column):
            below = self.found(heading.r1 + 1, heading.c0)
            if below is None or below.blank:
                return self.cell_at(heading.r1 + 1, heading.c0)
        label = self.singles.get(column)
        return self._next_to(label) if label is not None else ""

    def _in_table(self, path: str) -> tuple[int, int] | None:
        """The row and column of a value that has a label at its left and a heading above it."""
        row, _, column = path.rpartition("/")
        if path in self.singles and _OF_POINTS.get(column) in self.headings:
            return self.singles[path].r0, self.headings[_OF_POINTS[column]]
        at = self.row_of(row)
        return None if at is None or column not in self.columns else (at, self.columns[column])

    def _next_to_fact(self, path: str) -> str | None:
        """The empty cell after a label that names a whole path, its year left open, else the one below."""
        for name, label in self.facts.items():
            start, _, end = name.partition(_YEAR[0])
            if name == path or (end and path.startswith(start) and path.endswith(end.partition(_YEAR[1])[2])):
                return self._next_to(label)
        return None

    def _next_to(self, label: PageCell) -> str:
        """The cell after a label, or the one below where that holds something or has no cell at all."""
        right, below = self.found(label.r0, label.c1 + 1), self.found(label.r1 + 1, label.c0)
        is_taken = not right.blank if right is not None else below is not None and below.blank
        return self.cell_at(label.r1 + 1, label.c0) if is_taken else self.cell_at(label.r0, label.c1 + 1)

    def unread_value_of(self, path: str) -> PageCell | None:
        """The cell that may be the value of a label, but was not read: only blank cells lie between."""
        label = self.singles.get(path.rpartition("/")[2])
        if label is None:
            return None
        after = (
            cell
            for cell in self.document.in_row(self.page, label.r0)
            if cell.c0 > label.c1 and not cell.blank
        )
        cell = min(after, key=lambda cell: cell.c0, default=None)
        return cell if cell is not None and id(cell) in self.unused else None

    def cell_at(self, row: int, column: int) -> str:
        """What a person calls the cell in a row and column, both from 0; "" where it cannot be said."""
        if found := self.found(row, column):
            return found.place
        return f"{get_column_letter(column + 1)}{row + 1}" if self.page.kind == SHEET else ""

    def found(self, row: int, column: int) -> PageCell | None:
        """The cell that covers a row and column, both from 0."""
        there = self.document.in_row(self.page, row)
        return next((cell for cell in there if cell.c0 <= column <= cell.c1), None)


def printed_labels(read: FormReading, document: DocumentReading) -> PrintedLabels:
    """The labels of a form, from its values and from the account of its page."""
    found = PrintedLabels(read.page, document)
    for path, value in read.fields.items():
        row, _, column = path.rpartition("/")
        if value.cell is not None and not value.part:
            found.rows.setdefault(row, value.cell.r0)
            found.columns.setdefault(column, value.cell.c0)
    found.fields.update(read.empty)
    lex = lexicon()
    entries = [entry for entry in read.entries if entry.page is read.page]
    headings = [entry.cell for entry in entries if entry.role is Role.HEADING]
    with_levels = {cell.r0 for cell in headings if lex.label(cell.text).of("level")}
    for cell in headings:
        _add_heading(found, cell, read.kind, lex.label(cell.text), of_indicators=cell.r0 in with_levels)
    for entry in entries:
        if entry.role is Role.LABEL:
            _add_label(found, entry, read.kind, lex)
        elif entry.role is Role.UNUSED:
            found.unused.add(id(entry.cell))
    return found


def _add_heading(
    found: PrintedLabels, cell: PageCell, form: str, label: Label, *, of_indicators: bool
) -> None:
    """Note the columns that a heading is over; ``of_indicators``: it is next to those of levels."""
    found.facts |= {name: cell for kind, name in label.means if kind == _OF_FACTS}
    found.goals = {name: cell for kind, name in label.means if kind == _OF_GOALS} | found.goals
    found.headings |= {name: cell.c0 for kind, name in label.means if kind == _OF_COLUMNS}
    keys = {**_OF_LEVELS, **_OF_POINTS} if of_indicators else {}
    if (key := keys.get(concept(label) or "")) is not None:
        found.headings[key] = cell.c0
    elif form != names.BASIC:
        columns = (name for name in _COLUMNS_OF_FUNDS if (_OF_AMOUNTS, name) in label.means)
        for name in columns:
            found.columns.setdefault(name, cell.c0)


def _add_label(found: PrintedLabels, entry: Entry, kind: str, lex: Lexicon) -> None:
    label, cell = lex.label(entry.cell.text), entry.cell
    root = names.FUND_ROOTS.get(kind, "")
    found.fields.add(label_key(cell.text))
    found.fields.update(name for means, name in label.means if means == _OF_FIELDS)
    found.singles |= {name: cell for means, name in label.means if means in (_OF_FIELDS, _OF_GOALS)}
    found.facts |= {name: cell for means, name in label.means if means == _OF_FACTS}
    found.named.setdefault(label.printed, cell.r0)
    for means, name in label.means:
        if means in _OF_ROWS:
            found.rows.setdefault(f"{root}/{name}" if root else name, cell.r0)
