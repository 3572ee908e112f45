"""A page as .ppm → a .png of it without its white margins; several → whole next to each other, framed.

``python docs/images/trim.py PICTURE.png PAGE.ppm…``
"""

import struct
import sys
import zlib
from itertools import pairwise
from pathlib import Path

_BORDER, _GAP = 10, 24
"""White pixels around the picture and between two pages."""
_GREY = b"\xc0" * 3
_FOOTER = 60
"""More white rows than these are above the number of a page."""

Rows = list[bytes]


def read(path: Path) -> Rows:
    """The rows of a page, three bytes a pixel."""
    kind, size, depth, pixels = path.read_bytes().split(b"\n", 3)
    if (kind, depth) != (b"P6", b"255"):
        raise ValueError(path)
    width = int(size.split()[0]) * 3
    return [pixels[start : start + width] for start in range(0, len(pixels), width)]


def trimmed(rows: Rows) -> Rows:
    """The rows without white around them and without the number of the page."""
    used = [number for number, row in enumerate(rows) if row.strip(b"\xff")]
    gaps = [above for above, below in pairwise(used) if below - above > _FOOTER]
    kept = rows[used[0] : (gaps[-1] if gaps else used[-1]) + 1]
    left = min(len(row) - len(row.lstrip(b"\xff")) for row in kept if row.strip(b"\xff")) // 3
    right = max(-(-len(row.rstrip(b"\xff")) // 3) for row in kept)
    return [row[left * 3 : right * 3] for row in kept]


def framed(rows: Rows) -> Rows:
    """The rows with a grey line around them."""
    line = _GREY * (len(rows[0]) // 3 + 2)
    return [line, *(_GREY + row + _GREY for row in rows), line]


def joined(pages: list[Rows]) -> Rows:
    """The pages next to each other with white around and between them."""
    height = max(map(len, pages))
    padded = [page + [b"\xff" * len(page[0])] * (height - len(page)) for page in pages]
    edge, gap = b"\xff" * 3 * _BORDER, b"\xff" * 3 * _GAP
    rows = [edge + gap.join(parts) + edge for parts in zip(*padded, strict=True)]
    white = [b"\xff" * len(rows[0])] * _BORDER
    return [*white, *rows, *white]


def png(rows: Rows) -> bytes:
    """The rows as a picture."""
    size = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = ((b"IHDR", size), (b"IDAT", data), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


if __name__ == "__main__":
    target, *sources = map(Path, sys.argv[1:])
    pages = [read(path) for path in sources]
    target.write_bytes(
        png(joined([framed(page) for page in pages] if len(pages) > 1 else [trimmed(pages[0])]))
    )
