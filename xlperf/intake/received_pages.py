"""An open file → its filing: our own workbooks by names and cells, all others by labels and headings."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY
from xlperf.intake.align import Alignment
from xlperf.intake.filing_reader import Received, SheetReading, WorkbookReading, read_opened, unread
from xlperf.intake.identify import profile_of
from xlperf.intake.kinds import Opened
from xlperf.intake.open_any import workbook_of
from xlperf.intake.own_files import kind_of
from xlperf.intake.places import preferred
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import open_zip
from xlperf.ooxml.sheet_cells import Sheet
from xlperf.ooxml.styles import GENERAL

if TYPE_CHECKING:
    from xlperf.intake import doc_conversion, page_records, sheet_pages, word_pages, word_tables
    from xlperf.intake.reading import names, read
    from xlperf.intake.reading.model import DocumentReading
else:
    doc_conversion = LazyModule("xlperf.intake.doc_conversion")
    page_records = LazyModule("xlperf.intake.page_records")
    sheet_pages = LazyModule("xlperf.intake.sheet_pages")
    word_pages = LazyModule("xlperf.intake.word_pages")
    word_tables = LazyModule("xlperf.intake.word_tables")
    names = LazyModule("xlperf.intake.reading.names")
    read = LazyModule("xlperf.intake.reading.read")

_NAMES_TOGETHER = "、"
BY_SEAL, BY_CHOICE, BY_PLACE = "seal", "choice", "place"
"""By what a profile is named; the wording is in schemas/received.json."""


def read_received(opened: Opened, profile: Profile | None = None, limits: Limits = LIMITS) -> Received:
    """Read an open file; ``profile`` is for one that does not name its own.

    Raises Refused with the finding for a file that cannot be read. A .doc has been converted afterwards:
    ``opened.package`` is that of the .docx.
    """
    book = workbook_of(opened, limits)
    if book is not None:
        if PROFILE_PROPERTY in book.properties:
            return replace(read_opened(book, profile), named_by=BY_SEAL)
        if kind := kind_of(book):
            return Received(book.path, findings=[finding("F131", Location(file=book.path), kind=kind)])
        return read_pages(book, read.read_document(sheet_pages.sheet_pages(book)), profile)
    if opened.package is None:
        opened.package = open_zip(
            opened.path, doc_conversion.as_docx(opened.path, opened.data, limits), limits
        )
    word = word_pages.word_pages(opened.package, limits, opened.kind.id)
    book = word_tables.book_of_word(word, opened.package)
    book = replace(book, kind=opened.kind.id, findings=[*opened.noticed(), *book.findings])
    return read_pages(book, read.read_document(word.document), profile)


def read_again(received: Received, profile: Profile, named_by: str) -> Received:
    """A file that was read, with its forms by another profile, and by what that is named ("" for guessed)."""
    if received.book is None:
        return received
    if received.document is None:
        return replace(read_opened(received.book, profile), named_by=named_by)
    return _read_by(received.book, received.document, profile, named_by, profile)


def read_pages(book: Book, document: "DocumentReading", profile: Profile | None) -> Received:
    """The filing that the forms of a document make; ``book`` is the same file as a workbook."""
    book = replace(book, findings=[*book.findings, *_far(book, document)])
    chosen, by = profile_named(book, profile)
    return _read_by(book, document, chosen, by, profile)


def _read_by(
    book: Book, document: "DocumentReading", chosen: Profile, by: str, profile: Profile | None
) -> Received:
    forms = [form for form in document.forms if form.kind in chosen.forms]
    if not forms:
        return replace(unread(book, profile), document=document)
    reading = WorkbookReading(book, unknown=_without_forms(book, document))
    tabs = book.tabs()
    for form in forms:
        made = page_records.page_record(form, document, chosen, guessed=not by)
        sheet = tabs.get(form.page.name) or _bare(form.page.name)
        alignment = Alignment(chosen.forms[form.kind])
        reading.sheets.append(SheetReading(sheet, made.record, alignment, made))
    order = list(chosen.forms)
    records = sorted((sheet.record for sheet in reading.sheets), key=lambda record: order.index(record.form))
    filing = Filing("", "", chosen.id, records, book.path)
    return Received(book.path, filing, chosen, reading, book.findings, book, document, by)


def _far(book: Book, document: "DocumentReading") -> Iterator[Finding]:
    """The sheets on which content is too far from the first cell to be read."""
    for page, cells in document.far:
        place = Location(file=book.path, sheet=page.name, cell=cells[0].place)
        yield finding("F138", place, count=len(cells))


def _bare(name: str) -> Sheet:
    """A table of a document as a sheet without cells: what is on it has been read."""
    return Sheet(name, "visible", {}, (), (GENERAL,), frozenset(), frozenset(), 0)


def profile_named(book: Book, profile: Profile | None) -> tuple[Profile, str]:
    """The profile of a file and by what it is named: its seal, ``profile`` that was asked for, the place and
    year that it names; else the one most alike, which is guessed ("").
    """
    sealed = book.properties.get(PROFILE_PROPERTY, "")
    if sealed in profile_ids():
        return load_profile(sealed), BY_SEAL
    if profile is not None:
        return profile, BY_CHOICE
    known = [load_profile(name) for name in profile_ids()]
    best = max(known, key=lambda candidate: preferred(book, candidate))
    place, year, _ = preferred(book, best)
    if place and year:
        return best, BY_PLACE
    return profile_of(book, None) or load_profile(_most_general()), ""


def _most_general() -> str:
    return load_profile(profile_ids()[0]).lineage[-1]


def _without_forms(book: Book, document: "DocumentReading") -> list[Sheet]:
    """The sheets and tables on which no form of a profile was read."""
    graded = {form.page.name for form in document.forms if form.kind != names.ASSESSMENT}
    return [
        sheet for sheet in book.sheets if sheet.cells and graded.isdisjoint(sheet.name.split(_NAMES_TOGETHER))
    ]
