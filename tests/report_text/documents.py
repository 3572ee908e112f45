"""Word documents made with python-docx for the tests: paragraphs, styles, automatic numbers, tables."""

from collections.abc import Iterable
from pathlib import Path

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

CHINESE = "chineseCountingThousand"


def made(path: Path, lines: Iterable[str | tuple[str, str]], rows: Iterable[Iterable[str]] = ()) -> Path:
    """A document of ``lines``, each a text or (style name, text), and a table of ``rows`` at its end."""
    document = Document()
    for line in lines:
        style, text = line if isinstance(line, tuple) else (None, line)
        document.add_paragraph(text, style=style)
    rows = [list(row) for row in rows]
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    document.save(str(path))
    return path


def numbered(path: Path, titles: Iterable[str], *, start: int = 1, kind: str = CHINESE) -> Path:
    """A document whose headings carry automatic numbers, 一、 二、 …, each with a line of text."""
    document = Document()
    numbering = document.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="{start}"/>'
        f'<w:numFmt w:val="{kind}"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
    )
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for title in titles:
        properties = document.add_paragraph(title)._p.get_or_add_pPr()
        numbers = properties.get_or_add_numPr()
        numbers.get_or_add_ilvl().set(qn("w:val"), "0")
        numbers.get_or_add_numId().set(qn("w:val"), "90")
        document.add_paragraph("这一章的正文。")
    document.save(str(path))
    return path
