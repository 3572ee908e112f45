"""The computer as facts and acts: Python, programs, files; on Windows its registry and what runs."""

import ctypes
import importlib
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from ctypes import wintypes
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from xlperf.excel.installation.registry import Registry

_SNAPSHOT_OF_PROCESSES = 0x2
_NAME_LENGTH = 260
_PATH_LENGTH = 32768
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


class Machine:
    """A computer without Windows: no registry, no Excel, UTF-8 throughout; ``WindowsMachine`` is one with it.

    Paths of Windows are pure paths; ``file`` turns one into a path that can be opened. The tests have a
    Windows in memory with the same names.
    """

    platform = sys.platform
    """``win32``, ``linux``, ``darwin``."""

    @property
    def registry(self) -> Registry:
        """The registry; OSError on other systems than Windows."""
        raise OSError(f"no registry: {self.platform}")

    def processes(self) -> Collection[str]:
        """The names in lower case of the programs that run in this user's session; none without Windows."""
        return frozenset()

    def code_page(self) -> int:
        """The number of the ANSI code page, in which VBA hands paths to Windows."""
        return _UTF8

    def short(self, path: PurePath) -> str:
        """The 8.3 name of a file that exists; the path itself where there are no such names."""
        return str(path)

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


class WindowsMachine(Machine):
    """This computer; ``winreg`` and ``kernel32`` are those of Windows unless a test passes others."""

    def __init__(self, winreg: Any = None, kernel32: Any = None) -> None:
        self._winreg = winreg or importlib.import_module("winreg")
        self._kernel32 = kernel32 or vars(ctypes)["windll"].kernel32

    @property
    def registry(self) -> Registry:
        """The registry of this computer, as this user sees it."""
        return Registry(self._winreg)

    def code_page(self) -> int:
        """The ANSI code page: 936 on a Chinese Windows, 65001 where UTF-8 is switched on for everything."""
        return int(self._kernel32.GetACP())

    def short(self, path: PurePath) -> str:
        """The 8.3 name of a file that exists; the path itself on a disk without such names."""
        buffer = ctypes.create_unicode_buffer(_PATH_LENGTH)
        length = self._kernel32.GetShortPathNameW(str(path), buffer, _PATH_LENGTH)
        return buffer.value if 0 < length < _PATH_LENGTH else str(path)

    def processes(self) -> Collection[str]:
        """The programs of this session; those of other users of a terminal server do not count."""
        own = self._session(os.getpid())
        return frozenset(name for number, name in self._all_processes() if self._session(number) == own)

    def _session(self, process: int) -> int | None:
        session = wintypes.DWORD()
        known = self._kernel32.ProcessIdToSessionId(wintypes.DWORD(process), ctypes.byref(session))
        return session.value if known else None

    def _all_processes(self) -> Iterator[tuple[int, str]]:
        kernel = self._kernel32
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


def this_machine() -> Machine:
    """The computer of this process."""
    return WindowsMachine() if sys.platform == WINDOWS else Machine()
