"""A report as JSON for programs; the shape is schemas/finding.schema.json."""

import json
from pathlib import Path

from xlperf.findings import Finding
from xlperf.reports.model import Report


def render(report: Report, target: Path | None = None) -> bytes:
    """The report as UTF-8 JSON, readable, keys in the order of the schema."""
    content = {
        "version": report.version,
        "summary": {
            "files": len(report.files),
            "errors": report.errors,
            "warnings": report.warnings,
            "notes": report.notes,
            "exempted": len(report.exempted),
        },
        "findings": [_finding(finding) for finding in report.findings],
        "exempted": [{**_finding(finding), "reason": finding.exempt} for finding in report.exempted],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode(errors="replace")


def _finding(finding: Finding) -> dict[str, str]:
    place = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity.english,
        "message": finding.message,
        "fix": finding.fix,
        "basis": finding.basis,
        "file": place.file,
        "sheet": place.sheet,
        "cell": place.cell,
        "field": place.field,
        "label": place.label,
        "row": place.row_key,
        "unit_code": place.unit_code,
        "unit_name": place.unit_name,
        "value": finding.value,
        "expected": finding.expected,
        "unit": finding.amount_unit,
        "fingerprint": finding.fingerprint,
    }
