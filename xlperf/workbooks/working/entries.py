"""The lines of the check sheet → their cells, and what the cells show for a filing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from xlperf.declarations.form_layout import Placement
from xlperf.declarations.model import Rule, Severity
from xlperf.declarations.source import texts_of
from xlperf.expressions import ErrorValue, Value, compile_expression
from xlperf.workbooks.working.cases import check_columns, verdict_words
from xlperf.workbooks.working.check_lines import CHANGING, STEP, CheckLine
from xlperf.workbooks.working.directory_sheet import DirectorySheet
from xlperf.workbooks.working.filing_scopes import NameValues, SheetScope
from xlperf.workbooks.working.helper_plan import NO_SLOT, PlannedCell, SheetInstance, in_sight, size
from xlperf.workbooks.working.line_groups import LineGroup
from xlperf.workbooks.working.locate import BLOCK, OWN, ROW_NAME, finish, row_name

Contents = Mapping[str, tuple[str, Value]]
"""Column → formula ("" for a constant) and value."""


@dataclass(slots=True)
class Tally:
    """The result of judging a filing's lines: problems by severity, values that are not as planned."""

    counts: Counter[str] = field(default_factory=Counter)
    values: list[tuple[int, Value]] = field(default_factory=list)

    def enter(self, slot: int, shown: Mapping[str, Value]) -> None:
        """Enter what a line, whose first slot is ``slot``, shows in some of its columns."""
        self.values += [(slot + CHANGING.index(role), value) for role, value in shown.items() if value != ""]


class Entries(Protocol):
    """Lines that belong together."""

    def __len__(self) -> int: ...

    def contents(self, row: int) -> Iterator[Contents]:
        """The columns of each line, the first in sheet row ``row``; constants left out are empty."""

    def judge(self, common: NameValues, scopes: Sequence[SheetScope], slot: int, tally: Tally) -> None:
        """Enter what the lines, from ``slot`` on, show for a filing."""


@dataclass(frozen=True, slots=True)
class RuleLines:
    """The lines of a group of cases."""

    group: LineGroup
    directory: DirectorySheet

    def __len__(self) -> int:
        return len(self.group.lines)

    def contents(self, row: int) -> Iterator[Contents]:
        """See Entries."""
        group, words = self.group, verdict_words()
        for number, (line, target) in enumerate(zip(group.lines, group.targets, strict=True), row):
            marks = {**group.marks, OWN: str(number)}
            known: dict[str, tuple[str, Value]] = {role: ("", text) for role, text in line.constants.items()}
            planned: dict[str, Value] = {"severity": line.case.rule.severity.value}
            if group.planned:
                planned["verdict"] = words.ok
                planned["cell"] = planned["address"] = self._address(line, target.placement)
                planned["subject"] = finish(line.subject, marks)
            for role, formula in line.formulas.items():
                known[role] = finish(formula, marks), planned.get(role, "")
            known["sheet"] = self.directory.cell("title", target), target.title
            known["site"] = "", float(target.number)
            yield known

    def judge(self, common: NameValues, scopes: Sequence[SheetScope], slot: int, tally: Tally) -> None:
        """See Entries."""
        group, words = self.group, verdict_words()
        if not self._is_there(scopes):
            return
        scope, usual = self._scope(common, scopes), words.ok if group.planned else ""
        for number, word in enumerate(group.case_set.judge(scope)):
            shown = self._laid_out(number, scopes)
            if word != usual:
                shown["verdict"] = word
            if word in (words.broken, words.within):
                shown |= self._problem_texts(number, scope, word == words.within, tally)
            if shown:
                tally.enter(slot + number * STEP, shown)

    def is_unused(self, sites: Sequence[SheetInstance]) -> bool:
        """Whether the lines are for a table row that sheets of these sizes do not need."""
        group = self.group
        if group.site is None or group.table is None:
            return False
        return group.slot > in_sight(sites[group.site.number - 1].placement, group.table)

    def _is_there(self, scopes: Sequence[SheetScope]) -> bool:
        """Whether the table has the row."""
        site, table = self.group.site, self.group.table
        if site is None or table is None:
            return True
        return self.group.slot <= size(scopes[site.number - 1].placement, table)

    def _laid_out(self, number: int, scopes: Sequence[SheetScope]) -> dict[str, Value]:
        """What a line shows that depends on the number of rows, where it is not as planned."""
        group, line, target = self.group, self.group.lines[number], self.group.targets[number]
        placement = scopes[target.number - 1].placement
        if group.planned and placement.spans == target.placement.spans:
            return {}
        address = self._address(line, placement)
        if group.planned:
            moved = address != self._address(line, target.placement)
            return {"cell": address, "address": address} if moved else {}
        return {"cell": address, "address": address, "subject": finish(line.subject, group.marks)}

    def _scope(self, common: NameValues, scopes: Sequence[SheetScope]) -> NameValues:
        group = self.group
        if group.site is None:
            return dict(common)
        sheet = scopes[group.site.number - 1]
        return sheet.row(group.table, group.slot) if group.table else sheet.scope

    def _problem_texts(
        self, number: int, scope: NameValues, rounding: bool, tally: Tally
    ) -> dict[str, Value]:
        """The texts of a line for a broken rule, which is counted in ``tally``."""
        table, line_text = self.group.table, self.group.case_set.line_texts[number]
        shown: dict[str, Value] = {}
        if table:
            if not self.group.marks[BLOCK]:
                scope[ROW_NAME] = compile_expression(row_name(table))(scope)
            label = texts_of("working")["check"]["label"].format(label=line_text.case.at.label)
            name = scope[ROW_NAME]
            shown["subject"] = name if isinstance(name, ErrorValue) else f"{label}{name}"
        texts = line_text.values(scope, rounding=rounding)
        shown |= zip(("value", "expected", "message", "fix"), texts, strict=True)
        severity = Severity.NOTE if rounding else line_text.case.rule.severity
        if severity is not line_text.case.rule.severity:
            shown["severity"] = severity.value
        tally.counts[severity.value] += 1
        return shown

    def _address(self, line: CheckLine, placement: Placement) -> str:
        group, at = self.group, line.case.instance.at
        if group.table and at in group.table.columns:
            return placement.column_cell(group.table.id, group.slot - 1, at)
        return placement.fields[at]


@dataclass(frozen=True, slots=True)
class BatchLines:
    """Lines that say what the batch checks: the rules no formula can judge, and all other stages."""

    rules: Sequence[Rule]

    def __len__(self) -> int:
        return len(self.rules) + 1

    def contents(self, row: int) -> Iterator[Contents]:
        """See Entries."""
        verdict = "", texts_of("working")["words"]["batch"]
        for rule in self.rules:
            yield {
                "severity": ("", rule.severity.value),
                "code": ("", rule.code),
                "verdict": verdict,
                "rule": ("", rule.name),
                "message": ("", rule.native_reason),
                "basis": ("", rule.basis),
            }
        other = texts_of("working")["check"]["batch"]
        yield {"verdict": verdict, "rule": ("", other["name"]), "message": ("", other["message"])}

    def judge(self, common: NameValues, scopes: Sequence[SheetScope], slot: int, tally: Tally) -> None:
        """Nothing of these lines depends on a filing."""


def cells(contents: Contents, number: int, slot: int) -> Iterator[PlannedCell]:
    """The cells of the ``number``-th line, whose first slot is ``slot``."""
    yield PlannedCell(1, check_columns()[_NUMBER].style, float(number))
    for at, role, style, offset in _looks():
        formula, value = contents.get(role, _EMPTY)
        yield PlannedCell(at, style, value, formula, slot + offset if formula and offset >= 0 else NO_SLOT)


_NUMBER = "number"
_EMPTY = ("", None)


@cache
def _looks() -> list[tuple[int, str, str, int]]:
    """Each column after the first: its number, role and style, and the offset of its slot or -1."""
    return [
        (at, role, column.style, CHANGING.index(role) if role in CHANGING else NO_SLOT)
        for at, (role, column) in enumerate(check_columns().items(), 1)
        if role != _NUMBER
    ]
