"""The registry of Windows: its keys and values, read and changed through the module ``winreg``.

Names of keys and values are compared without regard to case, as Windows does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from xlperf.core.errors import InputError
from xlperf.declarations.source import text_of


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


@contextmanager
def _reading(key: RegistryKey) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        reason = error.strerror or error
        raise InputError(text_of("installation", "registry_unreadable", key=key, reason=reason)) from error


class Registry:
    """The registry of Windows through the module ``winreg``.

    Reading finds nothing where a key is missing, and raises InputError where Windows refuses it. A change
    raises OSError where Windows refuses it.
    """

    def __init__(self, winreg: Any) -> None:
        self._winreg = winreg
        self._hives = {hive: getattr(winreg, hive.value) for hive in Hive}

    def values(self, key: RegistryKey) -> Mapping[str, RegistryValue]:
        """The values of a key by name; the nameless one is ``""``."""
        with suppress(FileNotFoundError), _reading(key), self._open(key, self._winreg.KEY_READ) as handle:
            found = [self._winreg.EnumValue(handle, index) for index in range(self._count(handle)[1])]
            return {name: RegistryValue(data, kind) for name, data, kind in found}
        return {}

    def subkeys(self, key: RegistryKey) -> Sequence[str]:
        """The names of the keys directly below."""
        with suppress(FileNotFoundError), _reading(key), self._open(key, self._winreg.KEY_READ) as handle:
            return [self._winreg.EnumKey(handle, index) for index in range(self._count(handle)[0])]
        return []

    def exists(self, key: RegistryKey) -> bool:
        """Whether there is such a key."""
        with suppress(FileNotFoundError), _reading(key), self._open(key, self._winreg.KEY_READ):
            return True
        return False

    def value(self, key: RegistryKey, name: str = "") -> RegistryValue | None:
        """One value of a key, None where it is missing."""
        named = {existing.casefold(): value for existing, value in self.values(key).items()}
        return named.get(name.casefold())

    def write(self, key: RegistryKey, name: str, value: RegistryValue) -> None:
        """Set a value; a key that is missing is created."""
        access = self._winreg.KEY_WRITE | self._view(key)
        with self._winreg.CreateKeyEx(self._hives[key.hive], key.path, 0, access) as handle:
            self._winreg.SetValueEx(handle, name, 0, value.kind, value.data)

    def delete(self, key: RegistryKey, name: str) -> None:
        """Remove a value that exists."""
        with self._open(key, self._winreg.KEY_WRITE) as handle:
            self._winreg.DeleteValue(handle, name)

    def delete_key(self, key: RegistryKey) -> None:
        """Remove a key that has no keys below it, with its values."""
        self._winreg.DeleteKeyEx(self._hives[key.hive], key.path, self._view(key), 0)

    def _open(self, key: RegistryKey, access: int) -> Any:
        return self._winreg.OpenKey(self._hives[key.hive], key.path, 0, access | self._view(key))

    def _view(self, key: RegistryKey) -> int:
        wide = key.view == 64
        return int(self._winreg.KEY_WOW64_64KEY if wide else self._winreg.KEY_WOW64_32KEY)

    def _count(self, handle: Any) -> tuple[int, int]:
        subkeys, values, _ = self._winreg.QueryInfoKey(handle)
        return subkeys, values
