"""``xlperf addin install`` and ``remove``: install records each step, remove undoes these and no others."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write, ensure_writable_dir, output_error
from xlperf.core.paths import macros_dir
from xlperf.excel.installation.addin_files import (
    ADDIN,
    InstallPaths,
    copy_addin,
    digest,
    install_paths,
    prepare,
    remove_addin,
    require_other_python,
    text,
)
from xlperf.excel.installation.computer import WINDOWS, Machine
from xlperf.excel.installation.excels import (
    PROCESS,
    Excel,
    ExcelSettings,
    Registration,
    TrustedLocation,
    delete_empty,
    find_excels,
    missing_keys,
    user_versions,
)


@dataclass(slots=True)
class InstallRecord:
    """What install did. ``digest`` is the SHA-256 of the add-in that it copied, ``created`` the paths of the
    registry keys that did not exist before.
    """

    digest: str = ""
    registrations: list[Registration] = field(default_factory=list)
    trusted: list[TrustedLocation] = field(default_factory=list)
    created: list[str] = field(default_factory=list)


def install(
    machine: Machine,
    origin: Path | None = None,
    *,
    startup: bool = False,
    trusting: bool = False,
    reinstall: bool = False,
) -> Iterator[str]:
    """Install the add-in, or bring it to this version; yields a sentence for each step. Safe to repeat.

    ``origin``: the folder of wheels, or the wheel, to install from; ``startup``: into XLSTART instead of the
    list of add-ins; ``trusting``: enter the add-in's folder as a trusted location; ``reinstall``: packages of
    the right version, too.

    Raises InputError before anything is changed: not Windows, the Store's Python, Excel running or missing.
    Raises OutputError when a step fails; what was done until then is recorded, so that remove undoes it.
    """
    require_windows(machine)
    if machine.python.from_the_store:
        raise InputError(text("store_python"))
    paths, addin = install_paths(machine), macros_dir() / ADDIN
    if not addin.is_file():
        raise InputError(text("no_addin", path=addin))
    _require_closed(machine)
    excels = _usable_excels(machine)
    record = _load(paths)
    yield prepare(paths, origin, reinstall=reinstall)
    _require_closed(machine)
    try:
        yield from _copy(paths, record, addin.read_bytes(), startup=startup)
        if not startup:
            yield from _enter(paths, record, excels)
        if trusting and startup:
            yield text("startup_trusted")
        elif trusting:
            yield from _trust(paths, record, excels)
    finally:
        _save(paths, record)
    yield text("installed")


def remove(machine: Machine, *, venv: bool = False, settings: bool = False) -> Iterator[str]:
    """Take the add-in out of Excel and off the disk; yields a sentence for each step.

    ``venv`` removes its Python too, ``settings`` the user's settings. Raises InputError before anything
    is changed: not Windows, Excel running, or the Python to remove is the one that runs. Raises OutputError
    when Windows refuses a step.
    """
    require_windows(machine)
    _require_closed(machine)
    paths = install_paths(machine)
    if venv:
        require_other_python(paths)
    removed = False
    for message in _undo(paths, _load(paths), venv=venv, settings=settings):
        removed = True
        yield message
    yield text("removed" if removed else "nothing_to_remove")


def require_windows(machine: Machine) -> None:
    """Raise InputError on any other system: Excel calls Python through COM, which only Windows has."""
    if machine.platform != WINDOWS:
        raise InputError(text("not_windows"))


def _require_closed(machine: Machine) -> None:
    """A running Excel holds the file, and rewrites its list of add-ins when it ends."""
    if PROCESS in machine.processes():
        raise InputError(text("excel_running"))


def _usable_excels(machine: Machine) -> Sequence[Excel]:
    found = find_excels(machine)
    usable = [excel for excel in found if excel.new_enough]
    if not usable:
        raise InputError(text("excel_too_old" if found else "no_excel"))
    return usable


def _copy(paths: InstallPaths, record: InstallRecord, content: bytes, *, startup: bool) -> Iterator[str]:
    """Copy the file; where it was in the other place before, it is removed there."""
    target, other = (paths.started, paths.listed) if startup else (paths.listed, paths.started)
    yield from copy_addin(paths, target, content)
    yield from remove_addin(paths, other, record.digest)
    record.digest = digest(content)
    if startup:
        for registration in record.registrations:
            _settings(paths, registration.version).withdraw(paths.listed, registration)
        record.registrations = []


def _settings(paths: InstallPaths, version: str) -> ExcelSettings:
    return ExcelSettings(paths.machine.registry, version)


def _enter(paths: InstallPaths, record: InstallRecord, excels: Sequence[Excel]) -> Iterator[str]:
    for excel in excels:
        settings = _settings(paths, excel.version)
        entry = settings.entry_of(paths.listed)
        if entry is None:
            others = [entered for entered in record.registrations if entered.version != excel.version]
            record.created += missing_keys(paths.machine.registry, settings.options)
            record.registrations = [*others, settings.enter(paths.listed)]
        name = entry.name if entry else record.registrations[-1].name
        yield text("entered", version=excel.version, name=name)


def _trust(paths: InstallPaths, record: InstallRecord, excels: Sequence[Excel]) -> Iterator[str]:
    """Enter the folder of the add-in as a trusted location where it is none."""
    for excel in excels:
        settings = _settings(paths, excel.version)
        if not settings.is_trusted(paths.home):
            record.created += missing_keys(paths.machine.registry, settings.locations)
            record.trusted.append(settings.trust(paths.home))
            yield text("trusted", version=excel.version, path=paths.home)


def _undo(paths: InstallPaths, record: InstallRecord, *, venv: bool, settings: bool) -> Iterator[str]:
    registered = {registration.version: registration for registration in record.registrations}
    for version in sorted({*user_versions(paths.machine), *registered}):
        if _settings(paths, version).withdraw(paths.listed, registered.get(version)):
            yield text("withdrawn", version=version)
    for entered in record.trusted:
        if _settings(paths, entered.version).distrust(entered, paths.home):
            yield text("distrusted", version=entered.version, path=paths.home)
    delete_empty(paths.machine.registry, record.created)
    for path in (paths.listed, paths.started):
        yield from remove_addin(paths, path, record.digest)
    for folder, is_chosen in ((paths.venv, venv), (paths.settings, settings)):
        if is_chosen and paths.machine.file(folder).is_dir():
            _delete(paths.machine.file(folder))
            yield text("folder_removed", path=folder)
    paths.machine.file(paths.record).unlink(missing_ok=True)
    with suppress(OSError):
        paths.machine.file(paths.home).rmdir()


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise output_error(folder, error) from error


def _load(paths: InstallPaths) -> InstallRecord:
    """The record, an empty one where there is none or it cannot be read."""
    try:
        content = json.loads(paths.machine.file(paths.record).read_text("utf-8"))
        registrations = [Registration(**registration) for registration in content["registrations"]]
        trusted = [TrustedLocation(**location) for location in content["trusted"]]
        return InstallRecord(content["digest"], registrations, trusted, content["created"])
    except (OSError, ValueError, TypeError, KeyError):
        return InstallRecord()


def _save(paths: InstallPaths, record: InstallRecord) -> None:
    ensure_writable_dir(paths.machine.file(paths.home))
    content = json.dumps(asdict(record), ensure_ascii=False, indent=2)
    atomic_write(paths.machine.file(paths.record), content.encode())
