"""What units sent last → their findings, compared with the last check and with what the units answered."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from xlperf import __version__
from xlperf.checks.file_check import FileResult
from xlperf.core.files import output_error, safe_name
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.finding_filters import Exemption, apply
from xlperf.declarations.findings import Finding, Location, changed
from xlperf.declarations.source import text_of
from xlperf.jobs.baseline import Baseline, compare
from xlperf.jobs.check import check
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.unit_folders import UnitFiles, findings_by_unit
from xlperf.season.answers import UnitAnswers
from xlperf.season.copying import EarlierRounds
from xlperf.season.season_records import (
    BETWEEN_SOURCES,
    Event,
    FindingState,
    KeptFile,
    KeptFinding,
    Tally,
    Unit,
    state_of,
)
from xlperf.season.store import Store

_LONGEST, _DEEPEST, _LONGEST_SUFFIX = 240, 20, 16
"""Bytes of a name, folders above a file and letters of a suffix as they come out of an archive."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The outcome of a check: the report with names of files as received, and each unit's tally."""

    report: Report
    tallies: list[tuple[Unit, Tally]] = field(default_factory=list)


Others = Callable[[Iterable[FileResult], Mapping[str, tuple[Unit, KeptFile]]], Iterable[Finding]]
"""What else is to be found in results; the second argument has the unit and the kept file of each path."""


def last_files(store: Store, unit: int) -> list[KeptFile]:
    """The files of the last package of a unit that has more than letters."""
    files = [file for file in store.files(unit) if not file.is_letter and file.digest]
    return [file for file in files if file.round == files[-1].round]


@contextmanager
def unpacked(store: Store, files: Iterable[KeptFile]) -> Iterator[Path]:
    """A folder with these files, each under its round and name, while the block runs."""
    with TemporaryDirectory(prefix="xlperf-season-") as name:
        root = Path(name)
        for file in files:
            path = place_of(root, file)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(store.content(file.digest))
            except OSError as error:
                raise output_error(path, error) from error
        yield root


def place_of(root: Path, file: KeptFile) -> Path:
    """Where a file lies in the folder ``root``; names that are too long for a system are shortened."""
    path = Path(file.path)
    if max(len(part.encode()) for part in path.parts) > _LONGEST or len(path.parts) > _DEEPEST:
        name = f"{safe_name(path.stem, _LONGEST // 2)}{path.suffix[:_LONGEST_SUFFIX]}"
        path = Path(file.digest[:_LONGEST_SUFFIX], name)
    return root / str(file.round) / path


def moved(findings: Iterable[Finding], names: Mapping[str, str]) -> list[Finding]:
    """The findings with other names of files, those listed under others too."""
    return _placed(findings, lambda place: replace(place, file=names.get(place.file, place.file)))


def linked(store: Store, report: Report) -> Report:
    """The report with files of the last rounds named where they still lie, so that a list opens them."""
    sources = {made.number: made.source.split(BETWEEN_SOURCES) for made in store.rounds()}
    names: dict[str, str] = {}
    for file in sorted(store.files(), key=lambda file: file.round):
        places = [file.path, *(f"{source}/{file.path}" for source in sources.get(file.round, []))]
        names[file.path] = next((place for place in places if _is_there(place)), file.path)
    return replace(
        report,
        findings=moved(report.findings, names),
        exempted=moved(report.exempted, names),
        unchecked=moved(report.unchecked, names),
        files=[replace(file, path=names.get(file.path, file.path)) for file in report.files],
    )


def _is_there(place: str) -> bool:
    with suppress(OSError, ValueError):
        return Path(place).exists()
    return False


def _placed(findings: Iterable[Finding], elsewhere: Callable[[Location], Location]) -> list[Finding]:
    """The findings at other places, those listed under others too."""
    return [*changed(findings, lambda found: replace(found, location=elsewhere(found.location)))]


def review(
    store: Store,
    *,
    day: date,
    exemptions: Sequence[Exemption] = (),
    known: Sequence[str] = (),
    unit: int | None = None,
    others: Others | None = None,
    options: RunOptions = USUAL,
) -> Reviewed:
    """Check what every unit, or only ``unit``, sent last and has not been checked; all is kept, or nothing.

    ``exemptions`` are those of ``known`` codes; ``others`` is what else is found. Raises InputError as the
    check does.
    """
    waiting = {held: rounds for held, rounds in store.waiting().items() if unit in (None, held)}
    units = [found for found in store.units() if found.id in waiting]
    of_unit = {found.id: last_files(store, found.id) for found in units}
    files = [file for kept in of_unit.values() for file in kept]
    if not files:
        return Reviewed(Report(__version__))
    profile = store.about("profile") or None
    with unpacked(store, files) as root:
        places = {found.id: [str(place_of(root, file)) for file in of_unit[found.id]] for found in units}
        names = {str(place_of(root, file)): file.path for file in files}
        owners = {str(place_of(root, file)): (kept, file) for kept in units for file in of_unit[kept.id]}
        earlier = EarlierRounds(store, owners)

        def further(results: Sequence[FileResult]) -> Iterator[Finding]:
            """What earlier rounds and ``others`` say about the results."""
            yield from earlier.compare(results)
            yield from others(results, owners) if others else ()

        report = check([*names], profile, options=options, compare=further)
    opened, exempted, _ = apply(report.findings, exemptions, known, day)
    groups = [UnitFiles(found.code, found.name, "", tuple(places[found.id])) for found in units]
    last = {number: rounds[-1] for number, rounds in waiting.items()}
    return _keep(store, units, groups, report.holding(opened, exempted), names, day, earlier, last)


def _keep(  # noqa: PLR0913, PLR0917 — what a check has made
    store: Store,
    units: Sequence[Unit],
    groups: Sequence[UnitFiles],
    report: Report,
    names: Mapping[str, str],
    day: date,
    earlier_rounds: EarlierRounds,
    last: Mapping[int, int],
) -> Reviewed:
    """Keep the findings of each unit, and what later rounds are compared with.

    ``last`` has the round of each unit up to which this was checked. What another run has checked meanwhile
    is left as that has kept it.
    """
    owners = {path: unit for unit, group in zip(units, groups, strict=True) for path in group.paths}
    checked: dict[int, list[CheckedFile]] = defaultdict(list)
    for file in report.files:
        if unit := owners.get(file.path):
            renamed = replace(file, path=names[file.path], unit_code=unit.code, unit_name=unit.name)
            checked[unit.id].append(renamed)
    opened, exempted = (findings_by_unit(groups, found) for found in (report.findings, report.exempted))
    made = []
    for at, unit in enumerate(units):
        before = store.findings(unit.id).get(unit.id, [])
        part = replace(report, files=checked[unit.id], exempted=[], findings=[]).holding(
            named_as(moved(opened[at], names), unit), named_as(moved(exempted[at], names), unit)
        )
        compared = _compared(part, before)
        made.append((unit, compared, _with_states(store, unit, compared, before, last[unit.id])))
    tallies, reports = [], []
    with store.change():
        earlier_rounds.keep()
        still = store.waiting()
        for unit, compared, kept in made:
            number = last[unit.id]
            if number not in still.get(unit.id, []):
                continue
            store.put_findings(unit.id, kept)
            store.set_checked(unit.id, number)
            tallies.append((unit, Tally.of(kept)))
            store.note(Event(day, number, unit.id, _said(tallies[-1][1])))
            reports.append(compared)
    return Reviewed(_together(report, reports), tallies)


def _together(report: Report, parts: Sequence[Report]) -> Report:
    """The reports on units as one."""
    whole = replace(
        report,
        files=[file for part in parts for file in part.files],
        baseline=next((part.baseline for part in parts), ""),
        fixed=[found for part in parts for found in part.fixed],
        unchecked=[found for part in parts for found in part.unchecked],
    )
    return whole.holding(
        (found for part in parts for found in part.findings),
        (found for part in parts for found in part.exempted),
    )


def _compared(report: Report, before: Sequence[KeptFinding]) -> Report:
    """The report on a unit with the status of each finding."""
    alive = [kept for kept in before if kept.state is not FindingState.FIXED]
    baseline = Baseline(
        " ",
        __version__,
        [kept.finding for kept in alive if kept.state is not FindingState.EXEMPT],
        [kept.finding for kept in alive if kept.state is FindingState.EXEMPT],
    )
    return compare(report, baseline)


def named_as(findings: Iterable[Finding], unit: Unit) -> list[Finding]:
    """The findings as those of ``unit``, those listed under others too."""
    return _placed(findings, lambda place: replace(place, unit_code=unit.code, unit_name=unit.name))


def _with_states(
    store: Store, unit: Unit, report: Report, before: Sequence[KeptFinding], number: int
) -> list[KeptFinding]:
    """The findings to keep: those of the report, those that are gone, and fixed ones of earlier rounds."""
    earlier = {kept.finding.fingerprint: kept for kept in before}
    answers = UnitAnswers(answer for _, answer in store.answers(unit.id))

    def made(found: Finding) -> KeptFinding:
        """``found`` with its state, first round and answer; a changed finding drops its old answer."""
        known = earlier.get(found.fingerprint)
        answer = answers.to(found)
        if known and known.finding.message != found.message and answer == known.answer:
            answer = ""
        first = known.first if known and known.state is not FindingState.FIXED else number
        return KeptFinding(unit.id, found, state_of(found, answer), first, answer)

    kept = [made(found) for found in (*report.findings, *report.exempted, *report.unchecked, *report.fixed)]
    now = {held.finding.fingerprint for held in kept}
    gone = [old for old in before if old.state is FindingState.FIXED and old.finding.fingerprint not in now]
    return [*kept, *gone]


def _said(tally: Tally) -> str:
    is_plain = tally.is_clean and not (tally.answered or tally.fixed or tally.unchecked)
    return text_of(
        "season",
        "events",
        "clean" if is_plain else "checked",
        errors=tally.errors,
        warnings=tally.warnings,
        answered=tally.answered,
        fixed=tally.fixed,
        unchecked=tally.unchecked,
    )
