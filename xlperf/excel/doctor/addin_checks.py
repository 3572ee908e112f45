"""The state of the add-in → answers: its file, its entry in Excel, its Python, its versions."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from xlperf.excel.doctor.examination import AddinState, Examined, Observation, check
from xlperf.excel.installation.computer import Machine

_PYWIN32 = "pywin32"
_ONEDRIVE = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_HOME = re.compile(r"^\s*home\s*=\s*(.*?)\s*$", re.MULTILINE)


@check
def addin(examined: Examined) -> Observation:
    """The add-in is installed."""
    path = examined.addin.addin
    return Observation(path=path) if path else Observation("none")


@check
def blocked(examined: Examined) -> Observation:
    """Windows has not marked it as coming from the internet."""
    return Observation("blocked", path=examined.addin.addin) if examined.addin.blocked else Observation()


@check
def listed(examined: Examined) -> Observation:
    """Every Excel opens it."""
    state = examined.addin
    if state.starts_by_itself:
        return Observation("startup")
    fault = next(_unlisted(state), None)
    names = (f"Excel {found.excel.version}：{found.entry.name}" for found in state.in_excels if found.entry)
    return fault or Observation(places="、".join(names))


def _unlisted(state: AddinState) -> Iterator[Observation]:
    for found in state.in_excels:
        version = found.excel.version
        if found.entry is None:
            yield Observation("unticked" if found.unticked else "unlisted", version=version)
        elif found.unread:
            yield Observation("gap", version=version, name=found.entry.name)


@check
def disabled(examined: Examined) -> Observation:
    """No Excel has disabled it after a crash."""
    disabling = (found.excel for found in examined.addin.in_excels if found.disabled)
    excel = next(disabling, None)
    return Observation("disabled", version=excel.version) if excel else Observation()


@check
def environment(examined: Examined) -> Observation:
    """The Python that it calls exists, with the Python behind it, and can talk to Excel."""
    state, path = examined.addin, examined.addin.paths.venv
    if not state.has_python:
        return Observation("missing", path=path)
    base = _base(examined.machine, path)
    if base and not examined.machine.file(base / "python.exe").is_file():
        return Observation("orphan", path=path, home=base)
    within = examined.machine.pure(examined.machine.python.prefix) == path
    able = _PYWIN32 in state.packages and (not within or examined.machine.imports("pythoncom"))
    return Observation(path=path) if able else Observation("unable", path=path)


def _base(machine: Machine, venv: PurePath) -> PurePath | None:
    """The folder of the Python that an environment was made from, as it notes itself."""
    try:
        noted = _HOME.search(machine.file(venv / "pyvenv.cfg").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return machine.pure(noted[1]) if noted else None


@check
def versions(examined: Examined) -> Observation:
    """xlperf and xlwings are of one version wherever they are."""
    state = examined.addin
    if state.has_python and state.xlperf != state.running:
        return Observation("xlperf", xlperf=state.xlperf or "?", ours=state.running)
    xlwings = {state.in_vba, *([state.xlwings] if state.has_python else [])}
    if xlwings != {state.pin}:
        return Observation("xlwings", xlwings=state.xlwings or "?", vba=state.in_vba or "?", pin=state.pin)
    return Observation(xlperf=state.running, xlwings=state.pin)


@check
def dll(examined: Examined) -> Observation:
    """The DLL that Excel loads exists, in Excel's own bitness."""
    state = examined.addin
    missing = next((name for name in state.needed_dlls if name not in state.dlls), None)
    if missing:
        return Observation("missing", name=missing, path=state.paths.venv)
    return Observation(names="、".join(state.needed_dlls))


@check
def code_page(examined: Examined) -> Observation:
    """The command that starts Python passes the code page, if need be with the 8.3 name of the folder."""
    page, path = examined.machine.code_page(), _existing(examined)
    letters = _outside(page, str(path))
    if not letters:
        return Observation(page=page, path=path)
    short = examined.machine.short(path)
    case = "unreachable" if _outside(page, short) else "outside"
    return Observation(case, page=page, path=path, letters=letters, short=short)


def _existing(examined: Examined) -> PurePath:
    """The folder of the add-in's Python, or the nearest one above it that exists."""
    venv = examined.addin.paths.venv
    return next((path for path in (venv, *venv.parents) if examined.machine.file(path).is_dir()), venv)


def _outside(page: int, text: str) -> str:
    """The letters that a code page does not have."""
    return "".join(letter for letter in dict.fromkeys(text) if not _has(page, letter))


def _has(page: int, letter: str) -> bool:
    try:
        letter.encode(f"cp{page}")
    except UnicodeEncodeError:
        return False
    except LookupError:
        return letter.isascii()
    return True


@check
def location(examined: Examined) -> Observation:
    """The add-in is on a disk of this computer that nothing synchronises."""
    state = examined.addin
    path = state.addin or state.paths.listed
    if examined.machine.is_on_network(path):
        return Observation("network", path=path)
    clouds = (examined.machine.variable(name) for name in _ONEDRIVE)
    if any(examined.machine.pure(cloud) in path.parents for cloud in clouds if cloud):
        return Observation("cloud", path=path)
    return Observation(path=path)
