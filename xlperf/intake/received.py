"""What reading a received file gives: its forms as records, and what checks look at besides the values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.source import texts_of
from xlperf.intake.book import Book
from xlperf.intake.reading import names
from xlperf.ooxml.sheet_cells import Sheet

if TYPE_CHECKING:
    from xlperf.intake.reading.form_readings import DocumentReading, FormReading
    from xlperf.intake.sealed_workbooks import Layout

ValueAddress = str | tuple[str, int, str]
"""A field id, or (table, row index from 0, column id): the keys of Record.provenance."""


@dataclass(slots=True)
class PageRecord:
    """``record`` are the values that the profile's form has.

    ``doubts`` are values that are not sure, with the reason; of them ``doubtful`` those of which there are
    several readings: no rule judges by them. ``absent`` are the values for which the page has no label or
    heading; ``more`` the paths of values that the profile's form does not have;
    ``paths`` official paths → field ids. ``unlevelled``: the level-1 column where rows have no name in it;
    ``hidden``: the columns of lists of which rows are hidden.
    """

    form: "FormReading"
    record: Record
    doubts: dict[ValueAddress, str] = field(default_factory=dict)
    doubtful: set[ValueAddress] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    unlevelled: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    more: list[str] = field(default_factory=list)
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def signature(self) -> frozenset[str]:
        """The fields of the line that is signed, which no rule needs."""
        return frozenset(name for path, name in self.paths.items() if path in names.SIGNATURES)


@dataclass(frozen=True, slots=True)
class SheetReading:
    """A sheet that was read as a form: its record and its cells.

    Either ``layout`` says where the form lies, on a sheet whose seal is intact, or ``page`` what reading by
    labels and headings found.
    """

    sheet: Sheet
    record: Record
    form: Form
    layout: "Layout | None" = None
    page: PageRecord | None = None

    @property
    def certainty(self) -> tuple[float, str]:
        """How sure it is what the sheet says, 0 to 1, and by what, as users call it: a seal leaves no doubt,
        of a page it is the share of its values that are decided.
        """
        by = texts_of("received")["certainty"]["by"]
        if self.page is None:
            return 1.0, by["seal"]
        values = len(self.page.form.fields) + sum(len(row.values) for row in self.page.form.indicators)
        return 1 - len(self.page.doubtful) / max(values, 1), by["labels"]


@dataclass(slots=True)
class WorkbookReading:
    """What template, cell and formula checks need besides the values.

    ``unknown`` are sheets that resemble no form; sheets without any content are left out.
    """

    book: Book
    sheets: list[SheetReading] = field(default_factory=list)
    unknown: list[Sheet] = field(default_factory=list)


@dataclass(slots=True)
class Received:
    """One received file. Without ``filing`` the findings say why it could not be read; ``reading`` is
    there all the same when it could be opened.

    ``book`` is the file as it was opened. ``document`` is None for a workbook with an intact seal.
    ``named_by`` says by what the profile is named, "" for one that is guessed.
    """

    path: str
    filing: Filing | None = None
    profile: Profile | None = None
    reading: WorkbookReading | None = None
    findings: list[Finding] = field(default_factory=list)
    book: Book | None = None
    document: "DocumentReading | None" = None
    named_by: str = ""
