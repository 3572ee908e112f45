"""The sheets of a workbook → the groups of lines on the check sheet, in the order in which people read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.declarations.model import Form, Profile, Table
from xlperf.workbooks.working.blocks import block_of
from xlperf.workbooks.working.directory import Directory
from xlperf.workbooks.working.lines import Line, line
from xlperf.workbooks.working.locate import Locator
from xlperf.workbooks.working.marks import BLOCK, SLOT
from xlperf.workbooks.working.plan_model import Site
from xlperf.workbooks.working.rule_sets import Bench, benches
from xlperf.workbooks.working.score import Score, block_columns
from xlperf.workbooks.working.sizes import fewest, size, slots_for


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are judged together: on a sheet (``site``), on its table row ``slot`` (from 1) or, without
    a site, on the whole filing. ``targets`` are the sheets that the lines point to; ``marks`` finish
    their formulas; ``planned`` says whether they are planned as those of a row that is there.
    """

    bench: Bench
    lines: Sequence[Line]
    targets: Sequence[Site]
    site: Site | None = None
    table: Table | None = None
    slot: int = 0
    planned: bool = True
    marks: Mapping[str, str] = field(default_factory=dict)


class Groups:
    """The groups of a workbook with ``sites``."""

    def __init__(self, profile: Profile, sites: Sequence[Site], directory: Directory, score: Score) -> None:
        self._profile = profile
        self._sites = sites
        self._score = score
        self._lists = directory.lists()

    def own(self, site: Site) -> Iterator[Group]:
        """What concerns one sheet by itself: its fields, then its rows."""
        made = benches(self._profile)
        lines = _lines_of(self._profile, site.form)
        yield self._group(made.once[site.form.alias], lines.once, site)
        for table in site.form.tables.values():
            yield from self._rows(site, table, lines.rows[table.id])

    def across(self) -> Iterator[Group]:
        """What concerns several sheets: by each sheet in turn, then the filing as a whole."""
        made = benches(self._profile)
        for site in self._sites:
            bench = made.across[site.form.alias]
            locator = Locator(self._profile, site.form, lists=self._lists)
            yield self._group(bench, [line(one, locator) for one in bench.tellings], site)
        locator = Locator(self._profile, lists=self._lists)
        yield self._group(made.filing, [line(one, locator) for one in made.filing.tellings], None)

    def reach(self) -> dict[tuple[int, str], int]:
        """How many rows of each table are judged, by site number and table."""
        made = benches(self._profile)
        return {
            (site.number, table.id): slots_for(size(site.placement, table))
            for site in self._sites
            for table in site.form.tables.values()
            if made.of_rows(site.form, table).tellings
        }

    def _rows(self, site: Site, table: Table, lines: Sequence[Line]) -> Iterator[Group]:
        bench, rows = benches(self._profile).of_rows(site.form, table), size(site.placement, table)
        placed = self._score.find(site, table)
        targets, lines = self._finished(lines, site)
        for slot in range(1, slots_for(rows) + 1 if lines else 0):
            marks = {SLOT: str(slot), BLOCK: str(placed.first + slot - 1) if placed else ""}
            yield Group(bench, lines, targets, site, table, slot, slot <= fewest(rows), marks)

    def _group(self, bench: Bench, lines: Sequence[Line], site: Site | None) -> Group:
        targets, finished = self._finished(lines, site)
        return Group(bench, finished, targets, site)

    def _finished(self, lines: Sequence[Line], site: Site | None) -> tuple[Sequence[Site], Sequence[Line]]:
        """The sheets that lines point to, and the lines with their marks for sheet and block finished."""
        marks = self._score.marks(site) if site else {}
        return [self._target(one, site) for one in lines], [one.at(marks) for one in lines]

    def _target(self, one: Line, site: Site | None) -> Site:
        if site and site.form.alias == one.case.home:
            return site
        return next(other for other in self._sites if other.form.alias == one.case.home)


@dataclass(frozen=True, slots=True)
class _FormLines:
    """The lines of one sheet: once, and on each row of each table."""

    once: Sequence[Line]
    rows: Mapping[str, Sequence[Line]]


def _lines_of(profile: Profile, form: Form) -> _FormLines:
    """The lines of sheets of a form, made once."""
    key = id(profile), form.alias
    if key not in _MADE:
        _MADE[key] = (_form_lines(profile, form), profile)
    return _MADE[key][0]


_MADE: dict[tuple[int, str], tuple[_FormLines, Profile]] = {}


def _form_lines(profile: Profile, form: Form) -> _FormLines:
    made, tables = benches(profile), form.tables.values()
    blocks = {table.id: block_columns(block) for table in tables if (block := block_of(profile, form, table))}
    once = [line(one, Locator(profile, form, None, blocks)) for one in made.once[form.alias].tellings]
    rows = {}
    for table in tables:
        locator = Locator(profile, form, table, blocks)
        placed = blocks.get(table.id)
        absent = f'{placed.title}!$A{BLOCK}=""' if placed else f"{SLOT}>ROWS({locator.rows()})"
        rows[table.id] = [line(one, locator, absent) for one in made.of_rows(form, table).tellings]
    return _FormLines(once, rows)
