"""The add-in file: put in its place free of the mark of the internet, or taken away; older ones are kept."""

import hashlib
from datetime import datetime
from pathlib import Path, PurePath

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write, ensure_writable_dir, output_error
from xlperf.core.paths import macros_dir
from xlperf.excel.installation.places import ADDIN, Places
from xlperf.excel.installation.wording import text
from xlperf.excel.machine import Machine


def shipped() -> Path:
    """The add-in of this xlperf; InputError where it was not built."""
    path = macros_dir() / ADDIN
    if not path.is_file():
        raise InputError(text("no_addin", path=path))
    return path


def digest(content: bytes) -> str:
    """What tells one file from another."""
    return hashlib.sha256(content).hexdigest()


def put(machine: Machine, where: Places, target: PurePath, content: bytes) -> list[str]:
    """Write the add-in to ``target``; what to tell. A different file that lies there is kept first."""
    path, told = machine.file(target), []
    ensure_writable_dir(path.parent)
    there = _content(path)
    if there not in (None, content):
        told.append(text("kept", path=keep(machine, where, target)))
    if there != content:
        atomic_write(path, content, sync=True)
    if zone(machine, target) is not None:
        unblock(machine, target)
    return [*told, text("copied", path=target)]


def keep(machine: Machine, where: Places, target: PurePath) -> PurePath:
    """Copy the file at ``target`` into the folder of backups, under a name of its own; the copy's path."""
    folder = machine.file(where.backups)
    ensure_writable_dir(folder)
    stem = f"xlperf-{datetime.now():%Y%m%d-%H%M%S}"
    names = (f"{stem}{f'-{number}' if number else ''}.xlam" for number in range(1000))
    name = next(one for one in names if not (folder / one).exists())
    atomic_write(folder / name, _content(machine.file(target)) or b"", sync=True)
    return where.backups / name


def take_away(machine: Machine, where: Places, target: PurePath, installed: str) -> list[str]:
    """Remove the add-in at ``target``; what to tell.

    A file other than the one ``installed`` (its digest) is kept first.
    """
    path, told = machine.file(target), []
    there = _content(path)
    if there is None:
        return []
    if digest(there) != installed:
        told.append(text("kept", path=keep(machine, where, target)))
    try:
        path.unlink()
    except OSError as error:
        raise output_error(path, error) from error
    return [*told, text("file_removed", path=target)]


def _content(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none; OutputError where another program holds it."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise output_error(path, error) from error


def zone(machine: Machine, target: PurePath) -> str | None:
    """The mark that Windows sets on files from elsewhere (their stream Zone.Identifier), None without one."""
    try:
        return _mark(machine, target).read_text("utf-8", errors="replace")
    except (OSError, ValueError):
        return None


def unblock(machine: Machine, target: PurePath) -> None:
    """Remove the mark, as the tick in the file's properties does."""
    mark = _mark(machine, target)
    try:
        mark.unlink()
    except OSError as error:
        raise output_error(mark, error) from error


def _mark(machine: Machine, target: PurePath) -> Path:
    path = machine.file(target)
    return Path(f"{path}:Zone.Identifier")
