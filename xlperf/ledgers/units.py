"""The growing state of one unit while its ledger rows are read, and the finished UnitRow."""

import re
from dataclasses import dataclass, field

from xlperf.declarations.findings import Location
from xlperf.declarations.model import Profile
from xlperf.declarations.records import Filing, Provenance, Record
from xlperf.expressions import Value


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of the ledger's list of units. ``department`` is "" where none is given."""

    code: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as read. Amounts with the same ``group`` are of one magnitude."""

    group: tuple[object, ...]
    target: tuple[str, str]
    value: float
    location: Location


@dataclass(slots=True)
class UnitDraft:
    """What has been read of one unit. ``shared`` holds values for every sheet of a repeated form."""

    row: UnitRow
    singles: dict[str, Record]
    projects: dict[str, Record] = field(default_factory=dict)
    shared: dict[str, dict[str, tuple[Value, Provenance]]] = field(default_factory=dict)
    amounts: list[Amount] = field(default_factory=list)
    sheets: set[str] = field(default_factory=set)

    @classmethod
    def start(cls, row: UnitRow, profile: Profile) -> "UnitDraft":
        """A unit with an empty record of each form that a filing holds once."""
        return cls(
            row, {form.alias: Record(form.alias, form.sheet_name(0)) for form in profile.single_forms()}
        )

    def add_project(self, number: str, alias: str) -> Record:
        """An empty record of the repeated form, with what the unit shares filled in."""
        record = self.projects[number] = Record(alias, "")
        for name, (value, origin) in self.shared.get(alias, {}).items():
            put(record, name, value, origin)
        return record

    def put(self, target: tuple[str, str], value: Value, origin: Provenance) -> None:
        """Write a value to the unit's record of a form, or to all its records of a repeated one."""
        alias, name = target
        if alias in self.singles:
            put(self.singles[alias], name, value, origin)
        else:
            self.shared.setdefault(alias, {})[name] = (value, origin)

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


def put(record: Record, name: str, value: Value, origin: Provenance) -> None:
    """Write a value that is one; an empty cell leaves the record untouched."""
    if value is not None:
        record.fields[name] = value
        record.provenance[name] = origin


def _natural(number: str) -> tuple[tuple[int, int | str], ...]:
    """Sorts "2" before "10" and "XM-2" before "XM-10"."""
    parts = re.findall(r"\d+|\D+", number)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)
