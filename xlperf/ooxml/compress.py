"""Bytes to raw deflate streams and checksums: libdeflate where it is installed, else zlib."""

import zlib
from collections.abc import Callable

try:
    import deflate as _libdeflate
except ImportError:
    _libdeflate = None  # type: ignore[assignment]

FAST_LEVEL = 1
"""For parts made for one workbook: within 5 % of the size of level 3 at two thirds of its time."""

SMALL_LEVEL = 9
"""For parts compressed once and copied into every workbook."""


def _zlib_deflate(data: bytes, level: int = FAST_LEVEL) -> bytes:
    stream = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


def _fastest() -> tuple[Callable[[bytes, int], bytes], Callable[[bytes], int]]:
    if _libdeflate is None:
        return _zlib_deflate, zlib.crc32
    return (lambda data, level: bytes(_libdeflate.deflate_compress(data, level))), _libdeflate.crc32


deflate, crc32 = _fastest()
