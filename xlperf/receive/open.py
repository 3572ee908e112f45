"""Bytes of a received file → an open package of its parts, or the finding that says why not.

The content decides what a file is, never its name. Nothing is written and nothing is executed.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xlperf.codes import finding
from xlperf.findings import Finding, Location
from xlperf.receive.limits import LIMITS, Limits

WORKBOOK = "xl/workbook.xml"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_ENTRY = 0x1
_HEAD = 4096
_OLE_STREAMS = (  # a stream name in UTF-16, the code, what users call such a file
    ("EncryptedPackage", "F103", ""),
    ("Workbook", "F102", ""),
    ("Book", "F102", ""),
    ("WordDocument", "F107", "旧版 Word 文档（.doc）"),
)
_ZIP_PARTS = (  # a part, what users call such a package
    ("word/document.xml", "Word 文档（.docx）"),
    ("ppt/presentation.xml", "演示文稿（.pptx）"),
    ("xl/workbook.bin", "二进制工作簿（.xlsb）"),
    ("content.xml", "OpenDocument 文件（.ods、.odt）"),
)
_MAGICS = (
    (b"%PDF", "PDF 文件"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"{\\rtf", "RTF 文档"),
)
_SUFFIXES = (".xlsx", ".xlsm")


class Refused(Exception):  # noqa: N818 - carries a finding about the received file
    """The file cannot be read; ``finding`` says why."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.message)
        self.finding = found


@dataclass(slots=True)
class Package:
    """An open .xlsx: its parts by name, and what was noticed about the package itself."""

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
            raise _refused("F106", self.path) from error
        if b"<!DOCTYPE" in content[:_HEAD] or b"<!ENTITY" in content:
            raise _refused("F110", self.path, part=name)
        return content


def open_package(path: str | Path, limits: Limits = LIMITS) -> Package:
    """Open ``path`` as an .xlsx package; raises Refused with the finding for anything else."""
    name = str(path)
    data = _content(name, limits)
    _refuse_other_kinds(name, data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        raise _refused("F106", name) from error
    parts = {info.filename.lstrip("/").replace("\\", "/"): info for info in archive.infolist()}
    _refuse_bombs(name, parts, len(data), limits)
    _refuse_other_packages(name, parts)
    return Package(name, parts, list(_noticed(name, parts)), archive)


def _content(path: str, limits: Limits) -> bytes:
    try:
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode):
            raise _refused("F112", path, reason="它是文件夹、管道或设备，不是文件")
        size = about.st_size
        if size > limits.file_bytes:
            raise _refused("F108", path, size=_megabytes(size), limit=_megabytes(limits.file_bytes))
        with open(path, "rb") as stream:
            data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise _refused("F112", path, reason=error.strerror or str(error)) from error
    if not data.strip(b"\0"):
        raise _refused("F101", path)
    return data


def _refuse_other_kinds(path: str, data: bytes) -> None:
    if data[:4] == b"PK\x03\x04":
        return
    if data[:8] == _OLE2:
        for stream, code, kind in _OLE_STREAMS:
            if stream.encode("utf-16-le") in data:
                raise _refused(code, path, kind=kind)
        raise _refused("F107", path, kind="复合文档")
    for magic, kind in _MAGICS:
        if data.startswith(magic):
            raise _refused("F107", path, kind=kind)
    text = _text(data)
    if text is None:
        raise _refused("F106", path)
    head = text[:_HEAD].lstrip("\ufeff \t\r\n").lower()
    if head.startswith("<"):
        raise _refused("F104", path)
    raise _refused("F105", path)


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


def _refuse_bombs(path: str, parts: dict[str, zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(info.file_size for info in parts.values())
    too_dense = any(
        info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1)
        for info in parts.values()
    )
    if too_dense or unpacked > limits.unpacked_bytes or len(parts) > limits.parts:
        raise _refused("F109", path, size=_megabytes(size), unpacked=_megabytes(unpacked))


def _refuse_other_packages(path: str, parts: dict[str, zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & _ENCRYPTED_ENTRY for info in parts.values()):
        raise _refused("F103", path)
    if WORKBOOK in parts:
        return
    for part, kind in _ZIP_PARTS:
        if part in parts:
            raise _refused("F107", path, kind=kind)
    raise _refused("F107", path, kind="压缩包")


def _noticed(path: str, parts: dict[str, zipfile.ZipInfo]) -> Iterator[Finding]:
    place = Location(file=path)
    if any(name.endswith("vbaProject.bin") for name in parts):
        yield finding("F120", place)
    if any(name.startswith("xl/externalLinks/externalLink") for name in parts):
        yield finding("F121", place)
    if any(name.startswith("xl/embeddings/") for name in parts):
        yield finding("F122", place)
    suffix = Path(path).suffix
    if suffix.lower() not in _SUFFIXES:
        yield finding("F123", place, suffix=suffix or "（无）")


def _refused(code: str, path: str, **context: str) -> Refused:
    return Refused(finding(code, Location(file=path), **context))


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"
