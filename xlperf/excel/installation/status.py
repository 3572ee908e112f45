"""``xlperf addin status``: what is installed where, whether its versions agree, whether Excel loads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.excel.installation.conditions import require_windows
from xlperf.excel.installation.state import Listing, State, look
from xlperf.excel.installation.wording import text
from xlperf.excel.machine import Machine


@dataclass(frozen=True, slots=True)
class Status:
    """``well``: the add-in is there, complete, and nothing keeps Excel from loading it."""

    well: bool
    lines: Sequence[str]


def status(machine: Machine) -> Status:
    """Look at the add-in; InputError on any system but Windows."""
    require_windows(machine)
    state = look(machine)
    faults = list(_faults(state))
    lines = [*_facts(state), *(text("fault", what=fault) for fault in faults)]
    return Status(not faults, [*lines, text("faulty" if faults else "well")])


def _facts(state: State) -> Iterator[str]:
    none = text("none")
    yield text("status_addin", path=state.addin or none)
    yield text("status_venv", path=state.where.venv if state.has_python else none)
    dlls = "、".join(state.dlls) or none
    yield text(
        "status_versions",
        ours=state.ours,
        xlperf=state.xlperf or none,
        pin=state.pin,
        xlwings=state.xlwings or none,
        vba=state.in_vba or none,
        dlls=dlls,
    )
    for listing in state.listings:
        bits = listing.excel.bits or text("unknown_bits")
        name = listing.entry.name if listing.entry else text("startup" if state.starts_by_itself else "none")
        yield text("status_excel", version=listing.excel.version, bits=bits, name=name)


def _faults(state: State) -> Iterator[str]:
    if not state.excels:
        yield text("no_excel")
    if state.addin is None:
        yield text("fault_addin")
        return
    if state.blocked:
        yield text("fault_blocked")
    for listing in state.listings:
        yield from _unloaded(listing, startup=state.starts_by_itself)
    yield from _disagreements(state)


def _unloaded(listing: Listing, *, startup: bool) -> Iterator[str]:
    version = listing.excel.version
    if listing.disabled:
        yield text("fault_disabled", version=version)
    if startup:
        return
    if listing.unticked:
        yield text("fault_unticked", version=version)
    elif listing.entry is None:
        yield text("fault_unlisted", version=version)
    elif listing.unread:
        yield text("fault_gap", version=version, name=listing.entry.name)


def _disagreements(state: State) -> Iterator[str]:
    if not state.has_python:
        yield text("fault_venv")
        return
    if state.xlperf != state.ours:
        yield text("fault_xlperf", there=state.xlperf or text("none"), ours=state.ours)
    if not state.xlwings == state.in_vba == state.pin:
        values = {"xlwings": state.xlwings, "vba": state.in_vba, "pin": state.pin}
        yield text("fault_xlwings", **{name: value or text("none") for name, value in values.items()})
    for name in state.needed_dlls:
        if name not in state.dlls:
            yield text("fault_dll", name=name, path=state.where.venv)
