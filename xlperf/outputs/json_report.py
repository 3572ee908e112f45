"""A report as JSON for programs; the shape is schemas/finding.schema.json."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from xlperf.declarations.check_report import CheckedFile, Report
from xlperf.declarations.findings import FINGERPRINTS, Finding

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


def render(report: Report, target: Path | None = None) -> bytes:
    """The report as UTF-8 JSON, readable, keys in the order of the schema."""
    content: dict[str, Any] = {
        "version": report.version,
        "fingerprints": FINGERPRINTS,
        "summary": {
            "files": len(report.files),
            "errors": report.errors,
            "warnings": report.warnings,
            "notes": report.notes,
            "exempted": len(report.exempted),
        },
        "files": [_file(file) for file in report.files],
        "findings": _findings(report.findings),
        "exempted": [{**_finding(finding), "reason": finding.exempt} for finding in report.exempted],
    }
    if report.baseline:
        counts = {status.english: len(found) for status, found in report.by_status.items()}
        content["baseline"] = {"file": report.baseline, **counts}
        content["fixed"], content["unchecked"] = _findings(report.fixed), _findings(report.unchecked)
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode(errors="replace")


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


def _findings(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [_finding(finding) for finding in findings]


def _finding(finding: Finding) -> dict[str, str]:
    texts = {key: getattr(finding, name) for name, key in TEXTS.items()}
    place = {key: getattr(finding.location, name) for name, key in LOCATION.items()}
    status = {"status": finding.status.english} if finding.status else {}
    return {
        "code": texts.pop("code"),
        "severity": finding.severity.english,
        **{key: texts.pop(key) for key in ("message", "fix", "basis")},
        **place,
        **texts,
        "fingerprint": finding.fingerprint,
        **status,
    }
