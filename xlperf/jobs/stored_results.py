"""What was found out about a file → bytes, and back; nothing that is read is run.

A result lies there in parts, so that a report unpacks of each file only what it needs: the file as reports
show it, what the comparison of units needs, rates, and the findings of each unit.
"""

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from xlperf.checks.file_check import FileResult, Traits
from xlperf.checks.filing_parts import FilingPart
from xlperf.declarations.check_report import UnitRatios
from xlperf.declarations.checked_files import CheckedFile, SeenForm
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.unit_findings import (
    Piece,
    finding_of_values,
    finding_values,
    findings_in_piece,
    packed,
    pieces,
    shared,
    unpacked,
    values_of,
)
from xlperf.jobs.dangers import dangers

_LENGTH = struct.Struct("<I")


def stored_result(result: FileResult) -> bytes:
    """The result of a check as bytes."""
    traits, ratios = result.traits, result.ratios
    found = [*pieces(result.findings, lambda path: result.file.sheets if path == result.file.path else ())]
    parts = [
        packed_file(replace(result.file, dangers=dangers(result.findings))),
        packed([*values_of(traits)[:1], _places(traits.texts), traits.filled, values_of(traits.filled_at)])
        if traits
        else b"",
        packed([ratios.unit_code, ratios.unit_name, dict(ratios.values)]) if ratios else b"",
        *(piece.data for piece in found),
    ]
    units = [(piece.unit, piece.count) for piece in found]
    head = json.dumps([result.package, units, [*map(len, parts)]], separators=(",", ":")).encode()
    return b"".join((_LENGTH.pack(len(head)), head, *parts))


class StoredResult:
    """What ``stored_result`` wrote; raises ValueError, TypeError or KeyError for other bytes.

    ``package`` is that of the result, ``file_data`` and ``ratios_data`` are packed.
    """

    def __init__(self, data: bytes) -> None:
        try:
            (length,) = _LENGTH.unpack_from(data)
        except struct.error as error:
            raise ValueError(str(error)) from error
        at = _LENGTH.size + length
        self.package, self._units, sizes = json.loads(data[_LENGTH.size : at])
        self._parts = []
        for size in sizes:
            self._parts.append(data[at : at + size])
            at += size
        self.file_data, self._traits, self.ratios_data = self._parts[:3]

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(count for _, count in self._units)

    def pieces(self) -> Iterator[Piece]:
        """The findings by unit."""
        for (unit, count), data in zip(self._units, self._parts[3:], strict=True):
            yield Piece(unit, count, data)

    def without_findings(self) -> FileResult:
        """The result, its findings aside."""
        traits = _traits(*unpacked(self._traits)) if self._traits else None
        ratios = ratios_of(self.ratios_data) if self.ratios_data else None
        return FileResult(file_of(self.file_data), [], traits, ratios, self.package)


def result_of_stored(data: bytes) -> FileResult:
    """The result that ``stored_result`` wrote; raises ValueError, TypeError or KeyError for other bytes."""
    stored = StoredResult(data)
    found = [finding for piece in stored.pieces() for finding in findings_in_piece(piece.data)]
    return replace(stored.without_findings(), findings=found)


def packed_file(file: CheckedFile) -> bytes:
    """A checked file as bytes."""
    values = values_of(file)
    values[_FORMS] = [values_of(form) for form in file.forms]
    return packed(values)


def file_of(data: bytes) -> CheckedFile:
    """The file that ``packed_file`` wrote."""
    values = unpacked(data)
    forms = tuple(SeenForm(*shared(form)) for form in values[_FORMS])
    sheets, dangerous = tuple(shared(values[_SHEETS])), tuple(values[_DANGERS])
    values[_SHEETS], values[_FORMS], values[_DANGERS] = sheets, forms, dangerous
    return CheckedFile(*values)


def ratios_of(data: bytes) -> UnitRatios:
    """The rates of a unit that are among the bytes of a result."""
    return UnitRatios(*unpacked(data))


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
