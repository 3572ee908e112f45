"""A unit of the ledger and the open workbook as it was read → the plan of what to write into which cells.

Nothing is written here. Formula cells stay as they are; what cannot be placed is listed with the reason.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from xlperf.checks.context import naming_field
from xlperf.core.cell_addresses import coordinate_to_tuple, get_column_letter
from xlperf.declarations.evaluation import Completed, complete
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing, Record, Row
from xlperf.declarations.source import texts_of
from xlperf.declarations.value_display import display, line_text, plain
from xlperf.excel.actions.excel_ui import text
from xlperf.excel.actions.fill_places import Block, Change, bare, is_same, table_block, value_places
from xlperf.expressions import ErrorValue, Value, printed_alike
from xlperf.intake.cell_values import IN_LABEL
from xlperf.intake.received import Received, SheetReading
from xlperf.ooxml.sheet_tree import position


@dataclass(frozen=True, slots=True)
class Put:
    """A value for one cell, by row and column from 1."""

    row: int
    column: int
    value: Value


@dataclass(slots=True)
class SheetPlan:
    """What is written on one sheet: single cells first, then tables, the lowest first."""

    title: str
    puts: list[Put] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class FillPlan:
    """All that is to be written, the changes cell by cell, and what has no place (its ``cell`` may be "")."""

    sheets: list[SheetPlan] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unplaced: list[Change] = field(default_factory=list)

    @property
    def overwritten(self) -> int:
        """The number of cells in which something that was filled in is replaced."""
        return sum(bool(change.old) and not change.is_printed for change in self.changes)


def fill_plan(
    received: Received, filing: Filing, locked: frozenset[str], *, suggests: bool = True
) -> FillPlan:
    """The plan for the unit ``filing``; ``locked`` are sheets on which nothing can be written.

    ``suggests``: scores that are left blank and can be computed are filled in too.
    """
    assert received.reading
    assert received.profile
    plan = FillPlan()
    for record, reading in _pairs(received, filing, plan):
        completed = complete(record, received.profile)
        if not suggests:
            completed = replace(completed, record=record)
        if reading.sheet.name in locked:
            plan.unplaced.append(Change(reading.sheet.name, note=text("sheet_locked")))
        elif reading.page is not None and reading.page.form.unit == texts_of("live")["yuan"]:
            plan.unplaced.append(Change(reading.sheet.name, note=text("sheet_in_yuan")))
        else:
            names = received.reading.book.names_on(reading.sheet.name)
            _Filler(reading, record, completed, received.profile, plan, names).fill()
    return plan


class _Filler:
    """Makes the plan of one sheet. ``record`` is that of the ledger, ``completed`` with computed fields."""

    def __init__(
        self,
        reading: SheetReading,
        record: Record,
        completed: Completed,
        profile: Profile,
        plan: FillPlan,
        names: Mapping[str, str],
    ) -> None:
        self._reading, self._record, self._completed = reading, record, completed
        self._read, self._form = reading.record, reading.form
        self._profile, self._plan, self._names = profile, plan, names
        self._sheet = SheetPlan(reading.sheet.name)
        self._grown: list[tuple[int, int]] = []

    def fill(self) -> None:
        """Plan tables, fields and sentences, and add them to the whole plan."""
        layout = value_places(self._reading, self._names)
        for table in layout.tables:
            block = table_block(table, self._reading, self._completed.record, self._profile)
            if block:
                self._sheet.blocks.insert(0, block)
                self._grown.append((block.last, block.grown))
        self._tables_without_place(
            {rows.table.id: {name for name, *_ in rows.columns} for rows in layout.tables}
        )
        for name, _, address in layout.fields:
            self._field(name, address)
        for cell, address in layout.lines:
            names = [name for _, name in cell.line if self._record.fields.get(name) is not None]
            if names:
                given = {name: self._record.fields[name] for name in names}
                self._put(names[0], address, line_text(cell, {**self._read.fields, **given}))
        for block in self._sheet.blocks:
            self._plan.unplaced += [
                Change(self._sheet.title, label=label, note=text("is_formula")) for label in block.kept
            ]
            self._plan.changes += [
                replace(change, cell=self._now(change.cell, block.first)) for change in block.changes
            ]
        if self._sheet.puts or any(block.changes for block in self._sheet.blocks):
            self._plan.sheets.append(self._sheet)

    def _tables_without_place(self, shown: Mapping[str, Set[str]]) -> None:
        """List the tables and columns that the ledger has values for and the sheet no place."""
        for table, rows in self._record.tables.items():
            given = {name for row in rows for name, value in row.items() if value is not None}
            columns = self._form.tables[table].columns
            if rows and table not in shown:
                self._plan.unplaced.append(Change(self._sheet.title, label=table, note=text("no_place")))
            self._plan.unplaced += [
                Change(self._sheet.title, label=columns[name].label, note=text("no_place"))
                for name in columns
                if table in shown and name in given - shown[table]
            ]

    def _field(self, name: str, address: str) -> None:
        value = self._completed.record.fields.get(name)
        if name in self._form.computed:
            self._computed(name, address, value)
            return
        if value is None or is_same(self._read.fields.get(name), value):
            return
        found = self._read.provenance.get(name)
        address = found.cell if found and found.cell and found.raw is not None else address
        if position(address) is None:
            self._unplaced(name, "", value, text("no_place"))
        elif found and found.note == IN_LABEL:
            self._unplaced(name, address, value, text("in_label"))
        else:
            shown = display(self._form.fields[name], value, {}, self._profile, self._form)
            self._put(name, address, shown)

    def _computed(self, name: str, address: str, value: Value) -> None:
        """List a computed field whose cell has another figure than the ledger, or no formula."""
        if position(address) is None:
            return
        if self._reading.sheet.formula(address) is not None:
            if name in self._completed.published:
                self._unplaced(name, address, value, text("is_formula"))
            return
        right, digits = self._right.get(name), self._form.fields[name].type.digits
        if isinstance(right, float | str) and not printed_alike(self._read.fields.get(name), right, digits):
            self._unplaced(name, address, right, text("no_formula"))

    @cached_property
    def _right(self) -> Row:
        """The fields of the form once those of the ledger are filled in and the others stay."""
        known = {name: value for name, value in self._completed.record.fields.items() if value is not None}
        inputs: Row = {
            name: value
            for name, value in {**self._read.fields, **known}.items()
            if name not in self._form.computed and not isinstance(value, ErrorValue)
        }
        filled = {table: rows for table, rows in self._record.tables.items() if rows}
        tables = {**self._read.tables, **filled}
        record = Record(self._form.alias, self._sheet.title, inputs, tables)
        return complete(record, self._profile).record.fields

    def _put(self, name: str, address: str, value: Value) -> None:
        sheet, place = self._reading.sheet, position(address)
        old = sheet.value(address)
        if is_same(old, value) or place is None:
            return
        if sheet.formula(address) is not None:
            self._unplaced(name, address, value, text("is_formula"))
            return
        self._sheet.puts.append(Put(*place, value))
        now, label = self._now(address, place[0]), self._form.fields[name].label
        self._plan.changes.append(Change(self._sheet.title, now, label, plain(old), plain(value)))

    def _unplaced(self, name: str, address: str, value: Value, why: str) -> None:
        label, old = self._form.fields[name].label, self._reading.sheet.value(address) if address else None
        self._plan.unplaced.append(Change(self._sheet.title, address, label, plain(old), plain(value), why))

    def _now(self, address: str, below: int) -> str:
        """The address of a cell after the tables above the row ``below`` have grown."""
        row, column = coordinate_to_tuple(address)
        return f"{get_column_letter(column)}{row + sum(grown for last, grown in self._grown if below > last)}"


def _pairs(received: Received, filing: Filing, plan: FillPlan) -> Iterator[tuple[Record, SheetReading]]:
    """Each record of the ledger with the sheet that it goes to; those without one go to ``unplaced``."""
    assert received.reading
    assert received.profile
    for form in received.profile.forms.values():
        sheets = [sheet for sheet in received.reading.sheets if sheet.record.form == form.alias]
        records = [record for record in filing.of(form.alias) if record.fields or any(record.tables.values())]
        paired = (
            _by_name(records, sheets, naming_field(form)) if form.repeated else dict(enumerate(sheets[:1]))
        )
        for index, record in enumerate(records):
            if index in paired:
                yield record, paired[index]
            else:
                name = plain(record.fields.get(naming_field(form)) if form.repeated else None)
                plan.unplaced.append(Change(form.sheet, label=form.title, new=name, note=text("no_sheet")))


def _by_name(
    records: Sequence[Record], sheets: Sequence[SheetReading], name: str
) -> Mapping[int, SheetReading]:
    """Pair projects with the sheets that have their name, then the others with blank sheets in order."""
    paired: dict[int, SheetReading] = {}
    free = list(sheets)
    for index, record in enumerate(records):
        own = bare(record.fields.get(name))
        same = next((sheet for sheet in free if own and bare(sheet.record.fields.get(name)) == own), None)
        if same:
            paired[index] = same
            free.remove(same)
    others = [index for index in range(len(records)) if index not in paired]
    return {**paired, **dict(zip(others, filter(_is_blank, free), strict=False))}


def _is_blank(sheet: SheetReading) -> bool:
    """Whether nobody has filled in anything: what a form has by itself does not count."""
    fields = sheet.form.fields
    typed = (name for name, value in sheet.record.fields.items() if value is not None)
    by_itself = (fields[name].formula is not None or fields[name].default is not None for name in typed)
    return all(by_itself) and not any(sheet.record.tables.values())
