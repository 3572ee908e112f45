"""The Python of the add-in: a virtual environment with xlperf, xlwings and their packages."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import Path

from xlperf.core.errors import OutputError
from xlperf.core.files import ensure_writable_dir
from xlperf.excel.installation import source
from xlperf.excel.installation.conditions import require_other_python
from xlperf.excel.installation.pins import (
    XLWINGS,
    dlls,
    packages,
    pinned,
)
from xlperf.excel.installation.places import Places
from xlperf.excel.installation.wording import text
from xlperf.excel.machine import Machine

_LAST_LINES = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """``origin``: the folder of wheels or the wheel to install from; ``anew``: install even what is there."""

    origin: Path | None = None
    anew: bool = False


def prepare(machine: Machine, where: Places, wish: Wish) -> tuple[bool, str]:
    """Make the environment, or bring it to this version: whether it was made, and what to tell.

    A new environment that cannot be filled is taken away again. InputError from within the environment
    itself, OutputError with pip's last lines.
    """
    folder = machine.file(where.venv)
    if is_complete(folder) and not wish.anew:
        return False, text("venv_ready", path=where.venv)
    require_other_python(machine, where)
    origin = source.given(wish.origin, wanted()["xlperf"]) if wish.origin else source.own()
    made = not machine.file(where.python).exists()
    try:
        if made:
            _make(machine, where)
        _fill(machine, where, origin, anew=wish.anew)
    except OutputError:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return made, text("venv_made" if made else "venv_updated", path=where.venv)


def wanted() -> Mapping[str, str]:
    """The packages whose versions matter, as this xlperf asks for them."""
    return {"xlperf": version_of("xlperf"), XLWINGS: pinned()}


def is_complete(folder: Path) -> bool:
    """Whether an environment has the wanted versions and the DLL that comes with them."""
    there = packages(folder)
    right = all(there.get(name) == version for name, version in wanted().items())
    return right and any(pinned() in name for name in dlls(folder))


def _make(machine: Machine, where: Places) -> None:
    ensure_writable_dir(machine.file(where.home))
    ran = machine.run([machine.python.executable, "-m", "venv", "--clear", str(where.venv)])
    if ran.status:
        raise OutputError(text("venv_failed", path=where.venv, reason=_end(ran.output)))


def _fill(machine: Machine, where: Places, origin: source.Source, *, anew: bool) -> None:
    again = ["--force-reinstall"] if anew else []
    command = [str(where.python), "-m", "pip", "install", "--no-input", "--upgrade", *again]
    ran = machine.run([*command, *origin.options, origin.wanted])
    if ran.status:
        raise OutputError(text("pip_failed", wanted=origin.wanted, reason=_end(ran.output)))
    if not is_complete(machine.file(where.venv)):
        raise OutputError(text("venv_incomplete", path=where.venv, wanted=_listed(wanted())))


def _listed(versions: Mapping[str, str]) -> str:
    return "、".join(f"{name} {version}" for name, version in versions.items())


def _end(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return "；".join(lines[-_LAST_LINES:])
