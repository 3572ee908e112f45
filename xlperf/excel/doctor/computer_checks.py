"""Checks of the computer itself: Python, encodings, declarations, folders, fonts, LibreOffice."""

import tempfile
from pathlib import Path

from xlperf.core.settings import settings_path
from xlperf.declarations.profile import lint, profile_ids
from xlperf.excel.doctor.check_model import Answer, Examined, answer, check, doctor_texts
from xlperf.excel.installation.addin_file import install_paths
from xlperf.excel.machine.windows_registry import Hive, Key
from xlperf.intake.doc_conversion import PROGRAMS

_OLDEST = (3, 11)
_FONTS = Key(Hive.MACHINE, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts")
_UTF8 = "utf-8"


@check
def python(examined: Examined) -> Answer:
    """Python is new enough, and not the Store's where there is an Excel to serve."""
    ours = examined.machine.python
    if ours.version < _OLDEST:
        return answer("old", version=ours)
    if examined.on_windows and ours.from_the_store and examined.addin.excels:
        return answer("store", version=ours)
    return answer(version=ours, bits=ours.bits)


@check
def encoding(examined: Examined) -> Answer:
    """File names may be Chinese."""
    name = examined.machine.python.encoding
    return answer("well" if name.lower() == _UTF8 else "narrow", encoding=name)


@check
def declarations(examined: Examined) -> Answer:
    """Everything under schemas/ is sound, as ``xlperf forms lint`` finds."""
    mistakes = lint()
    if mistakes:
        return answer("wrong", count=len(mistakes), first=mistakes[0])
    return answer(count=len(profile_ids()))


@check
def temporary(examined: Examined) -> Answer:
    """Files may be written where temporary ones belong."""
    named = examined.machine.variable("TEMP") if examined.on_windows else ""
    shown = examined.machine.pure(named or tempfile.gettempdir())
    return _writable(examined.machine.file(shown), str(shown))


@check
def settings(examined: Examined) -> Answer:
    """Files may be written where the user's settings are, or will be."""
    shown = install_paths(examined.machine).settings if examined.on_windows else settings_path().parent
    folder = examined.machine.file(shown)
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return _writable(existing, str(shown))


@check
def libreoffice(examined: Examined) -> Answer:
    """Old Word documents can be read."""
    program = examined.machine.program(*PROGRAMS)
    return answer(path=program) if program else answer("missing")


@check
def fonts(examined: Examined) -> Answer:
    """Chinese can be shown and printed."""
    return answer("well" if _has_fonts(examined) else "missing")


def _has_fonts(examined: Examined) -> bool:
    if examined.on_windows:
        names = examined.machine.registry.values(_FONTS)
        return any(font in name for name in names for font in doctor_texts()["fonts"])
    listed = examined.machine.run(["fc-list", ":lang=zh", "family"])
    return listed.status == 0 and bool(listed.output.strip())


def _writable(folder: Path, shown: str) -> Answer:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".xlperf-"):
            return answer(path=shown)
    except OSError as error:
        return answer("refused", path=shown, reason=error.strerror or error)
