"""A received workbook of our own layouts → a Filing, with the reading that the checks look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Cell, Field, Profile
from xlperf.declarations.records import (
    Filing,
    Provenance,
    Record,
    Row,
)
from xlperf.declarations.value_display import read_line
from xlperf.expressions import Value
from xlperf.intake.align import Alignment
from xlperf.intake.cell_values import (
    BY_NAME,
    IN_LABEL,
    from_yuan,
    read_value,
)
from xlperf.intake.identify import profile_of, recognise
from xlperf.intake.label_normaliser import relabelled
from xlperf.intake.open_any import open_book
from xlperf.intake.own_files import kind_of
from xlperf.intake.reading_plan import Plan, TablePlan, plan
from xlperf.intake.split_columns import Split, joined, split_columns
from xlperf.intake.stacked_forms import unstacked
from xlperf.intake.unrecognised import no_form
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_cells import Sheet
from xlperf.ooxml.styles import GENERAL

if TYPE_CHECKING:
    from xlperf.intake.page_records import PageRecord
    from xlperf.intake.reading.model import DocumentReading

_MOST_NAMES = 0.9
"""The share of fields that must lie where their names do before a name is followed elsewhere."""


@dataclass(frozen=True, slots=True)
class SheetReading:
    """A sheet that was read as a form: its record, its cells, and how the layout lies on it.

    ``page`` is what reading by labels and headings found; then nothing is known of a layout.
    """

    sheet: Sheet
    record: Record
    alignment: Alignment
    page: "PageRecord | None" = None


@dataclass(slots=True)
class WorkbookReading:
    """What template, cell and formula checks need beside the values.

    ``unknown`` are sheets that resemble no form; sheets without any content are left out.
    """

    book: Book
    sheets: list[SheetReading] = field(default_factory=list)
    unknown: list[Sheet] = field(default_factory=list)


@dataclass(slots=True)
class Received:
    """One received file. Without ``filing`` the findings say why it could not be read; ``reading`` are
    there all the same when it could be opened. ``book`` is the file as it was opened, to be read again
    with another profile.
    """

    path: str
    filing: Filing | None = None
    profile: Profile | None = None
    reading: WorkbookReading | None = None
    findings: list[Finding] = field(default_factory=list)
    book: Book | None = None
    document: "DocumentReading | None" = None
    named_by: str = ""


def read_filing(path: str | Path, profile: Profile | None = None, limits: Limits = LIMITS) -> Received:
    """Read ``path``; a file that cannot be read gives findings, never an exception.

    The profile named in the workbook goes before ``profile``; without both the most alike is taken.
    """
    name = str(path)
    try:
        opened = open_book(name, limits)
    except Refused as refused:
        return Received(name, findings=[refused.finding])
    return read_opened(opened, profile)


def read_opened(opened: Book, profile: Profile | None = None) -> Received:
    """What ``read_filing`` makes of a file, of a book that is open already."""
    name = opened.path
    book = relabelled(unstacked(opened), profile)
    chosen = profile_of(book, profile)
    recognised = recognise(book, chosen) if chosen else []
    if chosen is None or not any(one.alignment for one in recognised):
        if kind := kind_of(book):
            return Received(name, findings=[finding("F131", Location(file=name), kind=kind)])
        return replace(unread(book, profile), book=opened)
    reading = WorkbookReading(book)
    for one in recognised:
        if one.alignment is not None:
            names = book.names_on(one.sheet.name)
            reading.sheets.append(read_sheet(one.sheet, one.alignment, chosen, names))
        elif one.sheet.cells:
            reading.unknown.append(one.sheet)
    order = list(chosen.forms)
    records = sorted((one.record for one in reading.sheets), key=lambda record: order.index(record.form))
    filing = Filing("", "", chosen.id, records, name)
    return Received(name, filing, chosen, reading, book.findings, opened)


def unread(book: Book, profile: Profile | None) -> Received:
    """A file in which there is no form, and why none was seen."""
    place = Location(file=book.path)
    reading = WorkbookReading(book, unknown=[*book.sheets])
    found = [*book.findings, no_form(place, book.sheets, profile)]
    return Received(book.path, reading=reading, findings=found, book=book)


def read_sheet(
    sheet: Sheet, alignment: Alignment, profile: Profile, names: Mapping[str, str] | None = None
) -> SheetReading:
    """The values of one sheet as ``alignment`` says where they lie.

    ``names`` are the defined names on the sheet → reference: a cell that was moved is read there.
    """
    record = Record(alignment.form.alias, sheet.name)
    words = frozenset(value for value in profile.parameters.values() if isinstance(value, str))
    layout = plan(alignment)
    for name, declared, address in layout.fields:
        value, found = _read_cell(declared, sheet, address, words)
        record.fields[name] = value
        record.provenance[name] = found
    if names and not alignment.shifted:
        _read_moved(record, layout, sheet, names, words)
    for name, (address, text) in alignment.in_label.items():
        value, digits, _ = read_value(alignment.form.fields[name], text, GENERAL, words)
        record.fields[name] = value
        record.provenance[name] = Provenance(
            sheet.name, address, sheet.value(address), digits=digits, note=IN_LABEL
        )
    for cell, address in layout.lines:
        _read_line(record, cell, address, sheet)
    for table in layout.tables:
        _read_table(record, table, sheet, words, split_columns(sheet, alignment, table.table.id))
    return SheetReading(sheet, record, alignment)


def _read_moved(
    record: Record, layout: Plan, sheet: Sheet, names: Mapping[str, str], words: frozenset[str]
) -> None:
    """Read empty fields where their names lie, if on a cell with content that is none of the form's.

    Names that do not lie as the fields do, because rows moved without them, tell nothing.
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
        if (
            found.raw is None
            and found.formula is None
            and there not in own
            and sheet.value(there) is not None
        ):
            record.fields[name], found = _read_cell(declared, sheet, there, words)
            record.provenance[name] = replace(found, note=BY_NAME)


def _read_cell(
    declared: Field, sheet: Sheet, address: str, words: frozenset[str]
) -> tuple[Value, Provenance]:
    if address not in sheet.cells:
        return None, _blank(sheet.name, "" if address.isdecimal() else address)
    stored, shown, formula = sheet.stored(address)
    reading = read_value(declared, stored, shown, words)
    value, digits, note = from_yuan(declared, reading) if sheet.is_in_yuan else reading
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


def _read_table(record: Record, layout: TablePlan, sheet: Sheet, words: frozenset[str], split: Split) -> None:
    """The rows of a table that hold anything; level columns are filled down over merged cells."""
    table = layout.table
    rows = record.tables[table.id] = []
    above: Row = {}
    for number in range(layout.first, layout.last + 1):
        cells = [
            (
                name,
                *joined(
                    _read_cell(declared, sheet, f"{letter}{number}", words), sheet, number, split.get(name)
                ),
            )
            for name, declared, letter in layout.columns
        ]
        row: Row = {name: value for name, value, _ in cells}
        fill_down(row, above, table.levels)
        above = row
        if all(value is None for name, value, _ in cells if name not in table.levels):
            continue
        for name, _, found in cells:
            record.provenance[table.id, len(rows), name] = found
        rows.append(row)


def fill_down(row: Row, above: Row, levels: Sequence[str]) -> None:
    """Give empty level cells the value above, as far as no higher level begins anew."""
    for level in levels:
        if row[level] is not None:
            return
        row[level] = above.get(level)
