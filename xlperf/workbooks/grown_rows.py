"""A worksheet that somebody filled in → its rows as high as their texts need; no row gets lower.

Only a text that is cut off makes its row higher: heights that people have set stay where all can be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from xlperf.ooxml.openpyxl_writing import A4
from xlperf.ooxml.sheet_tree import SheetTree
from xlperf.ooxml.styles import Lettering, Letterings
from xlperf.ooxml.text_heights import TALLEST, fitting_size, text_height, text_lines
from xlperf.ooxml.xml_tree import children, local, make
from xlperf.workbooks.sheet_setup import fits_one_page

_TIGHT = 1.2
"""Sizes of the letters that a line takes at least."""
_NARROWEST = 3.0
"""Column units in which a text still has lines."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A wrapped text of a cell ``width`` column units wide; ``runs`` is the element that holds it."""

    content: str
    width: float
    letters: Lettering
    normal: float
    runs: Element

    @property
    def is_readable(self) -> bool:
        """Whether the cell has room for lines at all."""
        return bool(self.content) and self.width >= _NARROWEST + self.letters.indent

    def is_cut_off(self, height: float) -> bool:
        """Whether a row ``height`` points high shows only a part of it."""
        size, indent = self._size(), self.letters.indent
        lines = text_lines(self.content, self.width, size, indent, self.normal)
        return lines * size * _TIGHT > height

    def height(self) -> float:
        """Points that it takes."""
        indent = self.letters.indent
        return text_height(self.content, self.width, self._size(), indent=indent, normal=self.normal)

    def make_smaller(self) -> None:
        """Set an inline text without letters of its own so small that the highest row holds it."""
        size = fitting_size(self.content, self.width, self.letters.size, self.letters.indent, self.normal)
        texts = children(self.runs, "t")
        if local(self.runs) != "is" or not texts:
            return
        run, look = make(self.runs, "r"), make(self.runs, "rPr")
        look.extend((make(look, "sz", val=f"{size:g}"), make(look, "rFont", val=self.letters.font)))
        run.extend((look, *texts))
        self.runs[:] = [run]

    def _size(self) -> float:
        """The size of its letters: that of its runs where all of them have one."""
        runs = children(self.runs, "r")
        looks = [look for run in runs for look in children(run, "rPr")]
        sizes = [float(size.get("val", "0")) for look in looks for size in children(look, "sz")]
        return max(sizes) if min(sizes, default=0) > 0 and len(sizes) == len(runs) else self.letters.size


def grow_rows(
    sheet: SheetTree, letterings: Letterings, strings: Sequence[Element] = (), *, smaller: bool = False
) -> bool:
    """Make the rows higher in which a wrapped text is cut off; whether any was.

    ``strings`` are the shared strings of the workbook. What the highest row does not hold is set in smaller
    letters where that is allowed. Cells of several rows are not looked at, nor is what is hidden.
    """
    spans = sheet.spans()
    has_grown = False
    for number, row in sheet.rows():
        height = sheet.points(number)
        needed, is_merged = height, False
        for column, cell in sheet.cells_of(row):
            last = spans.get((number, column), column)
            if not (height and last and letterings.of(cell).wraps):
                continue
            text = _text(cell, sheet.units(column, last), letterings, strings)
            if text is None or not text.is_cut_off(height):
                continue
            if smaller and text.height() > TALLEST:
                text.make_smaller()
            if text.height() > needed:
                needed, is_merged = text.height(), last > column
        if min(needed, TALLEST) > height:
            has_grown = True
            row.set("ht", f"{min(needed, TALLEST):g}")
            if is_merged:  # to such cells programs do not fit rows by themselves
                row.set("customHeight", "1")
    return has_grown


def _text(cell: Element, width: float, letterings: Letterings, strings: Sequence[Element]) -> _Text | None:
    runs = _runs(cell, strings)
    if runs is None:
        return None
    whole = (part.text or "" for part in runs.iter() if local(part) in ("t", "v"))
    text = _Text("".join(whole), width, letterings.of(cell), letterings.normal, runs)
    return text if text.is_readable else None


def _runs(cell: Element, strings: Sequence[Element]) -> Element | None:
    """The element that holds the text of a cell: the cell's own, or one of the shared strings."""
    kind = cell.get("t")
    found = children(cell, "is" if kind == "inlineStr" else "v") if kind in ("inlineStr", "str", "s") else []
    if not found or kind != "s":
        return found[0] if found else None
    number = int(found[0].text or "0")
    return strings[number] if 0 <= number < len(strings) else None


def let_pages_follow(sheet: SheetTree) -> None:
    """Let a sheet that is printed on one A4 page take more of them where its letters would get too small."""
    for setup in children(sheet.root, "pageSetup"):
        if setup.get("fitToHeight", "1") != "1" or setup.get("paperSize", str(A4)) != str(A4):
            continue
        last = max((column for _, row in sheet.rows() for column, _ in sheet.cells_of(row)), default=1)
        height = sum(sheet.points(number) for number, _ in sheet.rows())
        if not fits_one_page(sheet.units(1, last), height, setup.get("orientation", "")):
            setup.set("fitToHeight", "0")
