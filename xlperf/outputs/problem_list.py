"""The sheet 问题清单: for each unit a line, under it its problems, under a problem what follows from it.

Eight columns are what a person needs and what is printed; the others are folded behind the outline.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import Outline
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.findings import Finding, ListColumn, columns_of
from xlperf.declarations.source import texts_of
from xlperf.declarations.stored_findings import (
    Spread,
    in_chunks,
    size_of,
    unit_counts,
    unit_data,
)
from xlperf.outputs.long_sheets import LongSheets, SheetPart, SheetStyles, styles_of
from xlperf.outputs.problem_cells import (
    HEADING,
    CellWriter,
    fit_height,
    lay_out,
)
from xlperf.outputs.problem_rows import FIRST_ROW, ROLES, SomeRows, UnitRows, rows_of


def _pieces(findings: Sequence[Finding], most: int) -> Iterator[tuple[int, UnitRows]]:
    """The rows of all units, each with the number of its sheet, which has ``most`` at most.

    A unit that fits on one sheet is on one.
    """
    sheet, filled, first = 0, 0, 1
    for data, (_, _, tops, under) in zip(unit_data(findings), unit_counts(findings), strict=True):
        rows, start = 1 + tops + under, 0
        if filled and filled + rows > most:
            sheet, filled = sheet + 1, 0
        while start < rows:
            if filled == most:
                sheet, filled = sheet + 1, 0
            stop = min(rows, start + most - filled)
            yield sheet, UnitRows(data, first, start, stop, filled + FIRST_ROW)
            filled, start = filled + stop - start, stop
        first += tops


def sheet_sizes(findings: Sequence[Finding], most: int) -> list[int]:
    """How many rows of ``findings`` each sheet has, at most ``most``; a unit that fits on one is on one."""
    sizes = [0]
    for _, _, tops, under in unit_counts(findings):
        rows = 1 + tops + under
        if sizes[-1] and sizes[-1] + rows > most:
            sizes.append(0)
        sizes[-1] += rows
        while sizes[-1] > most:
            sizes[-1:] = [most, sizes[-1] - most]
    return sizes


def write_problems(  # noqa: PLR0913 — what a list is made of
    book: Workbook,
    long: LongSheets,
    title: str,
    findings: Sequence[Finding],
    target: Path | None,
    rows: int | None = None,
    *,
    compared: bool = False,
    spread: Spread | None = None,
) -> list[str]:
    """Add the sheet ``title`` with ``findings``, and 2, 3 … of it when a sheet's ``rows`` run out.

    Without ``rows`` a sheet has as many as schemas/problems.json says: Excel takes 1,048,576, a person
    less. Findings ``compared`` with an earlier check get a column for their status, exempted ones one for the
    reason. Beyond 65,530 findings on a sheet, Excel's limit, cells are named without a link. ``spread``
    makes the calls that write rows. Returns the titles.
    """
    columns, titles = _columns(findings, compared), []
    most = (rows or texts_of("problems")["rows"]) - 1
    written = _Parts(findings, most, [column for column, _ in columns], target, spread or map)
    for number, size in enumerate(sheet_sizes(findings, most), start=1):
        titles.append(f"{title}{number}" if number > 1 else title)
        _add_sheet(book, long, titles[-1], written, size, columns)
    return titles


def _columns(findings: Sequence[Finding], compared: bool) -> list[tuple[ListColumn, bool]]:
    """The columns from left to right, each with whether it is folded."""
    texts = texts_of("problems")
    is_exempt = bool(findings) and bool(findings[0].exempt)
    more_shown = [
        *([texts["compared"]] if compared and findings else []),
        *([texts["exempt"]] if is_exempt else []),
    ]
    shown = columns_of([*texts["columns"], *more_shown])
    more = columns_of(texts["more"])
    return [*((column, False) for column in shown), *((column, True) for column in more)]


def _add_sheet(
    book: Workbook,
    long: LongSheets,
    name: str,
    written: "_Parts",
    size: int,
    columns: Sequence[tuple[ListColumn, bool]],
) -> None:
    sheet = book.create_sheet(name)
    cells = CellWriter(sheet)
    cells.write_row(1, [column.heading for column, _ in columns], HEADING)
    fit_height(sheet, 1, [(column.heading, column.width) for column, _ in columns])
    long.add(sheet, written.of_sheet(cells), size + 1, len(columns))
    lay_out(sheet, [column.width for column, _ in columns], name)
    _fold(sheet, columns, size + 1)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{size + 1}"


def _fold(sheet: Worksheet, columns: Sequence[tuple[ListColumn, bool]], rows: int) -> None:
    """Put the columns that are folded behind the outline, and print the others of all ``rows``."""
    sheet.sheet_properties.outlinePr = Outline(summaryBelow=False, summaryRight=False)
    for number, (_, is_folded) in enumerate(columns, start=1):
        if is_folded:
            dimension = sheet.column_dimensions[get_column_letter(number)]
            dimension.outlineLevel, dimension.hidden = 1, True
    sheet.sheet_format.outlineLevelCol, sheet.sheet_format.outlineLevelRow = 1, 2
    shown = sum(not is_folded for _, is_folded in columns)
    sheet.print_area = f"A1:{get_column_letter(shown)}{rows}"


class _Parts:
    """The rows of the sheets of one list, made as they are asked for, sheet after sheet."""

    def __init__(
        self,
        findings: Sequence[Finding],
        most: int,
        columns: Sequence[ListColumn],
        target: Path | None,
        spread: Spread,
    ) -> None:
        self._findings, self._most, self._columns = findings, most, columns
        self._target, self._spread = target, spread
        self._styles: SheetStyles | None = None
        self._sheets = 0
        self._made: Iterator[tuple[int, SheetPart]] | None = None
        self._next: tuple[int, SheetPart] | None = None

    def of_sheet(self, cells: CellWriter) -> Iterator[SheetPart]:
        """The rows of the next sheet; ``cells`` writes on it."""
        self._styles = self._styles or styles_of(cells, ROLES)
        number = self._sheets
        self._sheets += 1
        return self._rows_of(number)

    def _rows_of(self, number: int) -> Iterator[SheetPart]:
        if self._made is None:
            self._made = self._spread(rows_of, self._chunks())
            self._next = next(self._made, None)
        while self._next is not None and self._next[0] == number:
            yield self._next[1]
            self._next = next(self._made, None)

    def _chunks(self) -> Iterator[SomeRows]:
        assert self._styles
        place = self._columns, self._styles, self._target
        for sheet, pieces in groupby(_pieces(self._findings, self._most), key=itemgetter(0)):
            for some in in_chunks((piece for _, piece in pieces), lambda piece: size_of(piece.data)):
                yield SomeRows(sheet, some, *place)
