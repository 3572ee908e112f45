"""Checks of what answers as Excel on a Windows computer."""

from pathlib import PureWindowsPath

from xlperf.excel.doctor.model import (
    Answer,
    Scene,
    answer,
    check,
)
from xlperf.excel.installation.excel import find_excels, servers

_WPS = frozenset({"et.exe", "wps.exe", "wpsoffice.exe", "ksolaunch.exe"})


@check("excel")
def excel(scene: Scene) -> Answer:
    """There is an Excel that can load the add-in."""
    found = find_excels(scene.machine)
    told = "、".join(f"{one.version}（{one.bits or '?'} 位）" for one in found)
    if any(one.new_enough for one in found):
        return answer(versions=told)
    if found:
        return answer("old", versions=told)
    answering = (one.program for one in servers(scene.machine))
    return answer("wps" if any(_is_wps(program) for program in answering) else "none")


@check("progid")
def progid(scene: Scene) -> Answer:
    """Who asks for Excel gets Excel, whether 32 or 64 bits wide."""
    answering = servers(scene.machine)
    strangers = [one.program for one in answering if not one.is_excel]
    if strangers:
        return answer("wps" if _is_wps(strangers[0]) else "other", program=strangers[0])
    return answer(program=answering[0].program) if answering else answer("nobody")


def _is_wps(program: str) -> bool:
    return PureWindowsPath(program).name.lower() in _WPS
