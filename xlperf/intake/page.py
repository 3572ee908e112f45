"""What a person sees of a received file, as cells on a grid: spreadsheets and Word end in the same model.

The readers of the file formats build Documents; xlperf.intake.reading reads them and knows no format.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xlperf.expressions import Value

SHEET, TABLE, NESTED, BOX, ASIDE, NOTES = "sheet", "table", "nested", "box", "aside", "notes"
BLANKS = " \t\r\n\u3000\xa0\u200b\u200c\u200d\u2060\ufeff"
"""Characters that show nothing."""


@dataclass(slots=True, eq=False)
class PageCell:
    """One visible cell: rows ``r0``..``r1`` and columns ``c0``..``c1``, from 0, both ends included.

    ``text`` is what is shown ("" for an empty cell, which may be left out of a page unless it is merged).
    ``number`` is set where the text is nothing but a number: the stored value, a fraction where
    ``percent`` (shown with a percent sign). ``decimals`` are those shown, before the percent sign; None
    for a general number. ``place`` is what a person calls the cell: A1, or 第3行第4列 in Word.
    ``stored`` is the value in the file (None in Word), ``formula`` its formula without "=".
    ``hidden``: its row or column is hidden; nobody sees it.
    ``notes``: what the reader of the format changed or saw (上标, 公式没有保存结果, 日期按显示读取).
    """

    r0: int
    r1: int
    c0: int
    c1: int
    text: str
    number: float | int | None = None
    percent: bool = False
    decimals: int | None = None
    place: str = ""
    stored: Value = None
    formula: str | None = None
    notes: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def blank(self) -> bool:
        """Whether the cell shows nothing."""
        return not self.text.strip(BLANKS)


@dataclass(slots=True, eq=False)
class Page:
    """One visible sheet, one Word table, one text box, or what is outside the text of a document.

    ``cells`` never overlap; their order does not matter. ``kind`` is SHEET, TABLE, NESTED, BOX, ASIDE,
    or NOTES: what a workbook says around the cells of a sheet.
    ``before`` are the Word paragraphs between the previous table and this one. ``grid`` are the column
    widths of a Word table in twips, () elsewhere. A nested table names the cell around it (``parent``)
    and that cell's page (``owner``).
    """

    name: str
    cells: list[PageCell]
    kind: str = SHEET
    before: Sequence[str] = ()
    grid: tuple[int, ...] = ()
    parent: "PageCell | None" = None
    owner: "Page | None" = None

    def filled(self) -> Iterator[PageCell]:
        """The cells that show something."""
        return (cell for cell in self.cells if not cell.blank)


@dataclass(slots=True, eq=False)
class Document:
    """The pages of one file in reading order; hidden sheets are apart, in ``hidden``.

    ``source`` is the file as the user named it, ``kind`` the id of its format (xlsx, docx …), ``tail``
    the Word paragraphs after the last table, ``asides`` its headers, footers, notes and comments.
    """

    source: str
    pages: list[Page] = field(default_factory=list)
    kind: str = "xlsx"
    tail: Sequence[str] = ()
    hidden: Sequence[Page] = ()
    asides: Sequence[Page] = ()
