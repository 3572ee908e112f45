"""A report as one web page that needs nothing else: a verdict, a table for each unit, filters, printable."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape
from itertools import chain
from pathlib import Path
from string import Template
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
    where_lines,
    with_reason,
    xml_text,
)
from xlperf.outputs.text_report import counts_text, summary, verdict

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
    return _PAGE.substitute(
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
    value, expected = (measured(getattr(finding, key), finding.amount_unit) for key in _VALUES)
    return {
        "severity": finding.severity.value,
        "where": _safe(where_lines(finding, names_file=names_file)),
        "message": _message(finding),
        "value": _safe(value),
        "expected": _safe(expected),
        "fix": f"{_safe(finding.fix)}{_basis(finding)}",
        "status": finding.status.value if finding.status else "",
    }


def _message(finding: Finding) -> str:
    message, about = with_reason(finding, finding.message), subject(finding)
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


_PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>$title</title>
<style>
:root { color-scheme: light }
body { font: 15px/1.55 "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 0 auto; padding: 1.2em;
 max-width: 1500px; color: #222; background: #fff; box-sizing: border-box }
h1 { font-size: 1.5em; margin: 0 } h2 { font-size: 1.1em; margin: 1.6em 0 .4em; overflow-wrap: anywhere }
h2 small { font-weight: normal; color: #555; white-space: nowrap; margin-left: .6em }
.verdict { font-size: 1.15em; font-weight: bold; border-left: .4em solid; padding: .5em .8em; margin: .8em 0 }
.verdict.error { background: #fdecee; border-color: #c00000 }
.verdict.warning { background: #fff7dc; border-color: #d9a400 }
.verdict.note, .verdict.good { background: #eaf5ea; border-color: #2e7d32 }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th, td { border: 1px solid #ccc; padding: .35em .5em; text-align: left; vertical-align: top;
 overflow-wrap: anywhere }
th { background: #1f4e78; color: #fff; font-weight: normal }
col.severity { width: 5.4em } col.where { width: 14% } col.value, col.expected { width: 8.5% }
col.fix { width: 25% } col.status { width: 6em }
td small, td p, td li { color: #555; font-size: .87em }
td p { margin: .3em 0 0 } td ul { margin: 0; padding-left: 1.2em }
td b { font-weight: bold } td.where { white-space: pre-line }
.error td.severity { background: #ffc7ce } .warning td.severity { background: #ffeb9c }
.note td.severity { background: #ddebf7 } .exempted, .fixed, .unchecked { color: #666 }
form { margin: 1em 0; display: flex; flex-wrap: wrap; gap: .4em 1em; align-items: center }
select, input { font: inherit; margin-left: .3em; max-width: 16em; color: #222; background: #fff;
 border: 1px solid #999 }
[hidden] { display: none !important }
@media (max-width: 760px) {
 body { padding: .7em } thead, colgroup { display: none } table, tbody, tr, td { display: block; border: 0 }
 tr { border: 1px solid #ccc; border-left: .4em solid #9dc3e6; margin-bottom: .7em; padding: .3em .1em }
 tr.error { border-left-color: #c00000 } tr.warning { border-left-color: #d9a400 }
 td { padding: .1em .6em } td:empty { display: none } td.severity { display: inline-block; font-weight: bold }
 td.value::before, td.expected::before, td.fix::before { content: attr(data-heading) "："; color: #555 }
 label { width: 100% } select, input { width: 100%; max-width: none; margin: 0; box-sizing: border-box }
}
@page { size: A4 landscape; margin: 12mm }
@media print { form, details { display: none } body { padding: 0; font-size: 10pt } h2 { break-after: avoid }
 thead { display: table-header-group } tr { break-inside: avoid }
 * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
</style>
</head>
<body>
<h1>$title</h1>
<p class="verdict $grade">$verdict</p>
<p>$summary</p>
$files<form>
<label>$severity<select name="severity">$severities</select></label>
<label>$unit<select name="unit">$units</select></label>
<label>$code<select name="code">$codes</select></label>
$status<label>$text<input name="text" type="search"></label>
<output id="shown"></output>
</form>
$sections
<script>
const form = document.querySelector("form"), rows = [...document.querySelectorAll("tbody tr")];
const sections = [...document.querySelectorAll("section")];
function show() {
  const text = form.text.value.trim();
  let count = 0;
  for (const row of rows) {
    const fits = key => !form[key]?.value || row.dataset[key] === form[key].value;
    row.hidden = !(["severity", "unit", "code", "status"].every(fits) && row.textContent.includes(text));
    count += !row.hidden;
  }
  for (const section of sections) section.hidden = !section.querySelector("tbody tr:not([hidden])");
  document.getElementById("shown").textContent = "$shown" + count + "$of" + rows.length + "$end";
}
form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
show();
</script>
</body>
</html>
""")
"""The frame of the page: looks on screens, telephones and paper, filters."""
