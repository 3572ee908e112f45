"""A report as one web page that needs nothing else: filters, printable, opened from any disk."""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from string import Template

from xlperf.declarations.check_report import Report, codes_of
from xlperf.declarations.finding_order import natural
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Severity
from xlperf.declarations.source import text_of, texts_of
from xlperf.outputs.finding_texts import measured, recognised, subject, xml_text
from xlperf.outputs.text_report import summary

_PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>$title</title>
<style>
body { font: 14px/1.5 "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 1.5em; color: #222 }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #ccc; padding: .3em .5em; text-align: left; vertical-align: top }
td { overflow-wrap: anywhere }
th { background: #1f4e78; color: #fff; white-space: nowrap; position: sticky; top: 0 }
td:nth-child(1), td:nth-child(4), td:nth-child(5), td:nth-child(12) { white-space: nowrap }
td:nth-child(7), td:nth-child(11) { min-width: 12em } td:nth-child(3), td:nth-child(10) { min-width: 9em }
.error td:first-child { background: #ffc7ce } .warning td:first-child { background: #ffeb9c }
.note td:first-child { background: #ddebf7 } .exempted, .fixed, .unchecked { color: #777 }
form { margin: 1em 0 } select, input { font: inherit; margin: 0 1em .3em .3em; max-width: 20em }
@page { size: A4 landscape; margin: 12mm }
@media print { form { display: none } body { margin: 0; font-size: 9px } thead { display: table-header-group }
 tr { break-inside: avoid } th { position: static } td { min-width: 0 !important }
 * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
</style>
</head>
<body>
<h1>$title</h1>
<p>$summary</p>
$files<form>
<label>$severity<select name="severity">$severities</select></label>
<label>$unit<select name="unit">$units</select></label>
<label>$code<select name="code">$codes</select></label>
$status<label>$text<input name="text" type="search"></label>
<output id="shown"></output>
</form>
<table>
<thead><tr>$headings</tr></thead>
<tbody>
$rows
</tbody>
</table>
<script>
const form = document.querySelector("form"), rows = [...document.querySelectorAll("tbody tr")];
function show() {
  const text = form.text.value.trim();
  let count = 0;
  for (const row of rows) {
    const fits = key => !form[key]?.value || row.dataset[key] === form[key].value;
    row.hidden = !(["severity", "unit", "code", "status"].every(fits) && row.textContent.includes(text));
    count += !row.hidden;
  }
  document.getElementById("shown").textContent = "$shown" + count + "$of" + rows.length + "$end";
}
form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
show();
</script>
</body>
</html>
""")


def render(report: Report, target: Path | None = None) -> bytes:
    """The report as UTF-8 HTML; every text of a received file is escaped."""
    findings = [*report.findings, *report.exempted, *report.fixed, *report.unchecked]
    codes = {finding.code for finding in findings}
    names = {code: f"{code} {info.name}" for code, info in codes_of(report).items() if code in codes}
    units = sorted({_unit(finding) for finding in findings} - {""}, key=natural)
    words = texts_of("reports")["html"]
    page = _PAGE.substitute(
        {key: words[key] for key in ("severity", "unit", "code", "text", "shown", "of", "end")},
        title=texts_of("reports")["title"],
        summary=_safe(summary(report)),
        files=_files(report),
        severities=_options(
            words["all"], {severity.english: severity.value for severity in Severity}.items()
        ),
        units=_options(words["all"], zip(units, units, strict=True)),
        codes=_options(words["all"], ((code, names.get(code, code)) for code in sorted(codes))),
        status=_status_filter(report),
        headings="".join(f"<th>{heading}</th>" for heading in (*words["headings"], *_compared(report))),
        rows="\n".join(map(_row, findings)),
    )
    return page.encode(errors="replace")


def _compared(report: Report) -> list[str]:
    """The heading of the column for the status, where the report is compared with an earlier one."""
    return [texts_of("reports")["compared"]] if report.baseline else []


def _files(report: Report) -> str:
    """The forms recognised in each file, folded away; nothing where no file has any."""
    seen = [(file, recognised(file)) for file in report.files]
    if not any(forms for _, forms in seen):
        return ""
    words = texts_of("reports")["html"]
    items = "".join(
        f"<li>{_safe(file.path)}：{_safe(forms or words['unrecognised'])}</li>" for file, forms in seen
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


def _row(finding: Finding) -> str:
    status = finding.status.english if finding.status else ""
    kind = " ".join(filter(None, (finding.severity.english, finding.exempt and "exempted", status)))
    data = f'data-severity="{finding.severity.english}" data-unit="{_safe(_unit(finding))}"'
    cells = "".join(f"<td>{_safe(text)}</td>" for text in _texts(finding))
    return f'<tr class="{kind}" {data} data-status="{status}" data-code="{_safe(finding.code)}">{cells}</tr>'


def _texts(finding: Finding) -> Iterator[str]:
    place, unit = finding.location, finding.amount_unit
    yield finding.severity.value
    yield _unit(finding)
    yield from (place.file, place.sheet, place.cell, subject(finding))
    message, reason = finding.message, finding.exempt
    yield text_of("reports", "html", "exempted", message=message, reason=reason) if reason else message
    yield from (measured(finding.value, unit), measured(finding.expected, unit))
    yield from (finding.basis, finding.fix, finding.code)
    if finding.status:
        yield finding.status.value


def _unit(finding: Finding) -> str:
    return " ".join(part for part in (finding.location.unit_code, finding.location.unit_name) if part)


def _safe(text: str) -> str:
    return escape(xml_text(text))
