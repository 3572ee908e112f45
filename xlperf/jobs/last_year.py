"""What came this year and the year before → the report of a check, with what contradicts last year."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.checks.last_year import check_last_year
from xlperf.checks.unit_filing import UnitFiling
from xlperf.declarations.check_report import Report
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.unit_filings import filing_of_stored, received_units, stored_filing
from xlperf.notation.text import name_key

if TYPE_CHECKING:
    from xlperf.ledgers.ledger import Ledger


@dataclass(slots=True)
class FilingIndex:
    """The filings of one year, packed, found by the unit's code or else by its name."""

    by_code: dict[str, bytes] = field(default_factory=dict)
    by_name: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Iterable[UnitFiling]) -> "FilingIndex":
        """The index of some filings; of a unit that filed twice the first filing counts."""
        made = cls()
        for unit in units:
            data = stored_filing(unit)
            if unit.code:
                made.by_code.setdefault(unit.code, data)
            made.by_name.setdefault(name_key(unit.name), data)
        return made

    def find(self, code: str, name: str) -> UnitFiling | None:
        """The filing of a unit, None where there is none."""
        data = self.by_code.get(code) if code else None
        data = data or self.by_name.get(name_key(name))
        return filing_of_stored(data) if data else None


def check_with_last_year(
    paths: Iterable[str | Path],
    last_year: Sequence[str | Path],
    profile: Profile | str | None = None,
    *,
    ledger: "Ledger | str | Path | None" = None,
    options: RunOptions = USUAL,
) -> Report:
    """As ``xlperf.jobs.check.check``, and every unit against what it filed under ``last_year``."""
    with received_units(last_year, options=replace(options, keeping=None)) as received:
        comparing = _Comparing(FilingIndex.of(received.filings()))
    with received_units(paths, profile, ledger=ledger, options=options, compare=comparing) as received:
        return received.report


@dataclass(slots=True)
class _Comparing:
    """What contradicts last year's filings, unit by unit."""

    earlier: FilingIndex
    is_said: bool = False

    def __call__(self, unit: UnitFiling) -> Iterator[Finding]:
        """The contradictions of a unit."""
        last = self.earlier.find(unit.code, unit.name)
        place = Location(unit.files[0], unit_code=unit.code, unit_name=unit.name)
        if last is None:
            yield finding("D918", place, unit.name)
            return
        if last.year >= unit.year and not self.is_said:
            self.is_said = True
            yield finding("D919", place, Path(last.files[0]).name, last=last.year, this=unit.year)
        yield from check_last_year(unit, last)
