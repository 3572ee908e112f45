"""What the checks of a computer examine and answer, and their results in words, in the order of doctor.json.

The checks themselves are functions of the other modules of this package.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.metadata import version as version_of
from pathlib import PurePath

from xlperf.core.errors import XlperfError
from xlperf.declarations.source import texts_of
from xlperf.excel.installation.addin_files import (
    XLWINGS,
    InstallPaths,
    dlls,
    install_paths,
    internet_mark,
    packages,
    pinned_xlwings,
    text,
    xlwings_of_addin,
)
from xlperf.excel.installation.computer import WINDOWS, Machine
from xlperf.excel.installation.excels import Excel, ExcelSettings, OpenEntry, find_excels
from xlperf.excel.installation.install import require_windows

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
    """``addin`` is the path of the add-in, None without one; ``blocked``: it is marked as from the internet.

    ``running``, ``pin``: the versions of the running xlperf and of xlwings that it pins;
    ``in_vba``: of xlwings in the add-in; ``packages``, ``dlls``: in the add-in's Python.
    """

    paths: InstallPaths
    excels: Sequence[Excel]
    addin: PurePath | None
    blocked: bool
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
    def has_python(self) -> bool:
        """Whether the add-in's Python has anything in it."""
        return bool(self.packages)

    @property
    def needed_dlls(self) -> Sequence[str]:
        """The DLLs that Excel loads: those of its own bitness, whatever that of Python."""
        bits = {excel.bits or _USUAL_BITS for excel in self.excels} or {_USUAL_BITS}
        return [f"xlwings{width}-{self.in_vba or self.pin}.dll" for width in sorted(bits)]

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
    mark, venv = internet_mark(machine.file(addin)) if addin else None, machine.file(paths.venv)
    return AddinState(
        paths,
        excels,
        addin,
        mark is not None and not any(f"ZoneId={zone}" in mark for zone in range(_INTERNET)),
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


class Standing(StrEnum):
    """The outcome of a check: a note is worth knowing, an action is needed; skipped does not apply here,
    failed could not be examined.
    """

    OK = "well"
    NOTE = "note"
    ACTION = "cure"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """One thing examined; ``cure`` says what to do, empty unless something is to be done."""

    name: str
    title: str
    standing: Standing
    found: str
    cure: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""
        return self.standing is not Standing.ACTION

    @property
    def is_known(self) -> bool:
        """Whether it was examined."""
        return self.standing not in (Standing.SKIPPED, Standing.FAILED)


class Observation:
    """``case`` is the one of doctor.json that holds; ``values`` go into the gaps of its texts."""

    def __init__(self, case: str = "well", /, **values: object) -> None:
        self.case, self.values = case, values


class Examined:
    """The computer that the checks examine; the state of its add-in is read once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    @property
    def on_windows(self) -> bool:
        """Whether questions about Excel make sense."""
        return self.machine.platform == WINDOWS

    @cached_property
    def addin(self) -> AddinState:
        """The state of the add-in; only on Windows."""
        return read_state(self.machine)


Check = Callable[[Examined], Observation]
CHECKS: dict[str, Check] = {}
"""The checks by name, those of the modules that have been imported."""


def check(function: Check) -> Check:
    """Make a function the check of its name in doctor.json."""
    CHECKS[function.__name__] = function
    return function


def examine(machine: Machine | None = None) -> list[Result]:
    """Examine ``machine`` (None: this one), one Result for each check; nothing is changed on it.

    A check that the system does not let finish has failed, with the reason; it is never an error.
    """
    examined = Examined(machine or Machine())
    return [_result(examined, name) for name in texts_of("doctor")["checks"]]


def state_of(result: Result) -> str:
    """The outcome of a check in one word."""
    return str(texts_of("doctor")["states"][result.standing.value])


def summary(results: Sequence[Result]) -> str:
    """How many things were examined, for how many something is to be done, how many could not be examined."""
    of = Counter(result.standing for result in results)
    actions, skipped, failed = of[Standing.ACTION], of[Standing.SKIPPED], of[Standing.FAILED]
    texts, counts = texts_of("doctor")["summary"], {"cures": actions, "skipped": skipped}
    said = texts["cure" if actions else "well"].format(count=len(results) - skipped - failed, **counts)
    return str(said + (texts["failed"].format(failed=failed) if failed else ""))


@dataclass(frozen=True, slots=True)
class AddinStatus:
    """``ok``: the add-in is installed and complete, and nothing keeps Excel from loading it."""

    ok: bool
    lines: Sequence[str]


_PYTHON = "environment"
_OF_STATUS = ("blocked", "listed", "disabled", _PYTHON, "versions", "dll")


def addin_status(machine: Machine) -> AddinStatus:
    """What of the add-in is where, and what keeps it from working; InputError on any system but Windows."""
    require_windows(machine)
    examined = Examined(machine)
    faults = list(_faults(examined))
    lines = [*_facts(examined.addin), *(text("fault", what=fault) for fault in faults)]
    return AddinStatus(not faults, [*lines, text("faulty" if faults else "well")])


def _facts(state: AddinState) -> Iterator[str]:
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


def _faults(examined: Examined) -> Iterator[str]:
    if not examined.addin.excels:
        yield text("no_excel")
    if examined.addin.addin is None:
        yield text("fault_addin")
        return
    for name in _OF_STATUS:
        result = _result(examined, name)
        if not result.ok:
            yield text("fault_of", title=result.title, found=result.found, cure=result.cure)
            if name == _PYTHON:
                return


def _result(examined: Examined, name: str) -> Result:
    declared, title = texts_of("doctor"), texts_of("doctor")["checks"][name]["title"]
    try:
        missing = _missing(examined, declared["checks"][name].get("needs", ""))
        if missing:
            return Result(name, title, Standing.SKIPPED, declared["skipped"][missing])
        return _in_words(name, title, CHECKS[name](examined))
    except OSError as error:
        reason = error.strerror or str(error)
    except XlperfError as error:
        reason = str(error)
    return Result(name, title, Standing.FAILED, declared["failed"].format(reason=reason))


def _in_words(name: str, title: str, answer: Observation) -> Result:
    case = texts_of("doctor")["checks"][name]["cases"][answer.case]
    found, cure = (case.get(part, "").format_map(answer.values) for part in ("found", "cure"))
    return Result(name, title, Standing(case["state"]), found, cure)


def _missing(examined: Examined, need: str) -> str:
    """What a check needs and this computer does not have, else nothing; every need includes Windows."""
    if not need or (examined.on_windows and need == "windows"):
        return ""
    if not examined.on_windows:
        return "windows"
    found = examined.addin.excels if need == "excel" else examined.addin.addin
    return "" if found else need
