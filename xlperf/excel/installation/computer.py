"""The seam to the computer: its Python, programs and files; on Windows its registry and what runs.

Names of keys and values of the registry are compared without regard to case, as Windows does.
"""

import ctypes
import importlib
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from ctypes import wintypes
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, TypeVar

from xlperf.core.errors import InputError
from xlperf.declarations.source import text_of

_T = TypeVar("_T")
_SNAPSHOT_OF_PROCESSES = 0x2
_NAME_LENGTH = 260
_PATH_LENGTH = 32768
WINDOWS = "win32"
_TIMEOUT = 1800
"""Seconds that a program may take: pip on a slow disk takes minutes."""
_NOT_INHERITED = frozenset({"PYTHONHOME", "PYTHONPATH"})
"""They would show another Python the packages of this one."""
_NOT_FOUND = 127
_NETWORK_DRIVE = 4
_TEXT = 1
"""The kind of a text in the registry (REG_SZ)."""


class Hive(StrEnum):
    """The roots that xlperf reads."""

    USER = "HKEY_CURRENT_USER"
    MACHINE = "HKEY_LOCAL_MACHINE"
    CLASSES = "HKEY_CLASSES_ROOT"


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """``data`` is a text, a number, bytes or a list of texts, whatever ``kind`` (its number) asks for."""

    data: object
    kind: int = _TEXT

    @property
    def text(self) -> str:
        """The data where they are text, else nothing."""
        return self.data if isinstance(self.data, str) else ""

    @property
    def number(self) -> int | None:
        """The data where they are a number."""
        return self.data if isinstance(self.data, int) else None


@dataclass(frozen=True, slots=True)
class RegistryKey:
    """A key; ``view`` (64 or 32) says which of the two registries of a 64-bit Windows holds it."""

    hive: Hive
    path: str
    view: int = 64

    def __truediv__(self, name: str) -> "RegistryKey":
        return RegistryKey(self.hive, f"{self.path}\\{name}", self.view)

    @property
    def lineage(self) -> Sequence["RegistryKey"]:
        """The key and the keys above it, nearest first."""
        parts = self.path.split("\\")
        return [RegistryKey(self.hive, "\\".join(parts[:end]), self.view) for end in range(len(parts), 0, -1)]

    def __str__(self) -> str:
        return f"{self.hive.value}\\{self.path}"


class Registry:
    """The registry of Windows through the module ``winreg``.

    Reading finds nothing where a key is missing, and raises InputError where Windows refuses it. A change
    raises OSError where Windows refuses it.
    """

    def __init__(self, winreg: Any) -> None:
        self._winreg = winreg

    def values(self, key: RegistryKey) -> Mapping[str, RegistryValue]:
        """The values of a key by name; the nameless one is ``""``."""
        found = self._listed(key, 1, self._winreg.EnumValue)
        return {name: RegistryValue(data, kind) for name, data, kind in found}

    def subkeys(self, key: RegistryKey) -> Sequence[str]:
        """The names of the keys directly below."""
        return self._listed(key, 0, self._winreg.EnumKey)

    def exists(self, key: RegistryKey) -> bool:
        """Whether there is such a key."""
        return self._read(key, bool) is not None

    def value(self, key: RegistryKey, name: str = "") -> RegistryValue | None:
        """One value of a key, None where it is missing."""
        named = {existing.casefold(): value for existing, value in self.values(key).items()}
        return named.get(name.casefold())

    def write(self, key: RegistryKey, name: str, value: RegistryValue) -> None:
        """Set a value; a key that is missing is created."""
        place = self._place(key)
        with self._winreg.CreateKeyEx(*place, 0, self._winreg.KEY_WRITE | self._view(key)) as handle:
            self._winreg.SetValueEx(handle, name, 0, value.kind, value.data)

    def delete(self, key: RegistryKey, name: str) -> None:
        """Remove a value that exists."""
        with self._open(key, self._winreg.KEY_WRITE) as handle:
            self._winreg.DeleteValue(handle, name)

    def delete_key(self, key: RegistryKey) -> None:
        """Remove a key that has no keys below it, with its values."""
        self._winreg.DeleteKeyEx(*self._place(key), self._view(key), 0)

    def _listed(self, key: RegistryKey, part: int, at: Callable[[Any, int], Any]) -> list[Any]:
        """What ``at`` gives for each index; ``part`` says where QueryInfoKey has their number."""
        count = self._winreg.QueryInfoKey
        return self._read(key, lambda handle: [at(handle, i) for i in range(count(handle)[part])]) or []

    def _read(self, key: RegistryKey, read: Callable[[Any], _T]) -> _T | None:
        """What ``read`` gives for the open key, None where there is no such key."""
        try:
            with self._open(key, self._winreg.KEY_READ) as handle:
                return read(handle)
        except FileNotFoundError:
            return None
        except PermissionError as error:
            why = error.strerror or error
            raise InputError(text_of("installation", "registry_unreadable", key=key, reason=why)) from error

    def _open(self, key: RegistryKey, access: int) -> Any:
        return self._winreg.OpenKey(*self._place(key), 0, access | self._view(key))

    def _place(self, key: RegistryKey) -> tuple[Any, str]:
        return getattr(self._winreg, key.hive.value), key.path

    def _view(self, key: RegistryKey) -> int:
        wide = key.view == 64
        return int(self._winreg.KEY_WOW64_64KEY if wide else self._winreg.KEY_WOW64_32KEY)


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


class Machine:
    """This computer; the tests have a Windows in memory with the same names.

    Paths of Windows are pure paths; ``file`` turns one into a path that can be opened. ``winreg`` and
    ``kernel32`` are those of Windows unless a test passes others: what needs them is for Windows only.
    """

    platform = sys.platform
    """``win32``, ``linux``, ``darwin``."""

    def __init__(self, winreg: Any = None, kernel32: Any = None) -> None:
        self._winreg, self._kernel32 = winreg, kernel32

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

    @property
    def registry(self) -> Registry:
        """The registry of this computer, as this user sees it."""
        return Registry(self._winreg or importlib.import_module("winreg"))

    @cached_property
    def _kernel(self) -> Any:
        return self._kernel32 or vars(ctypes)["windll"].kernel32

    def code_page(self) -> int:
        """The ANSI code page: 936 on a Chinese Windows, 65001 where UTF-8 is switched on for everything."""
        return int(self._kernel.GetACP())

    def short(self, path: PurePath) -> str:
        """The 8.3 name of a file that exists; the path itself on a disk without such names."""
        buffer = ctypes.create_unicode_buffer(_PATH_LENGTH)
        length = self._kernel.GetShortPathNameW(str(path), buffer, _PATH_LENGTH)
        return buffer.value if 0 < length < _PATH_LENGTH else str(path)

    def is_on_network(self, path: PurePath) -> bool:
        """Whether a path is on another computer, by its own name or by the letter of a drive."""
        drive = path.drive
        return drive.startswith("\\\\") or self._kernel.GetDriveTypeW(f"{drive}\\") == _NETWORK_DRIVE

    def processes(self) -> Collection[str]:
        """The programs of this session; those of other users of a terminal server do not count."""
        own = self._session(os.getpid())
        return frozenset(name for number, name in self._all_processes() if self._session(number) == own)

    def _session(self, process: int) -> int | None:
        session = wintypes.DWORD()
        known = self._kernel.ProcessIdToSessionId(wintypes.DWORD(process), ctypes.byref(session))
        return session.value if known else None

    def _all_processes(self) -> Iterator[tuple[int, str]]:
        kernel = self._kernel
        kernel.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
        handle = wintypes.HANDLE(kernel.CreateToolhelp32Snapshot(_SNAPSHOT_OF_PROCESSES, 0))
        entry = ProcessEntry()
        entry.dwSize = ctypes.sizeof(ProcessEntry)
        try:
            more = kernel.Process32FirstW(handle, ctypes.byref(entry))
            while more:
                yield entry.th32ProcessID, entry.szExeFile.lower()
                more = kernel.Process32NextW(handle, ctypes.byref(entry))
        finally:
            kernel.CloseHandle(handle)


class ProcessEntry(ctypes.Structure):
    """PROCESSENTRY32W of the tool help library."""

    _fields_ = (
        ("dwSize", wintypes.DWORD),
        ("cntUsage", wintypes.DWORD),
        ("th32ProcessID", wintypes.DWORD),
        ("th32DefaultHeapID", ctypes.c_size_t),
        ("th32ModuleID", wintypes.DWORD),
        ("cntThreads", wintypes.DWORD),
        ("th32ParentProcessID", wintypes.DWORD),
        ("pcPriClassBase", wintypes.LONG),
        ("dwFlags", wintypes.DWORD),
        ("szExeFile", wintypes.WCHAR * _NAME_LENGTH),
    )
