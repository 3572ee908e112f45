"""The labels and headings of a form that was read → where the values are that the page leaves empty."""

from dataclasses import dataclass, field

from xlperf.core.cell_addresses import get_column_letter
from xlperf.intake.page import SHEET, Cell, Page
from xlperf.intake.reading import names
from xlperf.intake.reading.account import Entry, Role
from xlperf.intake.reading.lexicon import Lexicon, lexicon
from xlperf.intake.reading.model import DocumentReading, FormReading
from xlperf.notation import label_key

_OF_FIELDS, _OF_ROWS, _OF_COLUMNS = ("field", "fact"), ("row", "basic_row", "group_row"), "indicator_column"
"""Kinds of labels with one value, of rows of amounts, and of the headings of indicator tables."""


@dataclass(slots=True)
class PrintedLabels:
    """``rows``: official path of a row → its number from 0; ``columns``: last part of paths → their column;
    ``fields``: what labels with one value mean; ``headings``: keys of the indicator columns.
    """

    page: Page
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    headings: set[str] = field(default_factory=set)
    named: dict[str, int] = field(default_factory=dict)

    def place_of(self, path: str) -> str | None:
        """The place of a value that is empty, "" where only its labels have one; None where it has none.

        In a table of amounts the label of the row, or another value of it, and another value of the column
        show that there is a cell for it.
        """
        row, _, column = path.rpartition("/")
        at = self.rows.get(row, self.named.get(row.rpartition("/")[2]))
        if at is not None and column in self.columns:
            return self.cell_at(at, self.columns[column])
        if path in self.rows:
            return ""
        is_amount = path.count("/") > 1 or any(map(str.isdigit, column))
        return "" if not is_amount and (column in self.fields or label_key(column) in self.fields) else None

    def cell_at(self, row: int, column: int) -> str:
        """What a person calls the cell in a row and column, both from 0; "" where it cannot be said."""
        for cell in self.page.cells:
            if cell.r0 <= row <= cell.r1 and cell.c0 <= column <= cell.c1:
                return cell.place
        return f"{get_column_letter(column + 1)}{row + 1}" if self.page.kind == SHEET else ""


def printed_labels(read: FormReading, document: DocumentReading) -> PrintedLabels:
    """The labels of a form, from its values and from the account of its page."""
    found = PrintedLabels(read.page)
    for path, value in read.fields.items():
        row, _, column = path.rpartition("/")
        if value.cell is not None and not value.part:
            found.rows.setdefault(row, value.cell.r0)
            found.columns.setdefault(column, value.cell.c0)
    for path in read.empty:
        row, _, column = path.rpartition("/")
        found.fields.add(path)
    lex = lexicon()
    for entry in document.account.entries.values():
        if entry.page is read.page and entry.role is Role.LABEL:
            _add_label(found, entry, read.kind, lex)
        elif entry.page is read.page and entry.role is Role.HEADING:
            means = lex.label(entry.cell.text).means
            found.headings.update(name for kind, name in means if kind == _OF_COLUMNS)
    return found


def _add_label(found: PrintedLabels, entry: Entry, kind: str, lex: Lexicon) -> None:
    label, cell = lex.label(entry.cell.text), entry.cell
    root = names.FUND_ROOTS.get(kind, "")
    found.fields.add(label_key(cell.text))
    found.fields.update(name for means, name in label.means if means in _OF_FIELDS)
    found.named.setdefault(label.printed, _row(cell))
    for means, name in label.means:
        if means in _OF_ROWS:
            found.rows.setdefault(f"{root}/{name}" if root else name, _row(cell))


def _row(cell: Cell) -> int:
    return cell.r0
