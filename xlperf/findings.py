"""A Finding says what is wrong, where, what is right, why, and what to do.

Findings are the only thing that checks produce and the only thing that reports print.
"""

import hashlib
from dataclasses import dataclass

from xlperf.forms.model import Severity


@dataclass(frozen=True, slots=True)
class Location:
    """File, sheet and cell (A1); ``field`` is the id, ``label`` the official wording, ``row_key``
    what a person calls the table row (the indicator's name). Empty strings where not applicable.
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    label: str = ""
    row_key: str = ""
    unit_code: str = ""
    unit_name: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. ``value`` and ``expected`` are printed texts, "" where there is none.

    ``amount_unit`` is the unit of both (万元, 人, %, 分). ``exempt`` carries the reason when an
    exemption covers the finding: it is then counted apart and never fails a run.
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

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stay the same when rows shift: code, unit, sheet, field, row key."""
        place = self.location
        parts = (
            self.code,
            place.unit_code or place.unit_name or place.file,
            place.sheet,
            place.field,
            place.row_key,
        )
        return hashlib.sha256("\x1f".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]
