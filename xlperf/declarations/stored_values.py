"""Findings and other declared values → bytes of packed JSON, and back; nothing that is read is run."""

import json
import zlib
from sys import intern
from typing import Any

from xlperf.declarations.findings import Finding, Link, Location, Status
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
