"""A grading workbook → a digest of all in it but what a person is asked to write: other changes show by it.

They are not taken over into the next table: a workbook that has some is kept next to it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Set

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from xlperf.checks.grading.scheme import Scheme
from xlperf.declarations.form_layout import place
from xlperf.declarations.source import texts_of
from xlperf.intake.book import Book

_TABLE, _ENTRIES, _SCORE_ENTRIES = "评分", ("评分", "扣分理由"), ("D", "E")
_EMPTY = (None, "")
_Cell = tuple[str, str, str]


def digest_as_written(book: Workbook, scheme: Scheme) -> str:
    """The digest of a workbook that is being made."""
    found = (
        (sheet.title, cell.column, cell.row, "" if cell.data_type == "f" else cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in _EMPTY
    )
    cells = (
        (title, get_column_letter(column), f"{row} {_shown(value)}") for title, column, row, value in found
    )
    return _digest(cells, scheme)


def digest_as_read(book: Book, scheme: Scheme) -> str:
    """The digest of a workbook that was read."""
    return _digest(_cells(book), scheme)


def _cells(book: Book) -> Iterator[_Cell]:
    for title, sheet in book.tabs().items():
        for address in sheet.cells:
            letter = address.rstrip("0123456789")
            is_formula = sheet.formula(address) is not None
            value = "" if is_formula else sheet.value(address)
            if is_formula or value not in _EMPTY:
                yield title, letter, f"{address.removeprefix(letter)} {_shown(value)}"


def _shown(value: object) -> str:
    """A value as any program saves it again."""
    return f"{value:.12g}" if isinstance(value, int | float) else "".join(str(value).split())


def _digest(cells: Iterable[_Cell], scheme: Scheme) -> str:
    record = texts_of("grading")["workbook"]["record"]["title"]
    entries = _entry_columns(scheme)
    kept = (cell for cell in cells if cell[0] != record and cell[1] not in entries.get(cell[0], ()))
    return hashlib.sha256("\n".join(map("\t".join, sorted(kept))).encode()).hexdigest()


def _entry_columns(scheme: Scheme) -> Mapping[str, Set[str]]:
    """The columns of each sheet in which a person writes."""
    columns = place(scheme.form).columns
    scores = texts_of("grading")["scores"]["title"]
    return {
        scheme.form.sheet: {columns[_TABLE, name] for name in _ENTRIES},
        scores: frozenset(_SCORE_ENTRIES),
    }
