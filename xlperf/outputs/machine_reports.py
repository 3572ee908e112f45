"""A report in the formats that programs read: JSON, SARIF 2.1.0, JUnit XML; the pages of a file as JSON.

JSON has the shape of schemas/finding.schema.json. In SARIF a result points at the file and, as a workbook
has no lines, at sheet!cell as a logical location. In JUnit a file is a suite, a problem a case: 错误 are
failures, 警告 and 提示 pass with their text as output, exempted findings are skipped; of an earlier check,
fixed findings pass and those that could not be looked at again are skipped.
"""

import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import IO, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from xlperf.declarations.check_report import Report, codes_of
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.codes import CodeInfo
from xlperf.declarations.findings import FINGERPRINTS, Finding, Status
from xlperf.declarations.model import Profile, Severity
from xlperf.declarations.source import Json, text_of, texts_of
from xlperf.declarations.stored_findings import Spread, UnitData, chunks, findings_in
from xlperf.intake.open_any import open_pages
from xlperf.intake.reading.export import exported
from xlperf.intake.reading.read import read_document
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.outputs.finding_texts import details, measured, place, subject, under, xml_text

_DIGITS = 3

TEXTS = {
    "code": "code",
    "message": "message",
    "fix": "fix",
    "basis": "basis",
    "value": "value",
    "expected": "expected",
    "amount_unit": "unit",
}
"""Attributes of a Finding → their keys."""
LOCATION = {
    "file": "file",
    "sheet": "sheet",
    "cell": "cell",
    "form": "form",
    "item": "item",
    "field": "field",
    "label": "label",
    "row_key": "row",
    "unit_code": "unit_code",
    "unit_name": "unit_name",
}
"""Attributes of a Location → their keys."""


def render_json(report: Report, target: Path | None = None) -> bytes:
    """The report as UTF-8 JSON, readable, keys in the order of the schema."""
    stream = io.BytesIO()
    write_json(report, stream, target)
    return stream.getvalue()


def write_json(
    report: Report, stream: IO[bytes], target: Path | None = None, spread: Spread | None = None
) -> None:
    """Write what ``render_json`` returns; ``spread`` makes the calls that print findings."""

    def printed(findings: Sequence[Finding]) -> Iterator[bytes]:
        """The entries of findings."""
        return (spread or map)(_entries_of, chunks(findings))

    content: dict[str, Any] = {
        "version": report.version,
        "fingerprints": FINGERPRINTS,
        "summary": {
            "files": len(report.files),
            "errors": report.errors,
            "warnings": report.warnings,
            "notes": report.notes,
            "folded": report.folded,
            "exempted": len(report.exempted),
        },
        "files": (_indented(_file(file), 2).encode(errors="replace") for file in report.files),
        "findings": printed(report.findings),
        "exempted": printed(report.exempted),
    }
    if report.baseline:
        counts = {status.english: len(found) for status, found in report.by_status.items()}
        content["baseline"] = {"file": report.baseline, **counts}
        content["fixed"], content["unchecked"] = printed(report.fixed), printed(report.unchecked)
    stream.writelines(_written(content))


def _written(content: Mapping[str, Any]) -> Iterator[bytes]:
    """What json.dumps would write, entry by entry: all at once takes ten times the memory."""
    before = "{"
    for key, value in content.items():
        yield f'{before}\n  "{key}": '.encode()
        if isinstance(value, Iterator):
            yield from _listed(value)
        else:
            yield _indented(value, 1).encode(errors="replace")
        before = ","
    yield b"\n}\n"


def _listed(entries: Iterator[bytes]) -> Iterator[bytes]:
    before = b"["
    for entry in entries:
        yield b"%s\n    %s" % (before, entry)
        before = b","
    yield b"[]" if before == b"[" else b"\n  ]"


def _indented(value: object, depth: int) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + "  " * depth)


def _file(file: CheckedFile) -> dict[str, Any]:
    """A file with its unit, its counts, and the forms recognised in it."""
    forms = [
        {
            "form": form.form,
            "item": form.item,
            "sheet": form.sheet,
            "certainty": round(form.certainty, _DIGITS),
            "by": form.by,
        }
        for form in file.forms
    ]
    counts = {"errors": file.errors, "warnings": file.warnings, "notes": file.notes}
    unit = {"unit_code": file.unit_code, "unit_name": file.unit_name}
    profile = {"profile": file.profile, "profile_by": file.profile_by}
    return {"file": file.path, **unit, **profile, **counts, "forms": forms}


def _entries_of(units: Sequence[UnitData]) -> bytes:
    """Every finding of some units as JSON; one that is listed under another names it as its cause."""
    entries = (_flat(entry) for unit in units for finding in findings_in(unit) for entry in _entries(finding))
    return ",\n    ".join(entries).encode(errors="replace")


def _entries(finding: Finding) -> Iterator[dict[str, Any]]:
    yield _entry(finding)
    for other in finding.folded:
        link = other.link.value if other.link else ""
        yield {**_entry(other), "cause": {"fingerprint": finding.fingerprint, "link": link}}


def _flat(entry: Mapping[str, Any]) -> str:
    """What ``_indented`` makes of an entry, in a fifth of the time."""
    values = (
        f"{_quoted(key)}: {_quoted(value) if isinstance(value, str) else _indented(value, 3)}"
        for key, value in entry.items()
    )
    return f"{{\n      {_BETWEEN.join(values)}\n    }}"


_BETWEEN = ",\n      "
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def _entry(finding: Finding) -> dict[str, Any]:
    texts = {key: getattr(finding, name) for name, key in TEXTS.items()}
    place = {key: getattr(finding.location, name) for name, key in LOCATION.items()}
    own = {"own_severity": finding.own.english} if finding.own else {}
    status = {"status": finding.status.english} if finding.status else {}
    reason = {"reason": finding.exempt} if finding.exempt else {}
    return {
        "code": texts.pop("code"),
        "severity": finding.severity.english,
        **own,
        **{key: texts.pop(key) for key in ("message", "fix", "basis")},
        **place,
        **texts,
        "fingerprint": finding.fingerprint,
        **status,
        **reason,
    }


_STATES = {Status.NEW: "new", Status.OPEN: "unchanged", Status.FIXED: "absent"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(report: Report, target: Path | None = None) -> bytes:
    """The report as UTF-8 SARIF; exempted findings are results with a suppression.

    Findings of an earlier check that could not be looked at again are no results: SARIF knows no such state.
    """
    findings = [*report.findings, *report.exempted, *report.fixed]
    catalogue = codes_of(report)
    codes = sorted({finding.code for finding in findings})
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "xlperf",
                        "version": report.version,
                        "rules": [_rule(code, catalogue.get(code)) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, codes.index(finding.code)) for finding in findings],
            }
        ],
    }
    return (json.dumps(log, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def _rule(code: str, text: CodeInfo | None) -> dict[str, Any]:
    if text is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": text.name},
        "help": {"text": _help(text)},
        "defaultConfiguration": {"level": text.severity.english},
    }


def _help(text: CodeInfo) -> str:
    return text_of("reports", "sarif", "help", fix=text.fix, basis=text.basis) if text.basis else text.fix


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.english,
        "message": {"text": _message(finding)},
        "partialFingerprints": {f"xlperf/v{FINGERPRINTS}": finding.fingerprint},
    }
    if finding.status:
        result["baselineState"] = _STATES[finding.status]
    location = _sarif_location(finding)
    if location:
        result["locations"] = [location]
    related = [{**_sarif_location(other), "message": {"text": other.message}} for other in finding.folded]
    if related:
        result["relatedLocations"] = related
    if finding.exempt:
        result["suppressions"] = [{"kind": "external", "justification": finding.exempt}]
    return result


def _message(finding: Finding) -> str:
    about, expected = subject(finding), measured(finding.expected, finding.amount_unit)
    sentences = (
        f"{about}：{finding.message}" if about else finding.message,
        expected and text_of("reports", "sarif", "expected", expected=expected),
    )
    return " ".join(text for text in (*sentences, finding.fix) if text)


def _sarif_location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if finding.location.file:
        location["physicalLocation"] = {"artifactLocation": {"uri": _uri(finding.location.file)}}
    if finding.location.sheet:
        location["logicalLocations"] = [
            {"name": finding.location.cell or finding.location.sheet, "fullyQualifiedName": place(finding)}
        ]
    return location


def _uri(file: str) -> str:
    path = PurePath(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix().encode(errors="replace"))


def render_junit(report: Report, target: Path | None = None) -> bytes:
    """The report as UTF-8 XML."""
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in (*report.findings, *report.exempted, *report.fixed, *report.unchecked):
        by_file[finding.location.file].append(finding)
    root = ET.Element("testsuites", name="xlperf")
    for path in dict.fromkeys((*by_file, *(file.path for file in report.files))):
        root.append(_suite(path, by_file[path]))
    for count in ("tests", "failures", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _suite(path: str, findings: list[Finding]) -> ET.Element:
    suite = ET.Element("testsuite", name=xml_text(path) or texts_of("reports")["all_files"])
    if findings:
        suite.extend(_case(finding) for finding in findings)
    else:
        ET.SubElement(
            suite, "testcase", classname=xml_text(path), name=texts_of("reports")["junit"]["passed"]
        )
    failures, skipped = (
        sum(case.find(name) is not None for case in suite) for name in ("failure", "skipped")
    )
    for name, count in (("tests", len(suite)), ("failures", failures), ("errors", 0), ("skipped", skipped)):
        suite.set(name, str(count))
    return suite


def _case(finding: Finding) -> ET.Element:
    status = finding.status.value if finding.status else ""
    name = " ".join(part for part in (status, finding.code, place(finding), subject(finding)) if part)
    case = ET.Element("testcase", classname=xml_text(finding.location.file), name=xml_text(name))
    if finding.exempt:
        ET.SubElement(case, "skipped", message=xml_text(finding.exempt))
    elif finding.status is Status.UNCHECKED:
        ET.SubElement(case, "skipped", message=finding.status.value)
    elif finding.status is Status.FIXED:
        ET.SubElement(case, "system-out").text = xml_text(f"{finding.status.value}：{finding.message}")
    elif finding.severity is Severity.ERROR:
        failure = ET.SubElement(case, "failure", type=finding.code, message=xml_text(finding.message))
        failure.text = _details(finding)
    else:
        output = f"{finding.severity.value}：{finding.message}\n{_details(finding)}"
        ET.SubElement(case, "system-out").text = xml_text(output)
    return case


def _details(finding: Finding) -> str:
    below = ((heading, "；".join(texts)) for heading, texts in under(finding))
    return xml_text("\n".join(f"{heading}：{text}" for heading, text in (*details(finding), *below)))


def export_file(path: str | Path, profile: Profile | None = None, limits: Limits = LIMITS) -> Json:
    """The JSON of ``exported`` for the file at ``path``; raises Refused for what cannot be read.

    The year of ``profile`` is that of forms that print none.
    """
    year = profile.year if profile else None
    return exported(read_document(open_pages(path, limits), year=year))
