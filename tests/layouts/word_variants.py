"""A .docx file → copies of it with a cell emptied, merges taken apart, an empty row or column inserted."""

import io
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree

from tests.layouts.variants import APART, COLUMN, ROW, Change, Spot

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_UNSEEN = (f"{_W}del", f"{_W}instrText", f"{_W}delText")


class WordFile:
    """A Word document whose main part is changed."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as file:
            self._parts = {member.filename: file.read(member) for member in file.infolist()}

    def spots(self) -> list[Spot]:
        """Every filled cell without a table or a counted number in it, and every paragraph outside tables."""
        root = self._root()
        made = []
        for at, cell in enumerate(root.iter(f"{_W}tc")):
            if cell.find(f".//{_W}tbl") is None and not _is_counted(cell) and (text := _text(cell)).strip():
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                spot = Spot(f"cell {at}", text, merge is not None, partial(self._emptied, f"{_W}tc", at))
                made.append(spot)
        for at, paragraph in enumerate(root.iter(f"{_W}p")):
            outside = not any(parent.tag == f"{_W}tc" for parent in paragraph.iterancestors())
            if outside and (text := _text(paragraph)).strip():
                made.append(Spot(f"line {at}", text, False, partial(self._emptied, f"{_W}p", at)))
        return made

    def changes(self, values: Callable[[str], bool]) -> Iterator[Change]:
        """See Editor; columns are not swapped here."""
        for number, table in enumerate(self._root().iter(f"{_W}tbl")):
            rows = table.findall(f"{_W}tr")
            yield Change(APART, f"table {number}", partial(self._with, number, _take_apart))
            for at in range(1, len(rows)):
                yield Change(
                    ROW, f"table {number} row {at}", partial(self._with, number, partial(_insert_row, at=at))
                )
            for at in range(1, len(table.findall(f"{_W}tblGrid/{_W}gridCol"))):
                change = partial(_insert_column, at=at)
                yield Change(COLUMN, f"table {number} column {at}", partial(self._with, number, change))

    def _root(self) -> Any:
        return etree.fromstring(self._parts[_DOCUMENT])

    def _emptied(self, tag: str, at: int) -> bytes:
        root = self._root()
        element = next(found for number, found in enumerate(root.iter(tag)) if number == at)
        _clear(element)
        return self._file(root)

    def _with(self, number: int, change: Callable[[Any], None]) -> bytes:
        root = self._root()
        change(next(found for at, found in enumerate(root.iter(f"{_W}tbl")) if at == number))
        return self._file(root)

    def _file(self, root: Any) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as file:
            for part, data in self._parts.items():
                file.writestr(part, etree.tostring(root) if part == _DOCUMENT else data)
        return made.getvalue()


def _text(element: Any) -> str:
    made = []
    for text in element.iter(f"{_W}t"):
        run = text.getparent()
        hidden = run.find(f"{_W}rPr/{_W}vanish") is not None
        if not hidden and not any(parent.tag in _UNSEEN for parent in text.iterancestors()):
            made.append(text.text or "")
    return "".join(made)


def _is_counted(element: Any) -> bool:
    """Whether Word counts its number: emptied, the ones after it would count differently."""
    styles = (found.get(f"{_W}val", "") for found in element.iter(f"{_W}pStyle"))
    return any(style.startswith("List") for style in styles)


def _clear(element: Any) -> None:
    """No text in it: its first paragraph stays, without content."""
    if element.tag == f"{_W}p":
        for child in list(element):
            if child.tag != f"{_W}pPr":
                element.remove(child)
        return
    for child in list(element):
        if child.tag != f"{_W}tcPr":
            element.remove(child)
    etree.SubElement(element, f"{_W}p")


def _span(cell: Any) -> int:
    found = cell.find(f"{_W}tcPr/{_W}gridSpan")
    return 1 if found is None else int(found.get(f"{_W}val"))


def _set_span(cell: Any, span: int) -> None:
    properties = cell.find(f"{_W}tcPr")
    found = properties.find(f"{_W}gridSpan")
    if found is None:
        found = etree.Element(f"{_W}gridSpan")
        width = properties.find(f"{_W}tcW")
        properties.insert(0 if width is None else 1, found)
    found.set(f"{_W}val", str(span))


def _unmerged(cell: Any) -> None:
    for name in ("gridSpan", "vMerge", "hMerge"):
        for found in cell.findall(f"{_W}tcPr/{_W}{name}"):
            found.getparent().remove(found)


def _take_apart(table: Any) -> None:
    for row in table.findall(f"{_W}tr"):
        for cell in row.findall(f"{_W}tc"):
            span = _span(cell)
            _unmerged(cell)
            for _ in range(span - 1):
                new = deepcopy(cell)
                _clear(new)
                cell.addnext(new)


def _insert_row(table: Any, at: int) -> None:
    """An empty row before the row ``at``; what goes on across that place goes on through it."""
    row = table.findall(f"{_W}tr")[at]
    new = deepcopy(row)
    for cell in new.findall(f"{_W}tc"):
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        if merge is not None and merge.get(f"{_W}val") == "restart":
            merge.getparent().remove(merge)
        _clear(cell)
    row.addprevious(new)


def _insert_column(table: Any, at: int) -> None:
    """An empty column before the grid column ``at``; cells across that place grow."""
    grid = table.find(f"{_W}tblGrid")
    grid.insert(at, deepcopy(grid[at]))
    for row in table.findall(f"{_W}tr"):
        column = 0
        for cell in row.findall(f"{_W}tc"):
            span = _span(cell)
            if column == at:
                new = deepcopy(cell)
                _unmerged(new)
                _clear(new)
                cell.addprevious(new)
                break
            if column < at < column + span:
                _set_span(cell, span + 1)
                break
            column += span
