r"""Checks of what keeps macros from running: Excel's trust settings, group policies, Defender's rules.

A policy (below Software\Policies) goes before what the user has set.
"""

from collections.abc import Iterator

from xlperf.excel.doctor.declared import declared
from xlperf.excel.doctor.model import (
    Answer,
    Scene,
    answer,
    check,
)
from xlperf.excel.installation.excel import OFFICE
from xlperf.excel.installation.places import ADDIN
from xlperf.excel.installation.trust import is_trusted
from xlperf.excel.machine import Hive, Key, Registry
from xlperf.excel.machine.registry import look_up

_POLICIES = r"Software\Policies\Microsoft\Office"
_GUARD = r"Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_GUARDS = (rf"Software\Policies\{_GUARD}", rf"Software\{_GUARD}")
_NO_CHILDREN = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
_BLOCK = "1"
_ALLOWED = frozenset({"1", "2"})


@check("macros")
def macros(scene: Scene) -> Answer:
    """No Excel keeps the add-in's macros from running."""
    return next(_obstacles(scene), answer())


def _obstacles(scene: Scene) -> Iterator[Answer]:
    registry = scene.machine.registry
    for excel in scene.addin.excels:
        version = excel.version
        if _is_set(registry, rf"{version}\Common", "VBAOff"):
            yield answer("vba_off", version=version)
        if _is_set(registry, rf"{version}\Excel\Security", "DisableAllAddins"):
            yield answer("addins_off", version=version)
        if _is_blocked(registry, version):
            yield answer("blocked", version=version)
        if _wants_signatures(registry, version):
            yield answer("signed", version=version)
        level = _setting(registry, rf"{version}\Excel\Security", "VBAWarnings")
        told = declared()["levels"].get(str(level))
        if told and not _in_trusted_location(scene, version):
            yield answer("warnings", version=version, level=told)


def _wants_signatures(registry: Registry, version: str) -> bool:
    return _is_set(registry, rf"{version}\Excel\Security", "RequireAddinSig") or _is_set(
        registry, rf"{version}\Common\Security", "RequireAlwaysOnMacroSig"
    )


def _is_blocked(registry: Registry, version: str) -> bool:
    """Whether the list of managed add-ins forbids ours, or names others only."""
    resiliency = Key(Hive.USER, rf"{_POLICIES}\{version}\Excel\Resiliency")
    listed = look_up(registry, resiliency / "AddinList", ADDIN)
    if listed is not None:
        return str(listed.data) not in _ALLOWED
    closed = look_up(registry, resiliency, "RestrictToList")
    return bool(closed and closed.number)


def _in_trusted_location(scene: Scene, version: str) -> bool:
    """Excel trusts its own XLSTART, unless all locations are switched off."""
    state, registry = scene.addin, scene.machine.registry
    if _is_set(registry, rf"{version}\Excel\Security\Trusted Locations", "AllLocationsDisabled"):
        return False
    return state.starts_by_itself or is_trusted(registry, version, state.where.home)


def _is_set(registry: Registry, path: str, name: str) -> bool:
    return bool(_setting(registry, path, name))


def _setting(registry: Registry, path: str, name: str) -> int | None:
    """A number that a policy or the user has set."""
    places = [
        Key(Hive.USER, rf"{_POLICIES}\{path}"),
        Key(Hive.MACHINE, rf"{_POLICIES}\{path}"),
        Key(Hive.USER, rf"{OFFICE}\{path}"),
    ]
    found = (look_up(registry, key, name) for key in places)
    return next((value.number for value in found if value), None)


@check("child_processes")
def child_processes(scene: Scene) -> Answer:
    """Excel may start the Python of the add-in."""
    rules = (look_up(scene.machine.registry, Key(Hive.MACHINE, path), _NO_CHILDREN) for path in _GUARDS)
    first = next((rule for rule in rules if rule), None)
    if first and str(first.data) == _BLOCK:
        return answer("blocked", path=scene.addin.where.venv)
    return answer()
