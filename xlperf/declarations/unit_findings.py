"""The findings of a unit, in pieces as they were found → counted, numbered and in the order of a list.

Pieces and settled units are bytes and plain values: workers make them, a temporary database holds them.
"""

import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

from xlperf.declarations.finding_order import finding_key, place_key, unit_key
from xlperf.declarations.findings import Finding, Link, Location, Status, numbered
from xlperf.declarations.forms_and_rules import Severity

_QUICK = 1
_SEVERITIES = {severity.value: severity for severity in Severity}


def packed(content: object) -> bytes:
    """What JSON can hold, as bytes that take little room."""
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), _QUICK)


def unpacked(data: bytes) -> Any:
    """What was ``packed``; raises ValueError for other bytes."""
    try:
        return json.loads(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError(str(error)) from error


def values_of(declared: Any) -> list[Any]:
    """The values of a dataclass with slots, in the order in which it takes them."""
    return [getattr(declared, name) for name in declared.__slots__]


_SEVERITY, _LOCATION, _STATUS, _FOLDED, _LINK, _OWN = map(
    Finding.__slots__.index, ("severity", "location", "status", "folded", "link", "own")
)


def finding_values(found: Finding) -> list[Any]:
    """A finding as values that JSON can hold."""
    values = values_of(found)
    values[_SEVERITY], values[_LOCATION] = found.severity.value, values_of(found.location)
    values[_FOLDED] = [finding_values(other) for other in found.folded]
    values[_STATUS] = found.status and found.status.value
    values[_LINK], values[_OWN] = found.link and found.link.value, found.own and found.own.value
    return values


def finding_of_values(values: list[Any]) -> Finding:
    """The finding that ``finding_values`` has taken apart."""
    severity, place = _SEVERITIES[values[_SEVERITY]], Location(*shared(values[_LOCATION]))
    under, link, own, status = (values[index] for index in (_FOLDED, _LINK, _OWN, _STATUS))
    values = shared(values)
    values[_SEVERITY], values[_LOCATION] = severity, place
    values[_FOLDED] = tuple(finding_of_values(other) for other in under)
    values[_LINK], values[_OWN] = link and Link(link), own and _SEVERITIES[own]
    values[_STATUS] = status and Status(status)
    return Finding(*values)


def shared(values: list[Any]) -> list[Any]:
    """The same values; texts that others have too are in memory once."""
    return [intern(value) if isinstance(value, str) else value for value in values]


Tabs = Callable[[str], Sequence[str]]
"""File → its sheets from left to right."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some findings of the ``unit``, ``count`` of them, packed with the tabs of their files."""

    unit: str
    count: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SettledUnit:
    """All findings of a unit in order, packed.

    ``counts`` are those of each severity, the gravest first; ``folded`` counts what is listed under them.
    ``files`` has the counts of every file that they are in.
    """

    unit: str
    counts: tuple[int, ...]
    folded: int
    files: Sequence[tuple[str, tuple[int, ...]]]
    data: bytes

    @property
    def place(self) -> tuple[int | str, ...]:
        """Where the unit comes among all."""
        return unit_key(self.unit, self.counts, known=bool(self.unit))


def pieces(findings: Iterable[Finding], tabs: Tabs) -> Iterator[Piece]:
    """The findings by unit, in the order given."""
    by_unit: dict[str, list[Finding]] = {}
    for found in findings:
        by_unit.setdefault(found.location.unit, []).append(found)
    for unit, found_here in by_unit.items():
        files = dict.fromkeys(found.location.file for found in found_here)
        sheets = {file: [*tabs(file)] for file in files}
        data = packed([sheets, [finding_values(found) for found in found_here]])
        yield Piece(unit, len(found_here), data)


def findings_in_piece(data: bytes) -> list[Finding]:
    """The findings of a piece."""
    return [finding_of_values(values) for values in unpacked(data)[1]]


def findings_of(data: bytes) -> list[Finding]:
    """The findings of a settled unit."""
    return [finding_of_values(values) for values in unpacked(data)]


def settled_units(units: Sequence[tuple[str, Sequence[bytes]]], is_numbered: bool) -> list[SettledUnit]:
    """Units with the data of their pieces; ``is_numbered``: findings that are alike get numbers."""
    return [_settled(unit, data, is_numbered) for unit, data in units]


def _settled(unit: str, parts: Iterable[bytes], is_numbered: bool) -> SettledUnit:
    found: list[Finding] = []
    tabs: dict[str, Any] = {}
    for part in parts:
        sheets, values = unpacked(part)
        tabs |= sheets
        found += map(finding_of_values, values)
    if is_numbered:
        found = [*numbered(sorted(found, key=lambda finding: place_key(finding, tabs)))]
    found.sort(key=lambda finding: finding_key(finding, tabs))
    counts = _counts(found)
    data = packed([finding_values(finding) for finding in found])
    return SettledUnit(unit, counts, sum(len(finding.folded) for finding in found), _by_file(found), data)


def _counts(findings: Iterable[Finding]) -> tuple[int, ...]:
    counted = Counter(finding.severity for finding in findings)
    return tuple(counted[severity] for severity in Severity)


def _by_file(findings: Iterable[Finding]) -> list[tuple[str, tuple[int, ...]]]:
    counts: dict[str, list[int]] = {}
    for finding in findings:
        for file in files_of(finding):
            counts.setdefault(file, [0] * len(Severity))[finding.severity.rank] += 1
    return [(file, tuple(counted)) for file, counted in counts.items()]


def files_of(finding: Finding) -> set[str]:
    """The files that a finding is in."""
    return {finding.location.file, *(other.location.file for other in finding.linked(Link.PLACE))}
