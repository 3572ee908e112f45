"""The pages of a document → a .docx file with what Word users put into tables, the same bytes each time.

Marks in a text: [-deleted-], [+inserted+], [~hidden~], [c:content control:c], [#1.#] a number that Word
counts; a line above that begins with [box] is in a text box."""

import re
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from tests.layouts.content import Content, shown
from tests.layouts.pages import Cell, Document, Page
from tests.layouts.sheets import settle

_PARTS = re.compile(r"(\[-.*?-\]|\[\+.*?\+\]|\[~.*?~\]|\[c:.*?:c\])", re.S)
_COUNTED = re.compile(r"\[#\d+\.#\]")
_CHANGE = {qn("w:id"): "1", qn("w:author"): "x", qn("w:date"): "2024-01-02T00:00:00Z"}
_BOX = (
    f"<w:r {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'><w:pict>"
    "<v:shape style='width:420pt;height:40pt'>"
    "<v:textbox><w:txbxContent><w:p><w:pPr><w:jc w:val='center'/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def write(document: Document, path: Path) -> None:
    """One after the other, each page with its lines and tables."""
    made = docx.Document()
    style = made.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(9)
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    for number, page in enumerate(document.pages):
        if number:
            made.add_page_break()
        _Page(made, page).draw()
    made.save(str(path))
    settle(path, {})


class _Page:
    """A page on its way to paragraphs and tables."""

    def __init__(self, made: Any, page: Page) -> None:
        self._made, self._page = made, page

    def draw(self) -> None:
        page = self._page
        cuts = sorted({0, *page.cuts, *(row for row in page.lines if row), page.rows})
        for start, end in pairwise(cuts):
            for line in page.lines.get(start, ()):
                self._line(line)
            inside = [cell for cell in page.cells if start <= cell.row < end]
            assert all(cell.row + cell.down <= end for cell in inside)
            width = max(cell.column + cell.across for cell in inside)
            table = self._made.add_table(end - start, width)
            _fill(table, inside, start, self._made)
            self._made.add_paragraph()
        for line in page.below:
            self._made.add_paragraph(line)

    def _line(self, line: str) -> None:
        if line.startswith("[box]"):
            paragraph = self._made.add_paragraph()
            paragraph._p.append(parse_xml(_BOX.format(text=line[5:].strip())))
            return
        parts = [part.strip() for part in line.split("|")]
        paragraph = self._made.add_paragraph("　　　　".join(parts))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if len(parts) > 1 else WD_ALIGN_PARAGRAPH.CENTER


def _fill(table: Any, cells: list[Cell], start: int, made: Any) -> None:
    table.style = made.styles["Table Grid"]
    grid = [list(row.cells) for row in table.rows]
    for cell in cells:
        row = cell.row - start
        at = grid[row][cell.column]
        if cell.across > 1 or cell.down > 1:
            at = at.merge(grid[row + cell.down - 1][cell.column + cell.across - 1])
        _text(at, cell.content)
        if cell.nested:
            inner = at.add_table(cell.nested.rows, cell.nested.width)
            _fill(inner, cell.nested.cells, 0, made)


def _text(at: Any, content: Content) -> None:
    text = content if isinstance(content, str) else shown(content)
    paragraph = at.paragraphs[0]
    if counted := _COUNTED.match(text):
        text = text[counted.end() :]
        paragraph.style = at.part.document.styles["List Number"]
    for part in _PARTS.split(text):
        if not part:
            continue
        mark, inner = part[:2], part[2:-2]
        if mark == "[-":
            _deleted(paragraph, inner)
        elif mark == "[+":
            paragraph._p.append(_wrapped("w:ins", paragraph.add_run(inner)._r))
        elif mark == "[~":
            paragraph.add_run(inner).font.hidden = True
        elif mark == "[c":
            control = OxmlElement("w:sdt")
            control.append(OxmlElement("w:sdtPr"))
            control.append(_wrapped("w:sdtContent", paragraph.add_run(part[3:-3])._r))
            paragraph._p.append(control)
        else:
            paragraph.add_run(part)


def _wrapped(name: str, run: Any) -> Any:
    element = OxmlElement(name)
    if name == "w:ins":
        for key, value in _CHANGE.items():
            element.set(key, value)
    element.append(run)
    return element


def _deleted(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(text)._r
    for old in run.findall(qn("w:t")):
        new = OxmlElement("w:delText")
        new.text = old.text
        run.replace(old, new)
    change = OxmlElement("w:del")
    for key, value in _CHANGE.items():
        change.set(key, value)
    change.append(deepcopy(run))
    run.getparent().remove(run)
    paragraph._p.append(change)
