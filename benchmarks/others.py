"""Other libraries doing the same work on the same workbooks, and floors: what the bytes alone cost.

Each method is made for a list of files and is then called with the number of one. WolfXL and XlsxWriter are
measured where they are installed (``pip install --group benchmarks``).
"""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from xml.parsers.expat import ParserCreate

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from xlperf.ooxml.package_writing import FAST_LEVEL, deflate

Method = Callable[[int], object]
Values = list[tuple[str, str, object]]


def load_all(library: ModuleType, files: list[Path]) -> Method:
    """Load a workbook by openpyxl or WolfXL, every cell looked at (WolfXL makes cells when asked)."""

    def method(index: int) -> None:
        book = library.load_workbook(files[index])
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    cell.value  # noqa: B018

    return method


def openpyxl_load(files: list[Path]) -> Method:
    return lambda index: openpyxl.load_workbook(files[index])


def calamine_values(files: list[Path]) -> Method:
    def method(index: int) -> None:
        book = CalamineWorkbook.from_path(files[index])
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)

    return method


def unzip_and_parse(files: list[Path]) -> Method:
    """The floor of reading: every part inflated, its XML gone through by expat without looking at it."""

    def method(index: int) -> None:
        with zipfile.ZipFile(files[index]) as package:
            for name in package.namelist():
                ParserCreate().Parse(package.read(name), True)

    return method


def deflate_and_write(files: list[Path], folder: Path) -> Method:
    """The floor of writing: parts that differ from unit to unit deflated, the rest copied, a file made."""
    parts = []
    for file in files:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
            changing = [name for name in names if "sheet" in name or name.endswith("workbook.xml")]
            fixed = sum(package.getinfo(name).compress_size for name in {*names} - {*changing})
            parts.append(([package.read(name) for name in changing], bytes(fixed)))

    def method(index: int) -> None:
        changing, fixed = parts[index]
        with (folder / "floor.xlsx").open("wb") as stream:
            stream.write(b"".join([fixed, *[deflate(xml, FAST_LEVEL) for xml in changing]]))

    return method


def copy_through(files: list[Path], folder: Path) -> Method:
    """The floor of changing a received workbook: sheets inflated, parsed and deflated, a file made."""
    read, write = unzip_and_parse(files), deflate_and_write(files, folder)
    return lambda index: (read(index), write(index))


def typed_values(data: bytes) -> Values:
    """What has to be set to fill a workbook: every unlocked cell that holds a value, no formula."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and cell.data_type != "f" and not isinstance(cell, MergedCell)
        if not cell.protection.locked
    ]


def fill(library: ModuleType, files: list[Path], folder: Path) -> Method:
    """Load the right blank, set the values, save, by openpyxl or WolfXL; formulas have no results."""
    options = {} if library is openpyxl else {"modify": True}
    blanks = []
    for index, file in enumerate(files):
        values = typed_values(file.read_bytes())
        book = openpyxl.load_workbook(file)
        for sheet, cell, _ in values:
            book[sheet][cell].value = None
        blanks.append((folder / f"blank{index}.xlsx", values))
        book.save(blanks[-1][0])

    def method(index: int) -> None:
        path, values = blanks[index]
        book = library.load_workbook(path, **options)
        for sheet, cell, value in values:
            book[sheet][cell].value = value
        book.save(folder / "filled-by-another.xlsx")

    return method


def rebuild(library: ModuleType, files: list[Path], folder: Path) -> Method:
    """XlsxWriter, which has no templates: values, formulas with results, merges, sizes, fonts, borders."""
    books = [(openpyxl.load_workbook(file), openpyxl.load_workbook(file, data_only=True)) for file in files]
    plans = [
        [_sheet_plan(sheet, results[sheet.title]) for sheet in book.worksheets] for book, results in books
    ]

    def method(index: int) -> None:
        book = library.Workbook(folder / "rebuilt.xlsx")
        formats: dict[str, object] = {}
        for title, widths, heights, merges, cells in plans[index]:
            page = book.add_worksheet(title)
            for column, width in widths.items():
                page.set_column(f"{column}:{column}", width)
            for row, height in heights.items():
                page.set_row(row - 1, height)
            for merge in merges:
                page.merge_range(merge, "")
            for place, value, result, look in cells:
                form = formats.get(str(look))
                if form is None:
                    form = formats[str(look)] = book.add_format(look)
                if isinstance(value, str) and value.startswith("="):
                    page.write_formula(place, value, form, result)
                else:
                    page.write(place, value, form)
        book.close()

    return method


def _sheet_plan(sheet: Worksheet, results: Worksheet) -> tuple[object, ...]:
    cells = [
        (cell.coordinate, cell.value, results[cell.coordinate].value or "", _look(cell))
        for row in sheet.iter_rows()
        for cell in row
        if not isinstance(cell, MergedCell)
    ]
    widths = {letter: column.width for letter, column in sheet.column_dimensions.items()}
    heights = {number: row.height for number, row in sheet.row_dimensions.items() if row.height}
    return sheet.title, widths, heights, [str(merge) for merge in sheet.merged_cells.ranges], cells


def _look(cell: object) -> dict[str, object]:
    font, aligned = cell.font, cell.alignment  # type: ignore[attr-defined]
    return {
        "font_name": font.name,
        "font_size": font.size,
        "bold": bool(font.bold),
        "border": 1 if cell.border.left.style else 0,  # type: ignore[attr-defined]
        "align": aligned.horizontal or "left",
        "valign": "vcenter",
        "text_wrap": bool(aligned.wrap_text),
        "num_format": cell.number_format,  # type: ignore[attr-defined]
        "locked": bool(cell.protection.locked),  # type: ignore[attr-defined]
    }


def annotate(library: ModuleType, files: list[Path], places: list[Values], folder: Path) -> Method:
    """Load, a comment and a fill on each cell with a finding, a sheet that lists them, save."""
    comments = __import__(f"{library.__name__}.comments", fromlist=["Comment"])
    styles = __import__(f"{library.__name__}.styles", fromlist=["PatternFill"])
    options = {} if library is openpyxl else {"modify": True}

    def method(index: int) -> None:
        book = library.load_workbook(files[index], **options)
        fill = styles.PatternFill("solid", fgColor="FFFFC7CE")
        for sheet, cell, text in places[index]:
            book[sheet][cell].comment = comments.Comment(text, "xlperf")
            book[sheet][cell].fill = fill
        listing = book.create_sheet("问题")
        for number, place in enumerate(places[index], start=1):
            for letter, text in zip("ABC", place, strict=True):
                listing[f"{letter}{number}"] = text
        book.save(folder / "annotated-by-another.xlsx")

    return method


def strip(library: ModuleType, files: list[Path], folder: Path) -> Method:
    """Load twice (formulas, results), put each result in place of its formula, save."""
    options = {} if library is openpyxl else {"modify": True}

    def method(index: int) -> None:
        book = library.load_workbook(files[index], **options)
        results = library.load_workbook(files[index], data_only=True)
        for sheet in book.worksheets:
            values = results[sheet.title]
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        cell.value = values[cell.coordinate].value
        book.save(folder / "stripped-by-another.xlsx")

    return method
