r"""What Excel has disabled after a crash: the binary values of a user's Excel\Resiliency\DisabledItems.

A value is three numbers (kind of item, bytes of the path, bytes of the name), then path and name in
UTF-16, each closed by a zero, the path in lower case.
"""

import struct
from collections.abc import Iterator
from pathlib import PurePath

from xlperf.excel.installation.excel import OFFICE
from xlperf.excel.machine import (
    Hive,
    Key,
    Registry,
    Value,
)

_HEAD = struct.Struct("<III")


def disabled_items(registry: Registry, version: str) -> Iterator[str]:
    """The paths that a version of Excel refuses to open; values of another form are passed over."""
    for value in registry.values(_key(version)).values():
        path = _path(value)
        if path:
            yield path


def is_disabled(registry: Registry, version: str, path: PurePath) -> bool:
    """Whether a version of Excel has disabled the file at ``path``."""
    return str(path).casefold() in {one.casefold() for one in disabled_items(registry, version)}


def _path(value: Value) -> str:
    data = value.data
    if not isinstance(data, bytes) or len(data) < _HEAD.size:
        return ""
    _, length, _ = _HEAD.unpack_from(data)
    return data[_HEAD.size : _HEAD.size + length].decode("utf-16-le", errors="replace").rstrip("\0")


def _key(version: str) -> Key:
    return Key(Hive.USER, rf"{OFFICE}\{version}\Excel\Resiliency\DisabledItems")
