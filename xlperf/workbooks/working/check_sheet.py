"""All rules of a workbook → 校验: the problems in the order of their weight, live; below, folded, a line for
each rule and place, with verdicts and texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from xlperf.declarations.forms_and_rules import Profile, Severity
from xlperf.declarations.source import texts_of
from xlperf.expressions import Value, compile_expression, native, parse
from xlperf.workbooks.working.cases import check_columns, not_native, verdict_words
from xlperf.workbooks.working.check_lines import (
    STEP,
    column_number,
    letter,
    line_formula,
    own,
    severity_colours,
)
from xlperf.workbooks.working.directory_sheet import HEADING, NO_POSITIONS, ROW, DirectorySheet
from xlperf.workbooks.working.entries import BatchLines, Entries, LineTally, Problem, RuleLines, Shown, cells
from xlperf.workbooks.working.filing_scopes import NameValues, SheetScope
from xlperf.workbooks.working.helper_plan import PlannedCell, PlannedRow, PlannedSheet, SheetInstance
from xlperf.workbooks.working.line_groups import LineGroups
from xlperf.workbooks.working.locate import OWN, Locator, finish
from xlperf.workbooks.working.panel import Panel
from xlperf.workbooks.working.score_sheet import ScoreSheet
from xlperf.workbooks.working.text_numbers import TextNumbers, nothing

_LINE = 30.0
_COUNTED = (("number", "sheet"), ("cell", "value"), ("expected", "message"))
"""From which to which column the count of each severity reaches."""


@dataclass(frozen=True, slots=True)
class ProblemRows:
    """The problems at the top: headings in row ``heading``, lines of the list from ``first`` to ``last``.

    The number of a row says which problem it shows; the rank of a line which problem that line is.
    """

    heading: int
    first: int
    last: int

    @property
    def most(self) -> int:
        """How many problems are shown at most."""
        return int(texts_of("working")["check"]["problems"]["rows"])

    def rows(self, slots: "count[int]") -> Iterator[PlannedRow]:
        """Their rows, each formula cell with a slot."""
        height = texts_of("working")["check"]["problems"]["height"]
        formulas = {role: self._formula(role) for role in check_columns()}
        for row in range(self.heading + 1, self.heading + self.most + 1):
            yield PlannedRow(
                height,
                tuple(
                    PlannedCell(at, _style(role), "", finish(text, {OWN: str(row)}), next(slots), shared=text)
                    for at, (role, text) in enumerate(formulas.items(), 1)
                ),
            )

    def values(self, problems: Sequence[Problem], slot: int) -> Iterator[tuple[int, Value]]:
        """What they show for these problems, the first cell having ``slot``."""
        for number, problem in enumerate(sorted(problems)[: self.most]):
            shown: Shown = {"number": number + 1.0, **problem.shown, "rank": problem.row - self.first + 1.0}
            shown["slot"] = ""
            if shown["verdict"] == verdict_words().broken:
                shown["slot"] = f"{shown['sheet']}!{shown.get('cell', '')}{shown['severity']}"
            for offset, role in enumerate(check_columns()):
                if (value := shown.get(role, "")) != "":
                    yield slot + number * len(check_columns()) + offset, value

    @property
    def ranks(self) -> str:
        """The ranks of all lines; lines without a problem have none."""
        return _column("rank", self.first, self.last)

    @property
    def count(self) -> str:
        """The cell, above their headings, that counts the problems for all of their rows."""
        return f"${letter('rank')}${self.heading - 1}"

    def state(self, problems: int) -> str:
        """What is said above the problems where so many are found."""
        texts = texts_of("working")["check"]["problems"]
        left = problems - self.most
        return texts["none"] if not problems else texts["more"].format(count=left) if left > 0 else ""

    def state_formula(self) -> str:
        """The formula of ``state``."""
        texts = texts_of("working")["check"]["problems"]
        before, after = texts["more"].split("{count}")
        more = f'IF({self.count}>{self.most},"{before}"&{self.count}-{self.most}&"{after}","")'
        return f'IF({self.count}=0,"{texts["none"]}",{more})'

    def _formula(self, role: str) -> str:
        """The formula of a column, with a mark for its row."""
        number, line = own("number"), own("rank")
        cell = f"INDEX({_column('cell', self.first, self.last)},{line})"
        if role == "number":
            return f'IF(ROW()-{self.heading}>{self.count},"",ROW()-{self.heading})'
        shown = {
            "rank": f"{line_formula(f'SMALL({self.ranks},{number})')}-{self.first - 1}",
            "slot": f'IF({own("verdict")}="{verdict_words().broken}",'
            f'{own("sheet")}&"!"&{own("cell")}&{own("severity")},"")',
            "cell": f'IF({cell}&""="","",HYPERLINK("#\'"&{own("sheet")}&"\'!"&{cell},{cell}))',
        }
        text = shown.get(role) or f'INDEX({_column(role, self.first, self.last)},{line})&""'
        return f'IF({number}="","",{text})'


class CheckSheet:
    """校验 for ``sites``, with ``functions`` also the panel of the add-in."""

    def __init__(
        self,
        profile: Profile,
        sites: Sequence[SheetInstance],
        directory: DirectorySheet,
        score: ScoreSheet,
        *,
        functions: bool,
    ) -> None:
        self._profile = profile
        self._sites = sites if functions else ()
        self._directory = directory
        self._unit = parse(texts_of("working")["check"]["unit"])
        self._unit_name = compile_expression(self._unit)
        groups = LineGroups(profile, sites, directory, score)
        self.judged_rows = groups.judged_rows()
        self._entries: list[Entries] = []
        for site in sites:
            self._entries.append(RuleLines([groups.own(site)], directory))
            self._entries += [
                RuleLines(groups.rows(site, table), directory) for table in site.form.tables.values()
            ]
            self._entries.append(TextNumbers(profile, site, directory, score))
        self._entries += [RuleLines([group], directory) for group in groups.across()]
        self._entries.append(BatchLines(not_native(profile)))
        heading = len(texts_of("working")["check"]["notes"]) + 7  # after title, unit, counts and three states
        first = heading + texts_of("working")["check"]["problems"]["rows"] + 4  # after title, note, headings
        self._problems = ProblemRows(heading, first, first + sum(map(len, self._entries)) - 1)

    def sheet(self, slots: "count[int]") -> PlannedSheet:
        """The sheet as planned; it takes its slots from ``slots`` without gaps."""
        columns, problems = check_columns(), self._problems
        panel = Panel(self._profile, self._sites, problems.last + 1) if self._sites else None
        title, widest = texts_of("working")["check"]["title"], letter("basis")
        above = tuple(self._heading_rows(slots, panel))
        shown = tuple(problems.rows(slots))
        rows = tuple(self._list_rows(slots))
        top = range(problems.heading + 1, problems.heading + problems.most + 1)
        return PlannedSheet(
            title=title,
            widths=(*(column.width for column in columns.values()), *(panel.widths if panel else ())),
            rows=(*above, *shown, *rows, *(panel.rows() if panel else ())),
            merges=(
                *(f"{letter(left)}3:{letter(right)}3" for left, right in _COUNTED),
                *(
                    f"A{row}:{letter('verdict')}{row}"
                    for row in (2, *range(4, problems.heading), problems.first - 3, problems.first - 2)
                ),
                *(panel.merges if panel else ()),
            ),
            hidden=_numbers(column.hidden for column in columns.values())
            | (panel.hidden if panel else frozenset()),
            grouped=_numbers(column.grouped for column in columns.values()),
            frozen=f"A{problems.heading + 1}",
            filtered=f"A{problems.first - 1}:{widest}{problems.last}",
            guard=tuple(texts_of("working")["check"]["guard"].values()),
            names={texts_of("working")["check"]["mark"]: f"{title}!{_column('slot', top[0], top[-1])}"},
            conditions=(*severity_colours(top), *(panel.conditions if panel else ())),
        )

    def values(
        self, common: NameValues, scopes: Sequence[SheetScope], slot: int
    ) -> Iterator[tuple[int, Value]]:
        """The values of the sheet, whose first slot is ``slot``, as ``sheet`` numbers them."""
        state = slot + 1 + len(_COUNTED)
        listed = state + 2  # after what is said of them and their count
        start = listed + self._problems.most * len(check_columns())
        tally = LineTally(self._problems.first, start)
        for entries, row in self._starts():
            entries.judge(common, scopes, row, tally)
        yield slot, self._unit_name(common)
        for number, severity in enumerate(Severity, slot + 1):
            if tally.counts[severity]:
                yield number, _counted(severity, tally.counts[severity])
        if tally.problems:
            yield state, self._problems.state(len(tally.problems))
            yield state + 1, float(len(tally.problems))
        yield from self._problems.values(tally.problems, listed)
        yield from tally.values

    def unused_rows(self, sites: Sequence[SheetInstance]) -> Iterator[range]:
        """The rows of the sheet that tables of these sizes do not need."""
        for entries, row in self._starts():
            yield from entries.unused_rows(row, sites)

    def _starts(self) -> Iterator[tuple[Entries, int]]:
        """The entries with the row of their first line."""
        row = self._problems.first
        for entries in self._entries:
            yield entries, row
            row += len(entries)

    def _heading_rows(self, slots: "count[int]", panel: Panel | None) -> Iterator[PlannedRow]:
        texts, problems = texts_of("working")["check"], self._problems
        hidden = PlannedCell(column_number("slot"), "title", nothing())
        yield PlannedRow(HEADING, (PlannedCell(1, "title", texts["heading"]), hidden))
        unit = native(self._unit, Locator(self._profile))
        yield PlannedRow(ROW, (PlannedCell(1, "section", "", unit, next(slots)),))
        counts = (
            PlannedCell(
                column_number(left), "heading", _counted(severity, 0), _count(severity, problems), slot
            )
            for severity, (left, _), slot in zip(Severity, _COUNTED, slots, strict=False)
        )
        yield PlannedRow(ROW, (*counts, *((panel.link(),) if panel else ())))
        yield from (PlannedRow(ROW, (PlannedCell(1, "note", note),)) for note in texts["notes"])
        yield PlannedRow(ROW, (PlannedCell(1, "note", "", self._unlisted()),))
        yield PlannedRow(ROW, (PlannedCell(1, "note", "", self._states()),))
        state = PlannedCell(1, "section", problems.state(0), problems.state_formula(), next(slots))
        counted = PlannedCell(
            column_number("rank"), _style("rank"), 0.0, f"COUNT({problems.ranks})", next(slots)
        )
        yield PlannedRow(ROW, (state, counted))
        yield PlannedRow(HEADING, _headings())

    def _list_rows(self, slots: "count[int]") -> Iterator[PlannedRow]:
        texts, start = texts_of("working")["check"]["list"], next(slots)
        yield PlannedRow(HEADING, (PlannedCell(1, "section", texts["title"]),))
        yield PlannedRow(HEADING, (PlannedCell(1, "note", texts["note"]),), folded=True)
        yield PlannedRow(HEADING, _headings(), folded=True)
        contents = (content for entries, row in self._starts() for content in entries.contents(row))
        for number, content in enumerate(contents):
            yield PlannedRow(_LINE, tuple(cells(content, start + number * STEP)), folded=True)

    def _unlisted(self) -> str:
        known = f"COUNT({self._directory.range(self._directory.letter('position'))})+{len(_HELPERS)}"
        text = texts_of("working")["check"]["coverage"]["unlisted"]
        return f'IF(OR({NO_POSITIONS},IFERROR(_xlfn.SHEETS(),0)<={known}),"","{text}")'

    def _states(self) -> str:
        directory = self._directory
        letter_of = directory.letter("state")
        before = texts_of("working")["check"]["coverage"]["states"].partition("{states}")[0]
        all_states = "&".join(
            f"{directory.title}!${letter_of}${row}" for row in range(directory.first, directory.last + 1)
        )
        return f'IF(SUMPRODUCT(({directory.range(letter_of)}<>"")*1)=0,"","{before}"&{all_states})'


_HELPERS = ("directory", "score", "check")


def _column(role: str, first: int, last: int) -> str:
    return f"${letter(role)}${first}:${letter(role)}${last}"


def _counted(severity: Severity, number: int) -> str:
    text: str = texts_of("working")["check"]["counts"]
    return text.format(severity=severity.value, count=number)


def _count(severity: Severity, problems: ProblemRows) -> str:
    """Broken rules of one severity; differences of rounding are notes."""
    words, verdicts = verdict_words(), _column("verdict", problems.first, problems.last)
    severities = _column("severity", problems.first, problems.last)
    found = f'COUNTIFS({severities},"{severity.value}",{verdicts},"{words.broken}")'
    if severity is Severity.NOTE:
        found += f'+COUNTIF({verdicts},"{words.within}")'
    before, after = _counted(severity, 0).split("0")
    return f'"{before}"&{found}&"{after}"'


def _headings() -> tuple[PlannedCell, ...]:
    headings = (column.heading for column in check_columns().values())
    return tuple(PlannedCell(at, "heading", text) for at, text in enumerate(headings, 1))


def _numbers(marked: Iterable[bool]) -> frozenset[int]:
    """The numbers, from 1, of the columns that are ``marked``."""
    return frozenset(number for number, is_marked in enumerate(marked, 1) if is_marked)


def _style(role: str) -> str:
    """The look of a column among the problems, whose rows may stay empty."""
    return "found_link" if role == "cell" else f"found_{check_columns()[role].style}"
