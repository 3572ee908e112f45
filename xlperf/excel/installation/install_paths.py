"""The folders of a Windows user → the paths of the add-in, its Python, its backups and what install did."""

from dataclasses import dataclass
from pathlib import PurePath

from xlperf.core.errors import InputError
from xlperf.declarations.texts import text_of
from xlperf.excel.machine.computer import Machine

ADDIN = "xlperf.xlam"
_NAME = "xlperf"


def text(name: str, /, **values: object) -> str:
    """A message of install, status or remove (installation.json), its gaps filled with ``values``."""
    return text_of("installation", "texts", name, **values)


@dataclass(frozen=True, slots=True)
class InstallPaths:
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
        """The add-in file that Excel's list of add-ins names."""
        return self.home / ADDIN

    @property
    def started(self) -> PurePath:
        """The add-in file in XLSTART, which Excel opens without an entry in its list."""
        return self.startup / ADDIN

    @property
    def record(self) -> PurePath:
        """The file that says what install did."""
        return self.home / "addin.json"

    @property
    def backups(self) -> PurePath:
        """The folder of add-in files that were replaced."""
        return self.home / "backup"


def install_paths(machine: Machine) -> InstallPaths:
    """The paths of this user; raises InputError without the variables that Windows sets."""
    local, roaming = machine.variable("LOCALAPPDATA"), machine.variable("APPDATA")
    if not (local and roaming):
        raise InputError(text("no_folders"))
    home, profile = machine.pure(local) / _NAME, machine.pure(roaming)
    return InstallPaths(home, profile / "Microsoft" / "Excel" / "XLSTART", profile / _NAME)
