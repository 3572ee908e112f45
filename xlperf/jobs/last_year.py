"""What came this year and the year before → the report of a check, with what contradicts last year."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.checks.last_year import check_last_year
from xlperf.checks.unit_filing import UnitFiling
from xlperf.declarations.check_report import Report
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.jobs.engines import Chosen
from xlperf.jobs.journal import Keeping
from xlperf.jobs.progress import Progress
from xlperf.jobs.unit_filings import ReceivedUnits, filing_of_stored, received_units, stored_filing
from xlperf.notation.text import name_key
from xlperf.ooxml.limits import LIMITS, Limits

if TYPE_CHECKING:
    from xlperf.ledgers.ledger import Ledger


@dataclass(slots=True)
class FilingIndex:
    """The filings of one year, packed, found by the unit's code or else by its name."""

    by_code: dict[str, bytes] = field(default_factory=dict)
    by_name: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, received: ReceivedUnits) -> "FilingIndex":
        """The index of what was received."""
        return cls.of_units(received.filings())

    @classmethod
    def of_units(cls, units: Iterable[UnitFiling]) -> "FilingIndex":
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


def read_last_year(
    paths: Iterable[str | Path],
    workers: int = 1,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
    engine: Chosen = "",
) -> FilingIndex:
    """Read what was filed the year before; raises as ``xlperf.jobs.check.check``."""
    with received_units(paths, workers=workers, progress=progress, limits=limits, engine=engine) as received:
        return FilingIndex.of(received)


def check_with_last_year(  # noqa: PLR0913 — one for each choice
    paths: Iterable[str | Path],
    last_year: Sequence[str | Path],
    profile: Profile | str | None = None,
    *,
    ledger: "Ledger | str | Path | None" = None,
    workers: int = 1,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
    keeping: Keeping | None = None,
    engine: Chosen = "",
) -> Report:
    """As ``xlperf.jobs.check.check``, and every unit against what it filed under ``last_year``."""
    earlier = read_last_year(last_year, workers, progress, limits, engine)
    with received_units(
        paths,
        profile,
        ledger=ledger,
        workers=workers,
        progress=progress,
        limits=limits,
        keeping=keeping,
        engine=engine,
        compare=_Comparing(earlier),
    ) as received:
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
