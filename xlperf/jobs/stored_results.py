"""What was found out about a file → bytes of packed JSON, and back; nothing that is read is run."""

from collections.abc import Iterable
from typing import Any

from xlperf.checks.file_check import FileResult, Traits
from xlperf.checks.filing_parts import FilingPart
from xlperf.declarations.check_report import CheckedFile, SeenForm, UnitRatios
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.stored_findings import (
    finding_of_values,
    finding_values,
    packed,
    shared,
    unpacked,
    values_of,
)


def stored_result(result: FileResult) -> bytes:
    """The result of a check as bytes."""
    file = [*values_of(result.file)]
    file[_FORMS] = [values_of(form) for form in result.file.forms]
    traits, ratios = result.traits, result.ratios
    return packed(
        [
            file,
            [finding_values(found) for found in result.findings],
            traits
            and [*values_of(traits)[:1], _places(traits.texts), traits.filled, values_of(traits.filled_at)],
            ratios and [ratios.unit_code, ratios.unit_name, dict(ratios.values)],
            result.package,
        ]
    )


def result_of_stored(data: bytes) -> FileResult:
    """The result that ``stored_result`` wrote; raises ValueError, TypeError or KeyError for other bytes."""
    file, findings, traits, ratios, package = unpacked(data)
    forms = tuple(SeenForm(*shared(form)) for form in file[_FORMS])
    file[_SHEETS], file[_FORMS], file[_DANGERS] = tuple(shared(file[_SHEETS])), forms, tuple(file[_DANGERS])
    return FileResult(
        CheckedFile(*shared(file)),
        [finding_of_values(values) for values in findings],
        traits and _traits(*traits),
        ratios and UnitRatios(*ratios),
        package,
    )


def stored_part(part: FilingPart) -> bytes:
    """What of a filing a file is, as bytes."""
    values = {name: getattr(part, name) for name in part.__slots__}
    return packed({**values, "projects": sorted(part.projects)})


def part_of_stored(data: bytes) -> FilingPart:
    """The part that ``stored_part`` wrote; raises ValueError, TypeError or KeyError for other bytes."""
    values = unpacked(data)
    return FilingPart(**{**values, "projects": frozenset(values["projects"])})


def stored_findings(findings: Iterable[Finding]) -> bytes:
    """Findings as bytes, b"" for none."""
    values = [finding_values(found) for found in findings]
    return packed(values) if values else b""


def findings_of_stored(data: bytes) -> list[Finding]:
    """The findings that ``stored_findings`` wrote."""
    return [finding_of_values(values) for values in unpacked(data)] if data else []


_FORMS, _SHEETS, _DANGERS = map(CheckedFile.__slots__.index, ("forms", "sheets", "dangers"))


def _places(texts: dict[str, Location]) -> dict[str, list[Any]]:
    return {text: values_of(place) for text, place in texts.items()}


def _traits(figures: str, texts: dict[str, list[str]], filled: str, filled_at: list[str]) -> Traits:
    places = {text: Location(*shared(place)) for text, place in texts.items()}
    return Traits(figures, places, filled, Location(*shared(filled_at)))
