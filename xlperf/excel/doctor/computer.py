"""Checks of the computer itself: Python, encodings, declarations, folders, fonts, LibreOffice."""

import tempfile
from pathlib import Path

from xlperf.core.settings import settings_path
from xlperf.declarations.catalog import lint
from xlperf.declarations.profile import profile_ids
from xlperf.excel.doctor.declared import declared
from xlperf.excel.doctor.model import (
    Answer,
    Scene,
    answer,
    check,
)
from xlperf.excel.installation.places import places
from xlperf.excel.machine import Hive, Key
from xlperf.intake.doc_conversion import PROGRAMS

_OLDEST = (3, 11)
_FONTS = Key(Hive.MACHINE, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts")
_UTF8 = "utf-8"


@check("python")
def python(scene: Scene) -> Answer:
    """Python is new enough, and not the Store's where there is an Excel to serve."""
    ours = scene.machine.python
    if ours.version < _OLDEST:
        return answer("old", version=ours)
    if scene.on_windows and ours.from_the_store and scene.addin.excels:
        return answer("store", version=ours)
    return answer(version=ours, bits=ours.bits)


@check("encoding")
def encoding(scene: Scene) -> Answer:
    """File names may be Chinese."""
    name = scene.machine.python.encoding
    return answer("well" if name.lower() == _UTF8 else "narrow", encoding=name)


@check("declarations")
def declarations(scene: Scene) -> Answer:
    """Everything under schemas/ is sound, as ``xlperf forms lint`` finds."""
    mistakes = lint()
    if mistakes:
        return answer("wrong", count=len(mistakes), first=mistakes[0])
    return answer(count=len(profile_ids()))


@check("temporary")
def temporary(scene: Scene) -> Answer:
    """Files may be written where temporary ones belong."""
    named = scene.machine.variable("TEMP") if scene.on_windows else ""
    shown = scene.machine.pure(named or tempfile.gettempdir())
    return _writable(scene.machine.file(shown), str(shown))


@check("settings")
def settings(scene: Scene) -> Answer:
    """Files may be written where the user's settings lie, or will lie."""
    shown = places(scene.machine).settings if scene.on_windows else settings_path().parent
    folder = scene.machine.file(shown)
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return _writable(there, str(shown))


@check("libreoffice")
def libreoffice(scene: Scene) -> Answer:
    """Old Word documents can be read."""
    program = scene.machine.program(*PROGRAMS)
    return answer(path=program) if program else answer("missing")


@check("fonts")
def fonts(scene: Scene) -> Answer:
    """Chinese can be shown and printed."""
    return answer("well" if _has_fonts(scene) else "missing")


def _has_fonts(scene: Scene) -> bool:
    if scene.on_windows:
        names = scene.machine.registry.values(_FONTS)
        return any(wanted in name for name in names for wanted in declared()["fonts"])
    listed = scene.machine.run(["fc-list", ":lang=zh", "family"])
    return listed.status == 0 and bool(listed.output.strip())


def _writable(folder: Path, shown: str) -> Answer:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".xlperf-"):
            return answer(path=shown)
    except OSError as error:
        return answer("refused", path=shown, reason=error.strerror or error)
