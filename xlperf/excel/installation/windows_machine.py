"""Windows: the registry through winreg, programs and code page through kernel32."""

import ctypes
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from ctypes import wintypes
from importlib import import_module
from pathlib import PurePath
from typing import Any

from xlperf.core.errors import InputError
from xlperf.declarations.source import text_of
from xlperf.excel.installation.computer import Hive, Key, Machine, Registry, RegistryValue

_SNAPSHOT_OF_PROCESSES = 0x2
_NAME_LENGTH = 260
_PATH_LENGTH = 32768


class WindowsMachine(Machine):
    """This computer; ``winreg`` and ``kernel32`` are those of Windows unless a test passes others."""

    def __init__(self, winreg: Any = None, kernel32: Any = None) -> None:
        self._winreg = winreg or import_module("winreg")
        self._kernel32 = kernel32 or vars(ctypes)["windll"].kernel32

    @property
    def registry(self) -> Registry:
        """The registry of this computer, as this user sees it."""
        return WindowsRegistry(self._winreg)

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


@contextmanager
def _reading(key: Key) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        reason = error.strerror or error
        raise InputError(text_of("installation", "registry_unreadable", key=key, reason=reason)) from error


class WindowsRegistry(Registry):
    """The registry through the module ``winreg``."""

    def __init__(self, winreg: Any) -> None:
        self._winreg = winreg
        self._hives = {hive: getattr(winreg, hive.value) for hive in Hive}

    def values(self, key: Key) -> Mapping[str, RegistryValue]:
        """The values of a key by name; nothing where the key is missing."""
        with suppress(FileNotFoundError), _reading(key), self._open(key, self._winreg.KEY_READ) as handle:
            found = [self._winreg.EnumValue(handle, index) for index in range(self._count(handle)[1])]
            return {name: RegistryValue(data, kind) for name, data, kind in found}
        return {}

    def subkeys(self, key: Key) -> Sequence[str]:
        """The names of the keys directly below; nothing where the key is missing."""
        with suppress(FileNotFoundError), _reading(key), self._open(key, self._winreg.KEY_READ) as handle:
            return [self._winreg.EnumKey(handle, index) for index in range(self._count(handle)[0])]
        return []

    def exists(self, key: Key) -> bool:
        """Whether there is such a key."""
        with suppress(FileNotFoundError), _reading(key), self._open(key, self._winreg.KEY_READ):
            return True
        return False

    def write(self, key: Key, name: str, value: RegistryValue) -> None:
        """Set a value; a key that is missing is created."""
        access = self._winreg.KEY_WRITE | self._view(key)
        with self._winreg.CreateKeyEx(self._hives[key.hive], key.path, 0, access) as handle:
            self._winreg.SetValueEx(handle, name, 0, value.kind, value.data)

    def delete(self, key: Key, name: str) -> None:
        """Remove a value that exists."""
        with self._open(key, self._winreg.KEY_WRITE) as handle:
            self._winreg.DeleteValue(handle, name)

    def delete_key(self, key: Key) -> None:
        """Remove a key that has no keys below it, with its values."""
        self._winreg.DeleteKeyEx(self._hives[key.hive], key.path, self._view(key), 0)

    def _open(self, key: Key, access: int) -> Any:
        return self._winreg.OpenKey(self._hives[key.hive], key.path, 0, access | self._view(key))

    def _view(self, key: Key) -> int:
        wide = key.view == 64
        return int(self._winreg.KEY_WOW64_64KEY if wide else self._winreg.KEY_WOW64_32KEY)

    def _count(self, handle: Any) -> tuple[int, int]:
        subkeys, values, _ = self._winreg.QueryInfoKey(handle)
        return subkeys, values
