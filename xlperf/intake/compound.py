"""Bytes of an OLE2 compound file (.xls, .et, .doc) → which program's file it is, its streams.

An encrypted workbook or document and the passwords to try give its bytes as they were before.
"""

import importlib
import io
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xlperf.core.lazy import LazyModule
from xlperf.ooxml.received_bytes import refused

if TYPE_CHECKING:
    from xlrd import compdoc
else:
    compdoc = LazyModule("xlrd.compdoc")


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODD = (IndexError, ValueError, AssertionError)
"""What damage makes of the library."""
_HEADER = 512
_FIRST_TABLE, _TABLES = 76, 109
"""Where the header lists the sectors of the allocation table."""
_SECTOR_POWER = 30
_SMALLEST, _LARGEST = 512, 4096
_FREE, _UNUSED = 0xFFFFFFF0, 0xFFFFFFFF
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument"
_WORKBOOKS = ("Workbook", "Book")
_FLAGS, _ENCRYPTED = 11, 0x01
"""The byte of a Word document's head that says whether it is encrypted, and the bit in it."""


class Compound:
    """An open compound file; raises Refused when it is cut off (F115) or broken (F106)."""

    def __init__(self, path: str, data: bytes) -> None:
        self._path = path
        try:
            self._file = compdoc.CompDoc(data, logfile=io.StringIO(), ignore_workbook_corruption=True)
        except (compdoc.CompDocError, struct.error, *_ODD, MemoryError) as error:
            raise refused("F115" if _is_cut_off(data) else "F106", path) from error

    def names(self) -> frozenset[str]:
        """The names of all streams and storages."""
        return frozenset(entry.name for entry in self._file.dirlist)

    def stream(self, name: str) -> bytes | None:
        """The bytes of a stream that lies at the top, None where there is none."""
        try:
            content = self._file.get_named_stream(name)
        except (compdoc.CompDocError, struct.error, *_ODD) as error:
            raise refused("F106", self._path) from error
        return bytes(content) if content is not None else None


def kind_of_compound(path: str, data: bytes) -> str:
    """``xls`` or ``doc``; raises Refused for encrypted, broken and other compound files."""
    if _PROTECTED in data:
        raise refused("F103", path)
    compound = Compound(path, data)
    document = compound.stream(_WORD)
    if document is not None:
        if len(document) > _FLAGS and document[_FLAGS] & _ENCRYPTED:
            raise refused("F103", path)
        return "doc"
    if any(compound.stream(name) is not None for name in _WORKBOOKS):
        return "xls"
    raise refused("F107", path, kind="复合文档")


def _is_cut_off(data: bytes) -> bool:
    """Whether the allocation table has sectors that lie behind the end of the file."""
    if len(data) < _HEADER:
        return True
    size = 1 << struct.unpack_from("<H", data, _SECTOR_POWER)[0]
    if not _SMALLEST <= size <= _LARGEST:
        return False
    there = len(data) // size - 1
    for number, sector in enumerate(struct.unpack_from(f"<{_TABLES}I", data, _FIRST_TABLE)):
        if sector >= _FREE:
            continue
        if sector >= there:
            return True
        entries = struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
        used = (index for index, after in enumerate(entries) if after != _UNUSED)
        if number * size // 4 + max(used, default=-1) > there:
            return True
    return False


_LIBRARY = "msoffcrypto"


def unlocked(path: str, data: bytes, passwords: Sequence[str]) -> bytes:
    """``data`` decrypted by the first of ``passwords`` that fits.

    Raises Refused where none fits (F117) and where the library for it is missing (F118).
    """
    if not passwords or data[: len(OLE2)] != OLE2:
        return data
    try:
        library = importlib.import_module(_LIBRARY)
    except ImportError:
        raise refused("F118", path) from None
    locked = _locked(library, data)
    if locked is None:
        return data
    for password in passwords:
        if (content := _decrypted(locked, password)) is not None:
            return content
    raise refused("F117", path, count=str(len(passwords)))


def _locked(library: Any, data: bytes) -> Any:
    """The library's view of an encrypted file; None for one that is not, or is damaged."""
    try:
        file = library.OfficeFile(io.BytesIO(data))
        return file if file.is_encrypted() else None
    except Exception:  # damage is met with whatever the library's parsers raise; it is told further on
        return None


def _decrypted(locked: Any, password: str) -> bytes | None:
    content = io.BytesIO()
    try:
        locked.load_key(password=password, verify_password=True)
        locked.decrypt(content)
    except Exception:  # a wrong password shows as a wrong key, a wrong hash or a broken package
        return None
    return content.getvalue()
