"""Files and folders → one Report: each file read once, those of a unit checked together, then all units."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, overload

from xlperf import __version__
from xlperf.checks.district import check_district
from xlperf.checks.file_check import FileResult
from xlperf.checks.file_reading import FileReading
from xlperf.core.lazy import LazyModule
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile, StoredRows, in_memory_if_few
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.stored_findings import Spread, settled_findings
from xlperf.declarations.unit_findings import pieces
from xlperf.jobs.engines import spread_over
from xlperf.jobs.journal import Journal
from xlperf.jobs.originals import Originals
from xlperf.jobs.packages import PackageFile, check_files
from xlperf.jobs.reading_files import load_declarations, load_profiles
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.sources import Sources, survey
from xlperf.jobs.stored_results import StoredResult, file_of, ratios_of
from xlperf.jobs.worker import heap_at_rest

if TYPE_CHECKING:
    from xlperf.jobs import unit_filings
    from xlperf.ledgers import ledger as ledgers
    from xlperf.ledgers.ledger import Ledger
    from xlperf.ledgers.units import UnitRow
else:
    ledgers = LazyModule("xlperf.ledgers.ledger")
    unit_filings = LazyModule("xlperf.jobs.unit_filings")


def check(
    paths: Iterable[str | Path],
    profile: Profile | str | None = None,
    *,
    ledger: "Ledger | str | Path | None" = None,
    last_year: Sequence[str | Path] = (),
    options: RunOptions = USUAL,
    originals: Originals | None = None,
    compare: Callable[[Sequence[FileResult]], Iterable[Finding]] | None = None,
) -> Report:
    """Check workbooks, documents, folders and archives of them.

    ``profile`` (or its id) is for files that do not name their own; ``ledger`` lists who should have
    filed, ``last_year`` is what the units filed the year before, with which this year is compared.
    ``originals`` receives the bytes of the files, for a job that goes on with them; ``compare`` gives what
    else the results, findings aside, are to be compared with.
    Raises InputError for a path, profile, ledger or engine that cannot be used; what is wrong with a received
    file is a finding in the report.
    """
    if last_year:
        return unit_filings.check_with_last_year(paths, last_year, profile, ledger=ledger, options=options)
    with checked_run(paths, profile, options, originals=originals) as run:
        return run.report(ledger, compare(run.results) if compare else ())


@dataclass(frozen=True, slots=True, eq=False)
class CheckedRun:
    """Files that were read and checked; what was found is in ``journal`` as long as the block lasts.

    ``profile`` is for files that do not name their own, ``spread`` makes calls by the workers of the run,
    ``started`` is when the work began, by ``perf_counter``.
    """

    sources: Sources
    journal: Journal
    profile: Profile | None
    spread: Spread
    started: float

    @property
    def results(self) -> "_Results":
        """The results in the order of the files, without findings."""
        return _Results(self.sources.paths, self.journal)

    def report(self, ledger: "Ledger | str | Path | None" = None, others: Iterable[Finding] = ()) -> Report:
        """The report on the files, with what the comparison of all units adds, and ``others``.

        ``ledger`` lists who should have filed. Neither files nor findings are all in memory.
        """
        results, sources = self.results, self.sources
        rows = StoredRows(((path, stored.file_data) for path, stored in results.all()), file_of)
        files = in_memory_if_few(rows)
        rates = (("", stored.ratios_data) for _, stored in results.all() if stored.ratios_data)
        ratios = in_memory_if_few(StoredRows(rates, ratios_of))
        report = Report(__version__, files=files, ratios=ratios, left_out=sources.left_out)
        tabs = report.tabs()
        compared = check_district(results, _roster(ledger, self.profile, files), sources.unread)
        count = sum(stored.count for _, stored in results.all())
        found = chain(
            pieces(sources.findings, tabs),
            (piece for _, stored in results.all() for piece in stored.pieces()),
            (piece for finding in chain(compared, others) for piece in pieces([finding], tabs)),
        )
        report = report.with_findings(settled_findings(found, count, tabs, self.spread))
        journal, seconds = self.journal, time.perf_counter() - self.started
        return replace(report, unchanged=journal.unchanged, date=journal.date, seconds=seconds)


@contextmanager
def checked_run(
    paths: Iterable[str | Path],
    profile: Profile | str | None,
    options: RunOptions,
    *,
    originals: Originals | None = None,
    output: Path | None = None,
    call: Callable[[list[FileReading], Profile | None], list[PackageFile]] | None = None,
) -> Iterator[CheckedRun]:
    """Read everything under ``paths`` but ``output`` and check the packages.

    ``call`` gives what is kept of a package, the results of its check without it. The other arguments are
    those of ``check``, which also says what is raised.
    """
    started = time.perf_counter()
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    sources = survey(paths, output)
    prepare = load_declarations if len(sources.paths) > 1 else load_profiles
    with (
        heap_at_rest(),
        options.journal(chosen, *([call.__qualname__] if call else [])) as journal,
        options.runner(prepare) as runner,
    ):
        check_files(sources.paths, chosen, options, runner, journal, originals=originals, call=call)
        yield CheckedRun(sources, journal, chosen, spread_over(runner, options.limits), started)


class _Results(Sequence[FileResult]):
    """The results of a journal in the order of the files, without findings, each read when it is needed."""

    def __init__(self, paths: Sequence[str], journal: Journal) -> None:
        self._paths, self._journal = paths, journal

    def all(self) -> Iterator[tuple[str, StoredResult]]:
        """Every path with its result."""
        return ((path, StoredResult(self._journal.result(path))) for path in self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, index: int) -> FileResult: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FileResult]: ...
    def __getitem__(self, index: int | slice) -> FileResult | Sequence[FileResult]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return StoredResult(self._journal.result(self._paths[index])).without_findings()


def _roster(
    ledger: "Ledger | str | Path | None", profile: Profile | None, files: Iterable[CheckedFile]
) -> Sequence["UnitRow"]:
    """The units of the ledger, read with ``profile``, else its own, else that of most files."""
    if ledger is None:
        return ()
    if not isinstance(ledger, str | Path):
        return ledger.units
    used = Counter(file.profile for file in files if file.profile)
    if profile is None and not used:
        return ()
    usual = load_profile(used.most_common(1)[0][0]) if used else None
    return ledgers.read_ledger(ledger, profile, usual=usual).units
