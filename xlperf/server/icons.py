"""The icons of the add-in, drawn here: a rising row of bars, as PNG; the same size gives the same bytes."""

import struct
import zlib

from xlperf.server.declared import declared

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GRID = 16
"""The drawing is made of squares, so many a side."""
_BARS = ((3, 9), (7, 6), (11, 3))
"""The first column and the top row of each bar; all are two squares wide and end on the same row."""
_WIDTH, _BOTTOM = 2, 13


def icon(size: int) -> bytes:
    """A PNG file, ``size`` pixels a side."""
    ground, mark = (bytes.fromhex(declared().icon[name]) for name in ("ground", "mark"))
    rows = bytearray()
    for y in range(size):
        rows.append(0)
        for x in range(size):
            rows += mark if _is_bar(x * _GRID // size, y * _GRID // size) else ground
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def _is_bar(column: int, row: int) -> bool:
    return any(left <= column < left + _WIDTH and top <= row < _BOTTOM for left, top in _BARS)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
