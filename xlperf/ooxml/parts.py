"""Bytes of a zip package (.xlsx, .docx, .ods) → its parts by name, opened within limits.

Nothing is written and nothing is executed; damaged parts and XML entities are refused.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from xlperf.declarations.findings import Finding
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Large, megabytes, refused

_ENCRYPTED_ENTRY = 0x1
_ENCRYPTED_ODF = b"encryption-data"
_END = b"PK\x05\x06"
_END_WITHIN = 2**16 + 22
_DECLARATIONS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
"""What declares a document type or an entity, in the encodings that XML parsers take."""
_STARTS = (b"<!", b"<\0!")
"""Of all of them, whatever the encoding."""
_LONGEST_MARK = max(map(len, _DECLARATIONS))
WORKBOOK = "xl/workbook.xml"
"""The part that lists the sheets of a workbook."""


@dataclass(slots=True)
class Package:
    """An open package: its parts by name, and what was noticed about the package itself."""

    path: str
    parts: dict[str, zipfile.ZipInfo]
    findings: list[Finding]
    _zip: zipfile.ZipFile

    def part(self, name: str) -> bytes:
        """The bytes of one part, b"" when there is none.

        Raises Refused for a damaged part and for XML that declares entities or a DOCTYPE.
        """
        info = self.parts.get(name)
        if info is None:
            return b""
        try:
            content = self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise refused("F106", self.path) from error
        if any(mark in content for mark in _DECLARATIONS):
            raise refused("F110", self.path, part=name)
        return content

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        """The bytes of a part that is there, at most ``size`` at a time; raises as ``part`` does."""
        last = b""
        try:
            with self._zip.open(self.parts[name]) as stream:
                while piece := stream.read(size):
                    seen = last + piece
                    may_declare = any(start in seen for start in _STARTS)
                    if may_declare and any(mark in seen for mark in _DECLARATIONS):
                        raise refused("F110", self.path, part=name)
                    last = piece[-_LONGEST_MARK:]
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise refused("F106", self.path) from error


def open_zip(path: str, data: bytes, limits: Limits) -> Package:
    """Open ``data`` as a package; raises Refused when it is cut off, broken, a bomb or encrypted, and
    Large when it is to be read apart and ``limits`` say that this process is not.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        cut_off = _END not in data[-_END_WITHIN:]
        raise refused("F115" if cut_off else "F106", path) from error
    parts = {info.filename.lstrip("/").replace("\\", "/"): info for info in archive.infolist()}
    _refuse_bombs(path, parts, len(data), limits)
    package = Package(path, parts, [], archive)
    if any(info.flag_bits & _ENCRYPTED_ENTRY for info in parts.values()):
        raise refused("F103", path)
    if _ENCRYPTED_ODF in package.part("META-INF/manifest.xml"):
        raise refused("F103", path)
    return package


def _refuse_bombs(path: str, parts: dict[str, zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(info.file_size for info in parts.values())
    too_dense = any(
        info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1)
        for info in parts.values()
    )
    if too_dense or unpacked > limits.unpacked_bytes or len(parts) > limits.parts:
        raise refused("F109", path, size=megabytes(size), unpacked=megabytes(unpacked))
    if unpacked > limits.apart_from and not limits.is_apart:
        raise Large
