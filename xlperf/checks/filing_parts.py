"""One received file → a FilingPart: what of a unit's filing it holds, and whose it says it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.checks.units import filled_name, named_unit, unit_targets
from xlperf.core.lazy import LazyModule
from xlperf.declarations.model import Profile
from xlperf.declarations.records import Record
from xlperf.intake.filing_reader import Received
from xlperf.intake.grading import is_assessment
from xlperf.intake.xlsx_reader import Book
from xlperf.notation.unit_names import is_short_form

if TYPE_CHECKING:
    from xlperf import report_text
else:
    report_text = LazyModule("xlperf.report_text")

DOCUMENTS = ("docx", "doc")
_SEVERAL, _SHORTEST_CODE = 2, 3
"""A file named 1_基础数据表 is numbered; one with several forms named 001_某局 is called after its unit."""


@dataclass(frozen=True, slots=True)
class FilingPart:
    """A file with some of a unit's filing in it.

    ``code`` and ``name`` are the unit's, "" where the file does not tell; ``projects`` are the units
    that its project sheets name. ``is_whole`` says that every form is there; ``title`` is that of the
    report, "" for a file without one.
    """

    path: str
    kind: str
    code: str = ""
    name: str = ""
    projects: frozenset[str] = frozenset()
    has_forms: bool = False
    is_whole: bool = False
    title: str = ""
    has_assessment: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether it is a workbook that needs no other file to be a filing."""
        return self.is_whole and self.kind not in DOCUMENTS


def part_of(received: Received) -> FilingPart | None:
    """The part that a file is; None for a file with neither form, report nor grading sheet."""
    reading, filing, profile = received.reading, received.filing, received.profile
    if reading is None:
        return None
    kind = reading.book.kind
    title = title_of(reading.book)
    graded = any(map(is_assessment, reading.unknown))
    if filing is None or profile is None:
        return (
            FilingPart(received.path, kind, title=title, has_assessment=graded) if title or graded else None
        )
    forms = {record.form for record in filing.records}
    is_whole = forms == profile.forms.keys()
    code, given = named_unit(received.path)
    if not is_whole and (len(forms) < _SEVERAL or len(code) < _SHORTEST_CODE):
        code, given = "", ""
    name = filled_name(filing, profile)[0] or given
    named = frozenset(name for record in filing.records for _, name in unit_fields(record, profile))
    return FilingPart(received.path, kind, code, name, named, True, is_whole, title, graded)


def title_of(book: Book) -> str:
    """The title of a report, "" for workbooks and for documents that are none."""
    if book.kind not in DOCUMENTS:
        return ""
    texts = (text for text in book.paragraphs if text.strip())
    paragraphs = tuple(report_text.ReportParagraph(number, text) for number, text in enumerate(texts, 1))
    return report_text.titled(report_text.ReportText(book.path, paragraphs))


def unit_fields(record: Record, profile: Profile) -> Iterator[tuple[str, str]]:
    """Fields and values of the units that a sheet of a repeated form names: its own, the one above it."""
    for alias, field in unit_targets(profile.id):
        if alias == record.form and isinstance(value := record.fields.get(field), str):
            yield field, "".join(value.split())


def is_same_unit(name: str, other: str) -> bool:
    """Whether two names are one unit's: alike, or one of them without the place before it."""
    return name == other or is_short_form(name, other)
