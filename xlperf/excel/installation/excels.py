"""A Windows computer → its Excels, what answers for them, and what each keeps of its user in the registry."""

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import PurePath

from xlperf.core.errors import OutputError
from xlperf.excel.installation.addin_files import text
from xlperf.excel.installation.computer import Hive, Machine, Registry, RegistryKey, RegistryValue

OFFICE = r"Software\Microsoft\Office"
OLDEST = 14
"""Excel 2010, the first with the ribbon that the add-in brings."""
PROCESS = "excel.exe"
_VERSION = re.compile(r"\d+\.0")
_VIEWS = (64, 32)
_BITNESS = {"x86": 32, "x64": 64, "arm64": 64}
_PE_OFFSET, _PE_MARK = 0x3C, b"PE\0\0"
_MACHINES = {0x014C: 32, 0x8664: 64, 0xAA64: 64}
_HEADER_BYTES = 4096
_COMMAND = re.compile(r'\s*"?(.+?\.exe)\b', re.IGNORECASE)
_PROGID = "Excel.Application"


@dataclass(frozen=True, slots=True)
class Excel:
    """An installed Excel: ``version`` as the registry names it, ``bits`` 32, 64 or None when unknown."""

    version: str
    bits: int | None

    @property
    def new_enough(self) -> bool:
        """Whether it can load the add-in."""
        return float(self.version) >= OLDEST


def find_excels(machine: Machine) -> Sequence[Excel]:
    """The Excels whose program exists, newest first, one for each version."""
    found: dict[str, Excel] = {}
    for view in _VIEWS:
        office = RegistryKey(Hive.MACHINE, OFFICE, view)
        for version in filter(_VERSION.fullmatch, machine.registry.subkeys(office)):
            root = machine.registry.value(office / version / "Excel" / "InstallRoot", "Path")
            program = machine.pure(root.text) / "EXCEL.EXE" if root and root.text else None
            if program and machine.file(program).is_file():
                bits = _bits_of_program(machine, program) or _bits_noted(machine, version)
                found.setdefault(version, Excel(version, bits))
    return sorted(found.values(), key=lambda excel: float(excel.version), reverse=True)


def user_versions(machine: Machine) -> Sequence[str]:
    """The versions of Excel that have settings of this user, installed or not."""
    office = RegistryKey(Hive.USER, OFFICE)
    versions = filter(_VERSION.fullmatch, machine.registry.subkeys(office))
    return [version for version in versions if machine.registry.exists(office / version / "Excel")]


def servers(machine: Machine) -> Sequence[str]:
    """The programs that answer ``Excel.Application``, for callers of 64 and of 32 bits; empty without any."""
    named = machine.registry.value(RegistryKey(Hive.CLASSES, rf"{_PROGID}\CLSID"))
    if named is None or not named.text:
        return []
    keys = (RegistryKey(Hive.CLASSES, rf"CLSID\{named.text}\LocalServer32", view) for view in _VIEWS)
    commands = (_COMMAND.match(command.text) for key in keys if (command := machine.registry.value(key)))
    return [command[1] for command in commands if command]


def _bits_of_program(machine: Machine, program: PurePath) -> int | None:
    """The bitness that the program's own header says, None where it cannot be read."""
    try:
        with machine.file(program).open("rb") as stream:
            header = stream.read(_HEADER_BYTES)
        start = struct.unpack_from("<I", header, _PE_OFFSET)[0]
        mark, kind = struct.unpack_from("<4sH", header, start)
    except (OSError, struct.error):
        return None
    return _MACHINES.get(kind) if mark == _PE_MARK else None


def _bits_noted(machine: Machine, version: str) -> int | None:
    """The bitness that Office's setup wrote into the registry, None where it wrote none."""
    for view in _VIEWS:
        office = RegistryKey(Hive.MACHINE, OFFICE, view)
        places = [
            (office / "ClickToRun" / "Configuration", "Platform"),
            (office / version / "Outlook", "Bitness"),
        ]
        for key, name in places:
            noted = machine.registry.value(key, name)
            if noted and noted.text.lower() in _BITNESS:
                return _BITNESS[noted.text.lower()]
    return None


_NAME = re.compile(r"OPEN([1-9][0-9]*)?", re.IGNORECASE)
_SWITCH = re.compile(r"\s*/[A-Z]\s+", re.IGNORECASE)
_DISABLED = struct.Struct("<III")


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """One line of the list of add-ins: ``name`` of the value, ``place`` its number, what it opens."""

    name: str
    place: int
    value: RegistryValue

    @property
    def target(self) -> str:
        """The path or file name without switches and quotes."""
        return _SWITCH.sub("", self.value.text).strip().strip('"')


@dataclass(frozen=True, slots=True)
class Registration:
    """What was entered for one version of Excel, and the names of the other entries at that time."""

    version: str
    name: str
    others: Sequence[str]


@dataclass(frozen=True, slots=True)
class TrustedLocation:
    """A location that was entered for one version of Excel."""

    version: str
    location: str


class ExcelSettings:
    """The settings of this user for one version of Excel; a change raises OutputError where it is refused."""

    def __init__(self, registry: Registry, version: str) -> None:
        self._registry, self._version = registry, version
        excel = RegistryKey(Hive.USER, rf"{OFFICE}\{version}\Excel")
        self.options = excel / "Options"
        self.locations = excel / "Security" / "Trusted Locations"
        self._unticked = excel / "Add-in Manager"
        self._disabled = excel / "Resiliency" / "DisabledItems"

    def entries(self) -> Sequence[OpenEntry]:
        """The list of add-ins in its order."""
        values = self._registry.values(self.options).items()
        named = ((_NAME.fullmatch(name), value) for name, value in values)
        found = [OpenEntry(match[0], int(match[1] or 0), value) for match, value in named if match]
        return sorted(found, key=lambda entry: entry.place)

    def entry_of(self, path: PurePath) -> OpenEntry | None:
        """The entry that opens ``path``, None where there is none."""
        by_target = {entry.target.casefold(): entry for entry in reversed(self.entries())}
        return by_target.get(str(path).casefold())

    def is_read(self, entry: OpenEntry) -> bool:
        """Whether Excel reads the list as far as ``entry``: no number before it is missing."""
        names = {other.name.upper() for other in self.entries() if other.place <= entry.place}
        return names == {f"OPEN{number or ''}" for number in range(len(names))}

    def is_unticked(self, path: PurePath) -> bool:
        """Whether Excel's dialog shows the add-in without its tick."""
        return self._registry.value(self._unticked, str(path)) is not None

    def enter(self, path: PurePath) -> Registration:
        """Write ``path`` into the first free place; all other entries stay."""
        entries = self.entries()
        places = {entry.place for entry in entries}
        name = f"OPEN{next(number for number in count() if number not in places) or ''}"
        with changing(self.options):
            self._registry.write(self.options, name, RegistryValue(f'"{path}"'))
        self._drop_unticked(path)
        return Registration(self._version, name, [entry.name for entry in entries])

    def withdraw(self, path: PurePath, registration: Registration | None) -> bool:
        """Take ``path`` out of the list; returns whether it was there.

        Where the other entries are those at the time of ``registration``, they stay, gaps and all;
        otherwise those behind move up by one, so that no number is missing.
        """
        entry = self.entry_of(path)
        if entry:
            others = [other for other in self.entries() if other.name != entry.name]
            with changing(self.options):
                self._registry.delete(self.options, entry.name)
                if registration is None or {other.name for other in others} != set(registration.others):
                    self._move_up(entry, [other for other in others if other.place > entry.place])
        return self._drop_unticked(path) or entry is not None

    def _move_up(self, removed: OpenEntry, behind: Iterable[OpenEntry]) -> None:
        free = removed.name
        for entry in behind:
            self._registry.write(self.options, free, entry.value)
            self._registry.delete(self.options, entry.name)
            free = entry.name

    def _drop_unticked(self, path: PurePath) -> bool:
        unticked = self.is_unticked(path)
        if unticked:
            with changing(self._unticked):
                self._registry.delete(self._unticked, str(path))
        return unticked

    def is_disabled(self, path: PurePath) -> bool:
        """Whether Excel has disabled the file at ``path``."""
        values = self._registry.values(self._disabled).values()
        return str(path).casefold() in {_disabled_path(value).casefold() for value in values}

    def is_trusted(self, folder: PurePath) -> bool:
        """Whether a folder is a trusted location, or lies in one that includes its subfolders."""
        return any(
            folder == trusted or (with_subfolders and trusted in folder.parents)
            for trusted, with_subfolders in self._trusted(type(folder))
        )

    def _trusted(self, path_type: type[PurePath]) -> Iterator[tuple[PurePath, bool]]:
        for name in self._registry.subkeys(self.locations):
            path = self._registry.value(self.locations / name, "Path")
            subfolders = self._registry.value(self.locations / name, "AllowSubfolders")
            if path:
                yield path_type(path.text), bool(subfolders and subfolders.number)

    def trust(self, folder: PurePath) -> TrustedLocation:
        """Enter a folder, without its subfolders, under the first free number."""
        taken = {name.casefold() for name in self._registry.subkeys(self.locations)}
        names = (f"Location{number}" for number in count())
        name = next(name for name in names if name.casefold() not in taken)
        key = self.locations / name
        with changing(key):
            self._registry.write(key, "Path", RegistryValue(f"{folder}\\"))
            self._registry.write(key, "Description", RegistryValue(text("trust_description")))
        return TrustedLocation(self._version, name)

    def distrust(self, entered: TrustedLocation, folder: PurePath) -> bool:
        """Remove a location unless it names another folder by now; returns whether it was there."""
        key = self.locations / entered.location
        path = self._registry.value(key, "Path")
        if path is None or type(folder)(path.text) != folder:
            return False
        with changing(key):
            self._registry.delete_key(key)
        return True


def missing_keys(registry: Registry, key: RegistryKey) -> Sequence[str]:
    """The paths of a key and the keys above it that do not exist."""
    return [ancestor.path for ancestor in key.lineage if not registry.exists(ancestor)]


def delete_empty(registry: Registry, paths: Iterable[str]) -> None:
    """Remove those of some keys of this user that hold nothing any more, the innermost first."""
    for key in (RegistryKey(Hive.USER, path) for path in sorted(set(paths), key=len, reverse=True)):
        if registry.exists(key) and not registry.values(key) and not registry.subkeys(key):
            with changing(key):
                registry.delete_key(key)


@contextmanager
def changing(key: RegistryKey) -> Iterator[None]:
    """Turn a refusal of Windows into an OutputError that names the key."""
    try:
        yield
    except OSError as error:
        raise OutputError(text("registry_refused", key=key, reason=error.strerror or error)) from error


def _disabled_path(value: RegistryValue) -> str:
    data = value.data
    if not isinstance(data, bytes) or len(data) < _DISABLED.size:
        return ""
    _, length, _ = _DISABLED.unpack_from(data)
    return data[_DISABLED.size : _DISABLED.size + length].decode("utf-16-le", errors="replace").rstrip("\0")
