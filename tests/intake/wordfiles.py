"""Word files for the tests, written by hand as XML: tables from the good workbook, or from plain lists."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_TOP_ROWS = 2


def document(*blocks: str, parts: dict[str, bytes] | None = None) -> bytes:
    """A .docx whose body is ``blocks`` of XML."""
    body = f'<w:document xmlns:w="{_W}"><w:body>{"".join(blocks)}</w:body></w:document>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", body)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return stream.getvalue()


def paragraph(text: str) -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:p><w:r>{lines}</w:r></w:p>"


def cell(text: str, span: int = 1, merge: str = "", inner: str = "") -> str:
    """A table cell; ``merge`` is "", ``restart`` or ``continue``; ``inner`` is XML of a nested table."""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f"<w:tc><w:tcPr>{spanned}{merged}</w:tcPr>{inner}{paragraph(text)}</w:tc>"


def row(cells: Iterable[str]) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def table(rows: Sequence[str], widths: Sequence[int]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def plain(lines: Sequence[Sequence[str]]) -> str:
    """A table without any merged cell."""
    return table([row(map(cell, line)) for line in lines], [1500] * len(lines[0]))


def shown(value: object, form: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.2%}" if "%" in form else f"{value:.15g}"
    return str(value or "")


def of_sheet(sheet: Worksheet) -> tuple[list[str], list[str]]:
    """The paragraphs above a form and the rows of its table, as a person would type them into Word."""
    spans = {(merged.min_row, merged.min_col): merged for merged in sheet.merged_cells.ranges}
    covered = {
        (line, column): merged
        for merged in sheet.merged_cells.ranges
        for line in range(merged.min_row, merged.max_row + 1)
        for column in range(merged.min_col, merged.max_col + 1)
    }
    headings = [paragraph(str(sheet.cell(line, 1).value)) for line in range(1, _TOP_ROWS + 1)]
    rows = []
    for line in range(_TOP_ROWS + 1, sheet.max_row + 1):
        cells = []
        column = 1
        while column <= sheet.max_column:
            span = covered.get((line, column))
            wide = span.max_col - column + 1 if span else 1
            merge = ""
            if span and span.max_row > span.min_row:
                merge = "restart" if (line, column) in spans else "continue"
            at = sheet.cell(line, column)
            cells.append(cell(shown(at.value, at.number_format), wide, merge))
            column += wide
        rows.append(row(cells))
    return headings, rows


def of_workbook(content: bytes) -> list[tuple[list[str], list[str], int]]:
    """For each form: paragraphs above, table rows, number of grid columns."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    forms = [sheet for sheet in book.worksheets if str(sheet["A1"].value).startswith("附件")]
    return [(*of_sheet(sheet), sheet.max_column) for sheet in forms]


def report(content: bytes) -> bytes:
    """A Word report with every form of a workbook as a table."""
    blocks = [paragraph("一、基本情况"), paragraph("本单位为一级预算单位。")]
    for headings, rows, columns in of_workbook(content):
        blocks += [*headings, table(rows, [1500] * columns), paragraph("")]
    return document(*blocks)
