"""One received file under check: its filing, its names for expressions, and where each value lies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from xlperf.checks.scopes import Scopes
from xlperf.checks.unknown_names import UnknownNames
from xlperf.declarations.findings import Location
from xlperf.declarations.forms_and_rules import Field, Form, Profile
from xlperf.declarations.records import Filing, Provenance, Record
from xlperf.declarations.source import text_of, texts_of
from xlperf.intake.received import Received, SheetReading, ValueAddress, WorkbookReading

if TYPE_CHECKING:
    from xlperf.intake.reading.form_readings import DocumentReading
    from xlperf.report_text import ReportText

_NOWHERE = Provenance("", "")
_TEXT = "text"


@dataclass(slots=True)
class CheckContext:
    """A file that could be read as a filing, with the unit it belongs to; ``report`` is its running text."""

    path: str
    profile: Profile
    filing: Filing
    reading: WorkbookReading
    report: "ReportText | None" = None
    document: "DocumentReading | None" = None
    named_by: str = ""
    scopes: Scopes = field(init=False)
    unknown: UnknownNames = field(init=False)

    def __post_init__(self) -> None:
        self.scopes = Scopes(self.filing, self.profile)
        document = self.document.document if self.document else None
        is_partial = document is not None and any(page.filled() for page in document.hidden)
        self.unknown = UnknownNames(self.filing, self.profile, is_partial=is_partial)

    @classmethod
    def of(cls, received: Received, report: "ReportText | None" = None) -> "CheckContext | None":
        """The context of ``received``; None where no form could be read."""
        if received.filing is None or received.profile is None or received.reading is None:
            return None
        return cls(
            received.path,
            received.profile,
            received.filing,
            received.reading,
            report,
            received.document,
            received.named_by,
        )

    @property
    def is_guessed(self) -> bool:
        """Whether nothing names the profile: neither a seal nor the user nor place and year on the page."""
        return self.document is not None and not self.named_by

    def with_records(self, records: Sequence[Record]) -> Self:
        """The same with ``records`` in place of those of the filing, one for each."""
        return replace(self, filing=replace(self.filing, records=[*records]))

    def form(self, record: Record) -> Form:
        """The form of a record."""
        return self.profile.forms[record.form]

    def field(self, record: Record, at: ValueAddress) -> Field:
        """The declaration of a value."""
        return declared_field(self.form(record), at)

    def values(self) -> Iterator[tuple[SheetReading, ValueAddress, Field, Provenance]]:
        """Every value a cell shows, with its declaration and where it was found."""
        for sheet in self.reading.sheets:
            for at, found in sheet.record.provenance.items():
                yield sheet, at, declared_field(sheet.form, at), found

    def file_place(self, sheet: str = "", cell: str = "", label: str = "") -> Location:
        """A place in this file that is no field."""
        record = self._record_at(sheet, cell)
        form, item = (record.form, item_name(self.form(record), record)) if record else ("", "")
        unit = self.filing.unit_code, self.filing.unit_name
        return Location(self.path, sheet, cell, "", label, "", *unit, form, item)

    def _record_at(self, sheet: str, cell: str) -> Record | None:
        """The record read from a tab; where several forms are on it, the one that ``cell`` is in."""
        here = [reading.record for reading in self.reading.sheets if reading.sheet.name == sheet]
        holding = (
            record for record in here if any(found.cell == cell for found in record.provenance.values())
        )
        return next(holding, here[0]) if len(here) > 1 and cell else here[0] if here else None

    def place(self, record: Record, at: ValueAddress) -> Location:
        """The place of a value: its cell, label and, in a table, what people call the row."""
        return value_place(self.path, self.form(record), record, at, self.filing)


def declared_field(form: Form, at: ValueAddress) -> Field:
    """The declaration of a value of ``form``."""
    return form.fields[at] if isinstance(at, str) else form.tables[at[0]].columns[at[2]]


def name_of(at: ValueAddress) -> str:
    """The name of a value as expressions have it: a field, or table and column."""
    return at if isinstance(at, str) else f"{at[0]}_{at[2]}"


def value_place(path: str, form: Form, record: Record, at: ValueAddress, filing: Filing) -> Location:
    """The place of a value in the file ``path``, under the unit of ``filing``."""
    return Location(
        path,
        record.sheet,
        record.provenance.get(at, _NOWHERE).cell,
        name_of(at),
        declared_field(form, at).label,
        "" if isinstance(at, str) else row_name(form, record, at),
        filing.unit_code,
        filing.unit_name,
        record.form,
        item_name(form, record),
    )


def first_of(shown: Sequence[str], most: int, more: str, between: str = "、") -> str:
    """The first ``most`` of some words, and that there are more, as the text ``more`` says it."""
    text = between.join(shown[:most])
    if len(shown) <= most:
        return text
    return text_of("messages", "checks", more, shown=text, count=len(shown))


def row_name(form: Form, record: Record, at: tuple[str, int, str]) -> str:
    """What people call a table row: the text of its first column that is no level, on one line."""
    table = form.tables[at[0]]
    column = next(name for name in table.columns if name not in table.levels)
    value = record.tables[at[0]][at[1]].get(column)
    if isinstance(value, str):
        return " ".join(value.split())
    return text_of("messages", "checks", "row", number=at[1] + 1)


def naming_field(form: Form) -> str:
    """The field that distinguishes the sheets of a form: its first required text, "" without one."""
    shown = (cell.field for row in form.rows if not row.table for cell in row.cells if cell.field)
    fields = (form.fields[name] for name in shown)
    return next((field.id for field in fields if field.required and field.type.id == _TEXT), "")


def item_name(form: Form, record: Record) -> str:
    """What people call one sheet of a repeated form, "" for other forms."""
    if not form.repeated:
        return ""
    value = record.fields.get(naming_field(form))
    return " ".join(value.split()) if isinstance(value, str) else ""


def sheet_state(state: str) -> str:
    """What people call the state of a sheet that is not visible."""
    words: Mapping[str, str] = texts_of("messages")["sheet_states"]
    return words.get(state, state)
