"""``xlperf addin install``: Python environment, add-in file, list of add-ins; safe to repeat."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from xlperf.excel.installation.conditions import (
    require_closed,
    require_excel,
    require_plain_python,
    require_windows,
)
from xlperf.excel.installation.copying import (
    digest,
    put,
    shipped,
    take_away,
)
from xlperf.excel.installation.environment import Wish, prepare
from xlperf.excel.installation.excel import Excel
from xlperf.excel.installation.opens import (
    enter,
    entry_of,
    options,
    withdraw,
)
from xlperf.excel.installation.places import Places, places
from xlperf.excel.installation.record import Record, load, save
from xlperf.excel.installation.traces import missing
from xlperf.excel.installation.trust import is_trusted, locations, trust
from xlperf.excel.installation.wording import text
from xlperf.excel.machine import Machine


@dataclass(frozen=True, slots=True)
class Wanted:
    """``origin`` as in Wish; ``startup``: into XLSTART instead of the list; ``trusting``: its folder, too."""

    origin: Path | None = None
    startup: bool = False
    trusting: bool = False
    anew: bool = False


def install(machine: Machine, wanted: Wanted) -> Iterator[str]:
    """Install the add-in, or bring it to this version, step by step; what was done, a sentence each.

    InputError before anything is changed: not Windows, the Store's Python,
    Excel running or missing. OutputError when
    a step fails; what was done until then is recorded, so that remove undoes it.
    """
    require_windows(machine)
    require_plain_python(machine)
    where, addin = places(machine), shipped()
    require_closed(machine)
    excels = require_excel(machine)
    record = load(machine, where)
    made, told = prepare(machine, where, Wish(wanted.origin, wanted.anew))
    record.venv = record.venv or made
    yield told
    require_closed(machine)
    try:
        yield from _put(machine, where, record, addin.read_bytes(), startup=wanted.startup)
        if not wanted.startup:
            yield from _enter(machine, where, record, excels)
        if wanted.trusting:
            yield from _trust(machine, where, record, excels, startup=wanted.startup)
    finally:
        save(machine, where, record)
    yield text("installed")


def _put(machine: Machine, where: Places, record: Record, content: bytes, *, startup: bool) -> Iterator[str]:
    """Copy the file; where it was in the other place before, it goes from there."""
    target, other = (where.started, where.listed) if startup else (where.listed, where.started)
    record.version, record.file = version("xlperf"), str(target)
    yield from put(machine, where, target, content)
    yield from take_away(machine, where, other, record.digest)
    record.digest = digest(content)
    if startup:
        for made in record.registrations:
            withdraw(machine.registry, made.version, where.listed, made)
        record.registrations = []


def _enter(machine: Machine, where: Places, record: Record, excels: Sequence[Excel]) -> Iterator[str]:
    for excel in excels:
        there = entry_of(machine.registry, excel.version, where.listed)
        if there is None:
            record.registrations = [one for one in record.registrations if one.version != excel.version]
            record.created += missing(machine.registry, options(excel.version))
            record.registrations.append(enter(machine.registry, excel.version, where.listed))
        name = there.name if there else record.registrations[-1].name
        yield text("entered", version=excel.version, name=name)


def _trust(
    machine: Machine, where: Places, record: Record, excels: Sequence[Excel], *, startup: bool
) -> Iterator[str]:
    """Enter the folder of the add-in; Excel trusts its own XLSTART already."""
    if startup:
        yield text("startup_trusted")
        return
    for excel in excels:
        if not is_trusted(machine.registry, excel.version, where.home):
            record.created += missing(machine.registry, locations(excel.version))
            record.trusted.append(trust(machine.registry, excel.version, where.home))
            yield text("trusted", version=excel.version, path=where.home)
