"""A folder or archive that came → a round: whose each file is, what was answered, what is the same."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from xlperf.checks.file_reading import read_file
from xlperf.checks.filing_parts import FilingPart, grouped, is_same_unit
from xlperf.checks.merged_filing import unit_of
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import text_of, texts_of
from xlperf.jobs.progress import Progress
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.runner import Runner, Task
from xlperf.jobs.sources import survey
from xlperf.jobs.unit_folders import UnitFiles, unit_files
from xlperf.notation.text import name_key
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.received_bytes import Refused, read_content
from xlperf.season.answers import FileAnswers, UnitAnswers, answers_in
from xlperf.season.season_records import Event, KeptFile, ReceivedRound, Round, Unit, UnitState
from xlperf.season.store import Store

_EMPTY = "F101"


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came: its bytes, None where they cannot be had, and what of a filing it is."""

    path: str
    data: bytes | None = None
    part: FilingPart | None = None
    answers: FileAnswers = field(default_factory=FileAnswers)
    unread: str = ""


def _read(path: str, profile_id: str, limits: Limits) -> ReceivedFile:
    """Read a file, in a worker."""
    try:
        data = read_content(path, limits)
    except Refused as refused:
        is_empty = refused.finding.code == _EMPTY
        return ReceivedFile(path, b"") if is_empty else ReceivedFile(path, unread=refused.finding.message)
    reading = read_file(path, load_profile(profile_id) if profile_id else None, limits)
    answers = answers_in(reading.opened, limits) if reading.opened else FileAnswers()
    return ReceivedFile(path, data, None if answers.is_letter else reading.part, answers)


def receive(
    store: Store,
    paths: Iterable[str | Path],
    *,
    day: date,
    by: str = "",
    workers: int = 1,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
) -> ReceivedRound:
    """Keep all that lies under ``paths`` as a new round, unless it is the last round once more.

    Raises InputError for a path that cannot be used.
    """
    given = [Path(path) for path in paths]
    sources = survey(given)
    files = sources.paths
    profile_id = store.about("profile")
    with store.change():
        last, _ = store.last_digest()
        made = Round(last + 1, day, by, "、".join(path.name for path in given))
        arrival = _Arrival(store, made, given)
        tasks = (Task(path, limits.seconds * 2, _read, (path, profile_id, limits)) for path in files)
        with Runner(workers, limits, load_declarations) as runner:
            for done, task in enumerate(runner.run(tasks), 1):
                read = (
                    ReceivedFile(task.path, unread=task.refusal.finding.message)
                    if task.refusal
                    else task.made()
                )
                arrival.keep(read)
                if progress:
                    progress(done, len(files))
        for found in sources.findings:
            arrival.leave_out(found.location.file, found.message)
        return arrival.settle(files)


class _Arrival:
    """A round in the making."""

    def __init__(self, store: Store, made: Round, given: Sequence[Path]) -> None:
        self._store, self._round, self._given = store, made, given
        self._files: dict[str, KeptFile] = {}
        self._parts: dict[str, FilingPart] = {}
        self._answers: dict[str, FileAnswers] = {}

    def keep(self, read: ReceivedFile) -> None:
        """Keep a file's content, and what it is until all are read."""
        digest = ""
        if read.data is not None:
            digest = hashlib.sha256(read.data).hexdigest()
            self._store.keep_content(digest, read.data)
        name, is_letter = self._name(read.path), read.answers.is_letter
        size = len(read.data or b"")
        self._files[read.path] = KeptFile(
            self._round.number, name, None, digest, size, read.unread, is_letter
        )
        self._answers[read.path] = read.answers
        if read.part:
            self._parts[read.path] = read.part

    def leave_out(self, path: str, why: str) -> None:
        """Keep that a file came which is not read."""
        self._files[path] = KeptFile(self._round.number, self._name(path), None, "", 0, why)

    def _name(self, path: str) -> str:
        """The path as it is kept: from the folder or file that was given, each under its own name."""
        for given in self._given:
            if Path(path).is_relative_to(given):
                inner = Path(path).relative_to(given)
                several = len(self._given) > 1 or not given.is_dir()
                return (Path(given.name) / inner if several else inner).as_posix()
        return Path(path).name

    def settle(self, order: Sequence[str]) -> ReceivedRound:
        """Put the round into the season."""
        digest = hashlib.sha256(
            "\n".join(sorted(f"{file.path} {file.digest}" for file in self._files.values())).encode()
        ).hexdigest()
        _, same = self._store.last_digest()
        if same == digest:
            return ReceivedRound(0, len(self._files))
        self._store.add_round(self._round, digest)
        result = ReceivedRound(self._round.number, len(self._files))
        result.unread = [file.path for file in self._files.values() if file.unread]
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
        for file in self._files.values():
            if file.unit is None:
                self._store.add_file(file)
        return result

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
        store, number = self._store, self._round.number
        files = [replace(self._files[path], unit=unit.id) for path in paths]
        kept = [file for file in store.files(unit.id, before[-1]) if not file.is_letter] if before else []
        given = [answer for path in paths for answer in self._answers[path].answers]
        answers = UnitAnswers(given)
        old = {(answer.message, answer.text) for _, answer in store.answers(unit.id)}
        new = [a for a in given if (a.message, a.text) not in old]
        for path, file in zip(paths, files, strict=True):
            self._files[path] = file
            store.add_file(file)
        forms = {file.digest for file in files if not file.is_letter}
        is_same = bool(before) and forms <= {file.digest for file in kept}
        older = 0 if is_same else self._older(unit, forms, before[:-1])
        is_copy = bool(before) and bool(forms) and all(map(store.is_sent, forms))
        store.add_answers(unit.id, number, [replace(a, file="") for a in new])
        if answers.empty:
            result.empty.append((unit, len(answers.empty), answers.empty[0]))
        nothing_new = (is_same or is_copy) and not new
        store.add_package(unit.id, number, checked=nothing_new)
        self._note(
            unit, len(files), len(new), (older or before[-1]) if before else 0, is_same, is_copy, bool(older)
        )
        if nothing_new:
            result.same.append(unit)
            return
        (result.again if before else result.first).append(unit)
        unit.state = UnitState.AGAIN if before else UnitState.RECEIVED
        store.put_unit(unit)

    def _older(self, unit: Unit, forms: set[str], before: Sequence[int]) -> int:
        """The latest round of ``before`` in which the unit had sent the same; 0 for none."""
        for number in reversed(before) if forms else ():
            if forms <= {file.digest for file in self._store.files(unit.id, number) if not file.is_letter}:
                return number
        return 0

    def _note(
        self,
        unit: Unit,
        count: int,
        answers: int,
        before: int,
        is_same: bool,
        is_copy: bool,
        is_older: bool,
    ) -> None:
        """Note what came; ``before`` is the round in which the same came, else the last one."""
        texts = texts_of("season")["events"]
        first = texts["same" if is_same else "older" if is_older else "received"]
        said = [str(first).format(count=count, round=before)]
        said += [texts["unchanged"]] if is_copy and not is_same and not answers else []
        said += [text_of("season", "events", "answered", count=answers)] if answers else []
        said += [texts["after"]] if unit.state is UnitState.ACCEPTED and not is_same else []
        self._store.note(Event(self._round.day, self._round.number, unit.id, "；".join(said), self._round.by))


class _Units:
    """The units of the season by what files call them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._units = store.units()
        self._codes = {unit.code: unit for unit in self._units if unit.code}
        self._names: dict[str, list[Unit]] = defaultdict(list)
        for unit in self._units:
            self._names[name_key(unit.name)].append(unit)

    def find(self, group: UnitFiles) -> Unit | None:
        """The unit of some files, a new one where the list has none; None where they name none."""
        if group.code in self._codes:
            return self._codes[group.code]
        if not (group.code or group.name):
            return None
        alike = self._names.get(name_key(group.name), []) if group.name else []
        if not alike and group.name:
            key = name_key(group.name)
            alike = [unit for unit in self._units if is_same_unit(name_key(unit.name), key)]
        if len(alike) == 1:
            return alike[0]
        unit = self._store.add_unit(Unit(0, group.code, group.name or group.folder, is_listed=False))
        self._units.append(unit)
        if unit.code:
            self._codes[unit.code] = unit
        self._names[name_key(unit.name)].append(unit)
        return unit
