"""Sheets with rows that are made as they are written → a saved workbook; no row is in memory with another.

Their XML is made without an object for each cell, by any process.
"""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from xlperf.ooxml.openpyxl_writing import RelativeZip, undated_member
from xlperf.outputs.finding_texts import xml_text
from xlperf.outputs.problem_cells import (
    FIGURE,
    FORMULA_STARTS,
    LONGEST_TEXT,
    CellRole,
    CellWriter,
    printed_figure,
)

_DECIMALS = 8
"""Decimals of printed figures that are shown as numbers."""
_TO_ESCAPE = re.compile("[&<>\r]")


@dataclass(frozen=True, slots=True)
class SheetStyles:
    """The numbers of the styles of a workbook: for texts of a role, the second for those that a program would
    take for a formula, and for printed figures by their number format.
    """

    texts: Mapping[CellRole, tuple[int, int]]
    figures: Mapping[str, int]


def styles_of(cells: CellWriter, roles: Sequence[CellRole]) -> SheetStyles:
    """The styles of texts in ``roles`` and of printed figures, which the workbook of ``cells`` then has."""
    texts = {role: (cells.style(role), cells.style(role, quoted=True)) for role in roles}
    return SheetStyles(texts, {form: cells.style(FIGURE, form) for form in _formats()})


def _formats() -> Iterator[str]:
    yield "General"
    for whole in ("0", "#,##0"):
        for decimals in range(_DECIMALS + 1):
            form = f"{whole}.{'0' * decimals}" if decimals else whole
            yield from (form, f"{form}%")


@dataclass(frozen=True, slots=True)
class SheetLink:
    """A link of the cell ``ref`` to a place in the file ``target``."""

    ref: str
    target: str
    location: str = ""
    tooltip: str = ""


@dataclass(slots=True)
class SheetPart:
    """Some rows of a sheet as XML, and the links of their cells."""

    xml: str = ""
    links: list[SheetLink] = field(default_factory=list)


class RowXml:
    """The cells of one row, written from left to right."""

    def __init__(self, number: int, styles: SheetStyles) -> None:
        self._number, self._styles = number, styles
        self._cells: list[str] = []

    def text(self, value: str, role: CellRole) -> None:
        """The next cell has a text, which stays text whatever it begins with."""
        plain, quoted = self._styles.texts[role]
        if not value:
            self._cells.append(f'<c r="{self._next()}" s="{plain}"/>')
            return
        shown = xml_text(value)[:LONGEST_TEXT]
        style = quoted if shown.startswith(FORMULA_STARTS) else plain
        space = ' xml:space="preserve"' if shown != shown.strip() or "\n" in shown else ""
        if _TO_ESCAPE.search(shown):
            shown = escape(shown, {"\r": "&#13;"})
        cell = f'<c r="{self._next()}" s="{style}" t="inlineStr"><is><t{space}>{shown}</t></is></c>'
        self._cells.append(cell)

    def number(self, value: float, role: CellRole) -> None:
        """The next cell has a number in the usual format."""
        self._cells.append(f'<c r="{self._next()}" s="{self._styles.texts[role][0]}"><v>{value!r}</v></c>')

    def figure(self, value: float, form: str = "General") -> None:
        """The next cell has a number in the format ``form``."""
        self._cells.append(f'<c r="{self._next()}" s="{self._styles.figures[form]}"><v>{value!r}</v></c>')

    def printed(self, text: str, role: CellRole) -> None:
        """The next cell has a printed figure ("98.49%") as a number that looks the same, else a text."""
        found = printed_figure(text)
        if found is None or found[1] not in self._styles.figures:
            self.text(text, role)
        else:
            self.figure(*found)

    def _next(self) -> str:
        return f"{_letters(len(self._cells))}{self._number}"

    def ref(self, position: int) -> str:
        """The name of the cell at ``position`` from 0."""
        return f"{_letters(position)}{self._number}"

    def xml(self, height: float = 0.0, level: int = 0, *, is_hidden: bool = False) -> str:
        """The row, ``height`` points high unless that is 0, at a level of the outline."""
        tall = f' ht="{height:g}" customHeight="1"' if height else ""
        outline = f' outlineLevel="{level}"' if level else ""
        hidden = ' hidden="1"' if is_hidden else ""
        return f'<row r="{self._number}"{tall}{hidden}{outline}>{"".join(self._cells)}</row>'


@cache
def _letters(position: int) -> str:
    return get_column_letter(position + 1)


_LEVEL = 3
"""How much time is spent on making a long sheet small: a tenth larger than usual, in a third of the time."""
_END_OF_ROWS = re.compile(b"</(?:main:)?sheetData>|<sheetData */>")
_AFTER_LINKS = re.compile(b"<(?:printOptions|pageMargins)")
_IN_MEMORY = 2**18
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


class LongSheets:
    """The long sheets of a workbook: their rows, and how many rows and columns there are."""

    def __init__(self) -> None:
        self._rows: dict[Worksheet, tuple[Iterable[SheetPart], int, int]] = {}

    def add(self, sheet: Worksheet, parts: Iterable[SheetPart], count: int, columns: int) -> None:
        """Let ``parts`` be written below the rows of ``sheet``, which has ``count`` rows with them."""
        self._rows[sheet] = parts, count, columns

    def save(self, book: Workbook, stream: IO[bytes]) -> None:
        """Write ``book``, each long sheet part by part."""
        with RelativeZip(stream, "w", ZIP_DEFLATED) as archive:
            _Writer(book, archive, self._rows).save()


class _Writer(ExcelWriter):
    def __init__(
        self, book: Workbook, archive: ZipFile, rows: dict[Worksheet, tuple[Iterable[SheetPart], int, int]]
    ) -> None:
        super().__init__(book, archive)
        self._zip, self._rows = archive, rows

    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet; openpyxl has all of its rows in memory, but for what is done here."""
        if ws not in self._rows:
            super().write_worksheet(ws)
            return
        parts, count, columns = self._rows[ws]
        ws._drawing = SpreadsheetDrawing()
        writer: Any = _SheetWriter(ws, f"A1:{get_column_letter(columns)}{count}")
        writer.write()
        frame = Path(writer.out).read_bytes()
        writer.cleanup()
        links = _Links()
        self._write_rows(ws, frame, parts, links)
        links.write_relations(self._zip, ws)
        self.manifest.append(ws)

    def _write_rows(self, ws: Any, frame: bytes, parts: Iterable[SheetPart], links: "_Links") -> None:
        """Write what openpyxl made of a sheet with ``parts`` at the end of its rows, the links after them."""
        end = _END_OF_ROWS.search(frame)
        assert end
        after = _AFTER_LINKS.search(frame, end.end())
        assert after
        member = undated_member(ws.path[1:])
        member._compresslevel = _LEVEL  # type: ignore[attr-defined] # the only way to give it to one member
        with tempfile.TemporaryFile() as rows:
            rows.write(
                frame[: end.start()] if end[0].startswith(b"</") else frame[: end.start()] + b"<sheetData>"
            )
            for part in parts:
                rows.write(part.xml.encode(errors="replace"))
                links.add(part.links)
            rows.write(b"</sheetData>" + frame[end.end() : after.start()])
            links.copy_to(rows)
            rows.write(frame[after.start() :])
            member.file_size = rows.tell()
            rows.seek(0)
            with self._zip.open(member, "w") as target:
                shutil.copyfileobj(rows, target, 2**18)


class _SheetWriter(WorksheetWriter):
    def __init__(self, sheet: Worksheet, covered: str) -> None:
        self._covered = covered
        super().__init__(sheet)

    def write_dimensions(self) -> None:
        """Write how large the sheet will be."""
        self.xf.send(SheetDimension(self._covered).to_tree())


class _Links:
    """The links of a sheet; those to one file share a relation, and none is in memory with another."""

    def __init__(self) -> None:
        self._ids: dict[int, int] = {}
        self._links: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 — read later
        self._relations: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 — read later

    def add(self, links: Iterable[SheetLink]) -> None:
        """Keep links for the end of the sheet."""
        for link in links:
            known = hash(link.target)
            if known not in self._ids:
                self._ids[known] = len(self._ids) + 1
                self._relations.write(_relation(self._ids[known], link.target).encode(errors="replace"))
            at = f" location={quoteattr(link.location)}" if link.location else ""
            tip = f" tooltip={quoteattr(link.tooltip)}" if link.tooltip else ""
            text = f'<hyperlink ref="{link.ref}"{at}{tip} r:id="rId{self._ids[known]}"/>'
            self._links.write(text.encode(errors="replace"))

    def copy_to(self, stream: IO[bytes]) -> None:
        """Write the element with all links, nothing where there are none."""
        if self._ids:
            stream.write(f'<hyperlinks xmlns:r="{_RELATIONS}">'.encode())
            self._links.seek(0)
            shutil.copyfileobj(self._links, stream)
            stream.write(b"</hyperlinks>")

    def write_relations(self, archive: ZipFile, ws: Any) -> None:
        """Write the part with the files that the links lead to."""
        if not self._ids:
            return
        folder, name = ws.path[1:].rsplit("/", 1)
        with archive.open(undated_member(f"{folder}/_rels/{name}.rels"), "w") as target:
            target.write(f'<Relationships xmlns="{_PACKAGE_RELATIONS}">'.encode())
            self._relations.seek(0)
            shutil.copyfileobj(self._relations, target)
            target.write(b"</Relationships>")


def _relation(number: int, target: str) -> str:
    kind = f"{_RELATIONS}/hyperlink"
    return f'<Relationship Type="{kind}" Target={quoteattr(target)} TargetMode="External" Id="rId{number}"/>'
