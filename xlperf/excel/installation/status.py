"""The state of the add-in → the lines of ``xlperf addin status``: paths, versions, and what is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.excel.installation.addin_state import AddinState, ExcelState, read_state
from xlperf.excel.installation.install import require_windows
from xlperf.excel.installation.install_paths import text
from xlperf.excel.machine.computer import Machine


@dataclass(frozen=True, slots=True)
class Status:
    """``ok``: the add-in is installed and complete, and nothing keeps Excel from loading it."""

    ok: bool
    lines: Sequence[str]


def status(machine: Machine) -> Status:
    """Examine the add-in; raises InputError on any system but Windows."""
    require_windows(machine)
    state = read_state(machine)
    faults = list(_faults(state))
    lines = [*_facts(state), *(text("fault", what=fault) for fault in faults)]
    return Status(not faults, [*lines, text("faulty" if faults else "well")])


def _facts(state: AddinState) -> Iterator[str]:
    none = text("none")
    yield text("status_addin", path=state.addin or none)
    yield text("status_venv", path=state.paths.venv if state.has_python else none)
    dlls = "、".join(state.dlls) or none
    yield text(
        "status_versions",
        ours=state.running,
        xlperf=state.xlperf or none,
        pin=state.pin,
        xlwings=state.xlwings or none,
        vba=state.in_vba or none,
        dlls=dlls,
    )
    for found in state.in_excels:
        bits = found.excel.bits or text("unknown_bits")
        name = found.entry.name if found.entry else text("startup" if state.starts_by_itself else "none")
        yield text("status_excel", version=found.excel.version, bits=bits, name=name)


def _faults(state: AddinState) -> Iterator[str]:
    if not state.excels:
        yield text("no_excel")
    if state.addin is None:
        yield text("fault_addin")
        return
    if state.blocked:
        yield text("fault_blocked")
    for found in state.in_excels:
        yield from _unloaded(found, startup=state.starts_by_itself)
    yield from _disagreements(state)


def _unloaded(found: ExcelState, *, startup: bool) -> Iterator[str]:
    version = found.excel.version
    if found.disabled:
        yield text("fault_disabled", version=version)
    if startup:
        return
    if found.unticked:
        yield text("fault_unticked", version=version)
    elif found.entry is None:
        yield text("fault_unlisted", version=version)
    elif found.unread:
        yield text("fault_gap", version=version, name=found.entry.name)


def _disagreements(state: AddinState) -> Iterator[str]:
    if not state.has_python:
        yield text("fault_venv")
        return
    if state.xlperf != state.running:
        yield text("fault_xlperf", there=state.xlperf or text("none"), ours=state.running)
    if not state.xlwings == state.in_vba == state.pin:
        values = {"xlwings": state.xlwings, "vba": state.in_vba, "pin": state.pin}
        yield text("fault_xlwings", **{name: value or text("none") for name, value in values.items()})
    for name in state.needed_dlls:
        if name not in state.dlls:
            yield text("fault_dll", name=name, path=state.paths.venv)
