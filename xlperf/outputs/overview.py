"""The sheet 汇总: the totals in one sentence, then tables by severity, by kind of problem and by unit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from xlperf.declarations.check_report import Report, codes_of
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.finding_order import natural
from xlperf.declarations.findings import Finding, Location, Status
from xlperf.declarations.model import Severity
from xlperf.declarations.source import Texts, texts_of
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
    fit_height,
    lay_out,
)
from xlperf.outputs.text_report import summary

_WIDTHS = (16, 44, 10, 10, 10, 10, 10)
_COLOURED = {severity.value for severity in Severity}
_Line = Sequence[str | int]


def write_overview(book: Workbook, report: Report, lists: Sequence[str] = ()) -> None:
    """Put the sheet 汇总 in front in ``book``; it names the ``lists`` where there are several."""
    sheet = book.create_sheet(_texts()["sheet"], 0)
    cells = CellWriter(sheet)
    cells.write(1, 1, _texts()["title"], TITLE)
    cells.write(2, 1, summary(report), PLAIN)
    if len(lists) > 1:
        said = _texts()["several"].format(count=len(lists), names="、".join(lists))
        cells.write(3, 1, said, PLAIN)
    totals = _Totals(report.findings)
    row = _write_table(cells, 4, "by_severity", _by_severity(totals))
    row = _write_table(cells, row, "by_code", _by_kind(report, totals))
    row = _write_table(cells, row, "by_unit", _by_unit(report, totals))
    if report.baseline:
        _write_rounds(cells, row, report)
    lay_out(sheet, _WIDTHS, _texts()["title"], landscape=False, repeats_heading=False)


def _texts() -> Texts:
    found: Texts = texts_of("reports")["overview"]
    return found


def _write_rounds(cells: CellWriter, row: int, report: Report) -> None:
    lines = [
        (status.value, _texts()["statuses"][status.english], *_spread(found))
        for status, found in report.by_status.items()
    ]
    together = [finding for found in report.by_status.values() for finding in found]
    total = (_texts()["total"], "", *_spread(together))
    row = _write_table(cells, row, "by_status", [*lines, total])
    statuses = [status.value for status in report.by_status]
    _write_table(cells, row, "by_unit_and_status", _rounds_by_unit(together), statuses)


def _rounds_by_unit(findings: Sequence[Finding]) -> list[_Line]:
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


def _write_table(
    cells: CellWriter, row: int, name: str, lines: Sequence[_Line], more: Sequence[str] = ()
) -> int:
    """Write the declared table ``name``, its columns followed by ``more``, whose last line is its total.

    Returns the row after it and a gap.
    """
    declared = _texts()[name]
    cells.write(row, 1, declared["title"], CAPTION)
    cells.write_row(row + 1, [*declared["headings"], *more], HEADING)
    for at, line in enumerate(lines, start=row + 2):
        last = at == row + 1 + len(lines)
        cells.write_row(at, line, TOTAL if last else TEXT, TOTAL_FIGURE if last else FIGURE)
        fit_height(cells.sheet, at, zip(map(str, line), _WIDTHS, strict=False))
        for column, value in enumerate(line, start=1):
            if value in _COLOURED:
                cells.write(at, column, value, SEVERITY[Severity(value)])
    return row + 3 + len(lines)


class _Spread:
    """How many findings there are, in how many units and files."""

    def __init__(self) -> None:
        self._findings, self._units, self._files = 0, set[int](), set[int]()

    def add(self, finding: Finding) -> None:
        """Count a finding."""
        self._findings += 1
        place = finding.location
        if unit := _unit(place):
            self._units.add(hash(unit))
        if place.file:
            self._files.add(hash(place.file))

    @property
    def counts(self) -> tuple[int, int, int]:
        """Findings, units, files."""
        return self._findings, len(self._units), len(self._files)


def _spread(findings: Iterable[Finding]) -> tuple[int, int, int]:
    counted = _Spread()
    for finding in findings:
        counted.add(finding)
    return counted.counts


class _Totals:
    """The findings of a report, counted in one pass: by severity, by kind and by unit."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.all = _Spread()
        self.by_severity: dict[Severity, _Spread] = {severity: _Spread() for severity in Severity}
        self.by_kind: dict[tuple[int, str], _Spread] = defaultdict(_Spread)
        self.names: dict[str, tuple[str, str]] = {}
        self.by_unit: dict[str, Counter[Severity]] = defaultdict(Counter)
        for finding in findings:
            place, severity = finding.location, finding.severity
            for counted in (self.all, self.by_severity[severity], self.by_kind[severity.rank, finding.code]):
                counted.add(finding)
            self.names.setdefault(_unit(place), (place.unit_code, place.unit_name))
            self.by_unit[_unit(place)][severity] += 1


def _by_severity(totals: _Totals) -> list[_Line]:
    lines = [
        (severity.value, _texts()["severities"][severity.value], *counted.counts)
        for severity, counted in totals.by_severity.items()
    ]
    return [*lines, (_texts()["total"], "", *totals.all.counts)]


def _by_kind(report: Report, totals: _Totals) -> list[_Line]:
    known, ranked = codes_of(report), {severity.rank: severity for severity in Severity}
    lines = [
        (code, known[code].name if code in known else "", *counted.counts, ranked[rank].value)
        for (rank, code), counted in sorted(totals.by_kind.items(), key=lambda kind: kind[0])
    ]
    return [*lines, (_texts()["total"], "", *totals.all.counts, "")]


def _by_unit(report: Report, totals: _Totals) -> list[_Line]:
    """A line for each unit, those with the gravest problems first, units without any included."""
    names: dict[str, tuple[str, str]] = {}
    files: Counter[str] = Counter()
    for file in report.files:
        names.setdefault(_unit(file), (file.unit_code, file.unit_name))
        files[_unit(file)] += 1
    for unit, name in totals.names.items():
        names.setdefault(unit, name)
    found = totals.by_unit
    nameless = names.pop("", None)
    units = sorted(
        names, key=lambda unit: (*(-count for count in _severities(found[unit])[1:]), natural(unit))
    )
    lines: list[_Line] = [(*names[unit], *_severities(found[unit]), files[unit]) for unit in units]
    if nameless:
        lines.append(("", _texts()["unknown_unit"], *_severities(found[""]), files[""]))
    every = Counter({severity: counted.counts[0] for severity, counted in totals.by_severity.items()})
    count = _texts()["units"].format(count=len(units))
    return [*lines, (_texts()["total"], count, *_severities(every), len(report.files))]


def _unit(place: CheckedFile | Location) -> str:
    """The key of a unit: its code, without one its name, "" when neither is known."""
    return place.unit_code or place.unit_name


def _severities(counts: Counter[Severity]) -> tuple[int, ...]:
    """How many findings, and how many of each severity."""
    return counts.total(), *(counts[severity] for severity in Severity)
