"""A path as received → a Book, whatever of the known kinds the file is."""

from dataclasses import replace
from pathlib import Path

from xlperf.receive.binary import read_binary
from xlperf.receive.book import Book, read_book
from xlperf.receive.documents import read_word
from xlperf.receive.kinds import Opened, open_file
from xlperf.receive.limits import LIMITS, Limits
from xlperf.receive.ods import read_ods
from xlperf.receive.office import as_docx
from xlperf.receive.open import workbook_package
from xlperf.receive.parts import open_zip


def open_book(path: str | Path, limits: Limits = LIMITS) -> Book:
    """Read ``path``; raises Refused with the finding for what cannot be read."""
    opened = open_file(path, limits)
    workbook = workbook_package(opened)
    if workbook is not None:
        return read_book(workbook, limits)
    if opened.kind.id == "xls":
        return read_binary(opened, limits)
    if opened.kind.id == "ods" and opened.package is not None:
        return read_ods(opened, opened.package, limits)
    return _document(opened, limits)


def _document(opened: Opened, limits: Limits) -> Book:
    package = opened.package
    if package is None:
        package = open_zip(opened.path, as_docx(opened.path, opened.data, limits), limits)
    book = read_word(package, limits)
    return replace(book, kind=opened.kind.id, findings=[*opened.noticed(), *book.findings])
