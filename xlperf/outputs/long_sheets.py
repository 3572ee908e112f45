"""Sheets with rows that are made as they are written → a saved workbook; no row is in memory with another."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.relationship import Relationship
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from xlperf.ooxml.openpyxl_writing import RelativeZip

Row = Callable[[], None]
"""Writes the cells of one row of a sheet."""


class LongSheets:
    """The long sheets of a workbook: their rows, and how many rows and columns there are."""

    def __init__(self) -> None:
        self._rows: dict[Worksheet, tuple[Iterable[Row], int, int]] = {}

    def add(self, sheet: Worksheet, rows: Iterable[Row], count: int, columns: int) -> None:
        """Let ``rows`` be written below the first row of ``sheet``, which has ``count`` rows with it."""
        self._rows[sheet] = rows, count, columns

    def save(self, book: Workbook, stream: IO[bytes]) -> None:
        """Write ``book``, each long sheet row by row."""
        with _Archive(stream, "w", ZIP_DEFLATED) as archive:
            _Writer(book, archive, self._rows).save()


class _Archive(RelativeZip):
    """An archive whose members are dated 1980-01-01: the same content gives the same bytes."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *given: Any, **more: Any) -> None:
        """Add a member with these bytes."""
        super().writestr(_member(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *given: Any, **more: Any) -> None:
        """Add a member with the bytes of a file; readers are asked for Zip64 only where it needs that."""
        member = _member(arcname)
        member.file_size = Path(filename).stat().st_size
        with open(filename, "rb") as source, self.open(member, "w") as target:
            shutil.copyfileobj(source, target)


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    return info


class _Writer(ExcelWriter):
    def __init__(
        self, book: Workbook, archive: ZipFile, rows: dict[Worksheet, tuple[Iterable[Row], int, int]]
    ) -> None:
        super().__init__(book, archive)
        self._zip, self._rows = archive, rows

    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet; openpyxl has all of its rows in memory, but for what is done here."""
        if ws not in self._rows:
            super().write_worksheet(ws)
            return
        ws._drawing = SpreadsheetDrawing()
        writer: Any = _SheetWriter(ws, *self._rows[ws])
        writer.write()
        ws._rels = writer._rels
        self._zip.write(writer.out, ws.path[1:])
        self.manifest.append(ws)
        writer.cleanup()


class _SheetWriter(WorksheetWriter):
    def __init__(self, sheet: Worksheet, rows: Iterable[Row], count: int, columns: int) -> None:
        self._long, self._range = rows, f"A1:{get_column_letter(columns)}{count}"
        self._sheet: Any = sheet
        self._links: list[tuple[str, str, str | None, str | None]] = []
        super().__init__(sheet)

    def write_dimensions(self) -> None:
        """Write how large the sheet will be."""
        self.xf.send(SheetDimension(self._range).to_tree())

    def rows(self) -> Iterator[tuple[int, list[Any]]]:  # type: ignore[override]
        """The rows, each gone when the next is made."""
        yield from super().rows()
        self._clear()
        cells: dict[tuple[int, int], Cell] = self._sheet._cells
        for write in self._long:
            write()
            places = sorted(cells)
            yield places[0][0], [cells[place] for place in places]
            self._clear()

    def write_hyperlinks(self) -> None:
        """Write the links; those to one file share a relation, and none is an object until it is written."""
        if not self._links:
            return
        rels, stream = cast("Any", self)._rels, cast("Any", self.xf.send(True))
        relation, ids = cast("Any", Relationship), dict[str, str]()
        with stream.element("hyperlinks"):
            for ref, target, location, tooltip in self._links:
                if target not in ids:
                    rels.append(relation(type="hyperlink", TargetMode="External", Target=target))
                    ids[target] = rels[-1].id
                link = Hyperlink(ref=ref, location=location, tooltip=tooltip, id=ids[target])
                stream.write(link.to_tree("hyperlink"))
        self.xf.send(None)

    def _clear(self) -> None:
        links = self._sheet._hyperlinks
        self._links += [(link.ref, link.target, link.location, link.tooltip) for link in links]
        links.clear()
        self._sheet._cells.clear()
        self._sheet.row_dimensions.clear()
