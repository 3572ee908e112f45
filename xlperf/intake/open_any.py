"""A path as received → its Book, or its pages, whatever of the known kinds the file is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.intake.book import Book, read_book
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.page import Document
from xlperf.ooxml.active_content import active_content
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import WORKBOOK, ZipPackage, open_zip
from xlperf.ooxml.received_bytes import refused

if TYPE_CHECKING:
    from xlperf.intake import ods_reader, office, sheet_pages, word_pages, word_tables, xls_reader
else:
    ods_reader = LazyModule("xlperf.intake.ods_reader")
    office = LazyModule("xlperf.intake.office")
    sheet_pages = LazyModule("xlperf.intake.sheet_pages")
    word_pages = LazyModule("xlperf.intake.word_pages")
    word_tables = LazyModule("xlperf.intake.word_tables")
    xls_reader = LazyModule("xlperf.intake.xls_reader")

_STRICT = b"http://purl.oclc.org/ooxml/"
_OLD = "xls"
_PICTURE = "DISPIMG("
_FEW = 3


def open_book(path: str | Path) -> Book:
    """Read the sheets or tables of ``path``; raises Refused with the finding for what cannot be read."""
    opened = open_file(path)
    return workbook_of(opened, LIMITS) or word_tables.book_of_word(*word_of(opened, LIMITS))


def open_pages(path: str | Path, limits: Limits = LIMITS) -> Document:
    """The pages of the file at ``path``; raises Refused with the finding for what cannot be read."""
    opened = open_file(path, limits)
    book = workbook_of(opened, limits)
    return sheet_pages.sheet_pages(book) if book is not None else word_of(opened, limits)[0].document


def workbook_of(opened: Opened, limits: Limits) -> Book | None:
    """The workbook in an open file, None for a document; raises Refused for one that cannot be read."""
    package = workbook_package(opened)
    if package is not None:
        book = read_book(package, limits)
        return replace(book, findings=[*book.findings, *_pictures(book)])
    if opened.kind.id == "xls":
        return xls_reader.read_binary(opened, limits)
    if opened.kind.id == "ods" and opened.package is not None:
        return ods_reader.read_ods(opened, opened.package, limits)
    return None


def word_of(opened: Opened, limits: Limits) -> "tuple[word_pages.WordPages, list[Finding]]":
    """The pages of an open Word document, and what is unusual about the file.

    A .doc is converted: ``opened.package`` is then that of the .docx. Raises Refused for a document that
    cannot be read.
    """
    if opened.package is None:
        opened.package = open_zip(opened.path, office.as_docx(opened.path, opened.data, limits), limits)
    word = word_pages.word_pages(opened.package, limits, opened.kind.id)
    return word, [*opened.noticed(), *word_pages.noticed(opened.package, word)]


def open_package(path: str | Path) -> ZipPackage:
    """Open ``path`` as an .xlsx package; raises Refused with the finding for anything else."""
    return xlsx_package(open_file(path))


def xlsx_package(opened: Opened) -> ZipPackage:
    """The package of an open .xlsx; raises Refused with the finding for anything else."""
    package = workbook_package(opened)
    if package is None:
        code = "F102" if opened.kind.id == _OLD else "F107"
        raise refused(code, opened.path, kind=opened.kind.name)
    return package


def workbook_package(opened: Opened) -> ZipPackage | None:
    """The package of an .xlsx, its ``findings`` what is unusual about it; None for every other kind."""
    package = opened.package
    if package is None or WORKBOOK not in package.parts:
        return None
    strict = [finding("F125", Location(package.path))] if _STRICT in package.part(WORKBOOK) else []
    package.findings = [*active_content(package), *strict, *opened.noticed()]
    return package


def _pictures(book: Book) -> Iterator[Finding]:
    """The cells in which WPS shows a picture."""
    for sheet in book.sheets:
        cells = [address for address, cell in sheet.cells.items() if _PICTURE in cell[4]]
        if cells:
            place = Location(file=book.path, sheet=sheet.name, cell=cells[0])
            yield finding("F126", place, count=len(cells), cells="、".join(cells[:_FEW]))
