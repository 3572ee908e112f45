"""The files of the add-in on a Windows computer: where they lie; copied to their place, or removed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write, ensure_writable_dir, output_error
from xlperf.core.paths import macros_dir
from xlperf.declarations.source import text_of
from xlperf.excel.installation.computer import Machine

ADDIN = "xlperf.xlam"
_NAME = "xlperf"


def text(name: str, /, **values: object) -> str:
    """A message of install, status or remove (installation.json), its gaps filled with ``values``."""
    return text_of("installation", "texts", name, **values)


@dataclass(frozen=True, slots=True)
class InstallPaths:
    """``home`` holds what is installed, ``startup`` what Excel opens by itself, ``settings`` the user's."""

    home: PurePath
    startup: PurePath
    settings: PurePath

    @property
    def venv(self) -> PurePath:
        """The folder of the Python that the add-in calls; the add-in names it by its full path."""
        return self.home / "venv"

    @property
    def python(self) -> PurePath:
        """The interpreter with a console, for pip."""
        return self.venv / "Scripts" / "python.exe"

    @property
    def listed(self) -> PurePath:
        """The add-in file that Excel's list of add-ins names."""
        return self.home / ADDIN

    @property
    def started(self) -> PurePath:
        """The add-in file in XLSTART, which Excel opens without an entry in its list."""
        return self.startup / ADDIN

    @property
    def record(self) -> PurePath:
        """The file that says what install did."""
        return self.home / "addin.json"

    @property
    def backups(self) -> PurePath:
        """The folder of add-in files that were replaced."""
        return self.home / "backup"


def install_paths(machine: Machine) -> InstallPaths:
    """The paths of this user; raises InputError without the variables that Windows sets."""
    local, roaming = machine.variable("LOCALAPPDATA"), machine.variable("APPDATA")
    if not (local and roaming):
        raise InputError(text("no_folders"))
    home, profile = machine.pure(local) / _NAME, machine.pure(roaming)
    return InstallPaths(home, profile / "Microsoft" / "Excel" / "XLSTART", profile / _NAME)


def shipped_addin() -> Path:
    """The add-in of this xlperf; raises InputError where it was not built."""
    path = macros_dir() / ADDIN
    if not path.is_file():
        raise InputError(text("no_addin", path=path))
    return path


def digest(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def copy_addin(machine: Machine, paths: InstallPaths, target: PurePath, content: bytes) -> list[str]:
    """Write the add-in to ``target``; returns the messages about it. A different file there is kept first."""
    path, messages = machine.file(target), []
    ensure_writable_dir(path.parent)
    existing = _content(path)
    if existing not in (None, content):
        messages.append(_keep(machine, paths, target))
    if existing != content:
        atomic_write(path, content, sync=True)
    if internet_mark(machine, target) is not None:
        _remove_file(_mark(machine, target))
    return [*messages, text("copied", path=target)]


def remove_addin(machine: Machine, paths: InstallPaths, target: PurePath, installed: str) -> list[str]:
    """Remove the add-in at ``target``; returns the messages about it.

    A file other than the ``installed`` one (its digest) is kept first.
    """
    path, messages = machine.file(target), []
    existing = _content(path)
    if existing is None:
        return []
    if digest(existing) != installed:
        messages.append(_keep(machine, paths, target))
    _remove_file(path)
    return [*messages, text("file_removed", path=target)]


def _keep(machine: Machine, paths: InstallPaths, target: PurePath) -> str:
    """Copy the file at ``target`` into the folder of backups under a free name; returns the message."""
    folder = machine.file(paths.backups)
    ensure_writable_dir(folder)
    stem = f"xlperf-{datetime.now():%Y%m%d-%H%M%S}"
    names = (f"{stem}{f'-{number}' if number else ''}.xlam" for number in range(1000))
    name = next(name for name in names if not (folder / name).exists())
    atomic_write(folder / name, _content(machine.file(target)) or b"", sync=True)
    return text("kept", path=paths.backups / name)


def _content(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none; OutputError where another program holds it."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise output_error(path, error) from error


def internet_mark(machine: Machine, target: PurePath) -> str | None:
    """The mark that Windows sets on files from elsewhere (their stream Zone.Identifier), None without one."""
    try:
        return _mark(machine, target).read_text("utf-8", errors="replace")
    except (OSError, ValueError):
        return None


def _mark(machine: Machine, target: PurePath) -> Path:
    return Path(f"{machine.file(target)}:Zone.Identifier")


def _remove_file(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise output_error(path, error) from error
