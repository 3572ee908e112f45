"""A path as received → a Book, whatever of the known kinds the file is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.intake.doc_conversion import as_docx
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.ods_reader import read_ods
from xlperf.intake.open_xlsx import workbook_package
from xlperf.intake.word_tables import read_word
from xlperf.intake.xls_reader import read_binary
from xlperf.intake.xlsx_reader import Book, read_book
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import open_zip

_PICTURE = "DISPIMG("
_FEW = 3


def open_book(path: str | Path, limits: Limits = LIMITS) -> Book:
    """Read ``path``; raises Refused with the finding for what cannot be read."""
    return book_of(open_file(path, limits), limits)


def book_of(opened: Opened, limits: Limits = LIMITS) -> Book:
    """The sheets or tables of an open file; raises Refused as ``open_book`` does.

    A .doc has been converted afterwards: ``opened.package`` is that of the .docx.
    """
    return workbook_of(opened, limits) or _document(opened, limits)


def workbook_of(opened: Opened, limits: Limits) -> Book | None:
    """The workbook in an open file, None for a document; raises Refused for one that cannot be read."""
    workbook = workbook_package(opened)
    if workbook is not None:
        book = read_book(workbook, limits)
        return replace(book, findings=[*book.findings, *_pictures(book)])
    if opened.kind.id == "xls":
        return read_binary(opened, limits)
    if opened.kind.id == "ods" and opened.package is not None:
        return read_ods(opened, opened.package, limits)
    return None


def _pictures(book: Book) -> Iterator[Finding]:
    """The cells in which WPS shows a picture."""
    for sheet in book.sheets:
        cells = [address for address, cell in sheet.cells.items() if _PICTURE in cell[4]]
        if cells:
            place = Location(file=book.path, sheet=sheet.name, cell=cells[0])
            yield finding("F126", place, count=len(cells), cells="、".join(cells[:_FEW]))


def _document(opened: Opened, limits: Limits) -> Book:
    if opened.package is None:
        opened.package = open_zip(opened.path, as_docx(opened.path, opened.data, limits), limits)
    book = read_word(opened.package, limits)
    return replace(book, kind=opened.kind.id, findings=[*opened.noticed(), *book.findings])
