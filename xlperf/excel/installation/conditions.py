"""What must be so before anything on the computer is changed."""

from collections.abc import Sequence

from xlperf.core.errors import InputError
from xlperf.excel.installation.excel import PROCESS, Excel, find_excels
from xlperf.excel.installation.places import Places
from xlperf.excel.installation.wording import text
from xlperf.excel.machine import WINDOWS, Machine


def require_windows(machine: Machine) -> None:
    """InputError on any other system: Excel calls Python through COM, which only Windows has."""
    if machine.platform != WINDOWS:
        raise InputError(text("not_windows"))


def require_plain_python(machine: Machine) -> None:
    """InputError for the Python of the Microsoft Store, whose files Excel would not find."""
    if machine.python.from_the_store:
        raise InputError(text("store_python"))


def require_other_python(machine: Machine, where: Places) -> None:
    """InputError for the add-in's own Python: Windows lets nobody replace a program that runs."""
    if machine.pure(machine.python.prefix) == where.venv:
        raise InputError(text("own_python", path=where.venv))


def require_closed(machine: Machine) -> None:
    """InputError while Excel runs: it holds the file, and writes its list of add-ins anew when it ends."""
    if PROCESS in machine.processes():
        raise InputError(text("excel_running"))


def require_excel(machine: Machine) -> Sequence[Excel]:
    """The Excels that can load the add-in; InputError when there is none."""
    found = find_excels(machine)
    usable = [excel for excel in found if excel.new_enough]
    if not usable:
        raise InputError(text("excel_too_old" if found else "no_excel"))
    return usable
