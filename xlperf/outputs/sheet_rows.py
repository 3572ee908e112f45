"""Rows of a long sheet → their XML, made without an object for each cell, by any process."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

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
