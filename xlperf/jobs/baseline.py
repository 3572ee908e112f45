"""The JSON result of an earlier check and the report of this one → what is new, still open, fixed.

Units are the same by code or name, findings by what they are about: neither shifted rows nor renamed
sheets and files part a finding from its earlier self.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xlperf.checks.filing_parts import is_document
from xlperf.core.errors import InputError
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import (
    FINGERPRINTS,
    Finding,
    Link,
    Location,
    Status,
    changed,
    fold,
    unfolded,
)
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import text_of
from xlperf.declarations.stored_findings import in_order
from xlperf.notation.text import name_key
from xlperf.outputs.machine_reports import LOCATION, TEXTS

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier result: its file, the program's version, its findings, the exempted ones apart."""

    path: str
    version: str
    findings: Sequence[Finding]
    exempted: Sequence[Finding] = ()


def read_baseline(path: str | Path) -> Baseline:
    """Read what ``xlperf check -o ….json`` wrote.

    Raises InputError for a missing or damaged file, for found that is no such result, and for found
    whose fingerprints were made in another way.
    """
    content = _content(Path(path))
    if not {"version", "summary", "findings", "exempted"} <= content.keys():
        raise InputError(_message("other_format", path))
    if content.get("fingerprints") != FINGERPRINTS:
        raise InputError(_message("other_version", path, version=content["version"]))
    try:
        findings, exempted = (_findings(content[key]) for key in ("findings", "exempted"))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(_message("damaged", path)) from error
    return Baseline(str(path), str(content["version"]), findings, exempted)


def _message(key: str, path: str | Path, **values: object) -> str:
    again = text_of("messages", "baseline", "again")
    return text_of("messages", "baseline", key, path=path, again=again, **values)


def _content(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise InputError(_message("missing", path)) from None
    except OSError as error:
        raise InputError(_message("unreadable", path, reason=error.strerror or error)) from error
    except (ValueError, RecursionError) as error:
        raise InputError(_message("no_json", path)) from error
    return content if isinstance(content, dict) else {}


def _findings(entries: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """The findings of a result, those that have a cause listed under it."""
    findings: dict[str, Finding] = {}
    under: list[tuple[str, Finding]] = []
    for number, entry in enumerate(entries):
        cause = entry.get("cause")
        if isinstance(cause, dict):
            found = replace(_finding(entry), link=Link(cause["link"]))
            under.append((_text(cause["fingerprint"]), found))
        else:
            findings[_text(entry.get("fingerprint", str(number)))] = _finding(entry)
    for fingerprint, found in under:
        if fingerprint in findings:
            findings[fingerprint] = fold(findings[fingerprint], [found], Link.CONSEQUENCE)
        else:
            findings[f"{fingerprint} {len(findings)}"] = replace(found, link=None)
    return [*findings.values()]


def _finding(entry: Mapping[str, Any]) -> Finding:
    place = Location(**{name: _text(entry[key]) for name, key in LOCATION.items()})
    texts: dict[str, Any] = {name: _text(entry[key]) for name, key in TEXTS.items()}
    severity = Severity[entry.get("own_severity", entry["severity"]).upper()]
    return Finding(severity=severity, location=place, exempt=_text(entry.get("reason", "")), **texts)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def compare(report: Report, baseline: Baseline) -> Report:
    """The report with the status of each finding, and with those that only ``baseline`` has."""
    units = _Units(report, baseline)
    before = units.keyed(unfolded((*baseline.findings, *baseline.exempted)))
    now = units.keyed(unfolded((*report.findings, *report.exempted)))
    same = now.keys() & before.keys()
    gone = {key: found for key, found in before.items() if key not in same}
    renamed = units.renamed({key: found for key, found in now.items() if key not in same}, gone)
    statuses = iter([Status.OPEN if key in same or key in renamed else Status.NEW for key in now])
    left = iter([key in gone and key not in renamed.values() for key in before])

    def judged(found: Finding) -> Finding:
        """``found`` with its status; called once for each finding, in the order of ``now``."""
        return replace(found, status=next(statuses))

    def missing(found: Finding) -> Finding | None:
        """The earlier finding as fixed or unchecked, None where it is still there or was exempt.

        Called once for each finding, in the order of ``before``.
        """
        if not next(left) or found.exempt:
            return None
        return units.gone(found, Status.FIXED if units.checked(found.location) else Status.UNCHECKED)

    findings, exempted = ([*changed(part, judged)] for part in (report.findings, report.exempted))
    lost = [*changed(baseline.findings, missing)]
    return replace(
        report,
        findings=findings,
        exempted=exempted,
        baseline=baseline.path,
        fixed=in_order(found for found in lost if found.status is Status.FIXED),
        unchecked=in_order(found for found in lost if found.status is Status.UNCHECKED),
    )


class _Units:
    """The units of two checks, each under one name whether or not its files show the code."""

    def __init__(self, report: Report, baseline: Baseline) -> None:
        earlier = [found.location for found in (*baseline.findings, *baseline.exempted)]
        codes: dict[str, set[str]] = defaultdict(set)
        for place in (*earlier, *map(_file_place, report.files)):
            if place.unit_code and place.unit_name:
                codes[name_key(place.unit_name)].add(place.unit_code)
        self._codes = {name: found.pop() for name, found in codes.items() if len(found) == 1}
        items = {(self._unit(place), place.form, place.item) for place in earlier}
        self._forms: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._new_tabs: set[_Key] = set()
        self._known_as: dict[str, tuple[str, str]] = {}
        self._with_documents: set[str] = set()
        for file in report.files:
            place = _file_place(file)
            if is_document(file.path):
                self._with_documents |= {self._unit(place), Location(file.path).unit}
            if place.unit_code or place.unit_name:
                unit = self._unit(place)
                self._known_as.setdefault(unit, (place.unit_code, place.unit_name))
                for name in (unit, Location(file.path).unit):
                    self._forms[name].update((form.form, form.item) for form in file.forms)
                tabs = [(unit, form.form, form.item, form.sheet) for form in file.forms]
                self._new_tabs |= {(*tab[:2], tab[3]) for tab in tabs if tab[:3] not in items}

    def _unit(self, place: Location) -> str:
        return place.unit_code or self._codes.get(name_key(place.unit_name), "") or place.unit

    def keyed(self, findings: Iterable[Finding]) -> dict[_Key, Finding]:
        """Findings by unit and subject, equal ones counted."""
        seen: Counter[_Key] = Counter()
        keyed = {}
        for found in findings:
            key = (self._unit(found.location), *found.subject)
            keyed[*key, str(seen[key])] = found
            seen[key] += 1
        return keyed

    def gone(self, found: Finding, status: Status) -> Finding:
        """An earlier finding with its status, its unit called as this check calls it."""
        place = found.location
        code, name = self._known_as.get(self._unit(place), (place.unit_code, place.unit_name))
        return replace(found, status=status, location=replace(place, unit_code=code, unit_name=name))

    def checked(self, place: Location) -> bool:
        """Whether this check has read what the earlier finding was about; for a text that is a document."""
        if not place.form and is_document(place.file):
            return self._unit(place) in self._with_documents
        forms = self._forms.get(self._unit(place))
        same = forms is not None and (not place.form or (place.form, place.item) in forms)
        return same or self._is_renamed(place)

    def _is_renamed(self, place: Location) -> bool:
        """Whether a project that the earlier check does not name is on the sheet of this one."""
        unit = self._unit(place)
        known = (place.form, place.item) in self._forms.get(unit, ())
        return not known and (unit, place.form, place.sheet) in self._new_tabs

    def renamed(self, new: Mapping[_Key, Finding], gone: Mapping[_Key, Finding]) -> dict[_Key, _Key]:
        """New keys → gone ones that differ only in the name of a project on the same sheet."""
        lost = {
            (found.location.sheet, *_without_item(key)): key
            for key, found in gone.items()
            if self._is_renamed(found.location)
        }
        pairs = {key: lost.get((found.location.sheet, *_without_item(key))) for key, found in new.items()}
        return {key: found for key, found in pairs.items() if found}


def _file_place(file: CheckedFile) -> Location:
    return Location(file.path, unit_code=file.unit_code, unit_name=file.unit_name)


def _without_item(key: _Key) -> _Key:
    unit, code, form, _, *rest = key
    return unit, code, form, *rest
