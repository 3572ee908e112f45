"""Findings → the XML of the sheet that lists them, one line each, with links to the cells."""

from collections.abc import Sequence
from html import escape

from openpyxl.utils import get_column_letter

from xlperf.declarations.findings import LINK, SEVERITY, Finding, colour_of, columns
from xlperf.declarations.source import texts_of
from xlperf.ooxml.styles import StyleSheet
from xlperf.outputs.finding_texts import cell_target, line_of, xml_text
from xlperf.outputs.problem_cells import needed_height

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_HEADING_ROWS = 3
_LONGEST = 32_767
_NAMES = ("title", "note", "head", "text", "centre", "link")


def listing(findings: Sequence[Finding], styles: StyleSheet, space: str) -> bytes:
    """The worksheet part, in the namespace ``space``; its formats are added to ``styles``."""
    looks = {name: styles.plain(texts_of("annotate")["sheet"]["looks"][name]) for name in _NAMES}
    sheet = texts_of("annotate")["sheet"]
    rows = [
        _row(1, [sheet["title"].format(count=len(findings))], [looks["title"]], 24),
        _row(2, [sheet["note"]], [looks["note"]], 18),
        _row(_HEADING_ROWS, [column.heading for column in columns()], [looks["head"]] * len(columns()), 20),
        *(_finding_row(number, finding, looks, styles) for number, finding in enumerate(findings, 1)),
    ]
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{column.width:g}" customWidth="1"/>'
        for number, column in enumerate(columns(), 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{space}">'
        f'<sheetPr><tabColor rgb="FF{sheet["tab_color"]}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0"><pane ySplit="{_HEADING_ROWS}"'
        f' topLeftCell="A{_HEADING_ROWS + 1}" activePane="bottomLeft" state="frozen"/></sheetView>'
        "</sheetViews>"
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{"".join(rows)}</sheetData>'
        f"{_links(findings)}"
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _finding_row(number: int, finding: Finding, looks: dict[str, int], styles: StyleSheet) -> str:
    texts = line_of(finding, number, columns())
    formats = {
        SEVERITY: styles.filled(looks["centre"], colour_of(finding)),
        LINK: looks["link" if finding.location.cell else "centre"],
    }
    height = needed_height(zip(texts, (column.width for column in columns()), strict=True))
    chosen = [
        formats.get(column.shows, looks["centre" if column.centred else "text"]) for column in columns()
    ]
    return _row(number + _HEADING_ROWS, texts, chosen, height)


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
    letter = next(
        get_column_letter(number) for number, shown in enumerate(columns(), 1) if shown.shows == LINK
    )
    links = "".join(
        f'<hyperlink ref="{letter}{row}" location="{escape(xml_text(cell_target(finding.location)))}"/>'
        for row, finding in enumerate(findings, _HEADING_ROWS + 1)
        if finding.location.sheet and finding.location.cell
    )
    return f"<hyperlinks>{links}</hyperlinks>" if links else ""
