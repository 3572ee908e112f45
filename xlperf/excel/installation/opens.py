r"""The list of add-ins that Excel opens: the values OPEN, OPEN1, OPEN2 … of a user's Excel\Options.

A value holds the path in quotes, switches before it (``/R "C:\x.xlam"``). Excel writes the list anew
when it ends, and stops reading at a number that is missing.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import PurePath

from xlperf.excel.installation.excel import OFFICE
from xlperf.excel.installation.traces import changing
from xlperf.excel.machine import (
    Hive,
    Key,
    Registry,
    Value,
)
from xlperf.excel.machine.registry import look_up

_NAME = re.compile(r"OPEN([1-9][0-9]*)?", re.IGNORECASE)
_SWITCH = re.compile(r"\s*/[A-Z]\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: ``name`` of the value, its place, what it opens."""

    name: str
    place: int
    value: Value

    @property
    def target(self) -> str:
        """The path or file name without switches and quotes."""
        return _SWITCH.sub("", self.value.text).strip().strip('"')


@dataclass(frozen=True, slots=True)
class Registration:
    """What was entered for one version of Excel, and the names of the other lines at that time."""

    version: str
    name: str
    others: Sequence[str]


def options(version: str) -> Key:
    """The key that holds the list of a version of Excel."""
    return Key(Hive.USER, rf"{OFFICE}\{version}\Excel\Options")


def entries(registry: Registry, version: str) -> Sequence[Entry]:
    """The list in its order."""
    named = ((_NAME.fullmatch(name), value) for name, value in registry.values(options(version)).items())
    found = [Entry(match[0], int(match[1] or 0), value) for match, value in named if match]
    return sorted(found, key=lambda entry: entry.place)


def entry_of(registry: Registry, version: str, path: PurePath) -> Entry | None:
    """The line that opens ``path``, if there is one."""
    wanted = str(path).casefold()
    return next((one for one in entries(registry, version) if one.target.casefold() == wanted), None)


def unticked(registry: Registry, version: str, path: PurePath) -> bool:
    """Whether the add-in stands in Excel's dialog without its tick: Excel moved it to another key."""
    return look_up(registry, _manager(version), str(path)) is not None


def enter(registry: Registry, version: str, path: PurePath) -> Registration:
    """Write ``path`` into the first free place; all other lines stay. OutputError where it is refused."""
    key, there = options(version), entries(registry, version)
    place = next(number for number in count() if number not in {one.place for one in there})
    name = f"OPEN{place or ''}"
    with changing(key):
        registry.write(key, name, Value(f'"{path}"'))
    _drop_unticked(registry, version, path)
    return Registration(version, name, [one.name for one in there])


def withdraw(registry: Registry, version: str, path: PurePath, made: Registration | None) -> bool:
    """Take ``path`` out of the list; whether it was there.

    When the other lines are those of the time of ``made``, they stay as they are, gaps and all;
    otherwise those behind move up by one, so that no number is missing.
    """
    entry = entry_of(registry, version, path)
    if entry:
        others = [one for one in entries(registry, version) if one.name != entry.name]
        with changing(options(version)):
            registry.delete(options(version), entry.name)
            if made is None or {one.name for one in others} != set(made.others):
                _move_up(registry, version, entry, [one for one in others if one.place > entry.place])
    return _drop_unticked(registry, version, path) or entry is not None


def _move_up(registry: Registry, version: str, gone: Entry, behind: Iterable[Entry]) -> None:
    key, free = options(version), gone.name
    for entry in behind:
        registry.write(key, free, entry.value)
        registry.delete(key, entry.name)
        free = entry.name


def _drop_unticked(registry: Registry, version: str, path: PurePath) -> bool:
    key, there = _manager(version), unticked(registry, version, path)
    if there:
        with changing(key):
            registry.delete(key, str(path))
    return there


def _manager(version: str) -> Key:
    return Key(Hive.USER, rf"{OFFICE}\{version}\Excel\Add-in Manager")


def without_gap(names: Collection[str]) -> bool:
    """Whether Excel reads all lines of a list: OPEN, OPEN1, … with no number missing."""
    return {name.upper() for name in names} == {f"OPEN{number or ''}" for number in range(len(names))}
