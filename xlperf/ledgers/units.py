"""The growing state of one unit while its ledger rows are read, and the finished UnitRow.

Which cell a value came from is worked out when somebody asks.
"""

import re
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field

from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing, Provenance, Record
from xlperf.expressions import Value
from xlperf.ledgers.layout import Column
from xlperf.ledgers.tables import LedgerTable

Key = str | tuple[str, int, str]


class LedgerProvenance(MutableMapping[Key, Provenance]):
    """Like a dict from field id, or (table, row, column), to Provenance; filled at its first use.

    ``add_fields`` and ``add_rows`` say which rows of which tables went into the record.
    """

    __slots__ = ("_alias", "_fields", "_found", "_rows")

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._fields: list[tuple[LedgerTable, int]] = []
        self._rows: list[tuple[LedgerTable, int, list[int]]] = []
        self._found: dict[Key, Provenance] | None = None

    def add_fields(self, table: LedgerTable, index: int) -> None:
        """The row at ``index`` of ``table`` gave values to fields of the record."""
        self._fields.append((table, index))

    def add_rows(self, table: LedgerTable, first: int) -> list[int]:
        """A list for the places of rows of ``table`` that become the record's rows from ``first`` on."""
        indexes: list[int] = []
        self._rows.append((table, first, indexes))
        return indexes

    def row_of(self, table: LedgerTable, index: int) -> int | None:
        """The row of the record's table that the row at ``index`` of ``table`` became; -1 for its fields."""
        if any(index == other and table is of for of, other in self._fields):
            return -1
        for of, first, indexes in self._rows:
            if of is table and index in indexes:
                return first + indexes.index(index)
        return None

    def __getitem__(self, key: Key) -> Provenance:
        return self._dict()[key]

    def __setitem__(self, key: Key, value: Provenance) -> None:
        self._dict()[key] = value

    def __delitem__(self, key: Key) -> None:
        del self._dict()[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._dict())

    def __len__(self) -> int:
        return len(self._dict())

    def _dict(self) -> dict[Key, Provenance]:
        if self._found is None:
            self._found = {}
            for table, index in self._fields:
                self._found |= dict(self._of_row(table, index))
            for table, first, indexes in self._rows:
                for row, index in enumerate(indexes, first):
                    self._found |= dict(self._of_row(table, index, row))
        return self._found

    def _of_row(self, table: LedgerTable, index: int, row: int = -1) -> Iterator[tuple[Key, Provenance]]:
        for head, column in table.layout.columns.items():
            cell = table.column(head)[index]
            if cell is None and not column.fallback:
                continue
            origin = Provenance(table.name, table.address(head, index), cell)
            for alias, name in column.targets:
                if row >= 0:
                    yield (table.layout.table, row, name), origin
                elif alias == self._alias:
                    yield name, origin


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of the ledger's list of units. ``department`` is "" where none is given."""

    code: str
    name: str
    department: str


@dataclass(slots=True)
class UnitDraft:
    """What has been read of one unit. ``shared`` holds values for every sheet of a repeated form.

    ``sheets`` are the declared sheets with a row of the unit.
    """

    row: UnitRow
    singles: dict[str, Record]
    projects: dict[str, Record] = field(default_factory=dict)
    shared: dict[str, dict[str, Value]] = field(default_factory=dict)
    sheets: set[str] = field(default_factory=set)
    _shared_rows: list[tuple[LedgerTable, int]] = field(default_factory=list)

    @classmethod
    def start(cls, row: UnitRow, profile: Profile) -> "UnitDraft":
        """A unit with an empty record of each form that a filing holds once."""
        return cls(
            row, {form.alias: new_record(form.alias, form.sheet_name(0)) for form in profile.single_forms()}
        )

    def add_project(self, number: str, alias: str) -> Record:
        """An empty record of the repeated form, with what the unit shares filled in."""
        record = self.projects[number] = new_record(alias, "")
        record.fields.update(self.shared.get(alias, {}))
        for table, index in self._shared_rows:
            came_from(record).add_fields(table, index)
        return record

    def note_row(self, table: LedgerTable, index: int) -> None:
        """A row whose values go to the forms that the unit has once and to what its projects share."""
        self.sheets.add(table.layout.name)
        self._shared_rows.append((table, index))
        for record in self.singles.values():
            came_from(record).add_fields(table, index)

    def leave_out(self, table: LedgerTable, index: int, column: Column) -> None:
        """Take back the value that the row at ``index`` gave in ``column``."""
        for record in (*self.singles.values(), *self.projects.values()):
            row = came_from(record).row_of(table, index)
            for alias, name in column.targets if row is not None else ():
                if alias == record.form and row is not None:
                    values = record.fields if row < 0 else record.tables[table.layout.table][row]
                    values.pop(name, None)

    def filing(self, profile: Profile) -> Filing:
        """The finished filing: forms in the profile's order, projects by their number."""
        filing = Filing(self.row.code, self.row.name, profile.id)
        ordered = [self.projects[number] for number in sorted(self.projects, key=_natural)]
        for form in profile.forms.values():
            records = [record for record in ordered if record.form == form.alias]
            for index, record in enumerate(records):
                record.sheet = form.sheet_name(index)
            filing.records += records if form.repeated else [self.singles[form.alias]]
        return filing


def new_record(alias: str, sheet: str) -> Record:
    """An empty record of a form, its provenance that of a ledger."""
    return Record(alias, sheet, provenance=LedgerProvenance(alias))


def came_from(record: Record) -> LedgerProvenance:
    """The provenance of a record made by ``new_record``."""
    assert isinstance(record.provenance, LedgerProvenance)
    return record.provenance


def _natural(number: str) -> tuple[tuple[int, int | str], ...]:
    """Sorts "2" before "10" and "XM-2" before "XM-10"."""
    parts = re.findall(r"\d+|\D+", number)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)
