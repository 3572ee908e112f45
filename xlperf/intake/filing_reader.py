"""A received file → its filing: sealed workbooks by names and cells, all others by labels and headings."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing
from xlperf.declarations.source import texts_of
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY
from xlperf.intake.book import Book
from xlperf.intake.fixed_texts import kind_of, letter_table, no_form
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.open_any import word_of, workbook_of
from xlperf.intake.profile_choice import BY_SEAL, named, preferred_by, profile_named
from xlperf.intake.reading import names
from xlperf.intake.received import Received, SheetReading, WorkbookReading
from xlperf.intake.sealed_workbooks import read_laid_out, read_sealed, sealed_profile
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_cells import Sheet
from xlperf.ooxml.styles import GENERAL

if TYPE_CHECKING:
    from xlperf.intake import page_records, sheet_pages, word_tables
    from xlperf.intake.reading import read
    from xlperf.intake.reading.form_readings import DocumentReading
else:
    page_records = LazyModule("xlperf.intake.page_records")
    sheet_pages = LazyModule("xlperf.intake.sheet_pages")
    word_tables = LazyModule("xlperf.intake.word_tables")
    read = LazyModule("xlperf.intake.reading.read")

_NAMES_TOGETHER = "、"


def read_filing(path: str | Path, profile: Profile | None = None, limits: Limits = LIMITS) -> Received:
    """Read ``path``; a file that cannot be read gives findings, never an exception.

    The profile named in the workbook goes before ``profile``; without both the place and year that it names
    count, else the most alike is taken.
    """
    try:
        return read_received(open_file(path, limits), profile, limits)
    except Refused as refused:
        return Received(str(path), findings=[refused.finding])


def read_received(opened: Opened, profile: Profile | None = None, limits: Limits = LIMITS) -> Received:
    """Read an open file; ``profile`` is for one that does not name its own.

    Raises Refused with the finding for a file that cannot be read. A .doc has been converted afterwards:
    ``opened.package`` is that of the .docx.
    """
    book = workbook_of(opened, limits)
    if book is not None:
        return read_workbook(book, profile)
    word, found = word_of(opened, limits)
    if letter_table(word.document.pages):
        return _of_ours(word_tables.book_of_word(word, found), texts_of("received")["own_files"]["letter"])
    return _read_pages(word_tables.book_of_word(word, found), read.read_document(word.document), profile)


def read_workbook(book: Book, profile: Profile | None = None) -> Received:
    """What ``read_received`` makes of a file, of a workbook that is open already."""
    sealed = read_sealed(book)
    if sealed is not None:
        filing, reading = sealed
        return Received(
            book.path, filing, sealed_profile(book), reading, book.findings, book, named_by=BY_SEAL
        )
    is_ours = PROFILE_PROPERTY in book.properties
    if not is_ours and (kind := kind_of(book)):
        return _of_ours(book, kind)
    received = _read_pages(book, read.read_document(sheet_pages.sheet_pages(book)), profile)
    if is_ours and received.filing is None and (kind := kind_of(book)):
        return _of_ours(book, kind)
    return received


def read_ranges(book: Book, profile: Profile | None) -> Received:
    """What ``read_workbook`` makes of ranges, which have neither seal nor merges: where every form there lies
    as declared it is read by its cells.
    """
    known = [profile] if profile else [load_profile(name) for name in profile_ids()]
    text = named(book)
    for candidate in sorted(known, key=lambda candidate: preferred_by(text, candidate), reverse=True):
        if (laid_out := read_laid_out(book, candidate)) is not None:
            return Received(book.path, laid_out[0], candidate, laid_out[1], book.findings, book)
    return read_workbook(book, profile)


def _of_ours(book: Book, kind: str) -> Received:
    """A workbook that this program wrote and that is no filing."""
    return Received(book.path, findings=[finding("F131", Location(file=book.path), kind=kind)])


def read_again(received: Received, profile: Profile, named_by: str) -> Received:
    """A file that was read, with its forms by another profile, and by what that is named ("" for guessed).

    A sealed workbook keeps the profile of its seal.
    """
    if received.book is None:
        return received
    if received.document is None:
        return replace(received, named_by=named_by)
    return _read_by(received.book, received.document, profile, named_by, profile)


def _read_pages(book: Book, document: "DocumentReading", profile: Profile | None) -> Received:
    """The filing that the forms of a document make; ``book`` is the same file as a workbook."""
    book = replace(book, findings=[*book.findings, *_far(book, document)])
    chosen, by = profile_named(book, document.forms, profile)
    return _read_by(book, document, chosen, by, profile)


def _read_by(
    book: Book, document: "DocumentReading", chosen: Profile, by: str, profile: Profile | None
) -> Received:
    forms = [form for form in document.forms if form.kind in chosen.forms]
    if not forms:
        found = [*book.findings, no_form(Location(file=book.path), book.sheets, profile)]
        reading = WorkbookReading(book, unknown=[*book.sheets])
        return Received(book.path, reading=reading, findings=found, book=book, document=document)
    reading = WorkbookReading(book, unknown=_without_forms(book, document))
    tabs = book.tabs()
    for form in forms:
        made = page_records.page_record(form, document, chosen, guessed=not by)
        sheet = tabs.get(form.page.name) or _bare(form.page.name)
        reading.sheets.append(SheetReading(sheet, made.record, chosen.forms[form.kind], page=made))
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


def _without_forms(book: Book, document: "DocumentReading") -> list[Sheet]:
    """The sheets and tables on which no form of a profile was read."""
    graded = {form.page.name for form in document.forms if form.kind != names.ASSESSMENT}
    return [
        sheet for sheet in book.sheets if sheet.cells and graded.isdisjoint(sheet.name.split(_NAMES_TOGETHER))
    ]
