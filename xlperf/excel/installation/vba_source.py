"""The VBA modules of a workbook, as text: compound file → stream → decompression of [MS-OVBA] 2.4.1."""

import io
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from xlrd.compdoc import CompDoc, CompDocError

from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.parts import open_zip
from xlperf.ooxml.received_bytes import Refused

_PROJECT = "xl/vbaProject.bin"
_STORAGE = "VBA"
_FIRST_WORDS = b"\x00Attribut"
"""A module's source begins so once compressed: one flag byte, then eight letters as they are."""
_BEFORE = 3
"""Bytes of the signature and the chunk header before the flag byte."""
_SIGNATURE = 1
_CHUNK = 4096
_STREAM = 2


def vba_modules(path: Path) -> Mapping[str, str]:
    """The modules of a workbook by name; ValueError for a file that holds none or cannot be read."""
    try:
        content = open_zip(str(path), path.read_bytes(), LIMITS).part(_PROJECT)
        return dict(_modules(CompDoc(content, logfile=io.StringIO())))
    except (OSError, Refused, CompDocError, struct.error, IndexError) as error:
        raise ValueError(str(error)) from error


def _modules(project: CompDoc) -> Iterator[tuple[str, str]]:
    for entry in project.dirlist:
        if entry.etype != _STREAM:
            continue
        content = project.get_named_stream(f"{_STORAGE}/{entry.name}")
        start = content.find(_FIRST_WORDS) - _BEFORE if content else -1
        if start >= 0 and content[start] == _SIGNATURE:
            yield entry.name, decompress(content[start:]).decode("latin-1")


def decompress(container: bytes) -> bytes:
    """The bytes of a compressed container; IndexError or struct.error where it is cut off."""
    result, position = bytearray(), 1
    while position + 1 < len(container):
        header = struct.unpack_from("<H", container, position)[0]
        end = position + (header & 0x0FFF) + 3
        position += 2
        if header & 0x8000:
            result += _tokens(container[position:end])
        else:
            result += container[position : position + _CHUNK]
        position = end
    return bytes(result)


def _tokens(chunk: bytes) -> bytes:
    """One chunk: flag bytes, each before eight tokens, which are letters or copies of what came before."""
    result, position = bytearray(), 0
    while position < len(chunk):
        flags, position = chunk[position], position + 1
        for bit in range(8):
            if position >= len(chunk):
                break
            if flags >> bit & 1:
                token = struct.unpack_from("<H", chunk, position)[0]
                position += 2
                _copy(result, token)
            else:
                result.append(chunk[position])
                position += 1
    return bytes(result)


def _copy(result: bytearray, token: int) -> None:
    """Repeat what was written before; how a token splits depends on how much that is."""
    bits = max((len(result) - 1).bit_length(), 4)
    back = (token >> (16 - bits)) + 1
    for _ in range((token & (0xFFFF >> bits)) + 3):
        result.append(result[-back])
