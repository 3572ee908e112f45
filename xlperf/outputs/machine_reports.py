"""A report as JSON in the shape of schemas/finding.schema.json; the pages of a file as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import FINGERPRINTS, Finding
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.source import Json
from xlperf.declarations.stored_findings import Spread, UnitData, chunks, findings_in
from xlperf.intake.open_any import open_pages
from xlperf.intake.reading.export import exported
from xlperf.intake.reading.read import read_document
from xlperf.ooxml.limits import LIMITS, Limits

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


def write_json(
    report: Report, stream: IO[bytes], target: Path | None = None, spread: Spread | None = None
) -> None:
    """Write the report as UTF-8 JSON, readable, keys in the order of the schema.

    ``spread`` makes the calls that print findings.
    """

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


def export_file(path: str | Path, profile: Profile | None = None, limits: Limits = LIMITS) -> Json:
    """The JSON of ``exported`` for the file at ``path``; raises Refused for what cannot be read.

    The year of ``profile`` is that of forms that print none.
    """
    year = profile.year if profile else None
    return exported(read_document(open_pages(path, limits), year=year))
