"""Checks of the installed add-in: its file, its place in Excel, its Python, its versions."""

from collections.abc import Iterator
from pathlib import PurePath

from xlperf.excel.doctor.model import (
    Answer,
    Scene,
    answer,
    check,
)
from xlperf.excel.installation.state import Listing, State
from xlperf.excel.machine import Machine

_PYWIN32 = "pywin32"
_ONEDRIVE = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_BASE = "home"


@check("addin")
def addin(scene: Scene) -> Answer:
    """The add-in is installed."""
    path = scene.addin.addin
    return answer(path=path) if path else answer("none")


@check("blocked")
def blocked(scene: Scene) -> Answer:
    """Windows has not marked it as coming from the internet."""
    return answer("blocked", path=scene.addin.addin) if scene.addin.blocked else answer()


@check("listed")
def listed(scene: Scene) -> Answer:
    """Every Excel is told to open it."""
    state = scene.addin
    if state.starts_by_itself:
        return answer("startup")
    fault = next(_unlisted(state), None)
    names = (f"Excel {one.excel.version}：{one.entry.name}" for one in state.listings if one.entry)
    return fault or answer(places="、".join(names))


def _unlisted(state: State) -> Iterator[Answer]:
    for one in state.listings:
        version = one.excel.version
        if one.entry is None:
            yield answer("unticked" if one.unticked else "unlisted", version=version)
        elif one.unread:
            yield answer("gap", version=version, name=one.entry.name)


@check("disabled")
def disabled(scene: Scene) -> Answer:
    """No Excel has disabled it after a crash."""
    found: Listing | None = next((one for one in scene.addin.listings if one.disabled), None)
    return answer("disabled", version=found.excel.version) if found else answer()


@check("environment")
def environment(scene: Scene) -> Answer:
    """The Python that it calls is there, with the Python behind it, and can talk to Excel."""
    state, path = scene.addin, scene.addin.where.venv
    if not state.has_python:
        return answer("missing", path=path)
    base = _base(scene.machine, path)
    if base and not scene.machine.file(base / "python.exe").is_file():
        return answer("orphan", path=path, home=base)
    within = scene.machine.pure(scene.machine.python.prefix) == path
    able = _PYWIN32 in state.packages and (not within or scene.machine.imports("pythoncom"))
    return answer(path=path) if able else answer("unable", path=path)


def _base(machine: Machine, venv: PurePath) -> PurePath | None:
    """The folder of the Python that an environment was made from, as it notes itself."""
    try:
        lines = machine.file(venv / "pyvenv.cfg").read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return None
    pairs = (line.partition("=") for line in lines)
    return next((machine.pure(value.strip()) for name, _, value in pairs if name.strip() == _BASE), None)


@check("versions")
def versions(scene: Scene) -> Answer:
    """xlperf and xlwings are of one version wherever they are."""
    state = scene.addin
    if state.has_python and state.xlperf != state.ours:
        return answer("xlperf", xlperf=state.xlperf or "?", ours=state.ours)
    there = {state.in_vba, *([state.xlwings] if state.has_python else [])}
    if there != {state.pin}:
        return answer("xlwings", xlwings=state.xlwings or "?", vba=state.in_vba or "?", pin=state.pin)
    return answer(xlperf=state.ours, xlwings=state.pin)


@check("dll")
def dll(scene: Scene) -> Answer:
    """The DLL that Excel loads is there, in Excel's own bitness."""
    state = scene.addin
    gone = next((name for name in state.needed_dlls if name not in state.dlls), None)
    if gone:
        return answer("missing", name=gone, path=state.where.venv)
    return answer(names="、".join(state.needed_dlls))


@check("code_page")
def code_page(scene: Scene) -> Answer:
    """The command that starts Python passes the code page, if need be with the 8.3 name of the folder."""
    page, path = scene.machine.code_page(), _existing(scene)
    strange = _strange(page, str(path))
    if not strange:
        return answer(page=page, path=path)
    short = scene.machine.short(path)
    case = "unreachable" if _strange(page, short) else "outside"
    return answer(case, page=page, path=path, letters=strange, short=short)


def _existing(scene: Scene) -> PurePath:
    """The folder of the add-in's Python, or the nearest one above it that is there."""
    venv = scene.addin.where.venv
    return next((one for one in (venv, *venv.parents) if scene.machine.file(one).is_dir()), venv)


def _strange(page: int, text: str) -> str:
    return "".join(letter for letter in dict.fromkeys(text) if not _has(page, letter))


def _has(page: int, letter: str) -> bool:
    try:
        letter.encode(f"cp{page}")
    except UnicodeEncodeError:
        return False
    except LookupError:
        return letter.isascii()
    return True


@check("location")
def location(scene: Scene) -> Answer:
    """The add-in lies on a disk of this computer that nothing synchronises."""
    state = scene.addin
    path = state.addin or state.where.listed
    if path.drive.startswith("\\\\"):
        return answer("network", path=path)
    clouds = (scene.machine.variable(name) for name in _ONEDRIVE)
    if any(scene.machine.pure(cloud) in path.parents for cloud in clouds if cloud):
        return answer("cloud", path=path)
    return answer(path=path)
