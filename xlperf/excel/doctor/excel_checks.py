r"""What answers as Excel, and what keeps macros from running: settings, group policies, Defender's rules.

A policy (below Software\Policies) goes before what the user has set.
"""

from collections.abc import Iterator
from pathlib import PureWindowsPath

from xlperf.excel.doctor.check_model import Answer, Examined, answer, check, doctor_texts
from xlperf.excel.installation.addin_file import ADDIN
from xlperf.excel.installation.excels import OFFICE, ExcelSettings, find_excels, servers
from xlperf.excel.machine.windows_registry import Hive, Key, Registry

_WPS = frozenset({"et.exe", "wps.exe", "wpsoffice.exe", "ksolaunch.exe"})
_POLICIES = r"Software\Policies\Microsoft\Office"
_GUARD = r"Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_GUARDS = (rf"Software\Policies\{_GUARD}", rf"Software\{_GUARD}")
_NO_CHILDREN = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
_BLOCK = "1"
_ALLOWED = frozenset({"1", "2"})


@check
def excel(examined: Examined) -> Answer:
    """There is an Excel that can load the add-in."""
    found = find_excels(examined.machine)
    versions = "、".join(f"{excel.version}（{excel.bits or '?'} 位）" for excel in found)
    if any(excel.new_enough for excel in found):
        return answer(versions=versions)
    if found:
        return answer("old", versions=versions)
    answering = (server.program for server in servers(examined.machine))
    return answer("wps" if any(_is_wps(program) for program in answering) else "none")


@check
def progid(examined: Examined) -> Answer:
    """A program that asks for Excel gets Excel, whether it has 32 or 64 bits."""
    answering = servers(examined.machine)
    others = [server.program for server in answering if not server.is_excel]
    if others:
        return answer("wps" if _is_wps(others[0]) else "other", program=others[0])
    return answer(program=answering[0].program) if answering else answer("nobody")


def _is_wps(program: str) -> bool:
    return PureWindowsPath(program).name.lower() in _WPS


@check
def macros(examined: Examined) -> Answer:
    """No Excel keeps the add-in's macros from running."""
    return next(_obstacles(examined), answer())


def _obstacles(examined: Examined) -> Iterator[Answer]:
    registry = examined.machine.registry
    for excel in examined.addin.excels:
        version = excel.version
        if _is_set(registry, rf"{version}\Common", "VBAOff"):
            yield answer("vba_off", version=version)
        if _is_set(registry, rf"{version}\Excel\Security", "DisableAllAddins"):
            yield answer("addins_off", version=version)
        if _is_blocked(registry, version):
            yield answer("blocked", version=version)
        if _requires_signatures(registry, version):
            yield answer("signed", version=version)
        level = _setting(registry, rf"{version}\Excel\Security", "VBAWarnings")
        name = doctor_texts()["levels"].get(str(level))
        if name and not _in_trusted_location(examined, version):
            yield answer("warnings", version=version, level=name)


def _requires_signatures(registry: Registry, version: str) -> bool:
    return _is_set(registry, rf"{version}\Excel\Security", "RequireAddinSig") or _is_set(
        registry, rf"{version}\Common\Security", "RequireAlwaysOnMacroSig"
    )


def _is_blocked(registry: Registry, version: str) -> bool:
    """Whether the list of managed add-ins forbids ours, or names others only."""
    resiliency = Key(Hive.USER, rf"{_POLICIES}\{version}\Excel\Resiliency")
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
        Key(Hive.USER, rf"{_POLICIES}\{path}"),
        Key(Hive.MACHINE, rf"{_POLICIES}\{path}"),
        Key(Hive.USER, rf"{OFFICE}\{path}"),
    ]
    found = (registry.value(key, name) for key in places)
    return next((value.number for value in found if value), None)


@check
def child_processes(examined: Examined) -> Answer:
    """Excel may start the Python of the add-in."""
    rules = (examined.machine.registry.value(Key(Hive.MACHINE, path), _NO_CHILDREN) for path in _GUARDS)
    first = next((rule for rule in rules if rule), None)
    if first and str(first.data) == _BLOCK:
        return answer("blocked", path=examined.addin.paths.venv)
    return answer()
