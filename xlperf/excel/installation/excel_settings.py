r"""What an Excel keeps of its user in the registry: add-ins to open, disabled files, trusted folders.

- ``Options``: OPEN, OPEN1, OPEN2 … name the add-ins, a path in quotes after switches (``/R "C:\x.xlam"``).
  Excel rewrites them when it ends, and stops reading at a number that is missing.
- ``Add-in Manager``: the add-ins whose tick was taken away, by path.
- ``Resiliency\DisabledItems``: what Excel disabled after a crash. A value is three numbers (kind of item,
  bytes of the path, bytes of the name), then path and name in UTF-16, each closed by a zero.
- ``Security\Trusted Locations``: the keys Location0, Location1 …
"""

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import PurePath

from xlperf.core.errors import OutputError
from xlperf.excel.installation.excels import OFFICE
from xlperf.excel.installation.install_paths import text
from xlperf.excel.machine.windows_registry import Hive, Key, Registry, RegistryValue

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
        excel = Key(Hive.USER, rf"{OFFICE}\{version}\Excel")
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


def missing_keys(registry: Registry, key: Key) -> Sequence[str]:
    """The paths of a key and the keys above it that do not exist."""
    return [ancestor.path for ancestor in key.lineage if not registry.exists(ancestor)]


def delete_empty(registry: Registry, paths: Iterable[str]) -> None:
    """Remove those of some keys of this user that hold nothing any more, the innermost first."""
    for key in (Key(Hive.USER, path) for path in sorted(set(paths), key=len, reverse=True)):
        if registry.exists(key) and not registry.values(key) and not registry.subkeys(key):
            with changing(key):
                registry.delete_key(key)


@contextmanager
def changing(key: Key) -> Iterator[None]:
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
