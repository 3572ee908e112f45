"""A report → what the page shows of it, as JSON: the verdict, the files, the findings of each form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any

from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import text_of
from xlperf.intake.open_any import open_pages
from xlperf.ooxml.limits import Limits
from xlperf.outputs.finding_texts import (
    profile_of,
    recognised,
    subject,
    texts_of_finding,
    under,
    unit_of,
    xml_text,
)
from xlperf.outputs.verdict import counts_text, verdict
from xlperf.server.page.surroundings import Drawing, Surroundings

_SHOWN = ("severity", "code", "file", "sheet", "cell", "message", "value", "expected", "basis", "fix")
_ORDER = {severity: number for number, severity in enumerate(Severity)}


def shown_report(report: Report) -> Mapping[str, Any]:
    """What the page shows: texts as the problem list has them, findings with their numbers in the report."""
    return {
        "verdict": xml_text(verdict(report)),
        "grade": report.worst.english if report.worst else "good",
        "counts": counts_text(report.findings),
        "files": [_file(file) for file in report.files],
        "groups": [*_groups(report.findings, _titles(report.files))],
    }


def _file(file: CheckedFile) -> Mapping[str, str]:
    return {
        "path": xml_text(file.path),
        "unit": xml_text(unit_of(Location(unit_code=file.unit_code, unit_name=file.unit_name))),
        "profile": xml_text(profile_of(file)),
        "forms": xml_text(recognised(file)),
        "counts": text_of(
            "reports", "verdict", "unit", errors=file.errors, warnings=file.warnings, notes=file.notes
        ),
    }


def _titles(files: Sequence[CheckedFile]) -> Mapping[tuple[str, str], str]:
    """The titles of the forms that were recognised, by file and sheet."""
    titles = {}
    for file in files:
        declared = load_profile(file.profile).forms if file.profile in profile_ids() else {}
        for seen in file.forms:
            if seen.form in declared:
                titles[file.path, seen.sheet] = " ".join(filter(None, (declared[seen.form].title, seen.item)))
    return titles


def _groups(
    findings: Sequence[Finding], titles: Mapping[tuple[str, str], str]
) -> Iterator[Mapping[str, Any]]:
    """The findings of each sheet of each file, the gravest first; so too the sheets of a file, the files."""
    groups: dict[tuple[str, str], list[tuple[int, Finding]]] = {}
    gravest: dict[str, int] = {}
    for number, found in enumerate(findings):
        place, rank = found.location, _ORDER[found.severity]
        groups.setdefault((place.file, place.sheet), []).append((number, found))
        gravest[place.file] = min(rank, gravest.get(place.file, rank))
    numbers = {file: number for number, file in enumerate(gravest)}
    for members in groups.values():
        members.sort(key=lambda member: _ORDER[member[1].severity])
    for (file, sheet), members in sorted(
        groups.items(),
        key=lambda group: (gravest[group[0][0]], numbers[group[0][0]], _ORDER[group[1][0][1].severity]),
    ):
        whole = text_of("selfcheck", "whole_file" if file else "all_files")
        yield {
            "file": xml_text(PurePath(file).name),
            "title": xml_text(titles.get((file, sheet), "")) or xml_text(sheet) or whole,
            "sheet": xml_text(sheet) if (file, sheet) in titles else "",
            "counts": counts_text([found for _, found in members]),
            "findings": [_finding(number, found) for number, found in members],
        }


def _finding(number: int, found: Finding) -> Mapping[str, Any]:
    texts = texts_of_finding(found)
    return {
        "number": number,
        "grade": found.severity.english,
        "subject": xml_text(subject(found)),
        "under": [[heading, [*map(xml_text, listed)]] for heading, listed in under(found)],
        **{name: xml_text(texts[name]) for name in _SHOWN},
    }


def places_of(findings: Sequence[Finding]) -> Mapping[str, list[tuple[int, str, str]]]:
    """Where the findings about cells are, by file: the number of each finding, sheet and cell."""
    places: dict[str, list[tuple[int, str, str]]] = {}
    for number, found in enumerate(findings):
        if found.location.cell:
            where = number, found.location.sheet, found.location.cell
            places.setdefault(found.location.file, []).append(where)
    return places


def drawings_of(path: str, places: Sequence[tuple[int, str, str]], limits: Limits) -> Mapping[int, Any]:
    """The drawings for ``places`` of a file, by their numbers; raises Refused for one that is not read."""
    around = Surroundings(open_pages(Path(path), limits))
    drawn = {number: around.drawn(sheet, cell) for number, sheet, cell in places}
    return {number: _plain(drawing) for number, drawing in drawn.items() if drawing}


def _plain(drawing: Drawing) -> Mapping[str, Any]:
    rows = [
        [name, [asdict(cell) | {"text": xml_text(cell.text)} for cell in cells]]
        for name, cells in drawing.rows
    ]
    return {"columns": drawing.columns, "rows": rows}
