"""A workbook of ours with its seal intact → its filing, read where its names and cells lie.

Intact means that every fixed text of each form is where it was sealed, rows of tables more or fewer
aside: then the cells are where the declared form has them. Everything else is read by labels and headings.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from xlperf.core.cell_addresses import column_index_from_string, get_column_letter
from xlperf.declarations.form_layout import Placement, place
from xlperf.declarations.forms_and_rules import Cell, Field, Form, Profile, Table
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing, Provenance, Record, Row
from xlperf.declarations.template_fingerprint import (
    FINGERPRINT_PROPERTY,
    PROFILE_PROPERTY,
    read_fingerprint,
)
from xlperf.declarations.value_display import read_line
from xlperf.expressions import Value
from xlperf.intake.book import Book
from xlperf.intake.cell_values import BY_NAME, read_value
from xlperf.intake.fixed_texts import Labels, enough, fixed_texts, helper_titles, is_like, labels_of, likeness
from xlperf.intake.received import SheetReading, WorkbookReading
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

_MOST_NAMES = 0.9
"""The share of fields that must lie where their names do before a name is followed elsewhere."""
_MOST_KNOWN = 1024
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class TableRows:
    """Sheet rows ``first``–``last`` of a table and, for each column shown, its id, Field and letter."""

    table: Table
    first: int
    last: int
    columns: Sequence[tuple[str, Field, str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a form lies on a sheet whose seal is intact: every value by its A1 address.

    Another process makes its own of the form and the sizes of its tables.
    """

    placement: Placement
    fields: Sequence[tuple[str, Field, str]]
    lines: Sequence[tuple[Cell, str]]
    tables: Sequence[TableRows]

    def __reduce__(self) -> tuple[Callable[..., "Layout"], tuple[Form, dict[str, int]]]:
        return layout_with, (self.placement.form, dict(self.placement.counts))


def sealed_profile(book: Book) -> Profile | None:
    """The profile that a sealed workbook names; None for a workbook without seal or of no known profile."""
    named = book.properties.get(PROFILE_PROPERTY, "")
    is_sealed = bool(read_fingerprint(book.properties.get(FINGERPRINT_PROPERTY, "")))
    return load_profile(named) if is_sealed and named in profile_ids() else None


def read_sealed(book: Book) -> tuple[Filing, WorkbookReading] | None:
    """The filing of a sealed workbook; None where a form on it has been altered, or where there is none."""
    profile = sealed_profile(book)
    return read_laid_out(book, profile) if profile is not None else None


def read_laid_out(book: Book, profile: Profile) -> tuple[Filing, WorkbookReading] | None:
    """The filing of a workbook on which the forms of ``profile`` lie as declared; None where one does not."""
    reading = WorkbookReading(book)
    for sheet in book.sheets:
        layout = layout_of(sheet, profile)
        if layout is not None:
            reading.sheets.append(_read_sheet(sheet, layout, profile, book.names_on(sheet.name)))
        elif sheet.name not in helper_titles() and is_like(sheet, profile):
            return None
        elif sheet.cells:
            reading.unknown.append(sheet)
    if not reading.sheets:
        return None
    order = list(profile.forms)
    records = sorted((sheet.record for sheet in reading.sheets), key=lambda record: order.index(record.form))
    return Filing("", "", profile.id, records, book.path), reading


_KNOWN: dict[tuple[Profile, Labels], Layout] = {}


def layout_of(sheet: Sheet, profile: Profile) -> Layout | None:
    """Where a form of ``profile`` lies on ``sheet``; None where not all fixed texts of one are in place."""
    labels = labels_of(sheet, profile.forms.values())
    if (known := _KNOWN.get((profile, labels))) is not None:
        return known
    at = {(row, letters): text for row, letters, text in labels}
    for form in sorted(profile.forms.values(), key=lambda form: not sheet.name.startswith(form.sheet)):
        counts = _table_sizes(form, at, sheet)
        if counts is not None and (sheet.name.startswith(form.sheet) or sheet.name not in helper_titles()):
            layout = layout_with(form, counts)
            if _has_another(labels, layout.placement, profile):
                return None
            if not form.rows[-1].table:
                if len(_KNOWN) >= _MOST_KNOWN:
                    _KNOWN.clear()
                _KNOWN[profile, labels] = layout
            return layout
    return None


def _has_another(labels: Labels, placement: Placement, profile: Profile) -> bool:
    """Whether a form is below or next to the one that lies at the top of the sheet."""
    last, width = placement.last_row, len(placement.form.columns)
    outside = tuple(
        label for label in labels if label[0] > last or column_index_from_string(label[1]) > width
    )
    return bool(outside) and any(likeness(outside, form) >= enough() for form in profile.forms.values())


def _table_sizes(form: Form, at: Mapping[tuple[int, str], str], sheet: Sheet) -> Mapping[str, int] | None:
    """The number of rows of each table, where all fixed texts are in their places; ``at`` has those found."""
    texts = fixed_texts(form).rows
    sizes: dict[str, int] = {}
    number, table = 1, ""
    for index, row in enumerate(form.rows):
        expected = {letter: label_key(text) for letter, text in texts.get(index, {}).items()}
        if row.table:
            table, before, gap = row.table, number, 0
            continue
        if table and expected:
            found = _first_row(expected, at, before + gap + 1)
            if found is None:
                return None
            sizes[table], number, table = found - gap - before, found, ""
        elif table:
            gap += 1
            continue
        if any(at.get((number, letter)) != text for letter, text in expected.items()):
            return None
        number += 1
    if table:
        last = max((int(address.lstrip(_LETTERS)) for address in sheet.cells), default=0)
        sizes[table] = max(last - gap - before + 1, 1)
    return sizes


def _first_row(expected: Mapping[str, str], at: Mapping[tuple[int, str], str], first: int) -> int | None:
    """The first row from ``first`` on in which all ``expected`` texts are."""
    letter, text = next(iter(expected.items()))
    rows = sorted(row for (row, there), found in at.items() if there == letter and found == text)
    return next(
        (row for row in rows if row >= first and all(at.get((row, a)) == b for a, b in expected.items())),
        None,
    )


def layout_with(form: Form, counts: Mapping[str, int]) -> Layout:
    """Where ``form`` lies with ``counts`` rows in each of its tables."""
    placement = place(form, counts)
    fields: list[tuple[str, Field, str]] = []
    lines: list[tuple[Cell, str]] = []
    tables: list[TableRows] = []
    for placed in placement.rows:
        if placed.index:
            continue
        if placed.row.table:
            table = form.tables[placed.row.table]
            shown = [cell for cell in placed.row.cells if cell.field]
            columns = [
                (cell.field, table.columns[cell.field], get_column_letter(cell.first)) for cell in shown
            ]
            tables.append(TableRows(table, *placement.spans[table.id], columns))
            continue
        for cell in placed.row.cells:
            address = f"{get_column_letter(cell.first)}{placed.number}"
            if cell.field:
                fields.append((cell.field, form.fields[cell.field], address))
            elif cell.line:
                lines.append((cell, address))
    return Layout(placement, fields, lines, tables)


def _read_sheet(sheet: Sheet, layout: Layout, profile: Profile, names: Mapping[str, str]) -> SheetReading:
    """The values of one sheet; ``names`` are the defined names on it → reference: a cell that was moved is
    read there.
    """
    form = layout.placement.form
    record = Record(form.alias, sheet.name)
    words = frozenset(value for value in profile.parameters.values() if isinstance(value, str))
    for name, declared, address in layout.fields:
        record.fields[name], record.provenance[name] = _read_cell(declared, sheet, address, words)
    if names:
        _read_moved(record, layout, sheet, names, words)
    for cell, address in layout.lines:
        _read_line(record, cell, address, sheet)
    for table in layout.tables:
        _read_table(record, table, sheet, words)
    return SheetReading(sheet, record, form, layout)


def _read_moved(
    record: Record, layout: Layout, sheet: Sheet, names: Mapping[str, str], words: frozenset[str]
) -> None:
    """Read empty fields where their names lie, if on a cell with content that is none of the form's.

    Names that do not lie as the fields do, because rows moved without them, say nothing.
    """
    own = {address for _, _, address in layout.fields}
    held = [name for name, _, address in layout.fields if names.get(name, "").replace("$", "") == address]
    if len(held) < _MOST_NAMES * len(layout.fields):
        return
    for table in layout.tables:
        rows = range(table.first, table.last + 1)
        own.update(f"{letter}{row}" for _, _, letter in table.columns for row in rows)
    for name, declared, _ in layout.fields:
        there = names.get(name, "").replace("$", "")
        found = record.provenance[name]
        is_empty = found.raw is None and found.formula is None
        if is_empty and there not in own and sheet.value(there) is not None:
            record.fields[name], found = _read_cell(declared, sheet, there, words)
            record.provenance[name] = replace(found, note=BY_NAME)


def _read_cell(
    declared: Field, sheet: Sheet, address: str, words: frozenset[str]
) -> tuple[Value, Provenance]:
    if address not in sheet.cells:
        return None, _blank(sheet.name, address)
    stored, shown, formula = sheet.stored(address)
    value, digits, note = read_value(declared, stored, shown, words)
    return value, Provenance(sheet.name, address, stored, formula, digits, note)


@lru_cache(8192)
def _blank(sheet: str, address: str) -> Provenance:
    return Provenance(sheet, address)


def _read_line(record: Record, cell: Cell, address: str, sheet: Sheet) -> None:
    stored = sheet.value(address)
    values = read_line(cell, stored) if isinstance(stored, str) else {}
    for _, name in cell.line:
        if name:
            record.fields[name] = values.get(name)
            record.provenance[name] = Provenance(sheet.name, address, stored)


def _read_table(record: Record, rows: TableRows, sheet: Sheet, words: frozenset[str]) -> None:
    """The rows of a table that hold anything; level columns are filled down over merged cells."""
    table = rows.table
    listed = record.tables[table.id] = []
    above: Row = {}
    for number in range(rows.first, rows.last + 1):
        cells = [
            (name, *_read_cell(declared, sheet, f"{letter}{number}", words))
            for name, declared, letter in rows.columns
        ]
        row: Row = {name: value for name, value, _ in cells}
        fill_down(row, above, table.levels)
        above = row
        if all(value is None for name, value, _ in cells if name not in table.levels):
            continue
        for name, _, found in cells:
            record.provenance[table.id, len(listed), name] = found
        listed.append(row)


def fill_down(row: Row, above: Row, levels: Sequence[str]) -> None:
    """Give empty level cells the value above, as far as no higher level begins again."""
    for level in levels:
        if row[level] is not None:
            return
        row[level] = above.get(level)
