"""A workbook open in a make-believe Excel: openpyxl's cells, values of formulas, rows that move.

It does what the object model of Excel is documented to do, where the ribbon's actions rest on it: texts
that look like numbers become numbers, an apostrophe keeps a text, hidden cells of merged areas take
nothing, protection refuses, inserted rows move formulas, names and merged cells.
Formulas of the official sheets are recalculated by formualizer; those of helper sheets keep their values.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import formualizer
import openpyxl
from lxml import etree
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from tests.engines import FORMUALIZER_ERRORS
from tests.excel.actions.moving import insert_rows
from xlperf.declarations.template_fingerprint import HELPER_MARK

Place = tuple[int, int]
TEXT_FORMAT = "@"
ERRORS = {
    "#DIV/0!": -2146826281,
    "#N/A": -2146826246,
    "#NAME?": -2146826259,
    "#NULL!": -2146826288,
    "#NUM!": -2146826252,
    "#REF!": -2146826265,
    "#VALUE!": -2146826273,
}
"""What COM gives for an error value."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?\.?\d*(?:[eE][+-]?\d+)?%?")
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日")
_EPOCH = datetime(1899, 12, 30)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class ExcelError(Exception):
    """What pywin32 raises as com_error: Excel refuses."""


class LiveBook:
    """One open workbook. Rows and columns count from 1; a sheet is known by its openpyxl object."""

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        self.path, self.read_only = path, read_only
        self.name = path.name if path else "工作簿1"
        self.book = openpyxl.load_workbook(path) if path else openpyxl.Workbook()
        self.values: dict[tuple[str, Place], Any] = {}
        self.selections: dict[str, tuple[int, int, int, int]] = {}
        self.is_dirty = False
        self.writes = 0
        for sheet in self.book.worksheets:  # what openpyxl finds out while it saves
            sheet.column_dimensions.max_outline = 0
        if path:
            self._read_values(path)

    def value(self, sheet: Worksheet, place: Place) -> Any:
        """What Range.Value gives: numbers as floats, dates, truth values, texts, None, errors as ints."""
        cell = sheet.cell(*place)
        if isinstance(cell, MergedCell):
            return None
        found = cell.value
        if is_formula(cell):
            self.recalculate()
            found = self.values.get((sheet.title, place))
        if isinstance(found, str) and (cell.data_type == "e" or is_formula(cell)) and found in ERRORS:
            return ERRORS[found]
        return float(found) if isinstance(found, int) and not isinstance(found, bool) else found

    def enter(self, sheet: Worksheet, place: Place, given: Any) -> None:
        """What assigning to Range.Value of one cell does."""
        cell = sheet.cell(*place)
        if isinstance(cell, MergedCell):
            return
        self.refuse_locked(sheet, cell)
        self.writes += 1
        self.is_dirty = True
        self.values.pop((sheet.title, place), None)
        cell.hyperlink = None if given in (None, "") else cell.hyperlink
        cell.quotePrefix = False
        put(cell, given)

    @staticmethod
    def refuse_locked(sheet: Worksheet, cell: Cell) -> None:
        """Raise for a locked cell of a protected sheet."""
        if sheet.protection.sheet and cell.protection.locked:
            raise ExcelError(f"{sheet.title}!{cell.coordinate} is protected")

    @staticmethod
    def refuse_protected(sheet: Worksheet, option: str = "") -> None:
        """Raise for a protected sheet whose protection does not leave ``option`` free."""
        if sheet.protection.sheet and not (option and getattr(sheet.protection, option) is False):
            raise ExcelError(f"{sheet.title} is protected")

    def refuse_fixed(self) -> None:
        """Raise where sheets may not be added or deleted."""
        if self.book.security and self.book.security.lockStructure:
            raise ExcelError("the structure is protected")

    def insert(self, sheet: Worksheet, at: int, count: int) -> None:
        """Insert whole rows above row ``at``; they look like the row above."""
        self.refuse_protected(sheet, "insertRows")
        insert_rows(self.book, sheet, at, count)
        moved = {}
        for (title, (row, column)), value in self.values.items():
            down = count if title == sheet.title and row >= at else 0
            moved[title, (row + down, column)] = value
        self.values, self.is_dirty = moved, True

    def delete(self, sheet: Worksheet) -> None:
        """Delete a sheet without asking."""
        self.refuse_fixed()
        self.book.remove(sheet)

    def save_copy(self, path: Path) -> None:
        """What Workbook.SaveCopyAs writes: everything as it is, formulas with their values."""
        self.recalculate()
        stream = BytesIO()
        self.book.save(stream)
        path.write_bytes(self._with_values(stream))

    def recalculate(self) -> None:
        """Compute the formulas of all sheets that are no helper sheets, when anything was changed."""
        if not self.is_dirty:
            return
        self.is_dirty = False
        helpers = [sheet for sheet in self.book.worksheets if HELPER_MARK in sheet.defined_names]
        stream = BytesIO()
        with self._only([sheet for sheet in self.book.worksheets if sheet not in helpers]):
            self.book.save(stream)
        with TemporaryDirectory() as folder:
            path = Path(folder, "book.xlsx")
            path.write_bytes(stream.getvalue())
            engine = formualizer.load_workbook(str(path))
            engine.evaluate_all()
        for sheet in self.book.worksheets:
            for cell in cells_of(sheet) if sheet not in helpers else ():
                if is_formula(cell):
                    found = _plain(engine.get_value(sheet.title, cell.row, cell.column))
                    self.values[sheet.title, (cell.row, cell.column)] = found

    @contextmanager
    def _only(self, sheets: list[Worksheet]) -> Iterator[None]:
        """The workbook with only these sheets for a while; helper sheets take long to write."""
        kept, active = self.book._sheets, self.book._active_sheet_index
        self.book._sheets, self.book._active_sheet_index = sheets, 0
        try:
            yield
        finally:
            self.book._sheets, self.book._active_sheet_index = kept, active

    def _read_values(self, path: Path) -> None:
        cached = CalamineWorkbook.from_path(str(path))
        for sheet in self.book.worksheets:
            rows = cached.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
            for cell in cells_of(sheet):
                if is_formula(cell):
                    row = rows[cell.row - 1] if cell.row <= len(rows) else []
                    found = row[cell.column - 1] if cell.column <= len(row) else None
                    self.values[sheet.title, (cell.row, cell.column)] = found

    def _with_values(self, stream: BytesIO) -> bytes:
        """The package with the values of formulas, which openpyxl leaves out."""
        made = BytesIO()
        titles = {
            f"xl/worksheets/sheet{at}.xml": sheet.title for at, sheet in enumerate(self.book.worksheets, 1)
        }
        with ZipFile(stream) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
            for info in source.infolist():
                content = source.read(info)
                if title := titles.get(info.filename):
                    content = self._sheet_with_values(content, title)
                target.writestr(info, content)
        return made.getvalue()

    def _sheet_with_values(self, content: bytes, title: str) -> bytes:
        root = etree.fromstring(content)
        for formula in root.iter(f"{_MAIN}f"):
            cell = formula.getparent()
            found = self.values.get((title, coordinate_to_tuple(cell.get("r"))))
            for old in cell.findall(f"{_MAIN}v"):
                cell.remove(old)
            value = etree.SubElement(cell, f"{_MAIN}v")
            cell.attrib.pop("t", None)
            if isinstance(found, bool):
                cell.set("t", "b")
                value.text = str(int(found))
            elif isinstance(found, int | float):
                value.text = repr(found)
            elif isinstance(found, datetime):
                value.text = repr((found - _EPOCH) / timedelta(days=1))
            else:
                cell.set("t", "e" if found in ERRORS else "str")
                value.text = found or ""
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def is_formula(cell: Any) -> bool:
    """Whether a cell holds a formula."""
    return bool(cell.data_type == "f")


def cells_of(sheet: Worksheet) -> list[Any]:
    """The cells that a sheet lists."""
    return [cell for row in sheet.iter_rows() for cell in row]


def put(cell: Cell, given: Any) -> None:
    """Make of a value what Excel makes of one that a program assigns."""
    if given is None or given == "":
        cell.value = None
    elif not isinstance(given, str):
        cell.value = given
    elif given.startswith("'"):
        _put_text(cell, given[1:])
        cell.quotePrefix = True
    elif cell.number_format == TEXT_FORMAT:
        _put_text(cell, given)
    elif given.startswith("="):
        cell.value = given
    else:
        _guess(cell, given)


def _put_text(cell: Cell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"


def _guess(cell: Cell, text: str) -> None:
    bare = text.strip()
    if date := _DATE.fullmatch(bare):
        cell.value = datetime(*(int(part) for part in date.groups() if part))
    elif bare.upper() in ("TRUE", "FALSE"):
        cell.value = bare.upper() == "TRUE"
    elif _NUMBER.fullmatch(bare) and re.search(r"\d", bare):
        cell.value = float(bare.rstrip("%").replace(",", "")) / (100 if bare.endswith("%") else 1)
        if bare.endswith("%") and cell.number_format == "General":
            cell.number_format = "0.00%" if "." in bare else "0%"
    else:
        _put_text(cell, text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and value.get("type") == "Error":
        return FORMUALIZER_ERRORS.get(value["kind"], "#VALUE!")
    return value
