r"""Checks of the computer (Python, encodings, folders, fonts, LibreOffice), of its Excels and their macros.

A group policy (below Software\Policies) goes before what the user has set.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

from xlperf.core.user_files import settings_path
from xlperf.declarations.lint import lint
from xlperf.declarations.profile import profile_ids
from xlperf.declarations.source import texts_of
from xlperf.excel.doctor.examination import Examined, Observation, check
from xlperf.excel.installation.addin_files import ADDIN, install_paths
from xlperf.excel.installation.computer import Hive, Registry, RegistryKey
from xlperf.excel.installation.excels import OFFICE, PROCESS, ExcelSettings, find_excels, servers
from xlperf.intake.office import PROGRAMS

_OLDEST = (3, 11)
_FONTS = RegistryKey(Hive.MACHINE, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts")
_UTF8 = "utf-8"


@check
def python(examined: Examined) -> Observation:
    """Python is new enough, and not the Store's where there is an Excel to serve."""
    ours = examined.machine.python
    if ours.version < _OLDEST:
        return Observation("old", version=ours)
    if examined.on_windows and ours.from_the_store and examined.addin.excels:
        return Observation("store", version=ours)
    return Observation(version=ours, bits=ours.bits)


@check
def encoding(examined: Examined) -> Observation:
    """File names may be Chinese."""
    name = examined.machine.python.encoding
    return Observation("well" if name.lower() == _UTF8 else "narrow", encoding=name)


@check
def declarations(examined: Examined) -> Observation:
    """Everything under schemas/ is sound, as ``xlperf forms lint`` finds."""
    mistakes = lint()
    if mistakes:
        return Observation("wrong", count=len(mistakes), first=mistakes[0])
    return Observation(count=len(profile_ids()))


@check
def temporary(examined: Examined) -> Observation:
    """Files may be written where temporary ones belong."""
    named = examined.machine.variable("TEMP") if examined.on_windows else ""
    shown = examined.machine.pure(named or tempfile.gettempdir())
    return _writable(examined.machine.file(shown), str(shown))


@check
def settings(examined: Examined) -> Observation:
    """Files may be written where the user's settings are, or will be."""
    shown = install_paths(examined.machine).settings if examined.on_windows else settings_path().parent
    folder = examined.machine.file(shown)
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return _writable(existing, str(shown))


@check
def libreoffice(examined: Examined) -> Observation:
    """Old Word documents can be read."""
    program = examined.machine.program(*PROGRAMS)
    return Observation(path=program) if program else Observation("missing")


@check
def fonts(examined: Examined) -> Observation:
    """Chinese can be shown and printed."""
    return Observation("well" if _has_fonts(examined) else "missing")


def _has_fonts(examined: Examined) -> bool:
    if examined.on_windows:
        names = examined.machine.registry.values(_FONTS)
        return any(font in name for name in names for font in texts_of("doctor")["fonts"])
    listed = examined.machine.run(["fc-list", ":lang=zh", "family"])
    return listed.status == 0 and bool(listed.output.strip())


def _writable(folder: Path, shown: str) -> Observation:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".xlperf-"):
            return Observation(path=shown)
    except OSError as error:
        return Observation("refused", path=shown, reason=error.strerror or error)


_WPS = frozenset({"et.exe", "wps.exe", "wpsoffice.exe", "ksolaunch.exe"})
_POLICIES = r"Software\Policies\Microsoft\Office"
_GUARD = r"Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_GUARDS = (rf"Software\Policies\{_GUARD}", rf"Software\{_GUARD}")
_NO_CHILDREN = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
_BLOCK = "1"
_ALLOWED = frozenset({"1", "2"})


@check
def excel(examined: Examined) -> Observation:
    """There is an Excel that can load the add-in."""
    found = find_excels(examined.machine)
    named = texts_of("doctor")["excel"]
    versions = "、".join(named.format(version=excel.version, bits=excel.bits or "?") for excel in found)
    if any(excel.new_enough for excel in found):
        return Observation(versions=versions)
    if found:
        return Observation("old", versions=versions)
    return Observation("wps" if any(map(_is_wps, servers(examined.machine))) else "none")


@check
def progid(examined: Examined) -> Observation:
    """A program that asks for Excel gets Excel, whether it has 32 or 64 bits."""
    answering = servers(examined.machine)
    others = [program for program in answering if not program.lower().endswith(PROCESS)]
    if others:
        return Observation("wps" if _is_wps(others[0]) else "other", program=others[0])
    return Observation(program=answering[0]) if answering else Observation("nobody")


def _is_wps(program: str) -> bool:
    return PureWindowsPath(program).name.lower() in _WPS


@check
def macros(examined: Examined) -> Observation:
    """No Excel keeps the add-in's macros from running."""
    return next(_obstacles(examined), Observation())


def _obstacles(examined: Examined) -> Iterator[Observation]:
    registry = examined.machine.registry
    for excel in examined.addin.excels:
        version = excel.version
        if _is_set(registry, rf"{version}\Common", "VBAOff"):
            yield Observation("vba_off", version=version)
        if _is_set(registry, rf"{version}\Excel\Security", "DisableAllAddins"):
            yield Observation("addins_off", version=version)
        if _is_blocked(registry, version):
            yield Observation("blocked", version=version)
        if _requires_signatures(registry, version):
            yield Observation("signed", version=version)
        level = _setting(registry, rf"{version}\Excel\Security", "VBAWarnings")
        name = texts_of("doctor")["levels"].get(str(level))
        if name and not _in_trusted_location(examined, version):
            yield Observation("warnings", version=version, level=name)


def _requires_signatures(registry: Registry, version: str) -> bool:
    return _is_set(registry, rf"{version}\Excel\Security", "RequireAddinSig") or _is_set(
        registry, rf"{version}\Common\Security", "RequireAlwaysOnMacroSig"
    )


def _is_blocked(registry: Registry, version: str) -> bool:
    """Whether the list of managed add-ins forbids ours, or names others only."""
    resiliency = RegistryKey(Hive.USER, rf"{_POLICIES}\{version}\Excel\Resiliency")
    listed = registry.value(resiliency / "AddinList", ADDIN)
    if listed is not None:
        return str(listed.data) not in _ALLOWED
    closed = registry.value(resiliency, "RestrictToList")
    return bool(closed and closed.number)


def _in_trusted_location(examined: Examined, version: str) -> bool:
    """Excel trusts its own XLSTART, unless all locations are switched off."""
    state, registry = examined.addin, examined.machine.registry
    if _is_set(registry, rf"{version}\Excel\Security\Trusted Locations", "AllLocationsDisabled"):
        return False
    return state.starts_by_itself or ExcelSettings(registry, version).is_trusted(state.paths.home)


def _is_set(registry: Registry, path: str, name: str) -> bool:
    return bool(_setting(registry, path, name))


def _setting(registry: Registry, path: str, name: str) -> int | None:
    """A number that a policy or the user has set."""
    places = [
        RegistryKey(Hive.USER, rf"{_POLICIES}\{path}"),
        RegistryKey(Hive.MACHINE, rf"{_POLICIES}\{path}"),
        RegistryKey(Hive.USER, rf"{OFFICE}\{path}"),
    ]
    found = (registry.value(key, name) for key in places)
    return next((value.number for value in found if value), None)


@check
def child_processes(examined: Examined) -> Observation:
    """Excel may start the Python of the add-in."""
    rules = (
        examined.machine.registry.value(RegistryKey(Hive.MACHINE, path), _NO_CHILDREN) for path in _GUARDS
    )
    first = next((rule for rule in rules if rule), None)
    if first and str(first.data) == _BLOCK:
        return Observation("blocked", path=examined.addin.paths.venv)
    return Observation()
