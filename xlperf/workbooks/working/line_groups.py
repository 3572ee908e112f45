"""The sheets of a workbook → the groups of lines on the check sheet, in the order in which people read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.declarations.model import Form, Profile, Table
from xlperf.workbooks.working.case_sets import CaseSet, case_sets
from xlperf.workbooks.working.check_lines import CheckLine, line
from xlperf.workbooks.working.directory_sheet import DirectorySheet
from xlperf.workbooks.working.helper_plan import SheetInstance
from xlperf.workbooks.working.locate import BLOCK, SLOT, Locator
from xlperf.workbooks.working.score_blocks import block_of
from xlperf.workbooks.working.score_sheet import ScoreSheet, block_columns
from xlperf.workbooks.working.table_sizes import fewest, size, slots_for


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines that are judged together: on a sheet (``site``), on its table row ``slot`` (from 1) or, without
    a site, on the whole filing. ``targets`` are the sheets that the lines point to; ``marks`` finish
    their formulas; ``planned`` says whether they are planned as those of a row that is there.
    """

    case_set: CaseSet
    lines: Sequence[CheckLine]
    targets: Sequence[SheetInstance]
    site: SheetInstance | None = None
    table: Table | None = None
    slot: int = 0
    planned: bool = True
    marks: Mapping[str, str] = field(default_factory=dict)


class LineGroups:
    """The groups of a workbook with ``sites``."""

    def __init__(
        self, profile: Profile, sites: Sequence[SheetInstance], directory: DirectorySheet, score: ScoreSheet
    ) -> None:
        self._profile = profile
        self._sites = sites
        self._score = score
        self._lists = directory.lists()

    def own(self, site: SheetInstance) -> Iterator[LineGroup]:
        """What concerns one sheet by itself: its fields, then its rows."""
        by_place = case_sets(self._profile)
        lines = _lines_of(self._profile, site.form)
        yield self._group(by_place.once[site.form.alias], lines.once, site)
        for table in site.form.tables.values():
            yield from self._rows(site, table, lines.rows[table.id])

    def across(self) -> Iterator[LineGroup]:
        """What concerns several sheets: by each sheet in turn, then the filing as a whole."""
        by_place = case_sets(self._profile)
        for site in self._sites:
            case_set = by_place.across[site.form.alias]
            locator = Locator(self._profile, site.form, lists=self._lists)
            yield self._group(case_set, [line(line_text, locator) for line_text in case_set.line_texts], site)
        locator = Locator(self._profile, lists=self._lists)
        yield self._group(
            by_place.filing, [line(line_text, locator) for line_text in by_place.filing.line_texts], None
        )

    def judged_rows(self) -> dict[tuple[int, str], int]:
        """How many rows of each table are judged, by site number and table."""
        by_place = case_sets(self._profile)
        return {
            (site.number, table.id): slots_for(size(site.placement, table))
            for site in self._sites
            for table in site.form.tables.values()
            if by_place.of_rows(site.form, table).line_texts
        }

    def _rows(self, site: SheetInstance, table: Table, lines: Sequence[CheckLine]) -> Iterator[LineGroup]:
        case_set, rows = case_sets(self._profile).of_rows(site.form, table), size(site.placement, table)
        placed = self._score.find(site, table)
        targets, lines = self._finished(lines, site)
        for slot in range(1, slots_for(rows) + 1 if lines else 0):
            marks = {SLOT: str(slot), BLOCK: str(placed.first + slot - 1) if placed else ""}
            yield LineGroup(case_set, lines, targets, site, table, slot, slot <= fewest(rows), marks)

    def _group(self, case_set: CaseSet, lines: Sequence[CheckLine], site: SheetInstance | None) -> LineGroup:
        targets, finished = self._finished(lines, site)
        return LineGroup(case_set, finished, targets, site)

    def _finished(
        self, lines: Sequence[CheckLine], site: SheetInstance | None
    ) -> tuple[Sequence[SheetInstance], Sequence[CheckLine]]:
        """The sheets that lines point to, and the lines with their marks for sheet and block finished."""
        marks = self._score.marks(site) if site else {}
        return [self._target(unfinished, site) for unfinished in lines], [
            unfinished.at(marks) for unfinished in lines
        ]

    def _target(self, unfinished: CheckLine, site: SheetInstance | None) -> SheetInstance:
        if site and site.form.alias == unfinished.case.home:
            return site
        return next(other for other in self._sites if other.form.alias == unfinished.case.home)


@dataclass(frozen=True, slots=True)
class _FormLines:
    """The lines of one sheet: once, and on each row of each table."""

    once: Sequence[CheckLine]
    rows: Mapping[str, Sequence[CheckLine]]


def _lines_of(profile: Profile, form: Form) -> _FormLines:
    """The lines of sheets of a form, by_place once."""
    key = id(profile), form.alias
    if key not in _MADE:
        _MADE[key] = (_form_lines(profile, form), profile)
    return _MADE[key][0]


_MADE: dict[tuple[int, str], tuple[_FormLines, Profile]] = {}


def _form_lines(profile: Profile, form: Form) -> _FormLines:
    by_place, tables = case_sets(profile), form.tables.values()
    blocks = {table.id: block_columns(block) for table in tables if (block := block_of(profile, form, table))}
    once = [
        line(line_text, Locator(profile, form, None, blocks))
        for line_text in by_place.once[form.alias].line_texts
    ]
    rows = {}
    for table in tables:
        locator = Locator(profile, form, table, blocks)
        placed = blocks.get(table.id)
        absent = f'{placed.title}!$A{BLOCK}=""' if placed else f"{SLOT}>ROWS({locator.rows()})"
        rows[table.id] = [
            line(line_text, locator, absent) for line_text in by_place.of_rows(form, table).line_texts
        ]
    return _FormLines(once, rows)
