"""An .xlsx file → copies with a cell emptied, merges taken apart, rows or columns inserted or swapped."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.cell import column_index_from_string as column_number
from openpyxl.utils.cell import coordinate_from_string

from tests.layouts.variants import APART, COLUMN, ROW, SPLIT, SWAPPED, WIDENED, Change, Spot

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
Box = tuple[int, int, int, int]
Pair = tuple[int, int]


class Workbook:
    """A workbook whose sheets are changed one at a time."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as file:
            self._parts = {member.filename: file.read(member) for member in file.infolist()}
        self._texts = self._shared()
        self.sheets = [name for name in self._parts if _SHEET.fullmatch(name)]

    def spots(self) -> list[Spot]:
        """Every filled cell that no formula uses."""
        made = []
        for name in self.sheets:
            sheet = _Sheet(self._parts[name], self._texts)
            used = sheet.used_by_formulas()
            merged = {(box[1], box[0]) for box in sheet.merges() if box[3] > box[1]}
            for (row, column), text in sheet.texts().items():
                if (row, column) in used or not text.strip():
                    continue
                place = f"{Path(name).stem}!{get_column_letter(column)}{row}"
                emptied = partial(self._with, name, partial(_Sheet.empty, row=row, column=column))
                made.append(Spot(place, text, (row, column) in merged, emptied))
        return made

    def changes(self, values: Callable[[str], bool]) -> Iterator[Change]:
        """See Editor."""
        for name in self.sheets:
            sheet = _Sheet(self._parts[name], self._texts)
            if not sheet.texts():
                continue
            last_row, last_column = sheet.extent()
            stem = Path(name).stem
            if sheet.merges():
                yield Change(APART, stem, partial(self._with, name, _Sheet.take_apart))
            for row in range(2, last_row + 1):
                change = partial(_Sheet.insert, at=row, is_row=True)
                yield Change(ROW, f"{stem}!{row}", partial(self._with, name, change))
            for column in range(2, last_column + 1):
                change = partial(_Sheet.insert, at=column, is_row=False)
                place = f"{stem}!{get_column_letter(column)}"
                yield Change(COLUMN, place, partial(self._with, name, change))
            for box in sheet.merges():
                place = f"{stem}!{_reference(box)}"
                yield Change(WIDENED, place, partial(self._with, name, partial(_Sheet.widen, box=box)))
                if box[2] > box[0]:
                    yield Change(SPLIT, place, partial(self._with, name, partial(_Sheet.split, box=box)))
            for column, first, last in sheet.swaps(values):
                place = f"{stem}!{get_column_letter(column)}{first}:{get_column_letter(column + 1)}{last}"
                change = partial(_Sheet.swap, column=column, first=first, last=last)
                yield Change(SWAPPED, place, partial(self._with, name, change))

    def _with(self, name: str, change: Callable[["_Sheet"], None]) -> bytes:
        sheet = _Sheet(self._parts[name], self._texts)
        change(sheet)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as file:
            for part, data in self._parts.items():
                file.writestr(part, sheet.data() if part == name else data)
        return made.getvalue()

    def _shared(self) -> list[str]:
        data = self._parts.get("xl/sharedStrings.xml")
        if data is None:
            return []
        root = etree.fromstring(data)
        return ["".join(text.text or "" for text in item.iter(f"{_MAIN}t")) for item in root]


class _Sheet:
    """The XML of one sheet."""

    def __init__(self, data: bytes, texts: list[str]) -> None:
        self._root = etree.fromstring(data)
        self._texts = texts
        self._rows = self._root.find(f"{_MAIN}sheetData")

    def data(self) -> bytes:
        """The XML as it is now."""
        made: bytes = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return made

    def texts(self) -> dict[tuple[int, int], str]:
        """What cells hold, by row and column; numbers as they are stored, shown as percent where they are."""
        made = {}
        for cell in self._cells():
            value = cell.find(f"{_MAIN}v")
            if cell.get("t") == "inlineStr":
                text = "".join(part.text or "" for part in cell.iter(f"{_MAIN}t"))
            elif value is None or value.text is None:
                text = "=" if cell.find(f"{_MAIN}f") is not None else ""
            else:
                text = self._texts[int(value.text)] if cell.get("t") == "s" else value.text
            if text:
                made[_place(cell)] = text
        return made

    def extent(self) -> tuple[int, int]:
        """Last row and last column with a text."""
        places = self.texts()
        return max(row for row, _ in places), max(column for _, column in places)

    def merges(self) -> list[Box]:
        """First column, first row, last column, last row of every merge."""
        return [range_boundaries(found.get("ref")) for found in self._root.iter(f"{_MAIN}mergeCell")]

    def used_by_formulas(self) -> set[tuple[int, int]]:
        """Cells that formulas of the sheet refer to."""
        used = set()
        for formula in self._root.iter(f"{_MAIN}f"):
            for found in _REFERENCE.finditer(formula.text or ""):
                left, top, right, bottom = range_boundaries(found[0].replace("$", ""))
                used |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        return used

    def empty(self, row: int, column: int) -> None:
        """The cell without its content."""
        for cell in self._cells():
            if _place(cell) == (row, column):
                cell.attrib.pop("t", None)
                for child in list(cell):
                    cell.remove(child)

    def take_apart(self) -> None:
        """No merges: each text stays in the first cell of its own."""
        for merges in list(self._root.iter(f"{_MAIN}mergeCells")):
            self._root.remove(merges)

    def insert(self, at: int, *, is_row: bool) -> None:
        """An empty row or column before the one at ``at``; merges across that place grow."""

        def shifted(match: re.Match[str]) -> str:
            return _moved(match[0].replace("$", ""), at, is_row)

        axis = 0 if is_row else 1
        for cell in self._cells():
            place = list(_place(cell))
            place[axis] += place[axis] >= at
            cell.set("r", f"{get_column_letter(place[1])}{place[0]}")
        for row in self._rows if is_row else ():
            number = int(row.get("r"))
            row.set("r", str(number + (number >= at)))
        for found in self._root.iter(f"{_MAIN}mergeCell"):
            found.set("ref", _moved(found.get("ref"), at, is_row))
        for formula in self._root.iter(f"{_MAIN}f"):
            formula.text = _REFERENCE.sub(shifted, formula.text or "")

    def widen(self, box: Box) -> None:
        """An empty column at the right edge of a merge, which covers it too."""
        self.insert(box[2] + 1, is_row=False)
        self._rewrite(box, [(box[0], box[1], box[2] + 1, box[3])])

    def split(self, box: Box) -> None:
        """A merge without its last column, which stays merged downwards."""
        left, top, right, bottom = box
        self._rewrite(box, [(left, top, right - 1, bottom), (right, top, right, bottom)])

    def swaps(self, values: Callable[[str], bool]) -> Iterator[tuple[int, int, int]]:
        """Neighbouring columns with rows of their own, from two headings to the end of what is under them."""
        if next(self._root.iter(f"{_MAIN}f"), None) is not None:
            return
        texts = self.texts()
        for column in range(1, self.extent()[1]):
            pair = (column, column + 1)
            blocks = list(self._blocks(column))
            headed = [block for block in blocks if self._are_headings(pair, block, values)]
            swapped = {row for first, last in headed for row in range(first, last + 1)}
            for first, last in headed:
                rest = {row for row, at in texts if at in pair and row > last and row not in swapped}
                if not rest - self._cut_off(column):
                    yield column, first, last

    def _blocks(self, column: int) -> Iterator[tuple[int, int]]:
        """Runs of at least two rows in which no merge joins a column or the next one to others."""
        bad = {row for box in self.merges() if _cuts(box, column) for row in range(box[1], box[3] + 1)}
        start, last_row = 1, self.extent()[0]
        for row in range(1, last_row + 2):
            if row in bad or row > last_row:
                if row - start > 1:
                    yield start, row - 1
                start = row + 1

    def _are_headings(
        self, pair: tuple[int, int], block: tuple[int, int], values: Callable[[str], bool]
    ) -> bool:
        texts = self.texts()
        headings = [texts.get((block[0], at), "") for at in pair]
        grows = any(
            box[1] == block[0] < box[3] and box[0] <= pair[1] and box[2] >= pair[0] for box in self.merges()
        )
        return all(headings) and not grows and not any(map(values, headings))

    def _cut_off(self, column: int) -> set[int]:
        """Rows where merges that join others hold all that is in the two columns."""
        boxes = [box for box in self.merges() if _cuts(box, column)]
        rows = set()
        for row in {row for box in boxes for row in range(box[1], box[3] + 1)}:
            covered = {
                at
                for box in boxes
                if box[1] <= row <= box[3]
                for at in (column, column + 1)
                if box[0] <= at <= box[2]
            }
            if all((row, at) not in self.texts() or at in covered for at in (column, column + 1)):
                rows.add(row)
        return rows

    def swap(self, column: int, first: int, last: int) -> None:
        """The rows first to last of a column and of the next one change places."""
        other = {column: column + 1, column + 1: column}
        for row in self._rows:
            if not first <= int(row.get("r")) <= last:
                continue
            for cell in row:
                at = _place(cell)
                cell.set("r", f"{get_column_letter(other.get(at[1], at[1]))}{at[0]}")
            row[:] = sorted(row, key=_place)
        for found in self._root.iter(f"{_MAIN}mergeCell"):
            left, top, right, bottom = range_boundaries(found.get("ref"))
            if first <= top <= last and left == right and left in other:
                found.set("ref", _reference((other[left], top, other[left], bottom)))

    def _rewrite(self, old: Box, new: list[Box]) -> None:
        for found in list(self._root.iter(f"{_MAIN}mergeCell")):
            if range_boundaries(found.get("ref")) == old:
                parent = found.getparent()
                for box in new:
                    if box[0] == box[2] and box[1] == box[3]:
                        continue
                    copy = deepcopy(found)
                    copy.set("ref", _reference(box))
                    parent.append(copy)
                parent.remove(found)

    def _cells(self) -> Iterator[Any]:
        for row in self._rows:
            yield from row


def _place(cell: Any) -> tuple[int, int]:
    letters, row = coordinate_from_string(cell.get("r"))
    return row, column_number(letters)


def _cuts(box: Box, column: int) -> bool:
    """Whether a merge covers one of two neighbouring columns and something else."""
    left, _, right, _ = box
    both = left <= column and right >= column + 1
    neither = right < column or left > column + 1
    return not both and not neither and left != right


def _moved(reference: str, at: int, is_row: bool) -> str:
    left, top, right, bottom = range_boundaries(reference)
    if is_row:
        top, bottom = top + (top >= at), bottom + (bottom >= at)
    else:
        left, right = left + (left >= at), right + (right >= at)
    return _reference((left, top, right, bottom))


def _reference(box: Box) -> str:
    left, top, right, bottom = box
    first, last = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
    return first if first == last else f"{first}:{last}"
