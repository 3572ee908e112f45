"""One ledger row → values in records: cells read by their column's type, oddities reported."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Profile
from xlperf.declarations.records import Provenance, Record
from xlperf.expressions import Value
from xlperf.ledgers.layout import Column, LedgerLayout
from xlperf.ledgers.tables import LedgerRow, LedgerTable
from xlperf.ledgers.units import (
    Amount,
    UnitDraft,
    UnitRow,
    put,
)
from xlperf.ledgers.values import (
    Reading,
    fault,
    read_code,
    read_number,
    read_text,
    shown,
)

_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Context:
    """What all rows of one ledger share; ``findings`` grows."""

    layout: LedgerLayout
    profile: Profile
    file: str
    findings: list[Finding] = field(default_factory=list)


class RowReader:
    """Reads one row. ``unit`` and ``row_key`` go into the location of what is reported."""

    def __init__(self, context: Context, table: LedgerTable, row: LedgerRow) -> None:
        self._context = context
        self._row = row
        self.table = table
        self.number = row.number
        self.unit = UnitRow("", "", "")
        self.row_key = ""

    def is_total(self) -> bool:
        """Whether the row sums up others; that it is passed over is reported."""
        first, cell = next((head, cell) for head, cell in self._row.cells.items() if cell is not None)
        layout = self._context.layout
        found = isinstance(cell, str) and layout.headings.read(cell).key in layout.totals
        if found:
            self.report("L115", first, shown(cell))
        return found

    def code(self, role: str) -> str | None:
        """The code in the column with ``role``, "" when blank; None for a faulty cell, reported."""
        head = self.table.layout.head_of(role)
        cell = self._row.cells.get(head)
        if fault(cell):
            self.report("L117", head, shown(cell))
            return None
        return read_code(cell)

    def required_code(self, role: str) -> str:
        """The same, "" without one; a blank one is reported too."""
        code = self.code(role)
        if code == "":
            self.report("L110", self.table.layout.head_of(role))
        return code or ""

    def unit_row(self, code: str) -> UnitRow:
        """The unit this row describes, which the row then belongs to."""
        name, department = (self._words(role) for role in ("name", "department"))
        self.unit = UnitRow(code, name, department)
        head = self.table.layout.head_of("name")
        if self._row.cells.get(head) is None and head in self.table.letters:
            self.report("L116", head)
        return self.unit

    def _words(self, role: str) -> str:
        cell = self._row.cells.get(self.table.layout.head_of(role))
        return "" if fault(cell) else " ".join(shown(cell).split())

    def fill_unit(self, draft: UnitDraft) -> None:
        """Write the row to the forms that a unit has once, and to what its projects share."""
        for column, value, origin in self._values(draft):
            for target in column.targets:
                draft.put(target, value, origin)

    def fill_record(self, draft: UnitDraft, record: Record) -> None:
        """Write the row to one sheet of a repeated form."""
        defaults: dict[str, Value] = {"name": draft.row.name, "department": draft.row.department}
        for column, value, origin in self._values(draft):
            given = value if value is not None else defaults.get(column.fallback) or None
            for _, name in column.targets:
                put(record, name, given, origin)

    def append_row(self, draft: UnitDraft, record: Record) -> None:
        """Add the row to a table of ``record``; a row without any value is passed over."""
        label = next((column.head for column in self.table.layout.columns.values() if column.is_label), "")
        self.row_key = " ".join(shown(self._row.cells.get(label)).split())
        rows = record.tables.setdefault(self.table.layout.table, [])
        values: dict[str, Value] = {}
        for column, value, origin in self._values(draft):
            for _, name in column.targets:
                if value is not None:
                    values[name] = value
                    record.provenance[self.table.layout.table, len(rows), name] = origin
        if values:
            rows.append(values)

    def _values(self, draft: UnitDraft) -> Iterator[tuple[Column, Value, Provenance]]:
        for head, column in self.table.layout.columns.items():
            if column.field is None:
                continue
            cell = self._row.cells.get(head)
            reading = self._read(column)
            if reading.code:
                self.report(reading.code, head, shown(cell), reading.expected)
            origin = Provenance(self.table.name, self.table.address(head, self.number), cell)
            if self._context.layout.is_amount(column) and isinstance(reading.value, float):
                group = (self.table.name, self.number, column.compare or head)
                draft.amounts.append(Amount(group, column.targets[0], reading.value, self._location(head)))
            yield column, reading.value, origin

    def _read(self, column: Column) -> Reading:
        assert column.field is not None
        cell, kind = self._row.cells.get(column.head), column.field.type
        if kind.number:
            return read_number(cell, kind, self._context.layout, self.table.units.get(column.head, ""))
        form, table = self.table.layout.form, self.table.layout.table
        levels = self._context.profile.forms[form].tables[table].levels if table else ()
        return read_text(cell, kind, level=column.field.id in levels[:1])

    def report(self, code: str, head: str, value: str = "", expected: str = "", **context: object) -> None:
        """Add a finding at the cell under ``head``."""
        location = self._location(head)
        names = {"head": head, "row": self.number, **context}
        brief = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
        self._context.findings.append(finding(code, location, brief, expected, **names))

    def _location(self, head: str) -> Location:
        column = self.table.layout.columns.get(head)
        return Location(
            file=self._context.file,
            sheet=self.table.name,
            cell=self.table.address(head, self.number),
            field=column.field.id if column and column.field else head,
            label=head,
            row_key=self.row_key or str(self.number),
            unit_code=self.unit.code,
            unit_name=self.unit.name,
        )
