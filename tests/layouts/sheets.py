"""The pages of a document → an .xlsx file, the same bytes each time."""

import re
import zipfile
from pathlib import Path

import openpyxl
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from tests.layouts.content import Day, Formula, Grouped, Percent, shown
from tests.layouts.pages import Cell, Document, Page

_THIN = Side("thin")
_BOX = Border(_THIN, _THIN, _THIN, _THIN)
_MOMENT = (2024, 1, 2, 0, 0, 0)


def write(document: Document, path: Path) -> None:
    """One sheet for each page."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    if "date1904" in document.options:
        book.epoch = CALENDAR_MAC_1904
    results: dict[str, dict[str, str]] = {}
    for page in document.pages:
        sheet = book.create_sheet(page.name)
        results[page.name] = _Sheet(sheet, page).draw()
        if "hidden" in page.options:
            sheet.sheet_state = "hidden"
    book.save(path)
    bare = "uncached" in document.options
    settle(path, {} if bare else dict(enumerate(results.values(), start=1)))


class _Sheet:
    """A page on its way to a sheet: lines above, tables, lines between and below."""

    def __init__(self, sheet: Worksheet, page: Page) -> None:
        self._sheet, self._page = sheet, page
        self._left = 1 if "indented" in page.options else 0
        self._results: dict[str, str] = {}

    def draw(self) -> dict[str, str]:
        """The results of formulas by cell."""
        page, at = self._page, 1
        starts: list[int] = []
        for row in range(page.rows + 1):
            for line in page.lines.get(row, ()):
                self._line(at, line, is_title=row == 0)
                at += 1
            starts.append(at)
            at += 1
        for cell in page.cells:
            self._cell(cell, starts)
        for number, line in enumerate(page.below, start=starts[-1]):
            self._sheet.cell(number, self._left + 1, line).font = Font("宋体", 10)
        for column in range(page.width):
            self._sheet.column_dimensions[get_column_letter(column + 1 + self._left)].width = 13
        return self._results

    def _line(self, at: int, line: str, *, is_title: bool) -> None:
        parts = [part.strip() for part in line.split("|")]
        steps = max(1, len(parts) - 1)
        for number, part in enumerate(parts):
            column = self._left + 1 + round(number * (self._page.width - 1) / steps)
            cell = self._sheet.cell(at, column, part or None)
            cell.font = Font("宋体", 16 if is_title and len(parts) == 1 else 10)
            cell.alignment = Alignment("center" if len(parts) == 1 else "left", "center")
        if len(parts) == 1 and self._page.width > 1:
            last = self._left + self._page.width
            self._sheet.merge_cells(None, at, self._left + 1, at, last)

    def _cell(self, cell: Cell, starts: list[int]) -> None:
        row, column = starts[cell.row], cell.column + 1 + self._left
        last = starts[cell.row + cell.down - 1]
        across = cell.across
        target = self._sheet.cell(row, column)
        self._fill(target, cell)
        target.font = Font("宋体", 10)
        target.alignment = Alignment("center", "center", wrap_text=True)
        for i in range(row, last + 1):
            for j in range(column, column + across):
                self._sheet.cell(i, j).border = _BOX
        if last > row or across > 1:
            self._sheet.merge_cells(None, row, column, last, column + across - 1)

    def _fill(self, target: SheetCell, cell: Cell) -> None:
        content = cell.content
        if isinstance(content, Formula):
            target.value = content.text
            result = content.result
            if isinstance(result, Percent):
                target.number_format = "0." + "0" * result.digits + "%" if result.digits else "0%"
            raw = result.value if isinstance(result, Percent | Grouped) else result
            self._results[target.coordinate] = str(raw)
        elif isinstance(content, Percent):
            target.value = content.value
            target.number_format = "0." + "0" * content.digits + "%" if content.digits else "0%"
        elif isinstance(content, Grouped):
            target.value = content.value
            target.number_format = "#,##0." + "0" * content.digits if content.digits else "#,##0"
        elif isinstance(content, Day):
            target.value, target.number_format = content.value, 'yyyy"年"m"月"d"日"'
        elif isinstance(content, str):
            target.value = shown(content)
            target.data_type = "s"
        else:
            target.value = content


def settle(path: Path, results: dict[int, dict[str, str]]) -> None:
    """Fixed times inside the file, and the results of formulas next to them."""
    with zipfile.ZipFile(path) as old:
        parts = {member.filename: old.read(member) for member in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            settled = _settled(name, data, results)
            new.writestr(zipfile.ZipInfo(name, _MOMENT), settled, zipfile.ZIP_DEFLATED)


def _settled(name: str, data: bytes, results: dict[int, dict[str, str]]) -> bytes:
    if name == "docProps/core.xml":
        return re.sub(rb"(W3CDTF\">)[^<]*", rb"\g<1>2024-01-02T00:00:00Z", data)
    if found := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
        return _with_results(data, results.get(int(found[1]), {}))
    return data


def _with_results(data: bytes, results: dict[str, str]) -> bytes:
    text = data.decode()
    for cell, result in results.items():
        pattern = rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v\s*/>|(<c r="{cell}"[^>]*><f>[^<]*</f>)<v></v>'
        text, found = re.subn(
            pattern, lambda match, result=result: f"{match[1] or match[2]}<v>{result}</v>", text
        )
        assert found == 1, cell
    return text.encode()
