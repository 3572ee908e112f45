"""The sheet 汇总: the totals in one sentence, then tables by severity, by kind of problem and by unit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from openpyxl import Workbook

from xlperf.declarations.check_report import Report, codes_of
from xlperf.declarations.finding_order import natural
from xlperf.declarations.findings import Finding, Location, Status
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import Texts, texts_of
from xlperf.declarations.stored_findings import Spread, chunks
from xlperf.outputs.long_sheets import LongSheets, RowXml, SheetPart, SheetStyles, styles_of
from xlperf.outputs.problem_cells import (
    CAPTION,
    FIGURE,
    HEADING,
    PLAIN,
    SEVERITY,
    TEXT,
    TITLE,
    TOTAL,
    TOTAL_FIGURE,
    CellWriter,
    lay_out,
    needed_height,
)
from xlperf.outputs.text_report import summary
from xlperf.outputs.unit_totals import Totals, UnitTotals, counted_units

_WIDTHS = (16, 44, 10, 10, 10, 10, 10)
_COLOURED = {severity.value for severity in Severity}
_FIRST_ROW = 4
_AROUND = 3
"""Rows that a table has besides its lines: title, headings, a gap."""
_ROLES = (CAPTION, HEADING, TEXT, FIGURE, TOTAL, TOTAL_FIGURE, *SEVERITY.values())
_Line = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the sheet: title, headings, and its ``count`` lines, of which the last is the total."""

    title: str
    headings: Sequence[str]
    lines: Iterable[_Line]
    count: int


def write_overview(
    book: Workbook,
    long: LongSheets,
    report: Report,
    lists: Sequence[str] = (),
    spread: Spread | None = None,
) -> None:
    """Put the sheet 汇总 in front in ``book``; it names the ``lists`` where there are several.

    ``spread`` makes the calls that count findings.
    """
    sheet = book.create_sheet(_texts()["sheet"], 0)
    cells = CellWriter(sheet)
    cells.write(1, 1, _texts()["title"], TITLE)
    cells.write(2, 1, summary(report), PLAIN)
    if len(lists) > 1:
        said = _texts()["several"].format(count=len(lists), names="、".join(lists))
        cells.write(3, 1, said, PLAIN)
    tables = _tables(report, spread or map)
    count = _FIRST_ROW - 1 + sum(table.count + _AROUND for table in tables) - 1
    columns = max(len(table.headings) for table in tables)
    long.add(sheet, _rows(tables, styles_of(cells, _ROLES)), count, columns)
    lay_out(sheet, _WIDTHS, _texts()["title"], landscape=False, repeats_heading=False)


def _tables(report: Report, spread: Spread) -> list[_Table]:
    totals = Totals()
    for counted in spread(counted_units, chunks(report.findings)):
        totals.add(counted)
    units = UnitTotals(report.files, totals)
    kinds, severities = _by_kind(report, totals), _by_severity(totals)
    tables = [
        _table("by_severity", severities, len(severities)),
        _table("by_code", kinds, len(kinds)),
        _table("by_unit", _by_unit(report, totals, units), len(units) + 1),
    ]
    return [*tables, *_rounds(report)] if report.baseline else tables


def _table(name: str, lines: Iterable[_Line], count: int, more: Sequence[str] = ()) -> _Table:
    """The declared table ``name``, its columns followed by ``more``."""
    declared = _texts()[name]
    return _Table(declared["title"], [*declared["headings"], *more], lines, count)


def _rows(tables: Iterable[_Table], styles: SheetStyles) -> Iterator[SheetPart]:
    """All tables, one below the other with a gap between."""
    row = _FIRST_ROW
    for table in tables:
        caption, headings = RowXml(row, styles), RowXml(row + 1, styles)
        caption.text(table.title, CAPTION)
        for heading in table.headings:
            headings.text(heading, HEADING)
        yield SheetPart(caption.xml() + headings.xml())
        for number, line in enumerate(table.lines, start=1):
            is_total = number == table.count
            yield SheetPart(_line(row + 1 + number, line, styles, is_total=is_total))
        row += table.count + _AROUND


def _line(row: int, line: _Line, styles: SheetStyles, *, is_total: bool) -> str:
    cells = RowXml(row, styles)
    text, figure = (TOTAL, TOTAL_FIGURE) if is_total else (TEXT, FIGURE)
    for value in line:
        if not isinstance(value, str):
            cells.number(value, figure)
        else:
            cells.text(value, SEVERITY[Severity(value)] if value in _COLOURED else text)
    return cells.xml(needed_height(zip(map(str, line), _WIDTHS, strict=False)))


def _texts() -> Texts:
    found: Texts = texts_of("reports")["overview"]
    return found


def _rounds(report: Report) -> list[_Table]:
    lines: list[_Line] = [
        (status.value, _texts()["statuses"][status.english], *_spread(found))
        for status, found in report.by_status.items()
    ]
    lines.append((_texts()["total"], "", *_spread(chain(*report.by_status.values()))))
    units = _rounds_by_unit(chain(*report.by_status.values()))
    statuses = [status.value for status in report.by_status]
    by_unit = _table("by_unit_and_status", units, len(units), statuses)
    return [_table("by_status", lines, len(lines)), by_unit]


def _rounds_by_unit(findings: Iterable[Finding]) -> list[_Line]:
    """A line for each unit with findings now or then, those with the most still open first."""
    names: dict[str, tuple[str, str]] = {}
    counts: Counter[tuple[str, Status | None]] = Counter()
    for finding in findings:
        place = finding.location
        names.setdefault(_unit(place), (place.unit_code, place.unit_name or _texts()["unknown_unit"]))
        counts[_unit(place), finding.status] += 1
    units = sorted(names, key=lambda unit: (-counts[unit, Status.OPEN], natural(unit)))
    lines: list[_Line] = [(*names[unit], *(counts[unit, status] for status in Status)) for unit in units]
    totals = (sum(counts[unit, status] for unit in units) for status in Status)
    return [*lines, (_texts()["total"], _texts()["units"].format(count=len(units)), *totals)]


def _spread(findings: Iterable[Finding]) -> tuple[int, int, int]:
    """How many findings there are, in how many units and files."""
    count, units, files = 0, set[int](), set[int]()
    for finding in findings:
        count += 1
        units.add(hash(_unit(finding.location)))
        files.add(hash(finding.location.file))
    return count, len(units - {hash("")}), len(files - {hash("")})


def _by_severity(totals: Totals) -> list[_Line]:
    lines = [
        (severity.value, _texts()["severities"][severity.value], *totals.by_severity[severity.rank])
        for severity in Severity
    ]
    return [*lines, (_texts()["total"], "", *totals.all)]


def _by_kind(report: Report, totals: Totals) -> list[_Line]:
    known, ranked = codes_of(report), {severity.rank: severity for severity in Severity}
    lines = [
        (code, known[code].name if code in known else "", *counts, ranked[rank].value)
        for (rank, code), counts in sorted(totals.by_kind.items())
    ]
    return [*lines, (_texts()["total"], "", *totals.all, "")]


def _by_unit(report: Report, totals: Totals, units: UnitTotals) -> Iterator[_Line]:
    """A line for each unit, those with the gravest problems first, units without any included."""
    for code, name, *counts, files in units:
        yield code, name or ("" if code else _texts()["unknown_unit"]), sum(counts), *counts, files
    every = [totals.by_severity[severity.rank][0] for severity in Severity]
    count = _texts()["units"].format(count=units.known)
    yield _texts()["total"], count, sum(every), *every, len(report.files)


def _unit(place: Location) -> str:
    """The key of a unit: its code, without one its name, "" when neither is known."""
    return place.unit_code or place.unit_name
