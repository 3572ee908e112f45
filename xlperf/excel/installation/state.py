"""How the add-in stands on this computer: everything that status and doctor judge, read once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import PurePath

from xlperf.excel.installation.copying import zone
from xlperf.excel.installation.disabled import is_disabled
from xlperf.excel.installation.excel import Excel, find_excels
from xlperf.excel.installation.opens import (
    Entry,
    entries,
    entry_of,
    unticked,
    without_gap,
)
from xlperf.excel.installation.pins import (
    XLWINGS,
    dll_name,
    dlls,
    packages,
    pinned,
    version_in_vba,
)
from xlperf.excel.installation.places import Places, places
from xlperf.excel.machine import Machine

_USUAL_BITS = 64
_INTERNET = 3
"""Zones from here on are those whose macros Excel blocks: internet and restricted sites."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The add-in in one Excel: its line in the list, and what keeps it from being loaded."""

    excel: Excel
    entry: Entry | None
    unread: bool
    unticked: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class State:
    """``addin`` is where the add-in lies, None without one; ``mark`` its mark of the internet.

    ``ours``, ``pin``: the versions of the running xlperf and of xlwings that it asks for;
    ``in_vba``: of xlwings in the add-in; ``packages``, ``dlls``: in the add-in's Python.
    """

    where: Places
    excels: Sequence[Excel]
    addin: PurePath | None
    mark: str | None
    listings: Sequence[Listing]
    ours: str
    pin: str
    in_vba: str
    packages: Mapping[str, str]
    dlls: Collection[str]

    @property
    def starts_by_itself(self) -> bool:
        """Whether the add-in lies in XLSTART."""
        return self.addin == self.where.started

    @property
    def blocked(self) -> bool:
        """Whether Windows has marked the file as coming from the internet."""
        return self.mark is not None and not any(f"ZoneId={zone}" in self.mark for zone in range(_INTERNET))

    @property
    def has_python(self) -> bool:
        """Whether the add-in's Python has anything in it."""
        return bool(self.packages)

    @property
    def needed_dlls(self) -> Sequence[str]:
        """What Excel loads: the DLL of its own bitness, whatever that of Python."""
        bits = {excel.bits or _USUAL_BITS for excel in self.excels} or {_USUAL_BITS}
        return [dll_name(self.in_vba or self.pin, one) for one in sorted(bits)]

    @property
    def xlwings(self) -> str:
        """The version of xlwings in the add-in's Python."""
        return self.packages.get(XLWINGS, "")

    @property
    def xlperf(self) -> str:
        """The version of xlperf in the add-in's Python."""
        return self.packages.get("xlperf", "")


def look(machine: Machine) -> State:
    """Look at a Windows computer; InputError without its folders, OSError where Windows refuses."""
    where, excels = places(machine), [one for one in find_excels(machine) if one.new_enough]
    addin = next((one for one in (where.listed, where.started) if machine.file(one).is_file()), None)
    venv = machine.file(where.venv)
    return State(
        where,
        excels,
        addin,
        zone(machine, addin) if addin else None,
        [_listing(machine, excel, addin or where.listed) for excel in excels],
        version_of("xlperf"),
        pinned(),
        version_in_vba(machine.file(addin)) if addin else "",
        packages(venv),
        dlls(venv),
    )


def _listing(machine: Machine, excel: Excel, addin: PurePath) -> Listing:
    registry, version = machine.registry, excel.version
    entry = entry_of(registry, version, addin)
    before = [one.name for one in entries(registry, version) if entry and one.place <= entry.place]
    return Listing(
        excel,
        entry,
        not without_gap(before),
        unticked(registry, version, addin),
        is_disabled(registry, version, addin),
    )
