"""A Finding says what is wrong, where, what is right, why, and what to do.

Findings are the only thing that checks produce and the only thing that reports print.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import PurePath

from xlperf.declarations.model import Severity

FINGERPRINTS = 2
"""The number of the way in which fingerprints are made: those of another way are not compared."""


class Status(Enum):
    """What became of a finding since an earlier check; ``UNCHECKED`` could not be looked at again."""

    NEW = "新问题"
    OPEN = "仍未改"
    FIXED = "已改正"
    UNCHECKED = "未复查"

    @property
    def english(self) -> str:
        """``new``, ``open``, ``fixed`` or ``unchecked``: the word used in JSON."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Location:
    """File, sheet and cell (A1); ``field`` is the id, ``label`` the official wording, ``row_key``
    what a person calls the table row (the indicator's name), ``form`` the alias of the form, ``item``
    the name of the project on a repeated form. Empty strings where not applicable.
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    label: str = ""
    row_key: str = ""
    unit_code: str = ""
    unit_name: str = ""
    form: str = ""
    item: str = ""

    @property
    def unit(self) -> str:
        """By what units differ: the code, without one the name, without either the file's name."""
        return self.unit_code or self.unit_name or PurePath(self.file.replace("\\", "/")).name


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. ``value`` and ``expected`` are printed texts, "" where there is none.

    ``amount_unit`` is the unit of both (万元, 人, %, 分). ``exempt`` carries the reason when an
    exemption covers the finding: it is then counted apart and never fails a run. ``twin`` counts, from
    0, the findings of one check that differ in nothing else; ``status`` is None unless the check was
    compared with an earlier one.
    """

    code: str
    severity: Severity
    message: str
    fix: str
    basis: str
    location: Location
    value: str = ""
    expected: str = ""
    amount_unit: str = ""
    exempt: str = ""
    twin: int = 0
    status: Status | None = None

    @property
    def subject(self) -> tuple[str, ...]:
        """What is wrong with what, wherever it is: code, form, project, field, row."""
        place = self.location
        return self.code, place.form or place.sheet, place.item, place.field or place.label, place.row_key

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stay the same when rows shift and when sheets and files are renamed."""
        parts = (self.location.unit, *self.subject, str(self.twin))
        return hashlib.sha256("\x1f".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]


def numbered(findings: Iterable[Finding]) -> list[Finding]:
    """The same findings, those alike in unit and subject counted in the order given."""
    seen: Counter[tuple[str, ...]] = Counter()
    counted = []
    for finding in findings:
        key = (finding.location.unit, *finding.subject)
        counted.append(replace(finding, twin=seen[key]))
        seen[key] += 1
    return counted
