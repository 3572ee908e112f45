"""``xlperf addin install`` and ``remove``: install records each step, remove undoes these and no others."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write, ensure_writable_dir, output_error
from xlperf.excel.installation.addin_files import (
    InstallPaths,
    copy_addin,
    digest,
    install_paths,
    prepare,
    remove_addin,
    require_other_python,
    shipped_addin,
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
    """What install did. ``file`` is the path of the add-in and ``digest`` its SHA-256; ``venv`` whether the
    Python was created; ``created`` the paths of the registry keys that did not exist before.
    """

    version: str = ""
    file: str = ""
    digest: str = ""
    venv: bool = False
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
    paths, addin = install_paths(machine), shipped_addin()
    _require_closed(machine)
    excels = _usable_excels(machine)
    record = _load(machine, paths)
    created, message = prepare(machine, paths, origin, reinstall=reinstall)
    record.venv = record.venv or created
    yield message
    _require_closed(machine)
    try:
        yield from _copy(machine, paths, record, addin.read_bytes(), startup=startup)
        if not startup:
            yield from _enter(machine, paths, record, excels)
        if trusting:
            yield from _trust(machine, paths, record, excels, startup=startup)
    finally:
        _save(machine, paths, record)
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
        require_other_python(machine, paths)
    removed = False
    for message in _undo(machine, paths, _load(machine, paths), venv=venv, settings=settings):
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


def _copy(
    machine: Machine, paths: InstallPaths, record: InstallRecord, content: bytes, *, startup: bool
) -> Iterator[str]:
    """Copy the file; where it was in the other place before, it is removed there."""
    target, other = (paths.started, paths.listed) if startup else (paths.listed, paths.started)
    record.version, record.file = version("xlperf"), str(target)
    yield from copy_addin(machine, paths, target, content)
    yield from remove_addin(machine, paths, other, record.digest)
    record.digest = digest(content)
    if startup:
        for registration in record.registrations:
            settings = ExcelSettings(machine.registry, registration.version)
            settings.withdraw(paths.listed, registration)
        record.registrations = []


def _enter(
    machine: Machine, paths: InstallPaths, record: InstallRecord, excels: Sequence[Excel]
) -> Iterator[str]:
    for excel in excels:
        settings = ExcelSettings(machine.registry, excel.version)
        entry = settings.entry_of(paths.listed)
        if entry is None:
            others = [entered for entered in record.registrations if entered.version != excel.version]
            record.created += missing_keys(machine.registry, settings.options)
            record.registrations = [*others, settings.enter(paths.listed)]
        name = entry.name if entry else record.registrations[-1].name
        yield text("entered", version=excel.version, name=name)


def _trust(
    machine: Machine, paths: InstallPaths, record: InstallRecord, excels: Sequence[Excel], *, startup: bool
) -> Iterator[str]:
    """Enter the folder of the add-in; Excel trusts its own XLSTART already."""
    if startup:
        yield text("startup_trusted")
        return
    for excel in excels:
        settings = ExcelSettings(machine.registry, excel.version)
        if not settings.is_trusted(paths.home):
            record.created += missing_keys(machine.registry, settings.locations)
            record.trusted.append(settings.trust(paths.home))
            yield text("trusted", version=excel.version, path=paths.home)


def _undo(
    machine: Machine, paths: InstallPaths, record: InstallRecord, *, venv: bool, settings: bool
) -> Iterator[str]:
    registered = {registration.version: registration for registration in record.registrations}
    for excel in sorted({*user_versions(machine), *registered}):
        if ExcelSettings(machine.registry, excel).withdraw(paths.listed, registered.get(excel)):
            yield text("withdrawn", version=excel)
    for entered in record.trusted:
        if ExcelSettings(machine.registry, entered.version).distrust(entered, paths.home):
            yield text("distrusted", version=entered.version, path=paths.home)
    delete_empty(machine.registry, record.created)
    for path in (paths.listed, paths.started):
        yield from remove_addin(machine, paths, path, record.digest)
    for folder, chosen in ((paths.venv, venv), (paths.settings, settings)):
        if chosen:
            yield from _delete_folder(machine, folder)
    _forget(machine, paths, InstallRecord(venv=record.venv and not venv))


def _delete_folder(machine: Machine, path: PurePath) -> Iterator[str]:
    folder = machine.file(path)
    if not folder.is_dir():
        return
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise output_error(folder, error) from error
    yield text("folder_removed", path=path)


def _forget(machine: Machine, paths: InstallPaths, left: InstallRecord) -> None:
    """Keep on record only the Python that stays; an empty folder of ours is removed."""
    machine.file(paths.record).unlink(missing_ok=True)
    if left.venv:
        _save(machine, paths, left)
    with suppress(OSError):
        machine.file(paths.home).rmdir()


def _load(machine: Machine, paths: InstallPaths) -> InstallRecord:
    """The record, an empty one where there is none or it cannot be read."""
    try:
        return _record(json.loads(machine.file(paths.record).read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return InstallRecord()


def _record(content: Mapping[str, Any]) -> InstallRecord:
    registrations = [Registration(**registration) for registration in content["registrations"]]
    trusted = [TrustedLocation(**location) for location in content["trusted"]]
    return InstallRecord(**{**content, "registrations": registrations, "trusted": trusted})


def _save(machine: Machine, paths: InstallPaths, record: InstallRecord) -> None:
    ensure_writable_dir(machine.file(paths.home))
    content = json.dumps(asdict(record), ensure_ascii=False, indent=2)
    atomic_write(machine.file(paths.record), content.encode())
