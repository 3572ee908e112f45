"""Units with findings → their copies and letters in a folder, noted in the season; acceptance."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from xlperf import __version__
from xlperf.core.errors import InputError
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import unfolded
from xlperf.declarations.source import text_of
from xlperf.jobs.annotate import AnnotateResult, Letter, annotate
from xlperf.jobs.dangers import dangers
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.notation.text import name_key
from xlperf.season.review import last_files, moved, place_of, unpacked
from xlperf.season.season_records import Event, FindingState, KeptFile, KeptFinding, Tally, Unit, UnitState
from xlperf.season.store import Store

_message = partial(text_of, "season", "messages")
_RETURNABLE = (UnitState.RECEIVED, UnitState.AGAIN)


@dataclass(frozen=True, slots=True)
class ReturnedPackage:
    """A unit with the files that go back to it and what was found in them."""

    unit: Unit
    files: Sequence[KeptFile]
    findings: Sequence[KeptFinding]


def chosen_units(store: Store, names: Iterable[str]) -> list[Unit]:
    """The units that ``names`` mean by code or name; raises InputError for one that is none or several."""
    units, found = store.units(), []
    for name in names:
        alike = [unit for unit in units if name in (unit.code, unit.name)] or [
            unit for unit in units if name_key(unit.name) == name_key(name)
        ]
        if not alike:
            raise InputError(_message("no_unit", unit=name))
        if len(alike) > 1:
            titles = "、".join(unit.title for unit in alike)
            raise InputError(_message("several_units", unit=name, names=titles))
        found += alike
    return found


def return_units(
    store: Store,
    folder: Path,
    letter: Letter,
    *,
    units: Sequence[Unit] = (),
    by: str = "",
    force: bool = False,
    options: RunOptions = USUAL,
) -> tuple[list[Unit], AnnotateResult | None]:
    """Write copies and letters of ``units``, of all that have open 错误 or 警告 where none are named.

    A return that was broken off is written again over its own files. Raises as ``annotate`` does.
    """
    findings = store.findings()
    waiting = store.packages(unchecked=True)
    due_back = [
        unit
        for unit in units or store.units()
        if (units or unit.state in _RETURNABLE)
        and unit.id not in waiting
        and not Tally.of(findings.get(unit.id, [])).is_clean
    ]
    if not due_back:
        return [], None
    with store.change():
        again = store.start_return(folder)
    packages = [
        ReturnedPackage(unit, last_files(store, unit.id), findings.get(unit.id, [])) for unit in due_back
    ]
    result = write_return(store, folder, packages, letter, force=force or again, options=options)
    with store.change():
        number = store.last_round()
        store.add_sent(hashlib.sha256(path.read_bytes()).hexdigest() for path in result.files)
        for unit in due_back:
            unit.state, unit.due = UnitState.RETURNED, letter.due
            store.put_unit(unit)
            said = text_of("season", "events", "returned", due=due_text(letter.due))
            store.note(Event(letter.day, number, unit.id, said, by, unit.state))
        store.end_return(folder)
    return due_back, result


def due_text(day: date | None) -> str:
    """A date by which something is due, as users read it."""
    if day is None:
        return text_of("season", "due", "none")
    return text_of("season", "due", "date", year=day.year, month=day.month, day=day.day)


def write_return(
    store: Store,
    folder: Path,
    packages: Sequence[ReturnedPackage],
    letter: Letter,
    *,
    force: bool = False,
    options: RunOptions = USUAL,
) -> AnnotateResult:
    """Write the copies and letters of ``packages`` into ``folder``; raises as ``annotate`` does."""
    with unpacked(store, (file for package in packages for file in package.files)) as root:
        seen, opened, answers = [], [], dict(letter.answers)
        for package in packages:
            unit, kept = package.unit, package.findings
            names = {file.path: str(place_of(root, file)) for file in package.files}
            shown = [held for held in kept if held.state.is_open]
            risks = dangers(unfolded(held.finding for held in kept if held.state is not FindingState.FIXED))
            mine = moved((held.finding for held in shown), names)
            answers |= {
                found.fingerprint: held.answer for found, held in zip(mine, shown, strict=True) if held.answer
            }
            bad = {held.finding.location.file for held in kept if held.finding.code in risks}
            seen += [
                CheckedFile(names[path], unit.code, unit.name, dangers=risks if path in bad else ())
                for path in names
            ]
            opened += mine
        report = Report(__version__, files=seen).holding(opened)
        whole = replace(letter, answers=answers)
        result = annotate(report, folder, letter=whole, force=force, options=options)
        shown_names = {str(place_of(root, file)): file.path for package in packages for file in package.files}
        return replace(result, findings=moved(result.findings, shown_names))


def accept(
    store: Store, *, units: Sequence[Unit] = (), day: date, by: str = "", reason: str = ""
) -> tuple[list[Unit], list[str]]:
    """Accept ``units``, all without anything left to do where none are named; and why others are not.

    No unit with an open 错误 is accepted; one with an open 警告 only for a ``reason``, which is noted.
    """
    findings, waiting = store.findings(), store.packages(unchecked=True)
    accepted, refused = [], []
    for unit in units or [unit for unit in store.units() if unit.state in _RETURNABLE]:
        tally = Tally.of(findings.get(unit.id, []))
        why = _why_not(unit, tally, unit.id in waiting, reason if units else "")
        if not why:
            accepted.append(unit)
        elif units:
            refused.append(why)
    with store.change():
        number = store.last_round()
        for unit in accepted:
            unit.state, unit.due = UnitState.ACCEPTED, None
            store.put_unit(unit)
            said = text_of("season", "events", "accepted_why" if reason else "accepted", reason=reason)
            store.note(Event(day, number, unit.id, said, by, unit.state))
    return accepted, refused


def _why_not(unit: Unit, tally: Tally, is_waiting: bool, reason: str) -> str:
    if is_waiting or unit.state is UnitState.MISSING:
        return _message("not_checked", unit=unit.title, state=unit.state.text)
    if tally.errors:
        return _message("has_errors", unit=unit.title, count=tally.errors)
    if tally.warnings and not reason:
        return _message("has_warnings", unit=unit.title, count=tally.warnings)
    return ""
