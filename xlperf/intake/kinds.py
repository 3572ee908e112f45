"""A received file → what it really is, by its content and never by its name.

OLE2 compound files (.xls, .et, .doc) are opened to see whose they are; an encrypted file and the passwords
to try give its bytes as they were before.
"""

import importlib
import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import text_of, texts_of
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import ZipPackage, open_zip
from xlperf.ooxml.received_bytes import Refused, read_content, refused

if TYPE_CHECKING:
    from xlrd import compdoc
else:
    compdoc = LazyModule("xlrd.compdoc")


_HEAD = 4096
_PARTS = (("xl/workbook.xml", "xlsx"), ("word/document.xml", "docx"))
_ODF_KINDS = {"application/vnd.oasis.opendocument.spreadsheet": "ods"}
_OTHER_PARTS = ("ppt/presentation.xml", "xl/workbook.bin", "content.xml")
"""Parts of packages that are not read; received.json says what users call those."""
_MAGICS = {
    b"%PDF": "pdf",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"{\\rtf": "rtf",
}
"""How files that are not read begin → what they are in received.json."""
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODD = (IndexError, ValueError, AssertionError)
"""What damage makes of the library."""
_HEADER_BYTES = 512
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
_LIBRARY = "msoffcrypto"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is read; ``inapplicable`` are the codes that cannot be reported of such files."""

    id: str
    name: str
    suffixes: tuple[str, ...]
    inapplicable: frozenset[str]


@dataclass(slots=True)
class Opened:
    """A file of a known kind: its bytes, and for zip packages the open package."""

    path: str
    kind: Kind
    data: bytes
    package: ZipPackage | None = None
    was_encrypted: bool = False

    def noticed(self) -> Iterator[Finding]:
        """The finding on a suffix that belongs to another kind than the content."""
        suffix = Path(self.path).suffix
        if suffix.lower() not in self.kind.suffixes:
            names = {
                "kind": self.kind.name,
                "right": self.kind.suffixes[0],
                "suffix": suffix or texts_of("received")["no_suffix"],
            }
            yield finding("F123", Location(file=self.path), **names)


@cache
def kinds() -> dict[str, Kind]:
    """The kinds that are read, by id, as schemas/received.json declares them."""
    declared = texts_of("received")["kinds"]
    return {
        name: Kind(name, entry["name"], tuple(entry["suffixes"]), frozenset(entry["inapplicable"]))
        for name, entry in declared.items()
    }


def open_file(path: str | Path, limits: Limits = LIMITS) -> Opened:
    """Read ``path`` and find what it is; raises Refused for everything that is not read."""
    name = str(path)
    content = read_content(name, limits)
    data = unlocked(name, content, limits.passwords)
    was_encrypted = data is not content
    if data[:4] == b"PK\x03\x04":
        package = open_zip(name, data, limits)
        return Opened(name, kinds()[_kind_of_package(package)], data, package, was_encrypted)
    if data[:8] == OLE2:
        return Opened(name, kinds()[kind_of_compound(name, data)], data, was_encrypted=was_encrypted)
    for magic, kind in _MAGICS.items():
        if data.startswith(magic):
            raise _not_read(name, kind)
    text = _text(data)
    if text is None:
        raise refused("F106", name)
    head = text[:_HEAD].lstrip("\ufeff \t\r\n").lower()
    raise refused("F104" if head.startswith("<") else "F105", name)


def _kind_of_package(package: ZipPackage) -> str:
    for part, kind in _PARTS:
        if part in package.parts:
            return kind
    mime = package.part("mimetype").decode("ascii", "replace").strip()
    if mime in _ODF_KINDS:
        return _ODF_KINDS[mime]
    other = next((part for part in _OTHER_PARTS if part in package.parts), "zip")
    raise _not_read(package.path, other)


def _not_read(path: str, kind: str) -> Refused:
    """Why a file of a kind that is not read is refused; received.json calls it ``kind``."""
    return refused("F107", path, kind=text_of("received", "other_kinds", kind))


def _text(data: bytes) -> str | None:
    """The head of ``data`` where it is text in UTF-8, UTF-16 or GBK, else None."""
    head = data[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    if any(byte < 9 or 13 < byte < 32 for byte in head):
        return None
    for cut in range(4):
        for encoding in ("utf-8", "gb18030"):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


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
    raise _not_read(path, "compound")


def _is_cut_off(data: bytes) -> bool:
    """Whether the allocation table has sectors that lie behind the end of the file."""
    if len(data) < _HEADER_BYTES:
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
    except Exception:  # damage is met with whatever the library's parsers raise; it is reported further on
        return None


def _decrypted(locked: Any, password: str) -> bytes | None:
    content = io.BytesIO()
    try:
        locked.load_key(password=password, verify_password=True)
        locked.decrypt(content)
    except Exception:  # a wrong password shows as a wrong key, a wrong hash or a broken package
        return None
    return content.getvalue()
