"""A folder or archive that came → a round: whose each file is, what was answered, what is the same."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Self

from xlperf.checks.file_reading import read_file
from xlperf.checks.filing_parts import FilingPart, grouped, is_same_unit
from xlperf.checks.merged_filing import unit_of
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import texts_of
from xlperf.jobs.engines import Engine
from xlperf.jobs.originals import Spool
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.run_options import USUAL, Progress, RunOptions
from xlperf.jobs.runner import Task
from xlperf.jobs.sources import Sources, survey
from xlperf.jobs.unit_folders import UnitFiles, unit_files
from xlperf.notation.text import name_key
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused, read_content
from xlperf.season.answers import FileAnswers, UnitAnswers, answers_in
from xlperf.season.season_records import (
    BETWEEN_SOURCES,
    Event,
    KeptFile,
    ReceivedRound,
    Round,
    Unit,
    UnitState,
)
from xlperf.season.store import Store

_EMPTY, _OTHER_UNIT = "F101", "D923"


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came: its bytes, None where they cannot be had for what ``refused`` says, and what of a
    filing it is.
    """

    path: str
    data: bytes | None = None
    part: FilingPart | None = None
    answers: FileAnswers = field(default_factory=FileAnswers)
    refused: Finding | None = None


def _read(path: str, profile_id: str, limits: Limits) -> ReceivedFile:
    """Read a file, in a worker."""
    try:
        data = read_content(path, limits)
    except Refused as refused:
        is_empty = refused.finding.code == _EMPTY
        return ReceivedFile(path, b"") if is_empty else ReceivedFile(path, refused=refused.finding)
    reading = read_file(path, load_profile(profile_id) if profile_id else None, limits)
    answers = answers_in(reading.opened, limits) if reading.opened else FileAnswers()
    return ReceivedFile(path, data, None if answers.is_letter else reading.part, answers)


def receive(
    store: Store,
    paths: Iterable[str | Path],
    *,
    day: date,
    by: str = "",
    options: RunOptions = USUAL,
) -> ReceivedRound:
    """Keep all that lies under ``paths`` as a new round, unless it is the last round once more.

    The season is written when all has been read. Raises InputError for a path that cannot be used.
    """
    given = [Path(path) for path in paths]
    sources = survey(given)
    with Arrival(store, given) as arrival, options.runner(load_declarations) as runner:
        arrival.read(sources, runner, options.limits, options.progress)
        with store.change():
            made = Round(store.last_round() + 1, day, by, BETWEEN_SOURCES.join(path.name for path in given))
            return arrival.settle(made, sources.paths)


class Arrival:
    """What came under some paths, on disk until all of it is read; then a round in the making."""

    def __init__(self, store: Store, given: Sequence[Path]) -> None:
        self._store, self._given = store, given
        self._spool = Spool()
        self._round = Round(0, date.min, "", "")
        self._files: dict[str, KeptFile] = {}
        self._parts: dict[str, FilingPart] = {}
        self._answers: dict[str, FileAnswers] = {}
        self.refused: list[Finding] = []
        """Why files are not read or are nobody's, under the names by which they are kept."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._spool.close()

    def read(
        self, sources: Sources, runner: Engine, limits: Limits, progress: Progress | None = None
    ) -> None:
        """Read the files of ``sources``, and note what is not read."""
        profile_id = self._store.about("profile")
        files = sources.paths
        tasks = (Task(path, limits.seconds * 2, _read, (path, profile_id, limits)) for path in files)
        for done, task in enumerate(runner.run(tasks), 1):
            refusal = task.refusal
            self._keep(ReceivedFile(task.path, refused=refusal.finding) if refusal else task.made())
            if progress:
                progress(done, len(files))
        for found in sources.findings:
            self._refuse(found.location.file, found)

    def _keep(self, read: ReceivedFile) -> None:
        """Keep a file's content, and what it is until all are read."""
        digest = ""
        if read.data is not None:
            digest = hashlib.sha256(read.data).hexdigest()
            self._spool.put(read.path, read.data)
        name, is_letter = self._name(read.path), read.answers.is_letter
        size = len(read.data or b"")
        self._files[read.path] = KeptFile(0, name, None, digest, size, is_letter=is_letter)
        self._answers[read.path] = read.answers
        if read.part:
            self._parts[read.path] = read.part
        if read.refused:
            self._refuse(read.path, read.refused)

    def _refuse(self, path: str, found: Finding) -> None:
        """Keep that a file came which is not read, and why."""
        name = self._name(path)
        self._files[path] = KeptFile(0, name, None, "", 0, found.message)
        self.refused.append(replace(found, location=replace(found.location, file=name)))

    def _name(self, path: str) -> str:
        """The path as it is kept: from the folder or file that was given, each under its own name."""
        for given in self._given:
            if Path(path).is_relative_to(given):
                inner = Path(path).relative_to(given)
                several = len(self._given) > 1 or not given.is_dir()
                return (Path(given.name) / inner if several else inner).as_posix()
        return Path(path).name

    def settle(self, made: Round, order: Sequence[str]) -> ReceivedRound:
        """Put the round into the season, each file under the unit that it names."""
        digest = hashlib.sha256(
            "\n".join(sorted(f"{file.path} {file.digest}" for file in self._files.values())).encode()
        ).hexdigest()
        _, same = self._store.last_digest()
        if same == digest:
            return ReceivedRound(0, len(self._files))
        self._store.add_round(made, digest)
        self._round = made
        result = self._result()
        units = _Units(self._store)
        of_units: dict[int, tuple[Unit, list[str]]] = {}
        for group in unit_files(self._named(order)):
            unit = units.find(group)
            if unit is None:
                result.unknown += [self._files[path].path for path in group.paths]
            else:
                of_units.setdefault(unit.id, (unit, []))[1].extend(group.paths)
        packages = self._store.packages()
        for unit, paths in of_units.values():
            self._package(unit, paths, packages.get(unit.id, []), result)
        self._add_others()
        return result

    def settle_of(self, unit: Unit, made: Round, order: Sequence[str]) -> ReceivedRound:
        """Put what ``unit`` handed in into the round ``made``, which the season has already.

        Files that name another unit are nobody's.
        """
        self._round = made
        result, units = self._result(), _Units(self._store)
        own: list[str] = []
        for group in unit_files(self._named(order)):
            if units.may_be(group, unit):
                own += group.paths
                continue
            for path in group.paths:
                self._set_aside(path, " ".join(filter(None, (group.code, group.name))), unit)
        if own:
            before = [number for number in self._store.packages().get(unit.id, []) if number < made.number]
            self._package(unit, own, before, result)
        self._add_others()
        return result

    def _set_aside(self, path: str, other: str, unit: Unit) -> None:
        """Keep a file that names an ``other`` unit than the one that handed it in under neither."""
        file = self._files[path]
        place = Location(file.path, unit_code=unit.code, unit_name=unit.name)
        found = finding(_OTHER_UNIT, place, expected=unit.title, value=other)
        self._files[path] = replace(file, unread=found.message)
        self.refused.append(found)

    def _result(self) -> ReceivedRound:
        result = ReceivedRound(self._round.number, len(self._files))
        result.unread = [file.path for file in self._files.values() if file.unread]
        return result

    def _add_others(self) -> None:
        """Keep the files that are no unit's."""
        for path in [path for path, file in self._files.items() if file.unit is None]:
            self._add(path, None)

    def _add(self, path: str, unit: int | None) -> KeptFile:
        """Keep a file with its content in the round."""
        file = replace(self._files[path], round=self._round.number, unit=unit)
        data = self._spool.take(path)
        if data is not None:
            self._store.keep_content(file.digest, data)
        self._store.add_file(file)
        self._files[path] = file
        return file

    def _named(self, order: Sequence[str]) -> Iterator[CheckedFile]:
        """The files with the units that they, their packages or the letters name."""
        parts = [self._parts[path] for path in order if path in self._parts]
        named = {part.path: (part.code, part.name) for part in parts}
        for group in grouped(parts):
            named |= dict.fromkeys((part.path for part in group), unit_of(group))
        for path in order:
            code, name = named.get(path, ("", self._answers[path].unit))
            yield CheckedFile(path, code, name)

    def _package(
        self, unit: Unit, paths: Sequence[str], before: Sequence[int], result: ReceivedRound
    ) -> None:
        """Keep what a unit sent; ``before`` are the rounds in which it had filed."""
        store, made = self._store, self._round
        files = [self._add(path, unit.id) for path in paths]
        given = [answer for path in paths for answer in self._answers[path].answers]
        old = {(answer.message, answer.text) for _, answer in store.answers(unit.id)}
        new = [replace(a, file="") for a in given if (a.message, a.text) not in old]
        store.add_answers(unit.id, made.number, new)
        if empty := UnitAnswers(given).empty:
            result.empty.append((unit, len(empty), empty[0]))
        forms = _forms(files)
        earlier = {at: found for at in before if (found := _forms(store.files(unit.id, at)))}
        alike = next((at for at in reversed(earlier) if forms <= earlier[at]), 0) if forms else 0
        is_same = bool(before) and (not forms or alike == max(earlier, default=-1))
        is_copy = bool(before) and bool(forms) and all(map(store.is_sent, forms))
        nothing_new = (is_same or is_copy) and not new
        store.add_package(unit.id, made.number, checked=nothing_new)
        texts = texts_of("season")["events"]
        came = texts["same" if is_same else "older" if alike else "received"]
        said = [came.format(count=len(files), round=alike or max(before, default=0))]
        said += [texts["unchanged"]] if is_copy and not is_same and not new else []
        said += [texts["answered"].format(count=len(new))] if new else []
        said += [texts["after"]] if unit.state is UnitState.ACCEPTED and not is_same else []
        store.note(Event(made.day, made.number, unit.id, "；".join(said), made.by))
        if nothing_new:
            result.same.append(unit)
            return
        (result.again if before else result.first).append(unit)
        unit.state = UnitState.AGAIN if before else UnitState.RECEIVED
        store.put_unit(unit)


def _forms(files: Iterable[KeptFile]) -> set[str]:
    """The digests of what is no letter."""
    return {file.digest for file in files if not file.is_letter}


class _Units:
    """The units of the season by what files call them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._units = store.units()
        self._codes = {unit.code: unit for unit in self._units if unit.code}
        self._names: dict[str, list[Unit]] = defaultdict(list)
        for unit in self._units:
            self._names[name_key(unit.name)].append(unit)

    def _alike(self, group: UnitFiles) -> list[Unit]:
        """The units that some files may mean by what they name."""
        if group.code in self._codes:
            return [self._codes[group.code]]
        if not group.name:
            return []
        key = name_key(group.name)
        return self._names.get(key) or [u for u in self._units if is_same_unit(name_key(u.name), key)]

    def may_be(self, group: UnitFiles, unit: Unit) -> bool:
        """Whether some files do not name another unit of the season than ``unit``."""
        alike = self._alike(group)
        return not alike or any(other.id == unit.id for other in alike)

    def find(self, group: UnitFiles) -> Unit | None:
        """The unit of some files, a new one where the list has none; None where they name none."""
        if not (group.code or group.name):
            return None
        alike = self._alike(group)
        if len(alike) == 1:
            return alike[0]
        unit = self._store.add_unit(Unit(0, group.code, group.name or group.folder, is_listed=False))
        self._units.append(unit)
        if unit.code:
            self._codes[unit.code] = unit
        self._names[name_key(unit.name)].append(unit)
        return unit
