"""A season in small: the ledger and filled workbooks of made-up units, ways to spoil them, and a .rar."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import docx

from tests.received import good as g
from xlperf.declarations.records import Filing
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.jobs.fill import file_name
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import writer_of

STAFF = g.address("基础", "在职人数")
SCORE = g.address("整体", "指标_得分", 2)
RATE = g.address("基础", "在职人员控制率")
ANSWER, FIRST = "H", 4
"""Where a copy has a place for answers: column and first row of its list."""
WRONG = {g.OVERALL: g.number(SCORE, 99)}
"""A score above its points: an error, with others that follow from it."""


def write_ledger(path: Path, units: int) -> None:
    write_demo_ledger(path, g.PROFILE, units)


@cache
def filings(units: int) -> tuple[Filing, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "台账.xlsx")
        write_ledger(path, units)
        return tuple(read_ledger(path, g.PROFILE).filings)


@cache
def workbooks(units: int) -> Mapping[str, bytes]:
    """Name → the good workbook of each unit."""
    writer = writer_of(g.PROFILE, working=False)
    return {file_name(filing): writer.workbook(filing) for filing in filings(units)}


def spoiled(workbook: bytes, *changes: Mapping[str, g.Edit]) -> bytes:
    edits = {part: edit for change in changes for part, edit in change.items()}
    return g.edited(edits, workbook=workbook)


def warned(filing: Filing) -> Mapping[str, g.Edit]:
    """More staff than posts: a warning, which a unit may explain."""
    posts = filing.of("基础")[0].fields["编制数"]
    assert isinstance(posts, float)
    staff = posts + 10
    return {g.BASIC: g.chained(g.number(STAFF, staff), g.cached(RATE, repr(staff / posts)))}


def answered(copy: bytes, text: str) -> bytes:
    """An annotated copy in which the unit has written the same about everything."""
    with zipfile.ZipFile(io.BytesIO(copy)) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        part = max(sheets, key=lambda name: int("".join(filter(str.isdigit, name))))
        rows = package.read(part).decode().count("<row ") - FIRST + 1
    edits = [g.text(f"{ANSWER}{FIRST + row}", text) for row in range(rows)]
    return g.edited({part: g.chained(*edits)}, workbook=copy)


def answered_letter(letter: Path, text: str) -> bytes:
    """A letter in which the unit has written the same about everything."""
    document = docx.Document(str(letter))
    for row in document.tables[0].rows:
        if row.cells[0].text.isdigit():
            row.cells[4].text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _block(kind: int, flags: int, body: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar(files: Mapping[str, bytes]) -> bytes:
    """An archive in the format RAR 4 with its files stored as they are.

    The last is longer than what libarchive looks through for the end of a .zip.
    """
    made = b"Rar!\x1a\x07\x00" + _block(0x73, 0, bytes(6))
    for name, data in {**files, "Thumbs.db": bytes(100_000)}.items():
        raw = name.encode("ascii")
        sizes = struct.pack(
            "<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0, 29, 0x30, len(raw), 0x20
        )
        made += _block(0x74, 0x8000, sizes + raw) + data
    return made + _block(0x7B, 0x4000, b"")
