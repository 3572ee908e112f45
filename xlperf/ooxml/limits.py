"""How much a received file may take: bytes on disk, bytes unpacked, rate of packing, cells, time, memory."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one received file.

    ``ratio`` is unpacked bytes over packed bytes, asked only of parts above ``ratio_from`` bytes:
    a million formatted rows pack about 1 : 50, a zip bomb 1 : 1000. ``seconds`` and ``memory_bytes`` hold
    for the process that reads a file: files of less than 12 MB unpacked took less than 4 s and 300 MB, a
    workbook with 490,000 texts, just below ``cells``, 8 s and 560 MB.
    Of the running text of a Word document ``characters`` are read: a report has some 20,000.
    ``office_seconds`` is what LibreOffice may take to convert one document. ``passwords`` are tried on
    encrypted files.
    """

    file_bytes: int = 50 * 2**20
    unpacked_bytes: int = 256 * 2**20
    ratio: int = 200
    ratio_from: int = 8 * 2**20
    parts: int = 5000
    cells: int = 500_000
    rows: int = 10_000
    characters: int = 200_000
    seconds: float = 60
    memory_bytes: int = 1536 * 2**20
    office_seconds: int = 120
    passwords: tuple[str, ...] = field(default=(), repr=False)


LIMITS = Limits()
"""What is taken where the caller says nothing."""
