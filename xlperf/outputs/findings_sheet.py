"""Findings → the XML of the sheet that lists them, one line each, with links to the cells."""

from collections.abc import Sequence
from html import escape

from openpyxl.utils import get_column_letter

from xlperf.declarations.annotation_texts import (
    CODE,
    LINK,
    NUMBER,
    SEVERITY,
    colour_of,
    columns,
)
from xlperf.declarations.findings import Finding
from xlperf.declarations.texts import texts_of
from xlperf.ooxml.style_edit import Styles
from xlperf.outputs.annotation_lines import line_of
from xlperf.outputs.escaping import xml_text
from xlperf.outputs.links import cell_target
from xlperf.outputs.print_setup import needed_height

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_HEADS = 3
_LONGEST = 32_767
_NAMES = ("title", "note", "head", "text", "centre", "link")


def listing(findings: Sequence[Finding], styles: Styles, space: str) -> bytes:
    """The worksheet part, in the namespace ``space``; its formats are added to ``styles``."""
    looks = {name: styles.plain(texts_of("annotate")["sheet"]["looks"][name]) for name in _NAMES}
    sheet = texts_of("annotate")["sheet"]
    rows = [
        _row(1, [sheet["title"].format(count=len(findings))], [looks["title"]], 24),
        _row(2, [sheet["note"]], [looks["note"]], 18),
        _row(_HEADS, [one.head for one in columns()], [looks["head"]] * len(columns()), 20),
        *(_finding_row(number, one, looks, styles) for number, one in enumerate(findings, 1)),
    ]
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{one.width:g}" customWidth="1"/>'
        for number, one in enumerate(columns(), 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{space}">'
        f'<sheetPr><tabColor rgb="FF{sheet["tab_color"]}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0"><pane ySplit="{_HEADS}"'
        f' topLeftCell="A{_HEADS + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{"".join(rows)}</sheetData>'
        f"{_links(findings)}"
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _finding_row(number: int, finding: Finding, looks: dict[str, int], styles: Styles) -> str:
    texts = line_of(finding, number)
    formats = {
        NUMBER: looks["centre"],
        SEVERITY: styles.filled(looks["centre"], colour_of(finding)),
        LINK: looks["link" if finding.location.cell else "centre"],
        CODE: looks["centre"],
    }
    height = needed_height(zip(texts, (one.width for one in columns()), strict=True))
    chosen = [formats.get(one.shows, looks["text"]) for one in columns()]
    return _row(number + _HEADS, texts, chosen, height)


def _row(number: int, texts: Sequence[str], styles: Sequence[int], height: float) -> str:
    cells = "".join(
        f'<c r="{get_column_letter(column)}{number}" s="{style}"{_content(text)}</c>'
        for column, (text, style) in enumerate(zip(texts, styles, strict=True), 1)
    )
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{cells}</row>'


def _content(text: str) -> str:
    """The rest of a cell; a text stays a text whatever it begins with, only our own counting is a number."""
    if not text:
        return ">"
    if text.isdecimal():
        return f"><v>{text}</v>"
    shown = escape(xml_text(text)[:_LONGEST], quote=False)
    return f' t="inlineStr"><is><t xml:space="preserve">{shown}</t></is>'


def _links(findings: Sequence[Finding]) -> str:
    letter = next(get_column_letter(at) for at, one in enumerate(columns(), 1) if one.shows == LINK)
    links = "".join(
        f'<hyperlink ref="{letter}{row}" location="{escape(xml_text(cell_target(one.location)))}"/>'
        for row, one in enumerate(findings, _HEADS + 1)
        if one.location.sheet and one.location.cell
    )
    return f"<hyperlinks>{links}</hyperlinks>" if links else ""
