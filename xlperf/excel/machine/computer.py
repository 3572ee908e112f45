"""The computer as facts and acts: what Python finds out on every system, and the rest of a POSIX system."""

import importlib
import os
import shutil
import struct
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from xlperf.excel.machine.windows_registry import Registry

WINDOWS = "win32"
_TIMEOUT = 1800
"""Seconds that a program may take: pip on a slow disk takes minutes."""
_NOT_INHERITED = frozenset({"PYTHONHOME", "PYTHONPATH"})
"""They would show another Python the packages of this one."""
_UTF8 = 65001
_NOT_FOUND = 127


@dataclass(frozen=True, slots=True)
class PythonInfo:
    """A Python: ``version`` as three numbers, ``bits`` 32 or 64, ``encoding`` that of file names;
    ``prefix`` is its environment, ``base`` the installation that the environment was made from.
    """

    version: tuple[int, int, int]
    bits: int
    executable: str
    prefix: str
    base: str
    encoding: str

    @property
    def from_the_store(self) -> bool:
        """Whether it is the Microsoft Store's: what it writes below AppData no other program sees."""
        return "\\windowsapps\\" in f"{self.base}\\{self.executable}".lower()

    def __str__(self) -> str:
        return ".".join(str(number) for number in self.version)


@dataclass(frozen=True, slots=True)
class RunResult:
    """The exit status of a program, and all that it wrote."""

    status: int
    output: str


class Machine(ABC):
    """A computer. Paths of Windows are pure paths; ``file`` turns one into a path that can be opened.

    The tests have a Windows in memory with the same names.
    """

    platform = sys.platform
    """``win32``, ``linux``, ``darwin``."""

    @property
    @abstractmethod
    def registry(self) -> Registry:
        """The registry; an empty one on other systems than Windows."""

    @abstractmethod
    def processes(self) -> Collection[str]:
        """The names in lower case of the programs that run in this user's session."""

    @abstractmethod
    def code_page(self) -> int:
        """The number of the ANSI code page, in which VBA hands paths to Windows."""

    @abstractmethod
    def short(self, path: PurePath) -> str:
        """The 8.3 name of a file that exists; the path itself where there are no such names."""

    @property
    def python(self) -> PythonInfo:
        """The Python that runs xlperf."""
        major, minor, micro, *_ = sys.version_info
        bits = struct.calcsize("P") * 8
        encoding = sys.getfilesystemencoding()
        return PythonInfo((major, minor, micro), bits, sys.executable, sys.prefix, sys.base_prefix, encoding)

    def variable(self, name: str) -> str:
        """An environment variable, empty where it is not set."""
        return os.environ.get(name, "")

    def pure(self, text: str) -> PurePath:
        """A path of this machine."""
        return PurePath(text)

    def file(self, path: PurePath) -> Path:
        """Where ``path`` can be opened."""
        return Path(path)

    def program(self, *names: str) -> str | None:
        """The first of some programs that is found, by name or by path."""
        return next((found for name in names if (found := shutil.which(name))), None)

    def run(self, command: Sequence[str]) -> RunResult:
        """Run a program to its end, for half an hour at most; a Python does not see this one's packages.

        A program that is missing or takes longer ends with a status other than 0.
        """
        inherited = {name: value for name, value in os.environ.items() if name.upper() not in _NOT_INHERITED}
        environment = {**inherited, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        try:
            ended = subprocess.run(
                list(command),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env=environment,
                timeout=_TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return RunResult(_NOT_FOUND, str(error))
        return RunResult(ended.returncode, ended.stdout)

    def imports(self, module: str) -> bool:
        """Whether a module can be imported by this Python."""
        try:
            importlib.import_module(module)
        except (ImportError, OSError):
            return False
        return True


class PosixMachine(Machine):
    """A computer without Windows: an empty registry, no Excel, UTF-8 throughout."""

    registry = Registry()

    def processes(self) -> Collection[str]:
        """No program that matters here."""
        return frozenset()

    def code_page(self) -> int:
        """UTF-8."""
        return _UTF8

    def short(self, path: PurePath) -> str:
        """The path itself."""
        return str(path)


def this_machine() -> Machine:
    """The computer of this process."""
    if sys.platform == WINDOWS:
        # only on Windows do the libraries of this module exist
        from xlperf.excel.machine.windows_machine import WindowsMachine  # noqa: PLC0415

        return WindowsMachine()
    return PosixMachine()
