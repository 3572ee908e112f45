"""What was found out about a file → bytes of packed JSON, and back; nothing that is read is run."""

import json
import zlib
from collections.abc import Iterable
from sys import intern
from typing import Any

from xlperf.checks.file_check import FileResult, Traits
from xlperf.checks.filing_parts import FilingPart
from xlperf.declarations.check_report import CheckedFile, SeenForm, UnitRatios
from xlperf.declarations.findings import Finding, Link, Location
from xlperf.declarations.model import Severity

_QUICK = 1
_SEVERITIES = {severity.value: severity for severity in Severity}


def stored_result(result: FileResult) -> bytes:
    """The result of a check as bytes."""
    file = [*_values(result.file)]
    file[_FORMS] = [_values(form) for form in result.file.forms]
    traits, ratios = result.traits, result.ratios
    return _packed(
        [
            file,
            [_finding_values(found) for found in result.findings],
            traits
            and [*_values(traits)[:1], _places(traits.texts), traits.filled, _values(traits.filled_at)],
            ratios and [ratios.unit_code, ratios.unit_name, dict(ratios.values)],
            result.package,
        ]
    )


def result_of_stored(data: bytes) -> FileResult:
    """The result that ``stored_result`` wrote; raises ValueError, TypeError or KeyError for other bytes."""
    file, findings, traits, ratios, package = _unpacked(data)
    forms = tuple(SeenForm(*_shared(form)) for form in file[_FORMS])
    file[_SHEETS], file[_FORMS], file[_DANGERS] = tuple(_shared(file[_SHEETS])), forms, tuple(file[_DANGERS])
    return FileResult(
        CheckedFile(*_shared(file)),
        [_finding(values) for values in findings],
        traits and _traits(*traits),
        ratios and UnitRatios(*ratios),
        package,
    )


def stored_part(part: FilingPart) -> bytes:
    """What of a filing a file is, as bytes."""
    values = {name: getattr(part, name) for name in part.__slots__}
    return _packed({**values, "projects": sorted(part.projects)})


def part_of_stored(data: bytes) -> FilingPart:
    """The part that ``stored_part`` wrote; raises ValueError, TypeError or KeyError for other bytes."""
    values = _unpacked(data)
    return FilingPart(**{**values, "projects": frozenset(values["projects"])})


def stored_findings(findings: Iterable[Finding]) -> bytes:
    """Findings as bytes, b"" for none."""
    values = [_finding_values(found) for found in findings]
    return _packed(values) if values else b""


def findings_of_stored(data: bytes) -> list[Finding]:
    """The findings that ``stored_findings`` wrote."""
    return [_finding(values) for values in _unpacked(data)] if data else []


def _packed(content: object) -> bytes:
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), _QUICK)


def _unpacked(data: bytes) -> Any:
    try:
        return json.loads(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _values(declared: Any) -> list[Any]:
    """The values of a dataclass with slots, in the order in which it takes them."""
    return [getattr(declared, name) for name in declared.__slots__]


_FORMS, _SHEETS, _DANGERS = map(CheckedFile.__slots__.index, ("forms", "sheets", "dangers"))
_SEVERITY, _LOCATION, _FOLDED, _LINK, _OWN = map(
    Finding.__slots__.index, ("severity", "location", "folded", "link", "own")
)


def _finding_values(found: Finding) -> list[Any]:
    values = _values(found)
    values[_SEVERITY], values[_LOCATION] = found.severity.value, _values(found.location)
    values[_FOLDED] = [_finding_values(other) for other in found.folded]
    values[_LINK], values[_OWN] = found.link and found.link.value, found.own and found.own.value
    return values


def _finding(values: list[Any]) -> Finding:
    severity, place = _SEVERITIES[values[_SEVERITY]], Location(*_shared(values[_LOCATION]))
    folded, link, own = (values[index] for index in (_FOLDED, _LINK, _OWN))
    values = _shared(values)
    values[_SEVERITY], values[_LOCATION] = severity, place
    values[_FOLDED] = tuple(_finding(other) for other in folded)
    values[_LINK], values[_OWN] = link and Link(link), own and _SEVERITIES[own]
    return Finding(*values)


def _shared(values: list[Any]) -> list[Any]:
    """The same values; texts that other files have too are in memory once."""
    return [intern(value) if isinstance(value, str) else value for value in values]


def _places(texts: dict[str, Location]) -> dict[str, list[Any]]:
    return {text: _values(place) for text, place in texts.items()}


def _traits(figures: str, texts: dict[str, list[str]], filled: str, filled_at: list[str]) -> Traits:
    places = {text: Location(*_shared(place)) for text, place in texts.items()}
    return Traits(figures, places, filled, Location(*_shared(filled_at)))
