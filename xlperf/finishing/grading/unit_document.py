"""The rows of one unit → its grading table and its score sheet as a Word document, A4, first level merged."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from xlperf.checks.grading.score_sheet import ScoredUnit
from xlperf.core.lazy import LazyModule
from xlperf.declarations.source import Texts, text_of, texts_of
from xlperf.finishing.grading.unit_workbook import GradedUnit
from xlperf.ooxml.package_writing import undated
from xlperf.outputs.finding_texts import xml_text
from xlperf.workbooks.blank_workbook import WRITTEN

if TYPE_CHECKING:
    import docx
    from docx import shared
    from docx.enum import table as tables
    from docx.enum import text as paragraphs
    from docx.oxml import ns
else:
    docx = LazyModule("docx")
    shared = LazyModule("docx.shared")
    tables = LazyModule("docx.enum.table")
    paragraphs = LazyModule("docx.enum.text")
    ns = LazyModule("docx.oxml.ns")

_A4_MM = (210, 297)
_TITLE_SIZE, _ATTACHMENT_SIZE, _LINE_SIZE, _TABLE_SIZE = 18, 14, 12, 10
_PROSE, _SCORE_PROSE = (3, 5), (1, 5)
"""Columns whose texts begin at the left."""


def unit_document(unit: GradedUnit) -> bytes:
    """The document as bytes."""
    words = texts_of("grading")["document"]
    document: Any = docx.Document()
    _set_up(document, words)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = unit.scheme.form.title, "xlperf", ""
    properties.created = properties.modified = WRITTEN
    fonts = words["fonts"]
    _line(document, unit.scheme.form.attachment, fonts["heading"], _ATTACHMENT_SIZE)
    _line(document, unit.scheme.form.title, fonts["title"], _TITLE_SIZE, centred=True)
    _line(document, words["unit"].format(unit=unit.package.name), fonts["text"], _LINE_SIZE)
    _add(document, _grading_table(unit, words), words)
    if unit.pending:
        _line(document, words["pending"], fonts["text"], _TABLE_SIZE)
    _line(document, words["date"], fonts["text"], _LINE_SIZE, before=12)
    if unit.scores:
        document.add_page_break()
        _line(document, unit.scores.sheet.name, fonts["title"], _TITLE_SIZE, centred=True)
        _line(document, words["unit"].format(unit=unit.package.name), fonts["text"], _LINE_SIZE)
        _add(document, _score_table(unit.scores, words), words)
    stream = io.BytesIO()
    document.save(stream)
    return undated(stream)


def _set_up(document: Any, words: Texts) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = (shared.Mm(length) for length in _A4_MM)
    for side, length in words["margins"].items():
        setattr(page, f"{side}_margin", shared.Mm(length))
    style = document.styles["Normal"]
    style.paragraph_format.space_after = shared.Pt(0)
    _letter(style.element.get_or_add_rPr().get_or_add_rFonts(), words["fonts"]["text"])


def _letter(fonts: Any, name: str) -> None:
    for kind in ("eastAsia", "ascii", "hAnsi"):
        fonts.set(ns.qn(f"w:{kind}"), name)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(ns.qn(f"w:{theme}"), None)


def _line(
    document: Any, text: str, font: str, size: float, *, centred: bool = False, before: float = 4
) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = shared.Pt(before)
    paragraph.paragraph_format.space_after = shared.Pt(4)
    if centred:
        paragraph.alignment = paragraphs.WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, text, font, size)


def _write(paragraph: Any, text: str, font: str, size: float, *, bold: bool = False) -> None:
    run = paragraph.add_run(xml_text(text))
    run.font.size, run.font.bold = shared.Pt(size), bold
    _letter(run._element.get_or_add_rPr().get_or_add_rFonts(), font)


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table: headings, widths in millimetres, the columns whose texts begin at the left; groups of rows, by
    what their merged first cell says; the row of totals.
    """

    headings: Sequence[str]
    widths: Sequence[float]
    prose: Sequence[int]
    groups: Sequence[tuple[str, Sequence[Sequence[str]]]]
    total: Sequence[str]


def _grading_table(unit: GradedUnit, words: Texts) -> _Grid:
    headings = [cell.text for row in unit.scheme.form.rows if row.id == "表头" for cell in row.cells]
    groups = []
    for level, items in unit.scheme.levels.items():
        rows = []
        for item in items:
            final = next(row for row in unit.rows if row.assessed.item is item)
            score = final.entry.text or _shown(final.score, words)
            rows.append(["", item.title, f"{item.points:g}", item.standard, score, final.reason])
        groups.append((f"{level}\n（{sum(item.points for item in items):g}分）", rows))
    total = [words["total"], "", f"{unit.scheme.points:g}", "", f"{unit.total:g}", ""]
    return _Grid(headings, words["widths"], _PROSE, groups, total)


def _score_table(unit: ScoredUnit, words: Texts) -> _Grid:
    """The score sheet of a unit, dimension by dimension."""
    texts = texts_of("grading")["scores"]
    groups: list[tuple[str, Sequence[Sequence[str]]]] = []
    for name, items in groupby(unit.items, key=lambda scored: scored.item.dimension):
        of_dimension = [*items]
        points = sum(scored.item.points for scored in of_dimension)
        rows = [
            [
                "",
                scored.item.id,
                f"{scored.item.points:g}",
                f"{scored.rate:.2%}" if isinstance(scored.rate, float) else scored.rate or "",
                _shown(scored.score, words),
                scored.item.standard,
            ]
            for scored in of_dimension
        ]
        groups.append((text_of("grading", "scores", "dimension", name=name, points=points), rows))
    total = [texts["total"], "", f"{unit.sheet.points:g}", "", f"{unit.total:g}", ""]
    return _Grid(list(texts["columns"]), words["score_widths"], _SCORE_PROSE, groups, total)


def _add(document: Any, grid: _Grid, words: Texts) -> None:
    """Add a table; its headings are repeated on each page, its rows are not broken."""
    fonts = words["fonts"]
    table = document.add_table(rows=1, cols=len(grid.headings), style="Table Grid")
    table.alignment, table.autofit = tables.WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = shared.Mm(width)
    _fill(table.rows[0], grid.headings, grid, fonts["heading"], is_head=True)
    table.rows[0]._tr.get_or_add_trPr().append(docx.oxml.OxmlElement("w:tblHeader"))
    for label, rows in grid.groups:
        first = len(table.rows)
        for shown in rows:
            _fill(_added(table), shown, grid, fonts["text"])
        merged = table.cell(first, 0).merge(table.cell(len(table.rows) - 1, 0))
        for extra in merged.paragraphs[1:]:
            extra._element.getparent().remove(extra._element)
        _put(merged, label, fonts["text"], centred=True)
    row = _added(table)
    _fill(row, grid.total, grid, fonts["heading"], is_head=True)
    row.cells[0].merge(row.cells[1])


def _added(table: Any) -> Any:
    row = table.add_row()
    row._tr.get_or_add_trPr().append(docx.oxml.OxmlElement("w:cantSplit"))
    return row


def _shown(score: float | None, words: Texts) -> str:
    return str(words["no_score"]) if score is None else f"{score:g}"


def _fill(row: Any, shown: Sequence[str], grid: _Grid, font: str, *, is_head: bool = False) -> None:
    for number, (cell, text, width) in enumerate(zip(row.cells, shown, grid.widths, strict=True)):
        cell.width = shared.Mm(width)
        if text:
            _put(cell, text, font, centred=is_head or number not in grid.prose)


def _put(cell: Any, text: str, font: str, *, centred: bool) -> None:
    cell.vertical_alignment = tables.WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    if centred:
        paragraph.alignment = paragraphs.WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, text, font, _TABLE_SIZE)
