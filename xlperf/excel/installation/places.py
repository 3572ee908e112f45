"""Where on a Windows computer the add-in, its Python and what is known of them lie."""

from dataclasses import dataclass
from pathlib import PurePath

from xlperf.core.errors import InputError
from xlperf.excel.installation.wording import text
from xlperf.excel.machine import Machine

ADDIN = "xlperf.xlam"
_NAME = "xlperf"


@dataclass(frozen=True, slots=True)
class Places:
    """``home`` holds what is installed, ``startup`` what Excel opens by itself, ``settings`` the user's."""

    home: PurePath
    startup: PurePath
    settings: PurePath

    @property
    def venv(self) -> PurePath:
        """The folder of the Python that the add-in calls; the add-in names it by its full path."""
        return self.home / "venv"

    @property
    def python(self) -> PurePath:
        """The interpreter with a console, for pip."""
        return self.venv / "Scripts" / "python.exe"

    @property
    def listed(self) -> PurePath:
        """The add-in where the list of add-ins points to it."""
        return self.home / ADDIN

    @property
    def started(self) -> PurePath:
        """The add-in where Excel opens it without being told."""
        return self.startup / ADDIN

    @property
    def record(self) -> PurePath:
        """The file that says what install did."""
        return self.home / "addin.json"

    @property
    def backups(self) -> PurePath:
        """The folder of add-in files that were replaced."""
        return self.home / "backup"


def places(machine: Machine) -> Places:
    """The places of this user; InputError without the variables that Windows sets."""
    local, roaming = machine.variable("LOCALAPPDATA"), machine.variable("APPDATA")
    if not (local and roaming):
        raise InputError(text("no_folders"))
    home, profile = machine.pure(local) / _NAME, machine.pure(roaming)
    return Places(home, profile / "Microsoft" / "Excel" / "XLSTART", profile / _NAME)
