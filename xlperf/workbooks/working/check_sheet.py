"""All rules of a workbook → 校验: a line for each rule and place, with verdicts and live texts."""

from collections.abc import Iterator, Sequence
from itertools import count

from xlperf.declarations.model import Profile, Severity
from xlperf.declarations.source import texts_of
from xlperf.expressions import Value, compile_expression, native, parse
from xlperf.workbooks.working.cases import check_columns, not_native, verdict_words
from xlperf.workbooks.working.check_lines import STEP, letter
from xlperf.workbooks.working.directory_sheet import HEADING, ROW, TALL, DirectorySheet
from xlperf.workbooks.working.entries import BatchLines, Entries, RuleLines, Tally, cells
from xlperf.workbooks.working.filing_scopes import NameValues, SheetScope
from xlperf.workbooks.working.helper_plan import PlannedCell, PlannedRow, PlannedSheet, SheetInstance
from xlperf.workbooks.working.line_groups import LineGroups
from xlperf.workbooks.working.locate import Locator
from xlperf.workbooks.working.panel import Panel
from xlperf.workbooks.working.score_sheet import ScoreSheet
from xlperf.workbooks.working.text_numbers import TextNumbers, nothing

_LINE = 30.0
_COUNTED = (("number", "sheet"), ("cell", "value"), ("expected", "rule"))
"""From which to which column the count of each severity reaches."""


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
            self._entries += [RuleLines(group, directory) for group in groups.own(site)]
            self._entries.append(TextNumbers(profile, site, directory, score))
        self._entries += [RuleLines(group, directory) for group in groups.across()]
        self._entries.append(BatchLines(not_native(profile)))

    @property
    def _heading(self) -> int:
        """The row of the headings: after title, unit, counts, notes and two lines of coverage."""
        return len(texts_of("working")["check"]["notes"]) + 6

    def sheet(self, slots: "count[int]") -> PlannedSheet:
        """The sheet as planned; it takes its slots from ``slots`` without gaps."""
        texts, columns, heading = texts_of("working")["check"], check_columns(), self._heading
        first, last = heading + 1, heading + sum(map(len, self._entries))
        panel = Panel(self._profile, self._sites, last + 1) if self._sites else None
        above = tuple(self._heading_rows(first, last, slots, panel))
        start, widest = next(slots), letter("basis")
        contents = (content for entries, row in self._starts(first) for content in entries.contents(row))
        rows = (
            PlannedRow(_LINE, tuple(cells(content, number, start + (number - 1) * STEP)))
            for number, content in enumerate(contents, 1)
        )
        return PlannedSheet(
            title=texts["title"],
            widths=(*(column.width for column in columns.values()), *(panel.widths if panel else ())),
            rows=(*above, *rows, *(panel.rows() if panel else ())),
            merges=(
                *(f"{letter(left)}3:{letter(right)}3" for left, right in _COUNTED),
                *(f"A{row}:{widest}{row}" for row in (2, *range(4, heading))),
                *(panel.merges if panel else ()),
            ),
            hidden=frozenset(number for number, column in enumerate(columns.values(), 1) if column.hidden)
            | (panel.hidden if panel else frozenset()),
            frozen=f"A{first}",
            filtered=f"A{heading}:{widest}{last}",
            printed=f"A1:{widest}{last}" if panel else "",
            repeated=f"{heading}:{heading}",
            names={
                f"{texts['title']}_{column.heading}": f"{texts['title']}!{_column(role, first, last)}"
                for role, column in columns.items()
            },
            conditions=(*_conditions(first, last), *(panel.conditions if panel else ())),
        )

    def values(
        self, common: NameValues, scopes: Sequence[SheetScope], slot: int
    ) -> Iterator[tuple[int, Value]]:
        """The values of the sheet, whose first slot is ``slot``, as ``sheet`` numbers them."""
        tally, start = Tally(), slot + 1 + len(_COUNTED)
        for entries, number in self._starts(0):
            entries.judge(common, scopes, start + number * STEP, tally)
        yield slot, self._unit_name(common)
        for number, severity in enumerate(Severity, slot + 1):
            if tally.counts[severity.value]:
                yield number, _counted(severity, tally.counts[severity.value])
        yield from tally.values

    def unused_rows(self, sites: Sequence[SheetInstance]) -> Iterator[range]:
        """The rows of the sheet that tables of these sizes do not need."""
        for entries, row in self._starts(self._heading + 1):
            if isinstance(entries, RuleLines) and entries.is_unused(sites):
                yield range(row, row + len(entries))

    def _starts(self, first: int) -> Iterator[tuple[Entries, int]]:
        """The entries with the number of their first line, counted from ``first``."""
        for entries in self._entries:
            yield entries, first
            first += len(entries)

    def _heading_rows(
        self, first: int, last: int, slots: "count[int]", panel: Panel | None
    ) -> Iterator[PlannedRow]:
        texts = texts_of("working")["check"]
        hidden = PlannedCell(_number("site"), "title", nothing())
        yield PlannedRow(HEADING, (PlannedCell(1, "title", texts["heading"]), hidden))
        unit = native(self._unit, Locator(self._profile))
        yield PlannedRow(ROW, (PlannedCell(1, "section", "", unit, next(slots)),))
        counts = (
            PlannedCell(_number(left), "heading", _counted(severity, 0), _count(severity, first, last), slot)
            for severity, (left, _), slot in zip(Severity, _COUNTED, slots, strict=False)
        )
        yield PlannedRow(ROW, (*counts, *((panel.link(),) if panel else ())))
        yield from (PlannedRow(TALL, (PlannedCell(1, "note", note),)) for note in texts["notes"])
        yield PlannedRow(ROW, (PlannedCell(1, "note", "", self._unlisted()),))
        yield PlannedRow(ROW, (PlannedCell(1, "note", "", self._states()),))
        headings = (column.heading for column in check_columns().values())
        yield PlannedRow(
            HEADING, tuple(PlannedCell(at, "heading", text) for at, text in enumerate(headings, 1))
        )

    def _unlisted(self) -> str:
        known = f"COUNT({self._directory.range(self._directory.letter('position'))})+{len(_HELPERS)}"
        text = texts_of("working")["check"]["coverage"]["unlisted"]
        return f'IF(IFERROR(_xlfn.SHEETS(),0)>{known},"{text}","")'

    def _states(self) -> str:
        directory = self._directory
        letter_of = directory.letter("state")
        before = texts_of("working")["check"]["coverage"]["states"].partition("{states}")[0]
        all_states = "&".join(
            f"{directory.title}!${letter_of}${row}" for row in range(directory.first, directory.last + 1)
        )
        return f'IF(SUMPRODUCT(({directory.range(letter_of)}<>"")*1)=0,"","{before}"&{all_states})'


_HELPERS = ("directory", "score", "check")


def _number(role: str) -> int:
    return list(check_columns()).index(role) + 1


def _column(role: str, first: int, last: int) -> str:
    return f"${letter(role)}${first}:${letter(role)}${last}"


def _counted(severity: Severity, number: int) -> str:
    text: str = texts_of("working")["check"]["counts"]
    return text.format(severity=severity.value, count=number)


def _count(severity: Severity, first: int, last: int) -> str:
    """Broken rules of one severity; differences of rounding are notes."""
    words, verdicts = verdict_words(), _column("verdict", first, last)
    severities = _column("severity", first, last)
    found = f'COUNTIFS({severities},"{severity.value}",{verdicts},"{words.broken}")'
    if severity is Severity.NOTE:
        found += f'+COUNTIF({verdicts},"{words.within}")'
    before, after = _counted(severity, 0).split("0")
    return f'"{before}"&{found}&"{after}"'


def _conditions(first: int, last: int) -> Iterator[tuple[str, str, str]]:
    words = verdict_words()
    area = f"A{first}:{letter('basis')}{last}"
    verdict, severity = f"${letter('verdict')}{first}", f"${letter('severity')}{first}"
    for severity_shown in Severity:
        wrong = f'OR({verdict}="{words.broken}",{verdict}="{words.within}")'
        yield area, f'AND({wrong},{severity}="{severity_shown.value}")', severity_shown.value
