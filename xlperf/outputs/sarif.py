"""A report as SARIF 2.1.0, the exchange format of code review and issue tracking systems.

A workbook has no lines: a result points at the file and, as a logical location, at sheet!cell.
"""

import json
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from xlperf.declarations.check_report import Report, codes_of
from xlperf.declarations.codes import CodeInfo
from xlperf.declarations.findings import FINGERPRINTS, Finding, Status
from xlperf.declarations.source import text_of
from xlperf.outputs.finding_texts import measured, place, subject

_STATES = {Status.NEW: "new", Status.OPEN: "unchanged", Status.FIXED: "absent"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report, target: Path | None = None) -> bytes:
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
    location = _location(finding)
    if location:
        result["locations"] = [location]
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


def _location(finding: Finding) -> dict[str, Any]:
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
