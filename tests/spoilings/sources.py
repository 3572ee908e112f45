"""Good workbooks of many units and two places, with the cell of each value: what spoilings start from.

Every one is stamped from the demo ledger and has no finding; addresses come from the layout, not from
the reader that is under test.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.received import good as g
from xlperf.declarations.evaluation import complete
from xlperf.declarations.form_layout import Placement, place
from xlperf.declarations.forms_and_rules import Field, Form, Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.expressions import Value
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.ledgers.ledger import read_ledger
from xlperf.ooxml.parts import sheet_part
from xlperf.workbooks.workbook_writer import WorkbookWriter, writer_of

PLACES = ("hunan-yueyang-2024", "hunan-hengyang-2023")
UNITS = 12
"""The first of them is a real one, with findings of its own; it is left out."""
At = str | tuple[str, int, str]


@dataclass(frozen=True)
class Tab:
    """A sheet of a good workbook: its completed record, and where it lies."""

    number: int
    record: Record
    form: Form
    placement: Placement
    title: str

    @property
    def part(self) -> str:
        return sheet_part(self.number)


@dataclass(frozen=True)
class Target:
    """A cell with a value: ``name`` is that of Location.field, ``row`` that of Location.row_key."""

    tab: Tab
    at: At
    cell: str
    declared: Field
    value: Value

    @property
    def name(self) -> str:
        return self.at if isinstance(self.at, str) else f"{self.at[0]}_{self.at[2]}"

    @property
    def column(self) -> str:
        return self.at if isinstance(self.at, str) else self.at[2]

    @property
    def row(self) -> str:
        return (
            ""
            if isinstance(self.at, str)
            else str(self.cells["三级指标" if self.at[0] == "指标" else "专项名称"])
        )

    @property
    def cells(self) -> dict[str, Value]:
        """The values of the table row."""
        return self.tab.record.tables[self.at[0]][self.at[1]] if not isinstance(self.at, str) else {}

    @property
    def number(self) -> float:
        assert isinstance(self.value, float)
        return self.value


@dataclass(frozen=True)
class Good:
    """The filing of one unit, its workbook and all its cells; ``working`` ones have helper sheets."""

    profile: Profile
    filing: Filing
    working: bool = False

    @property
    def file_name(self) -> str:
        return f"{self.filing.unit_code}_{self.filing.unit_name}.xlsx"

    @cached_property
    def content(self) -> bytes:
        return self.stamped(self.filing)

    def stamped(self, filing: Filing) -> bytes:
        return writer(self.profile.id, self.working).workbook(filing)

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:
        tabs: list[Tab] = []
        for form in self.profile.forms.values():
            for index, record in enumerate(self.filing.of(form.alias)):
                counts = {table: len(rows) for table, rows in record.tables.items() if rows}
                full, placement = complete(record, self.profile).record, place(form, counts)
                tabs.append(Tab(len(tabs) + 1, full, form, placement, form.sheet_name(index)))
        return tuple(tabs)

    def of(self, alias: str) -> list[Tab]:
        return [tab for tab in self.tabs if tab.form.alias == alias]

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return tuple(self._targets())

    def _targets(self) -> Iterator[Target]:
        for tab in self.tabs:
            shared = {name for row in tab.form.rows for cell in row.cells for _, name in cell.line}
            for name, cell in tab.placement.fields.items():
                if name not in shared:
                    yield Target(tab, name, cell, tab.form.fields[name], tab.record.fields.get(name))
            for (table, column), _ in tab.placement.columns.items():
                for index, row in enumerate(tab.record.tables.get(table, ())):
                    cell = tab.placement.column_cell(table, index, column)
                    declared = tab.form.tables[table].columns[column]
                    yield Target(tab, (table, index, column), cell, declared, row.get(column))

    def edited(self, tab: Tab, *edits: g.Edit) -> bytes:
        """The workbook with the XML of one sheet changed."""
        return g.edited({tab.part: g.chained(*edits)}, workbook=self.content)

    def with_values(self, *changes: tuple[Target, Value]) -> bytes:
        """The workbook as Excel would leave it after other values were typed in: all recalculated."""
        filing = deepcopy(self.filing)
        for target, value in changes:
            record = filing.of(target.tab.form.alias)[self.of(target.tab.form.alias).index(target.tab)]
            if isinstance(target.at, str):
                record.fields[target.at] = value
            else:
                record.tables[target.at[0]][target.at[1]][target.at[2]] = value
        return self.stamped(filing)


Chooses = Callable[[Target], bool]


def one_of(good: Good, chance: Random, fits: Chooses) -> Target | None:
    """A cell for which ``fits`` holds, None where the workbook has none."""
    found = [target for target in good.targets if fits(target)]
    return chance.choice(found) if found else None


@cache
def writer(profile: str, working: bool) -> WorkbookWriter:
    return writer_of(load_profile(profile), working=working)


@cache
def filings(profile_id: str) -> tuple[Filing, ...]:
    profile = load_profile(profile_id)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_demo_ledger(path, profile, UNITS)
        return tuple(read_ledger(path, profile).filings[1:])


@cache
def good_workbook(profile_id: str, unit: int, working: bool = False) -> Good:
    """The workbook of a made-up unit, counted from 0."""
    return Good(load_profile(profile_id), filings(profile_id)[unit], working)


def any_good(chance: Random, working: bool = False) -> Good:
    return good_workbook(chance.choice(PLACES), chance.randrange(UNITS - 1), working)
