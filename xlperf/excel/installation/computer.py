"""The computer as facts and acts: Python, programs, files, the Windows registry; an empty one elsewhere.

Names of registry keys and values are compared without regard to case, as Windows does.
"""

import importlib
import os
import shutil
import struct
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path, PurePath


class Hive(StrEnum):
    """The roots that xlperf reads."""

    USER = "HKEY_CURRENT_USER"
    MACHINE = "HKEY_LOCAL_MACHINE"
    CLASSES = "HKEY_CLASSES_ROOT"


class ValueKind(IntEnum):
    """How a value is stored; the numbers are those of Windows."""

    TEXT = 1
    EXPANDING_TEXT = 2
    BINARY = 3
    NUMBER = 4


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """``data`` is a text, a number, bytes or a list of texts, whatever ``kind`` (its number) asks for."""

    data: object
    kind: int = ValueKind.TEXT

    @property
    def text(self) -> str:
        """The data where they are text, else nothing."""
        return self.data if isinstance(self.data, str) else ""

    @property
    def number(self) -> int | None:
        """The data where they are a number."""
        return self.data if isinstance(self.data, int) else None


@dataclass(frozen=True, slots=True)
class Key:
    """A key; ``view`` (64 or 32) says which of the two registries of a 64-bit Windows holds it."""

    hive: Hive
    path: str
    view: int = 64

    def __truediv__(self, name: str) -> "Key":
        return Key(self.hive, f"{self.path}\\{name}", self.view)

    @property
    def lineage(self) -> Sequence["Key"]:
        """The key and the keys above it, nearest first."""
        parts = self.path.split("\\")
        return [Key(self.hive, "\\".join(parts[:end]), self.view) for end in range(len(parts), 0, -1)]

    def __str__(self) -> str:
        return f"{self.hive.value}\\{self.path}"


class Registry:
    """A registry without a key, which refuses every change; ``windows_machine`` has the one of Windows.

    Reading finds nothing where a key is missing, and raises InputError where Windows refuses it. A change
    raises OSError where Windows refuses it.
    """

    def values(self, key: Key) -> Mapping[str, RegistryValue]:
        """The values of a key by name; the nameless one is ``""``."""
        return {}

    def subkeys(self, key: Key) -> Sequence[str]:
        """The names of the keys directly below."""
        return []

    def exists(self, key: Key) -> bool:
        """Whether there is such a key."""
        return False

    def write(self, key: Key, name: str, value: RegistryValue) -> None:
        """Set a value; a key that is missing is created."""
        raise PermissionError(f"no registry: {key}")

    def delete(self, key: Key, name: str) -> None:
        """Remove a value that exists."""
        raise PermissionError(f"no registry: {key}")

    def delete_key(self, key: Key) -> None:
        """Remove a key that has no keys below it, with its values."""
        raise PermissionError(f"no registry: {key}")

    def value(self, key: Key, name: str = "") -> RegistryValue | None:
        """One value of a key, None where it is missing."""
        named = {existing.casefold(): value for existing, value in self.values(key).items()}
        return named.get(name.casefold())


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
        from xlperf.excel.installation.windows_machine import WindowsMachine  # noqa: PLC0415

        return WindowsMachine()
    return PosixMachine()
