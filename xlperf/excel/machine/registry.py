"""The Windows registry in the words of xlperf: keys in one of the two views, values with their kind.

Names of keys and values are compared without regard to case, as Windows does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol


class Hive(StrEnum):
    """The roots that xlperf looks into."""

    USER = "HKEY_CURRENT_USER"
    MACHINE = "HKEY_LOCAL_MACHINE"
    CLASSES = "HKEY_CLASSES_ROOT"


class Kind(IntEnum):
    """How a value is stored; the numbers are those of Windows."""

    TEXT = 1
    EXPANDING_TEXT = 2
    BINARY = 3
    NUMBER = 4


@dataclass(frozen=True, slots=True)
class Value:
    """``data`` is a text, a number, bytes or a list of texts, whatever ``kind`` (its number) asks for."""

    data: object
    kind: int = Kind.TEXT

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


class Registry(Protocol):
    """Reading finds nothing where a key is missing; InputError where Windows refuses to let it be read,
    OSError where it refuses to have it changed.
    """

    def values(self, key: Key) -> Mapping[str, Value]:
        """The values of a key by name; the nameless one is ``""``."""

    def subkeys(self, key: Key) -> Sequence[str]:
        """The names of the keys right below."""

    def exists(self, key: Key) -> bool:
        """Whether there is such a key."""

    def write(self, key: Key, name: str, value: Value) -> None:
        """Set a value; the key is made where it is missing."""

    def delete(self, key: Key, name: str) -> None:
        """Remove a value that is there."""

    def delete_key(self, key: Key) -> None:
        """Remove a key that has no keys below it, with its values."""


def look_up(registry: Registry, key: Key, name: str = "") -> Value | None:
    """One value of a key, None where it is missing."""
    folded = name.casefold()
    return next((value for one, value in registry.values(key).items() if one.casefold() == folded), None)
