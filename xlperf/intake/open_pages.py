"""A path as received → its pages, whatever of the known kinds the file is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlperf.declarations.findings import Finding
from xlperf.intake.doc_conversion import as_docx
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.open_any import workbook_of
from xlperf.intake.page import Document
from xlperf.intake.sheet_pages import sheet_pages
from xlperf.intake.word_pages import WordPages, noticed, word_pages
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import open_zip


@dataclass(frozen=True, slots=True)
class ReceivedPages:
    """A received file as pages, with what was noticed about the file itself.

    ``book`` is the workbook that the pages were made from, ``word`` what else a Word document gives (its
    running text, and where each place is in the file); one of the two is None.
    """

    document: Document
    findings: Sequence[Finding]
    book: Book | None = None
    word: WordPages | None = None


def open_pages(path: str | Path, limits: Limits = LIMITS) -> ReceivedPages:
    """The pages of the file at ``path``; raises Refused with the finding for what cannot be read."""
    return pages_of(open_file(path, limits), limits)


def pages_of(opened: Opened, limits: Limits = LIMITS) -> ReceivedPages:
    """The pages of a file that is open already; raises as ``open_pages`` does."""
    book = workbook_of(opened, limits)
    if book is not None:
        return ReceivedPages(sheet_pages(book), book.findings, book=book)
    package = opened.package
    if package is None:
        package = open_zip(opened.path, as_docx(opened.path, opened.data, limits), limits)
    word = word_pages(package, limits, opened.kind.id)
    return ReceivedPages(word.document, [*opened.noticed(), *noticed(package, word)], word=word)
