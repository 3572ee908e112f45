"""The sheet 问题清单: for each unit a line, under it its problems, under a problem what follows from it.

Eight columns are what a person needs and what is printed; the others are folded behind the outline.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import count, groupby, islice
from pathlib import Path, PurePath

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import Outline
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.findings import Finding, ListColumn, columns_of
from xlperf.declarations.model import Severity
from xlperf.declarations.source import text_of, texts_of
from xlperf.outputs.finding_texts import (
    by_unit,
    cell_target,
    file_target,
    in_several_files,
    place,
    shown_path,
    texts_of_finding,
    with_under,
)
from xlperf.outputs.long_sheets import LongSheets
from xlperf.outputs.problem_cells import (
    CENTRE,
    HEADING,
    LINK,
    SEVERITY,
    TEXT,
    UNIT,
    CellWriter,
    fit_height,
    lay_out,
)

_NUMBER, _SEVERITY, _MESSAGE = "number", "severity", "message"
_FILE, _WHERE, _CELL = "file", "where", "cell"
_PRINTED = ("printed_value", "printed_expected")
_LINKS = 65_530  # hyperlinks that Excel takes on one sheet


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: a finding with its number ("" under another), or only the ``unit``."""

    finding: Finding | None = None
    number: str = ""
    unit: str = ""
    names_file: bool = False


def lines_of(findings: Sequence[Finding]) -> Iterator[Line]:
    """The rows for ``findings``, which are by unit."""
    numbers = count(1)
    for name, found in by_unit(findings):
        counts = Counter(finding.severity for finding in found)
        errors, warnings, notes = (counts[severity] for severity in Severity)
        yield Line(unit=text_of("problems", "unit", unit=name, errors=errors, warnings=warnings, notes=notes))
        several = in_several_files(found)
        for finding in found:
            yield Line(finding, str(next(numbers)), names_file=several)
            for other in finding.folded:
                yield Line(other, names_file=several)


def sheet_sizes(findings: Iterable[Finding], most: int) -> list[int]:
    """How many rows of ``findings`` each sheet has, at most ``most``; a unit that fits on one is on one."""
    sizes = [0]
    for _, unit in groupby(findings, key=lambda finding: finding.location.unit):
        rows = 1 + sum(1 + len(finding.folded) for finding in unit)
        if sizes[-1] and sizes[-1] + rows > most:
            sizes.append(0)
        sizes[-1] += rows
        while sizes[-1] > most:
            sizes[-1:] = [most, sizes[-1] - most]
    return sizes


def write_problems(
    book: Workbook,
    long: LongSheets,
    title: str,
    findings: Sequence[Finding],
    target: Path | None,
    rows: int | None = None,
) -> list[str]:
    """Add the sheet ``title`` with ``findings``, and 2, 3 … of it when a sheet's ``rows`` run out.

    Without ``rows`` a sheet has as many as schemas/problems.json says: Excel takes 1,048,576, and a person
    less. Findings compared with an earlier check get a column for their status, exempted ones a column for
    the reason. Beyond 65,530 findings on a sheet, Excel's limit, cells are named without a link. Returns the
    titles.
    """
    lines, columns, titles = lines_of(findings), _columns(findings), []
    for number, size in enumerate(sheet_sizes(findings, (rows or texts_of("problems")["rows"]) - 1), start=1):
        titles.append(f"{title}{number}" if number > 1 else title)
        _write_sheet(book, long, titles[-1], islice(lines, size), size, columns, target)
    return titles


def _columns(findings: Sequence[Finding]) -> list[tuple[ListColumn, bool]]:
    """The columns from left to right, each with whether it is folded."""
    texts = texts_of("problems")
    compared = [texts["compared"]] if any(finding.status for finding in findings) else []
    exempt = [texts["exempt"]] if any(finding.exempt for finding in findings) else []
    shown = columns_of([*texts["columns"], *compared, *exempt])
    more = columns_of(texts["more"])
    return [*((column, False) for column in shown), *((column, True) for column in more)]


def _write_sheet(
    book: Workbook,
    long: LongSheets,
    name: str,
    lines: Iterator[Line],
    size: int,
    columns: Sequence[tuple[ListColumn, bool]],
    target: Path | None,
) -> None:
    sheet = book.create_sheet(name)
    cells = CellWriter(sheet)
    cells.write_row(1, [column.heading for column, _ in columns], HEADING)
    fit_height(sheet, 1, [(column.heading, column.width) for column, _ in columns])
    writer = _LineWriter(sheet, cells, [column for column, _ in columns], target)
    long.add(
        sheet,
        (partial(writer.write, row, line) for row, line in enumerate(lines, start=2)),
        size + 1,
        len(columns),
    )
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


class _LineWriter:
    """Writes the rows of one sheet."""

    def __init__(
        self, sheet: Worksheet, cells: CellWriter, columns: Sequence[ListColumn], target: Path | None
    ) -> None:
        self._sheet, self._cells, self._columns = sheet, cells, columns
        self._shown = cache(partial(shown_path, report=target))
        self._linked = cache(partial(file_target, report=target))

    def write(self, row: int, line: Line) -> None:
        """Write one row."""
        if line.finding is None:
            self._write_unit(row, line.unit)
            return
        level = 1 if line.number else 2
        texts = self._texts(line, line.finding)
        for position, column in enumerate(self._columns, start=1):
            self._write_cell(row, position, column, texts[column.shows], line.finding)
        if row - 2 < _LINKS:
            self._link(row, line.finding, texts)
        fit_height(self._sheet, row, [(texts[column.shows], column.width) for column in self._columns])
        dimension = self._sheet.row_dimensions[row]
        dimension.outlineLevel, dimension.hidden = level, level > 1

    def _write_unit(self, row: int, text: str) -> None:
        for position in range(1, len(self._columns) + 1):
            self._cells.write(row, position, text if position == 1 else "", UNIT)

    def _texts(self, line: Line, finding: Finding) -> Mapping[str, str]:
        file = self._shown(finding.location.file)
        named = PurePath(file).name if line.names_file or not place(finding) else ""
        where = "\n".join(part for part in (named, finding.location.sheet) if part)
        under = texts_of("problems")["under"][finding.link.value] if finding.link else ""
        message = f"{under}：{finding.message}" if under else with_under(finding)
        own = {_NUMBER: line.number, _FILE: file, _WHERE: where, _MESSAGE: message}
        return {**texts_of_finding(finding), **own}

    def _write_cell(self, row: int, position: int, column: ListColumn, text: str, finding: Finding) -> None:
        if column.shows == _NUMBER and text:
            self._cells.write(row, position, int(text), CENTRE)
        elif column.shows == _SEVERITY:
            self._cells.write(row, position, text, SEVERITY[finding.severity])
        elif column.shows in _PRINTED:
            self._cells.write_printed(row, position, text)
        else:
            self._cells.write(row, position, text, CENTRE if column.centred else TEXT)

    def _link(self, row: int, finding: Finding, texts: Mapping[str, str]) -> None:
        target = self._linked(finding.location.file)
        if not target:
            return
        words = texts_of("problems")
        position = next(number for number, column in enumerate(self._columns, 1) if column.shows == _CELL)
        cell = self._cells.write(row, position, texts[_CELL] or words["open_file"], LINK)
        tip = words["open"]
        cell.hyperlink = Hyperlink(
            ref="", target=target, location=cell_target(finding.location) or None, tooltip=tip
        )
