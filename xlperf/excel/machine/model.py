"""What xlperf asks of a machine and does to it; tests put a machine of their own in its place."""

from collections.abc import Collection, Sequence
from pathlib import Path, PurePath
from typing import Protocol

from xlperf.excel.machine.local import Python, Ran
from xlperf.excel.machine.registry import Registry

WINDOWS = "win32"


class Machine(Protocol):
    """Paths of Windows are pure paths; ``file`` turns one into a path that can be opened."""

    @property
    def platform(self) -> str:
        """``win32``, ``linux``, ``darwin``, as sys.platform."""

    @property
    def python(self) -> Python:
        """The Python that runs xlperf."""

    @property
    def registry(self) -> Registry:
        """The registry; an empty one elsewhere than on Windows."""

    def variable(self, name: str) -> str:
        """An environment variable, empty where it is not set."""

    def processes(self) -> Collection[str]:
        """The names in lower case of the programs that run in this user's session."""

    def code_page(self) -> int:
        """The number of the ANSI code page, in which VBA hands paths to Windows."""

    def short(self, path: PurePath) -> str:
        """The 8.3 name of a file that is there, as Windows keeps it; the path itself without one."""

    def pure(self, text: str) -> PurePath:
        """A path of this machine."""

    def file(self, path: PurePath) -> Path:
        """Where ``path`` can be opened."""

    def program(self, *names: str) -> str | None:
        """The first of some programs that is found, by name or by path."""

    def run(self, command: Sequence[str]) -> Ran:
        """Run a program to its end; a program that is missing ends with a status other than 0."""

    def package(self, name: str) -> str | None:
        """The version of a package installed for this Python."""

    def imports(self, module: str) -> bool:
        """Whether a module can be imported."""
