"""A report as one web page that needs nothing else: a verdict, a table for each unit, filters, printable."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape
from itertools import chain
from pathlib import Path, PurePath
from typing import IO

from xlperf.declarations.check_report import Report, codes_of
from xlperf.declarations.finding_order import natural
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.stored_findings import Spread, UnitData, chunks, findings_in
from xlperf.outputs.finding_texts import (
    further_sections,
    in_several_files,
    measured,
    recognised,
    subject,
    under,
    unit_of,
    unit_title,
    xml_text,
)
from xlperf.outputs.html_page import PAGE
from xlperf.outputs.text_report import summary
from xlperf.outputs.verdict import counts_text, verdict

_VALUES = ("value", "expected")


_MARK = "\0"


def write(
    report: Report, stream: IO[bytes], target: Path | None = None, spread: Spread | None = None
) -> None:
    """Write the report as UTF-8 HTML, unit by unit, every text of a received file escaped.

    ``spread`` makes the calls that print findings.
    """
    before, after = _page(report).split(_MARK)
    stream.write(_bytes(before))
    section = partial(_sections, _headings(report))
    sections = (spread or map)(section, chunks(report.findings))
    rest = [
        _section(name, found, _headings(report)) for name, found in further_sections(report) if len(found)
    ]
    between = ""
    for printed in chain(sections, rest):
        stream.write(_bytes(f"{between}{printed}"))
        between = "\n"
    stream.write(_bytes(after))


def _page(report: Report) -> str:
    """The page with a mark in the place of the findings."""
    used: set[tuple[str, str]] = set()
    for finding in chain(report.findings, report.exempted, report.fixed, report.unchecked):
        used |= {("code", finding.code), ("unit", unit_of(finding.location))}
    codes = {text for kind, text in used if kind == "code"}
    names = {code: f"{code} {info.name}" for code, info in codes_of(report).items() if code in codes}
    units = sorted({text for kind, text in used if kind == "unit"} - {""}, key=natural)
    words = texts_of("reports")["html"]
    grade = report.worst.english if report.worst else "good"
    return PAGE.substitute(
        {key: words[key] for key in ("severity", "unit", "code", "text", "shown", "of", "end")},
        title=texts_of("reports")["title"],
        grade=grade,
        verdict=_safe(verdict(report)),
        summary=_safe(summary(report)),
        files=_files(report),
        severities=_options(
            words["all"], {severity.english: severity.value for severity in Severity}.items()
        ),
        units=_options(words["all"], zip(units, units, strict=True)),
        codes=_options(words["all"], ((code, names.get(code, code)) for code in sorted(codes))),
        status=_status_filter(report),
        sections=_MARK,
    )


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")


def _sections(headings: Mapping[str, str], units: Sequence[UnitData]) -> str:
    """The sections of some units."""
    found = map(findings_in, units)
    return "\n".join(_section(unit_title(each[0].location), each, headings) for each in found)


def _section(name: str, findings: Sequence[Finding], headings: Mapping[str, str]) -> str:
    columns = "".join(f'<col class="{key}">' for key in headings)
    head = "".join(f"<th>{heading}</th>" for heading in headings.values())
    several = in_several_files(findings)
    rows = "\n".join(_row(finding, headings, names_file=several) for finding in findings)
    return (
        f"<section><h2>{_safe(name)}<small>{counts_text(findings)}</small></h2>\n"
        f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
        "</section>"
    )


def _headings(report: Report) -> Mapping[str, str]:
    """The columns by key; that for the status where the report is compared with an earlier one."""
    texts = texts_of("reports")
    headings: Mapping[str, str] = texts["html"]["headings"]
    return {**headings, "status": texts["compared"]} if report.baseline else headings


def _files(report: Report) -> str:
    """The forms recognised in each file, folded away; nothing where no file has any."""
    if not any(file.forms for file in report.files):
        return ""
    words = texts_of("reports")["html"]
    items = "".join(
        f"<li>{_safe(file.path)}：{_safe(recognised(file) or words['unrecognised'])}</li>"
        for file in report.files
    )
    return f"<details><summary>{words['forms']}</summary><ul>{items}</ul></details>\n"


def _options(every: str, values: Iterable[tuple[str, str]]) -> str:
    options = (f'<option value="{_safe(value)}">{_safe(text)}</option>' for value, text in values)
    return f'<option value="">{every}</option>' + "".join(options)


def _status_filter(report: Report) -> str:
    if not report.baseline:
        return ""
    words = texts_of("reports")
    options = _options(words["html"]["all"], ((status.english, status.value) for status in report.by_status))
    return f'<label>{words["compared"]}<select name="status">{options}</select></label>\n'


def _row(finding: Finding, headings: Mapping[str, str], *, names_file: bool) -> str:
    status = finding.status.english if finding.status else ""
    kind = " ".join(filter(None, (finding.severity.english, finding.exempt and "exempted", status)))
    data = f'data-severity="{finding.severity.english}" data-unit="{_safe(unit_of(finding.location))}"'
    texts = _texts(finding, names_file)
    cells = "".join(
        f'<td class="{key}" data-heading="{heading}">{texts[key]}</td>' for key, heading in headings.items()
    )
    return f'<tr class="{kind}" {data} data-status="{status}" data-code="{_safe(finding.code)}">{cells}</tr>'


def _texts(finding: Finding, names_file: bool) -> Mapping[str, str]:
    """What the columns show, as HTML."""
    place = finding.location
    file = PurePath(place.file.replace("\\", "/")).name if names_file or not place.sheet else ""
    where = "\n".join(part for part in (file, place.sheet, place.cell) if part)
    value, expected = (measured(getattr(finding, key), finding.amount_unit) for key in _VALUES)
    return {
        "severity": finding.severity.value,
        "where": _safe(where),
        "message": _message(finding),
        "value": _safe(value),
        "expected": _safe(expected),
        "fix": f"{_safe(finding.fix)}{_basis(finding)}",
        "status": finding.status.value if finding.status else "",
    }


def _message(finding: Finding) -> str:
    message, reason, about = finding.message, finding.exempt, subject(finding)
    if reason:
        message = text_of("reports", "html", "exempted", message=message, reason=reason)
    lead = f"<b>{_safe(about)}</b><br>" if about else ""
    lists = "".join(
        f"<p>{heading}：</p><ul>{''.join(f'<li>{_safe(text)}</li>' for text in texts)}</ul>"
        for heading, texts in under(finding)
    )
    return f"{lead}{_safe(message)}{lists}"


def _basis(finding: Finding) -> str:
    name = "basis" if finding.basis else "code_only"
    text = text_of("reports", "html", name, basis=finding.basis, code=finding.code)
    return f"<br><small>{_safe(text)}</small>"


def _safe(text: str) -> str:
    return escape(xml_text(text))
