"""The findings of units → rows of the sheet 问题清单 as XML, and the links of their cells.

For each unit a line, under it its problems, under a problem what follows from it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import count, islice
from pathlib import Path, PurePath

from xlperf.declarations.findings import Finding, ListColumn
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.stored_findings import UnitData, findings_in
from xlperf.outputs.finding_texts import (
    cell_target,
    file_target,
    in_several_files,
    place,
    shown_path,
    texts_of_finding,
    unit_title,
    with_under,
)
from xlperf.outputs.long_sheets import RowXml, SheetLink, SheetPart, SheetStyles
from xlperf.outputs.problem_cells import CENTRE, LINK, SEVERITY, TEXT, UNIT, needed_height

_NUMBER, _SEVERITY, _MESSAGE = "number", "severity", "message"
_FILE, _WHERE, _CELL = "file", "where", "cell"
_PRINTED = ("printed_value", "printed_expected")
LINKS = 65_530
"""Hyperlinks that Excel takes on one sheet."""
FIRST_ROW = 2
"""The row below the headings."""
ROLES = (CENTRE, TEXT, UNIT, LINK, *SEVERITY.values())
"""How the cells of the list look."""


@dataclass(frozen=True, slots=True)
class UnitRows:
    """Rows ``start`` to ``stop`` of those of a unit, whose first finding has the number ``first``; they begin
    in ``row`` of a sheet.
    """

    data: UnitData
    first: int
    start: int
    stop: int
    row: int


@dataclass(frozen=True, slots=True)
class SomeRows:
    """What a call writes: some rows of a sheet."""

    sheet: int
    pieces: Sequence[UnitRows]
    columns: Sequence[ListColumn]
    styles: SheetStyles
    target: Path | None


def rows_of(chunk: SomeRows) -> tuple[int, SheetPart]:
    """The number of the sheet and its rows."""
    writer = _LineWriter(chunk.styles, chunk.columns, chunk.target)
    for piece in chunk.pieces:
        lines = islice(lines_of(findings_in(piece.data), piece.first), piece.start, piece.stop)
        for row, line in enumerate(lines, start=piece.row):
            writer.write(row, line)
    return chunk.sheet, writer.part()


@dataclass(frozen=True, slots=True)
class ListLine:
    """A row of the list: a finding with its number ("" under another), or only the ``unit``."""

    finding: Finding | None = None
    number: str = ""
    unit: str = ""
    names_file: bool = False


def lines_of(found: Sequence[Finding], first: int) -> Iterator[ListLine]:
    """The rows for a unit's findings, which are numbered from ``first`` on."""
    numbers = count(first)
    counts = Counter(finding.severity for finding in found)
    errors, warnings, notes = (counts[severity] for severity in Severity)
    name = unit_title(found[0].location)
    yield ListLine(unit=text_of("problems", "unit", unit=name, errors=errors, warnings=warnings, notes=notes))
    several = in_several_files(found)
    for finding in found:
        yield ListLine(finding, str(next(numbers)), names_file=several)
        for other in finding.folded:
            yield ListLine(other, names_file=several)


class _LineWriter:
    """Writes rows of one sheet."""

    def __init__(self, styles: SheetStyles, columns: Sequence[ListColumn], target: Path | None) -> None:
        self._styles, self._columns = styles, columns
        self._shown = cache(partial(shown_path, report=target))
        self._linked = cache(partial(file_target, report=target))
        self._linking = next(number for number, column in enumerate(columns) if column.shows == _CELL)
        self._rows: list[str] = []
        self._links: list[SheetLink] = []

    def part(self) -> SheetPart:
        """What has been written."""
        return SheetPart("".join(self._rows), self._links)

    def write(self, row: int, line: ListLine) -> None:
        """Write one row."""
        cells = RowXml(row, self._styles)
        if line.finding is None:
            for position in range(len(self._columns)):
                cells.text("" if position else line.unit, UNIT)
            self._rows.append(cells.xml())
            return
        texts = self._texts(line, line.finding)
        target = self._linked(line.finding.location.file) if row - FIRST_ROW < LINKS else ""
        for position, column in enumerate(self._columns):
            if target and position == self._linking:
                cells.text(texts[_CELL] or texts_of("problems")["open_file"], LINK)
                at = cell_target(line.finding.location)
                self._links.append(SheetLink(cells.ref(position), target, at, texts_of("problems")["open"]))
            else:
                _write_cell(cells, column, texts[column.shows], line.finding)
        height = needed_height((texts[column.shows], column.width) for column in self._columns)
        level = 1 if line.number else 2
        self._rows.append(cells.xml(height, level, is_hidden=level > 1))

    def _texts(self, line: ListLine, finding: Finding) -> Mapping[str, str]:
        file = self._shown(finding.location.file)
        named = PurePath(file).name if line.names_file or not place(finding) else ""
        where = "\n".join(part for part in (named, finding.location.sheet) if part)
        under = texts_of("problems")["under"][finding.link.value] if finding.link else ""
        message = f"{under}：{finding.message}" if under else with_under(finding)
        own = {_NUMBER: line.number, _FILE: file, _WHERE: where, _MESSAGE: message}
        return {**texts_of_finding(finding), **own}


def _write_cell(cells: RowXml, column: ListColumn, text: str, finding: Finding) -> None:
    if column.shows == _NUMBER and text:
        cells.number(int(text), CENTRE)
    elif column.shows == _SEVERITY:
        cells.text(text, SEVERITY[finding.severity])
    elif column.shows in _PRINTED:
        cells.printed(text, TEXT)
    else:
        cells.text(text, CENTRE if column.centred else TEXT)
