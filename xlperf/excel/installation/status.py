"""A Windows computer → the state of the add-in: its file, its entries in Excel, its Python and versions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import PurePath

from xlperf.excel.installation.addin_files import (
    XLWINGS,
    InstallPaths,
    dll_name,
    dlls,
    install_paths,
    internet_mark,
    packages,
    pinned_xlwings,
    text,
    xlwings_of_addin,
)
from xlperf.excel.installation.computer import Machine
from xlperf.excel.installation.excels import Excel, ExcelSettings, OpenEntry, find_excels

_USUAL_BITS = 64
_INTERNET = 3
"""Zones from here on are those whose macros Excel blocks: internet and restricted sites."""


@dataclass(frozen=True, slots=True)
class ExcelState:
    """The add-in in one Excel: its entry in the list of add-ins, and what keeps Excel from loading it."""

    excel: Excel
    entry: OpenEntry | None
    unread: bool
    unticked: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class AddinState:
    """``addin`` is the path of the add-in, None without one; ``mark`` its mark of the internet.

    ``running``, ``pin``: the versions of the running xlperf and of xlwings that it pins;
    ``in_vba``: of xlwings in the add-in; ``packages``, ``dlls``: in the add-in's Python.
    """

    paths: InstallPaths
    excels: Sequence[Excel]
    addin: PurePath | None
    mark: str | None
    in_excels: Sequence[ExcelState]
    running: str
    pin: str
    in_vba: str
    packages: Mapping[str, str]
    dlls: Collection[str]

    @property
    def starts_by_itself(self) -> bool:
        """Whether the add-in is in XLSTART."""
        return self.addin == self.paths.started

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
        """The DLLs that Excel loads: those of its own bitness, whatever that of Python."""
        bits = {excel.bits or _USUAL_BITS for excel in self.excels} or {_USUAL_BITS}
        return [dll_name(self.in_vba or self.pin, width) for width in sorted(bits)]

    @property
    def xlwings(self) -> str:
        """The version of xlwings in the add-in's Python."""
        return self.packages.get(XLWINGS, "")

    @property
    def xlperf(self) -> str:
        """The version of xlperf in the add-in's Python."""
        return self.packages.get("xlperf", "")


def read_state(machine: Machine) -> AddinState:
    """Read a Windows computer; raises InputError without its folders, OSError where Windows refuses."""
    paths = install_paths(machine)
    excels = [excel for excel in find_excels(machine) if excel.new_enough]
    addin = next((path for path in (paths.listed, paths.started) if machine.file(path).is_file()), None)
    venv = machine.file(paths.venv)
    return AddinState(
        paths,
        excels,
        addin,
        internet_mark(machine, addin) if addin else None,
        [_excel_state(machine, excel, addin or paths.listed) for excel in excels],
        version_of("xlperf"),
        pinned_xlwings(),
        xlwings_of_addin(machine.file(addin)) if addin else "",
        packages(venv),
        dlls(venv),
    )


def _excel_state(machine: Machine, excel: Excel, addin: PurePath) -> ExcelState:
    settings = ExcelSettings(machine.registry, excel.version)
    entry = settings.entry_of(addin)
    unread = entry is not None and not settings.is_read(entry)
    return ExcelState(excel, entry, unread, settings.is_unticked(addin), settings.is_disabled(addin))


def facts(state: AddinState) -> Iterator[str]:
    """What is where, and in which version: a sentence each."""
    none = text("none")
    yield text("status_addin", path=state.addin or none)
    yield text("status_venv", path=state.paths.venv if state.has_python else none)
    dlls = "、".join(state.dlls) or none
    yield text(
        "status_versions",
        ours=state.running,
        xlperf=state.xlperf or none,
        pin=state.pin,
        xlwings=state.xlwings or none,
        vba=state.in_vba or none,
        dlls=dlls,
    )
    for found in state.in_excels:
        bits = found.excel.bits or text("unknown_bits")
        name = found.entry.name if found.entry else text("startup" if state.starts_by_itself else "none")
        yield text("status_excel", version=found.excel.version, bits=bits, name=name)
