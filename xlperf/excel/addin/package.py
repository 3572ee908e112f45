"""VBA project, ribbon and the cells of the one sheet → the bytes of an .xlam, the same for the same content.

The parts lie in the package unpacked: what a packing library makes of them differs between its versions.
"""

import io
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from openpyxl.utils import get_column_letter

from xlperf.excel.addin.ribbon_xml import ribbon_texts

SHEET = "xlperf.conf"
"""The sheet from which VBA takes its settings and all Chinese text."""
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
MICROSOFT = "http://schemas.microsoft.com/office"
NO_DATE = (1980, 1, 1, 0, 0, 0)

Rows = Sequence[Sequence[str]]

_CONTENT_TYPES = {
    "/xl/workbook.xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
    "/xl/worksheets/sheet1.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    "/xl/styles.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
    "/xl/vbaProject.bin": "application/vnd.ms-office.vbaProject",
    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}
_OF_PACKAGE = [
    (f"{OFFICE}/relationships/officeDocument", "xl/workbook.xml"),
    (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    (f"{OFFICE}/relationships/extended-properties", "docProps/app.xml"),
    (f"{MICROSOFT}/2007/relationships/ui/extensibility", "customUI/customUI14.xml"),
]
_OF_WORKBOOK = [
    (f"{OFFICE}/relationships/worksheet", "worksheets/sheet1.xml"),
    (f"{OFFICE}/relationships/styles", "styles.xml"),
    (f"{MICROSOFT}/2006/relationships/vbaProject", "vbaProject.bin"),
]
_WORKBOOK = f"""{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships">\
<fileVersion appName="xl" lastEdited="7" lowestEdited="7"/><workbookPr codeName="ThisWorkbook"/>\
<bookViews><workbookView/></bookViews>\
<sheets><sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>"""
_STYLES = f"""{HEAD}<styleSheet xmlns="{MAIN}">\
<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
_APPLICATION = f"""{HEAD}<Properties xmlns="{OFFICE}/extended-properties">\
<Application>xlperf</Application></Properties>"""


def addin(project: bytes, ribbon: str, rows: Rows) -> bytes:
    """Return the add-in: ``rows`` are the texts of the sheet from A1 on, "" for an empty cell."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(_OF_PACKAGE),
        "customUI/customUI14.xml": ribbon,
        "docProps/app.xml": _APPLICATION,
        "docProps/core.xml": _core(),
        "xl/_rels/workbook.xml.rels": _relationships(_OF_WORKBOOK),
        "xl/styles.xml": _STYLES,
        "xl/vbaProject.bin": project,
        "xl/workbook.xml": _WORKBOOK,
        "xl/worksheets/sheet1.xml": _sheet(rows),
    }
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as package:
        for name, content in parts.items():
            info = ZipInfo(name, NO_DATE)
            info.create_system = 0
            package.writestr(info, content if isinstance(content, bytes) else content.encode("utf-8"))
    return buffer.getvalue()


def _content_types() -> str:
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in _CONTENT_TYPES.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _core() -> str:
    """Return title and description, which Excel shows in its list of add-ins; no author, no date."""
    texts = ribbon_texts()["properties"]
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(texts['title'])}</dc:title><dc:creator>xlperf</dc:creator>"
        f"<dc:description>{escape(texts['description'])}</dc:description></cp:coreProperties>"
    )


def _sheet(rows: Rows) -> str:
    lines = "".join(
        f'<row r="{number}">{"".join(_cells(number, texts))}</row>' for number, texts in enumerate(rows, 1)
    )
    properties = '<sheetPr codeName="Sheet1"/>'
    return f'{HEAD}<worksheet xmlns="{MAIN}">{properties}<sheetData>{lines}</sheetData></worksheet>'


def _cells(row: int, texts: Sequence[str]) -> Iterator[str]:
    for column, text in enumerate(texts, 1):
        if text:
            place = quoteattr(f"{get_column_letter(column)}{row}")
            yield f'<c r={place} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
