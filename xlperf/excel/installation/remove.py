"""``xlperf addin remove``: undoes what install did, and leaves everything else as it is."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath

from xlperf.core.files import output_error
from xlperf.excel.installation.conditions import require_closed, require_other_python, require_windows
from xlperf.excel.installation.copying import take_away
from xlperf.excel.installation.excel import profiles
from xlperf.excel.installation.opens import withdraw
from xlperf.excel.installation.places import Places, places
from xlperf.excel.installation.record import Record, load, save
from xlperf.excel.installation.traces import clear
from xlperf.excel.installation.trust import distrust
from xlperf.excel.installation.wording import text
from xlperf.excel.machine import Machine


def remove(machine: Machine, *, venv: bool = False, settings: bool = False) -> Iterator[str]:
    """Take the add-in out of Excel and off the disk; what was done, a sentence each.

    ``venv`` removes its Python too, ``settings`` the user's settings. InputError before anything
    is changed: not Windows, Excel running, or the Python to remove is the one that runs. OutputError
    when Windows refuses a step.
    """
    require_windows(machine)
    require_closed(machine)
    where = places(machine)
    if venv:
        require_other_python(machine, where)
    record = load(machine, where)
    done = False
    for step in _steps(machine, where, record, venv=venv, settings=settings):
        done = True
        yield step
    yield text("removed" if done else "nothing_to_remove")


def _steps(machine: Machine, where: Places, record: Record, *, venv: bool, settings: bool) -> Iterator[str]:
    yield from _withdraw(machine, where, record)
    for path in (where.listed, where.started):
        yield from take_away(machine, where, path, record.digest)
    left = Record(venv=record.venv)
    if venv:
        yield from _delete(machine, where.venv)
        left = replace(left, venv=False)
    if settings:
        yield from _delete(machine, where.settings)
    _forget(machine, where, left)


def _withdraw(machine: Machine, where: Places, record: Record) -> Iterator[str]:
    versions = {*profiles(machine), *(one.version for one in record.registrations)}
    for version in sorted(versions):
        if withdraw(machine.registry, version, where.listed, record.registration(version)):
            yield text("withdrawn", version=version)
    for made in record.trusted:
        if distrust(machine.registry, made, where.home):
            yield text("distrusted", version=made.version, path=where.home)
    clear(machine.registry, record.created)


def _forget(machine: Machine, where: Places, left: Record) -> None:
    """Keep on record only the Python that stays; an empty folder of ours goes."""
    machine.file(where.record).unlink(missing_ok=True)
    if left.venv:
        save(machine, where, left)
    with suppress(OSError):
        machine.file(where.home).rmdir()


def _delete(machine: Machine, path: PurePath) -> Iterator[str]:
    folder = machine.file(path)
    if folder.is_dir():
        _delete_tree(folder)
        yield text("folder_removed", path=path)


def _delete_tree(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise output_error(folder, error) from error
