"""The Windows registry as xlperf uses it: keys in one of the two views, values with their kind.

Names of keys and values are compared without regard to case, as Windows does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum


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
