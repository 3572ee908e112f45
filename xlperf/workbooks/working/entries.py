"""The lines of the check sheet → their cells, and what the cells show for a filing."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from openpyxl.utils.cell import coordinate_to_tuple

from xlperf.declarations.form_layout import Placement
from xlperf.declarations.forms_and_rules import Rule, Severity
from xlperf.declarations.source import texts_of
from xlperf.expressions import ErrorValue, Value, compile_expression
from xlperf.workbooks.working.cases import check_columns, verdict_words
from xlperf.workbooks.working.check_lines import CHANGING, STEP, CheckLine, rank_of
from xlperf.workbooks.working.directory_sheet import DirectorySheet
from xlperf.workbooks.working.filing_scopes import NameValues, SheetScope
from xlperf.workbooks.working.helper_plan import NO_SLOT, PlannedCell, SheetInstance, in_sight, size
from xlperf.workbooks.working.line_groups import LineGroup
from xlperf.workbooks.working.locate import OWN, ROW_NAME, SLOT, finish, row_name

Shown = dict[str, Value]
"""Column → what the cell of a line shows there."""


class Content(NamedTuple):
    """A cell of a line: formula ("" for a constant), value, what neighbours share (see PlannedCell)."""

    formula: str
    value: Value
    shared: str = ""


Contents = Mapping[str, Content]
"""Column → content; columns left out are empty."""


class Problem(NamedTuple):
    """A broken rule: its place among all, its row on the sheet, what its line shows."""

    rank: float
    row: int
    shown: Shown


@dataclass(slots=True)
class LineTally:
    """The result of judging a filing's lines, of which that in sheet row ``first`` has slot ``slot`` first:
    problems, their number by severity, and the values that are not as planned.
    """

    first: int
    slot: int
    counts: Counter[Severity] = field(default_factory=Counter)
    values: list[tuple[int, Value]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def enter(self, row: int, shown: Mapping[str, Value]) -> None:
        """Enter what the line in a sheet row shows in some of its columns."""
        slot = self.slot + (row - self.first) * STEP
        self.values += [(slot + CHANGING.index(role), value) for role, value in shown.items() if value != ""]

    def problem(self, row: int, severity: Severity, site: int, shown: Shown, known: Shown) -> None:
        """Enter the line of a broken rule: what is ``shown`` otherwise than planned, what is ``known``."""
        cell = known.get("cell")
        target = coordinate_to_tuple(cell)[0] if isinstance(cell, str) else 0
        rank = rank_of(severity, site, target, row)
        self.counts[severity] += 1
        self.enter(row, {**shown, "rank": rank})
        self.problems.append(Problem(rank, row, {**known, **shown}))


class Entries(ABC):
    """Lines that belong together; of themselves they depend on no filing and concern no table."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def contents(self, row: int) -> Iterator[Contents]:
        """The columns of each line, the first in sheet row ``row``."""

    def judge(  # noqa: B027 - not every kind of line depends on a filing
        self, common: NameValues, scopes: Sequence[SheetScope], row: int, tally: LineTally
    ) -> None:
        """Enter what the lines, from sheet row ``row`` on, show for a filing."""

    def unused_rows(self, row: int, sites: Sequence[SheetInstance]) -> Iterator[range]:
        """The rows of lines for table rows that ``sites`` do not need."""
        return iter(())


@dataclass(frozen=True, slots=True)
class RuleLines(Entries):
    """The lines of one group of cases, or of those on each row of a table: case by case, then row by row."""

    groups: Sequence[LineGroup]
    directory: DirectorySheet

    def __len__(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    def contents(self, row: int) -> Iterator[Contents]:
        """See Entries."""
        for case in range(len(self.groups[0].lines) if self.groups else 0):
            for group in self.groups:
                yield self._line(group, case, row)
                row += 1

    def _line(self, group: LineGroup, case: int, row: int) -> Contents:
        line, target = group.lines[case], group.targets[case]
        known = {role: Content("", text) for role, text in line.constants.items()}
        planned: Shown = {"severity": line.case.rule.severity.value}
        if group.planned:
            planned["verdict"] = verdict_words().ok
            planned["cell"] = _address(group, line, target.placement)
            planned["subject"] = finish(line.subject, {SLOT: str(group.slot)})
        for role, text in line.formulas.items():
            shared = text if group.table else ""
            known[role] = Content(finish(text, {OWN: str(row)}), planned.get(role, ""), shared)
        known["sheet"] = Content(self.directory.cell("title", target), target.title)
        if group.table:
            known["slot"] = Content("", float(group.slot))
        return known

    def judge(self, common: NameValues, scopes: Sequence[SheetScope], row: int, tally: LineTally) -> None:
        """See Entries."""
        for number, group in enumerate(self.groups):
            if _is_there(group, scopes):
                self._judge_group(group, common, scopes, row + number, tally)

    def _judge_group(
        self, group: LineGroup, common: NameValues, scopes: Sequence[SheetScope], row: int, tally: LineTally
    ) -> None:
        words, scope = verdict_words(), _scope(group, common, scopes)
        usual = words.ok if group.planned else ""
        for case, word in enumerate(group.case_set.judge(scope)):
            shown = _laid_out(group, case, scopes)
            if word != usual:
                shown["verdict"] = word
            at = row + case * len(self.groups)
            if word in (words.broken, words.within):
                self._enter_problem(group, case, scope, scopes, shown, at, tally)
            elif shown:
                tally.enter(at, shown)

    def _enter_problem(
        self,
        group: LineGroup,
        case: int,
        scope: NameValues,
        scopes: Sequence[SheetScope],
        shown: Shown,
        row: int,
        tally: LineTally,
    ) -> None:
        line, target = group.lines[case], group.targets[case]
        rounding = shown["verdict"] == verdict_words().within
        shown |= _problem_texts(group, case, scope, rounding)
        rule = line.case.rule
        severity = Severity.NOTE if rounding else rule.severity
        if severity is not rule.severity:
            shown["severity"] = severity.value
        cell = _address(group, line, scopes[target.number - 1].placement)
        known: Shown = {**line.constants, "severity": severity.value, "sheet": target.title, "cell": cell}
        tally.problem(row, severity, target.number, shown, known)

    def unused_rows(self, row: int, sites: Sequence[SheetInstance]) -> Iterator[range]:
        """See Entries."""
        for site, table in ((group.site, group.table) for group in self.groups[:1]):
            if site is not None and table is not None:
                shown, planned = in_sight(sites[site.number - 1].placement, table), len(self.groups)
                for first in range(row, row + len(self), planned):
                    yield range(first + shown, first + planned)


def _is_there(group: LineGroup, scopes: Sequence[SheetScope]) -> bool:
    """Whether the table has the row."""
    if group.site is None or group.table is None:
        return True
    return group.slot <= size(scopes[group.site.number - 1].placement, group.table)


def _laid_out(group: LineGroup, case: int, scopes: Sequence[SheetScope]) -> Shown:
    """What a line shows that depends on the number of rows, where it is not as planned."""
    line, target = group.lines[case], group.targets[case]
    placement = scopes[target.number - 1].placement
    if group.planned and placement.spans == target.placement.spans:
        return {}
    address = _address(group, line, placement)
    if group.planned:
        moved = address != _address(group, line, target.placement)
        return {"cell": address} if moved else {}
    return {"cell": address, "subject": finish(line.subject, {SLOT: str(group.slot)})}


def _scope(group: LineGroup, common: NameValues, scopes: Sequence[SheetScope]) -> NameValues:
    if group.site is None:
        return dict(common)
    sheet = scopes[group.site.number - 1]
    return sheet.row(group.table, group.slot) if group.table else sheet.scope


def _problem_texts(group: LineGroup, case: int, scope: NameValues, rounding: bool) -> Shown:
    """The texts of a line for a broken rule."""
    line_text, shown = group.case_set.line_texts[case], Shown()
    if group.table:
        if not group.in_block:
            scope[ROW_NAME] = compile_expression(row_name(group.table))(scope)
        label = texts_of("working")["check"]["label"].format(label=line_text.case.at.label)
        name = scope[ROW_NAME]
        shown["subject"] = name if isinstance(name, ErrorValue) else f"{label}{name}"
    texts = line_text.values(scope, rounding=rounding)
    return shown | dict(zip(("value", "expected", "message", "fix"), texts, strict=True))


def _address(group: LineGroup, line: CheckLine, placement: Placement) -> str:
    at = line.case.instance.at
    if group.table and at in group.table.columns:
        return placement.column_cell(group.table.id, group.slot - 1, at)
    return placement.fields[at]


@dataclass(frozen=True, slots=True)
class BatchLines(Entries):
    """Lines that say what the batch checks: the rules no formula can judge, and all other stages."""

    rules: Sequence[Rule]

    def __len__(self) -> int:
        return len(self.rules) + 1

    def contents(self, row: int) -> Iterator[Contents]:
        """See Entries."""
        batch = texts_of("working")["words"]["batch"]
        for rule in self.rules:
            constants = {"severity": rule.severity.value, "code": rule.code, "rule": rule.name}
            constants |= {"message": rule.native_reason, "basis": rule.basis, "verdict": batch}
            yield {role: Content("", text) for role, text in constants.items()}
        other = texts_of("working")["check"]["batch"]
        constants = {"verdict": batch, "rule": other["name"], "message": other["message"]}
        yield {role: Content("", text) for role, text in constants.items()}


def cells(contents: Contents, slot: int) -> Iterator[PlannedCell]:
    """The cells of a line, whose first slot is ``slot``."""
    for at, role, style, offset in _looks():
        content = contents.get(role, _EMPTY)
        if content is not _EMPTY or not check_columns()[role].hidden:
            known = slot + offset if content.formula and offset >= 0 else NO_SLOT
            yield PlannedCell(at, style, content.value, content.formula, known, shared=content.shared)


_NUMBER = "number"
_EMPTY = Content("", None)


@cache
def _looks() -> list[tuple[int, str, str, int]]:
    """Each column after the first: its number, role and style, and the offset of its slot or -1."""
    return [
        (at, role, column.style, CHANGING.index(role) if role in CHANGING else NO_SLOT)
        for at, (role, column) in enumerate(check_columns().items(), 1)
        if role != _NUMBER
    ]
