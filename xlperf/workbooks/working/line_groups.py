"""The cases of a profile by the places they are judged at → groups of lines on the check sheet.

The cases are compiled once for all filings of a profile; the groups are in the order in which people read.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from xlperf.declarations.forms_and_rules import Form, Profile, Table
from xlperf.declarations.source import texts_of
from xlperf.declarations.verdicts import VerdictKind, conjuncts, holds, is_true, judge, may_hold, once
from xlperf.expressions.compile import CALLABLE, source_of
from xlperf.expressions.value_types import COLUMN, Cells, Fault, Value
from xlperf.workbooks.working import cases
from xlperf.workbooks.working.cases import Case, verdict_words
from xlperf.workbooks.working.check_lines import CheckLine, LineText, line, own
from xlperf.workbooks.working.directory_sheet import DirectorySheet
from xlperf.workbooks.working.filing_scopes import NameValues, block_of
from xlperf.workbooks.working.helper_plan import SheetInstance, fewest, size, slots_for
from xlperf.workbooks.working.locate import SLOT, TARGET, Locator
from xlperf.workbooks.working.score_sheet import ScoreSheet, block_columns

Judge = Callable[[NameValues], list[str]]


def judge_of(judged_cases: Sequence[Case]) -> Judge:
    """The function from the names of one place to the verdict words of all ``judged_cases``."""
    shared: dict[str, str] = {}
    conditions = [_conditions(case) for case in judged_cases]
    unread = [_unread(case) for case in judged_cases]
    uses = Counter([*(source for sources in conditions for source in sources), *unread])
    body: list[str] = []
    for number, (case, sources, batch) in enumerate(zip(judged_cases, conditions, unread, strict=True)):
        when = [once(source, shared) if uses[source] > 1 else source for source in sources]
        judged = _judged(number, case, when)
        if batch:
            judged = [
                f" if {once(batch, shared)}: word = batch",
                " else:",
                *(f" {statement}" for statement in judged),
            ]
        body += [" word = skipped", *judged, " words.append(word)"]
    start = [f" {name} = None" for name in shared.values()]
    lines = ["def run(scope):", " words = []", *start, *body, " return words"]
    space: dict[str, Any] = {**CALLABLE, **_constants(judged_cases)}
    exec(compile("\n".join(lines), "<lines>", "exec"), space)
    made: Judge = space["run"]
    return made


def _conditions(case: Case) -> list[str]:
    return list(dict.fromkeys(holds(part) for part in conjuncts(case.instance.when)))


def _judged(number: int, case: Case, when: list[str]) -> list[str]:
    """Statements that set ``word``; an error anywhere leaves it as it is."""
    assert case.instance.check is not None
    if case.instance.terms is None:
        judged = f"ok if is_true({source_of(case.instance.check)}) else broken"
    else:
        judged = f"outcome(case_{number}, scope)"
    return [" try:", f"  if {' and '.join([*when, 'True'])}: word = {judged}", " except Fault: pass"]


def _unread(case: Case) -> str:
    """Source that is true where a text cannot be read that the verdict rests on; "" for no text."""
    return " or ".join(f"not is_readable(scope[{name!r}])" for name in case.sources)


def _is_readable(value: Value | Cells) -> bool:
    """AND over a cell, or over a column with rows that are not there."""
    return value is True or (isinstance(value, COLUMN) and True in value and {*value} <= {True, ""})


def _constants(judged_cases: Sequence[Case]) -> dict[str, Any]:
    words = verdict_words()
    named = {VerdictKind.OK: words.ok, VerdictKind.WITHIN: words.within, VerdictKind.BROKEN: words.broken}

    def outcome(case: Case, scope: NameValues) -> str:
        """The word for the verdict of ``case`` on the values of ``scope``."""
        return named.get(judge(case.instance, scope).kind, words.skipped)

    return {
        **{f"case_{number}": case for number, case in enumerate(judged_cases)},
        **{"Fault": Fault, "is_true": is_true, "may_hold": may_hold, "outcome": outcome},
        "is_readable": _is_readable,
        **{
            "ok": words.ok,
            "broken": words.broken,
            "skipped": words.skipped,
            "batch": texts_of("working")["words"]["batch"],
        },
    }


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases judged over the same names: what each says, and the function that gives all verdict words."""

    line_texts: tuple[LineText, ...]
    judge: Judge


@cache
def _case_set(listed_by: Callable[..., Sequence[Case]], *place: Profile | Form | Table | None) -> CaseSet:
    """What a function of ``cases`` lists for a place, compiled once."""
    found = listed_by(*place)
    return CaseSet(tuple(map(LineText, found)), judge_of(found))


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines that are judged together: on a sheet (``site``), on its table row ``slot`` (from 1) or, without
    a site, on the whole filing. ``targets`` are the sheets that the lines point to; ``planned`` says
    whether the lines are planned as those of a row that is there, ``in_block`` whether the score sheet shows
    the table.
    """

    case_set: CaseSet
    lines: Sequence[CheckLine]
    targets: Sequence[SheetInstance]
    site: SheetInstance | None = None
    table: Table | None = None
    slot: int = 0
    planned: bool = True
    in_block: bool = False


class LineGroups:
    """The groups of a workbook with ``sites``."""

    def __init__(
        self, profile: Profile, sites: Sequence[SheetInstance], directory: DirectorySheet, score: ScoreSheet
    ) -> None:
        self._profile = profile
        self._sites = sites
        self._score = score
        self._lists = directory.lists()

    def own(self, site: SheetInstance) -> LineGroup:
        """What concerns the fields of one sheet."""
        lines = _lines_of(self._profile, site.form)
        return self._group(_case_set(cases.once, self._profile, site.form), lines, site)

    def rows(self, site: SheetInstance, table: Table) -> list[LineGroup]:
        """What concerns the rows of a table, a group for each row; none for a table without rules."""
        case_set = _case_set(cases.on_rows, self._profile, site.form, table)
        rows = size(site.placement, table)
        targets, lines = self._finished(_lines_of(self._profile, site.form, table), site)
        in_block = block_of(self._profile, site.form, table) is not None
        return [
            LineGroup(case_set, lines, targets, site, table, slot, slot <= fewest(rows), in_block)
            for slot in range(1, slots_for(rows) + 1 if lines else 0)
        ]

    def across(self) -> Iterator[LineGroup]:
        """What concerns several sheets: by each sheet in turn, then the filing as a whole."""
        for site in (*self._sites, None):
            form = site.form if site else None
            case_set = _case_set(cases.over_all, self._profile, form)
            locator = Locator(self._profile, form, lists=self._lists)
            yield self._group(case_set, [line(line_text, locator) for line_text in case_set.line_texts], site)

    def judged_rows(self) -> dict[tuple[int, str], int]:
        """How many rows of each table are judged, by site number and table."""
        return {
            (site.number, table.id): slots_for(size(site.placement, table))
            for site in self._sites
            for table in site.form.tables.values()
            if _case_set(cases.on_rows, self._profile, site.form, table).line_texts
        }

    def _group(self, case_set: CaseSet, lines: Sequence[CheckLine], site: SheetInstance | None) -> LineGroup:
        targets, finished = self._finished(lines, site)
        return LineGroup(case_set, finished, targets, site)

    def _finished(
        self, lines: Sequence[CheckLine], site: SheetInstance | None
    ) -> tuple[Sequence[SheetInstance], Sequence[CheckLine]]:
        """The sheets that lines point to, and the lines with their marks for sheet and block finished."""
        marks = {**self._score.marks(site), SLOT: own("slot")} if site else {}
        targets = [self._target(unfinished, site) for unfinished in lines]
        return targets, [
            unfinished.at({**marks, TARGET: str(target.number)})
            for unfinished, target in zip(lines, targets, strict=True)
        ]

    def _target(self, unfinished: CheckLine, site: SheetInstance | None) -> SheetInstance:
        if site and site.form.alias == unfinished.case.home:
            return site
        return next(other for other in self._sites if other.form.alias == unfinished.case.home)


@cache
def _lines_of(profile: Profile, form: Form, table: Table | None = None) -> Sequence[CheckLine]:
    """The lines of sheets of a form, or of each row of a table, made once."""
    blocks = {
        other.id: block_columns(block, named=True)
        for other in form.tables.values()
        if (block := block_of(profile, form, other))
    }
    locator = Locator(profile, form, table, blocks)
    if table is None:
        return [line(line_text, locator) for line_text in _case_set(cases.once, profile, form).line_texts]
    placed = blocks.get(table.id)
    absent = f'{placed.number()}=""' if placed else f"{SLOT}>ROWS({locator.rows()})"
    on_rows = _case_set(cases.on_rows, profile, form, table)
    return [line(line_text, locator, absent) for line_text in on_rows.line_texts]
