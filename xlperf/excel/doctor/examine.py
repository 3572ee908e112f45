"""All checks on one computer, in the order of doctor.json."""

from xlperf.core.errors import XlperfError
from xlperf.excel.doctor import (
    addin,
    computer,
    office,
    security,
)
from xlperf.excel.doctor.declared import (
    declared,
    failed,
    result,
    skipped,
)
from xlperf.excel.doctor.model import Result, Scene, checks
from xlperf.excel.machine import Machine, this_machine

MODULES = (computer, office, addin, security)
"""The modules whose functions are checks."""


def examine(machine: Machine | None = None) -> list[Result]:
    """Look at ``machine`` (this one), one Result for each check; nothing is changed on it.

    A check that the system does not let finish is a note with the reason, never an error.
    """
    scene = Scene(machine or this_machine())
    return [_examined(scene, name) for name in declared()["checks"]]


def _examined(scene: Scene, name: str) -> Result:
    try:
        lacking = _lacking(scene, declared()["checks"][name].get("needs", ""))
        return skipped(name, lacking) if lacking else result(name, checks()[name](scene))
    except OSError as error:
        return failed(name, error.strerror or str(error))
    except XlperfError as error:
        return failed(name, str(error))


def _lacking(scene: Scene, need: str) -> str:
    """What a check needs and this computer does not have, else nothing; every need includes Windows."""
    if not need or (scene.on_windows and need == "windows"):
        return ""
    if not scene.on_windows:
        return "windows"
    there = scene.addin.excels if need == "excel" else scene.addin.addin
    return "" if there else need
