"""The sheet 汇总: the totals in one sentence, then tables by severity, by kind of problem and by unit."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from openpyxl import Workbook

from xlperf.declarations.check_report import (
    CheckedFile,
    Report,
    codes_of,
    natural,
)
from xlperf.declarations.findings import Finding, Location, Status
from xlperf.declarations.model import Severity
from xlperf.outputs.finding_texts import COMPARED
from xlperf.outputs.print_setup import fit_height, lay_out
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
    Pen,
)
from xlperf.outputs.text_report import summary

_WIDTHS = (16, 44, 10, 10, 10, 10, 10)
_MEANING = {
    Severity.ERROR: "数字或格式有误，必须改正",
    Severity.WARNING: "很可能有误，请核对；属实的请说明",
    Severity.NOTE: "供参考，不影响通过",
}
_ROUND = {
    Status.NEW: "上次没有，这次新出现",
    Status.OPEN: "上次就有，这次还在",
    Status.FIXED: "上次有，这次没有了",
    Status.UNCHECKED: "上次有，这次没有报来，或没能读出",
}
_COLOURED = {severity.value for severity in Severity}
_Line = Sequence[str | int]


def write_overview(book: Workbook, report: Report) -> None:
    """Add the sheet 汇总 to ``book``."""
    sheet = book.create_sheet("汇总")
    pen = Pen(sheet)
    pen.write(1, 1, "问题清单汇总", TITLE)
    pen.write(2, 1, summary(report), PLAIN)
    headings = ["严重程度", "含义", "问题数", "单位数", "文件数"]
    row = _write_table(pen, 4, "一、按严重程度", headings, _by_severity(report))
    headings = ["代码", "问题种类", "问题数", "单位数", "文件数", "严重程度"]
    row = _write_table(pen, row, "二、按问题种类", headings, _by_kind(report))
    headings = ["单位编码", "单位名称", "问题数", "错误", "警告", "提示", "文件数"]
    row = _write_table(pen, row, "三、按单位", headings, _by_unit(report))
    if report.baseline:
        _write_rounds(pen, row, report)
    lay_out(sheet, _WIDTHS, "问题清单汇总", landscape=False, repeats_heading=False)


def _write_rounds(pen: Pen, row: int, report: Report) -> None:
    lines = [(status.value, _ROUND[status], *_spread(found)) for status, found in report.by_status.items()]
    together = [finding for found in report.by_status.values() for finding in found]
    total = ("合计", "", *_spread(together))
    headings = [COMPARED, "含义", "问题数", "单位数", "文件数"]
    row = _write_table(pen, row, f"四、{COMPARED}", headings, [*lines, total])
    headings = ["单位编码", "单位名称", *(status.value for status in report.by_status)]
    _write_table(pen, row, f"五、各单位{COMPARED}", headings, _rounds_by_unit(together))


def _rounds_by_unit(findings: Sequence[Finding]) -> list[_Line]:
    """A line for each unit with findings now or then, those with the most still open first."""
    names: dict[str, tuple[str, str]] = {}
    counts: Counter[tuple[str, Status | None]] = Counter()
    for finding in findings:
        place = finding.location
        names.setdefault(_unit(place), (place.unit_code, place.unit_name or "（未识别的单位）"))
        counts[_unit(place), finding.status] += 1
    units = sorted(names, key=lambda unit: (-counts[unit, Status.OPEN], natural(unit)))
    lines: list[_Line] = [(*names[unit], *(counts[unit, status] for status in Status)) for unit in units]
    totals = (sum(counts[unit, status] for unit in units) for status in Status)
    return [*lines, ("合计", f"{len(units)} 个单位", *totals)]


def _write_table(pen: Pen, row: int, caption: str, headings: Sequence[str], lines: Sequence[_Line]) -> int:
    """Write a table whose last line is its total; the row after it and a gap is returned."""
    pen.write(row, 1, caption, CAPTION)
    pen.write_row(row + 1, headings, HEADING)
    for at, line in enumerate(lines, start=row + 2):
        last = at == row + 1 + len(lines)
        pen.write_row(at, line, TOTAL if last else TEXT, TOTAL_FIGURE if last else FIGURE)
        fit_height(pen.sheet, at, zip(map(str, line), _WIDTHS, strict=False))
        for column, value in enumerate(line, start=1):
            if value in _COLOURED:
                pen.write(at, column, value, SEVERITY[Severity(value)])
    return row + 3 + len(lines)


def _by_severity(report: Report) -> list[_Line]:
    groups = {
        severity: [finding for finding in report.findings if finding.severity is severity]
        for severity in Severity
    }
    lines = [(severity.value, _MEANING[severity], *_spread(found)) for severity, found in groups.items()]
    return [*lines, ("合计", "", *_spread(report.findings))]


def _by_kind(report: Report) -> list[_Line]:
    groups: dict[tuple[int, str], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        groups[finding.severity.rank, finding.code].append(finding)
    known = codes_of(report)
    lines = [
        (code, known[code].name if code in known else "", *_spread(found), found[0].severity.value)
        for (_, code), found in sorted(groups.items())
    ]
    return [*lines, ("合计", "", *_spread(report.findings), "")]


def _by_unit(report: Report) -> list[_Line]:
    """A line for each unit, those with the gravest problems first, units without any included."""
    names: dict[str, tuple[str, str]] = {}
    files: dict[str, set[str]] = defaultdict(set)
    found: dict[str, list[Finding]] = defaultdict(list)
    for file in report.files:
        names.setdefault(_unit(file), (file.unit_code, file.unit_name))
        files[_unit(file)].add(file.path)
    for finding in report.findings:
        place = finding.location
        names.setdefault(_unit(place), (place.unit_code, place.unit_name))
        found[_unit(place)].append(finding)
    nameless = names.pop("", None)
    units = sorted(
        names, key=lambda unit: (*(-count for count in _severities(found[unit])[1:]), natural(unit))
    )
    lines: list[_Line] = [(*names[unit], *_severities(found[unit]), len(files[unit])) for unit in units]
    if nameless:
        lines.append(("", "（未识别的单位）", *_severities(found[""]), len(files[""])))
    return [*lines, ("合计", f"{len(units)} 个单位", *_severities(report.findings), len(report.files))]


def _unit(place: CheckedFile | Location) -> str:
    """The key of a unit: its code, without one its name, "" when neither is known."""
    return place.unit_code or place.unit_name


def _spread(findings: Sequence[Finding]) -> tuple[int, int, int]:
    """How many findings, in how many units and files."""
    units = {_unit(finding.location) for finding in findings} - {""}
    return len(findings), len(units), len({finding.location.file for finding in findings} - {""})


def _severities(findings: Sequence[Finding]) -> tuple[int, ...]:
    """How many findings, and how many of each severity."""
    return len(findings), *(
        sum(finding.severity is severity for finding in findings) for severity in Severity
    )
