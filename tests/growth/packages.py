"""Small received files of each kind, taken from our own blanks → the same files with more put into a part."""

import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache

from tests.intake.wordfiles import document
from xlperf.core.paths import schemas_dir

SHEET, WORKBOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
RELATIONS, CUSTOM, STRINGS = "xl/_rels/workbook.xml.rels", "docProps/custom.xml", "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
_BLANK = schemas_dir().parent / "workbooks" / "hunan-yueyang-2024.xlsx"
_HELPERS = re.compile(r'<sheet name="(?:目录|计分|校验)"[^<>]*/>')
_HELPER_NAMES = re.compile(r"<definedName [^<>]*>'?(?:目录|计分|校验)[^<>]*</definedName>")
_HELPER_PARTS = tuple(f"xl/worksheets/sheet{number}.xml" for number in (4, 5, 6))
_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
    '<table:table table:name="基础数据表">{table}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip package of ``parts``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@cache
def blank() -> Mapping[str, str]:
    """The parts of a blank workbook with the official sheets only."""
    with zipfile.ZipFile(_BLANK) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for name in _HELPER_PARTS:
        del parts[name]
        parts[TYPES] = re.sub(f'<Override PartName="/{name}"[^<>]*/>', "", parts[TYPES])
        parts[RELATIONS] = re.sub(f'<Relationship [^<>]*"/{name}"[^<>]*/>', "", parts[RELATIONS])
    parts[WORKBOOK] = _HELPER_NAMES.sub("", _HELPERS.sub("", parts[WORKBOOK]))
    return parts


def workbook(name: str, before: str, more: str) -> bytes:
    """The blank workbook with ``more`` put before the first ``before`` in the part ``name``."""
    parts = dict(blank())
    at = parts[name].index(before)
    parts[name] = parts[name][:at] + more + parts[name][at:]
    return packed(parts)


@cache
def foreign() -> Mapping[str, str]:
    """The blank workbook without its names and its seal: it is read by its labels, as others' are."""
    parts = dict(blank())
    parts[WORKBOOK] = re.sub("<definedNames>.*</definedNames>", "", parts[WORKBOOK])
    parts[CUSTOM] = re.sub("<property .*</property>", "", parts[CUSTOM])
    return parts


def with_rows(rows: str) -> bytes:
    """A workbook of others with more rows below its first form."""
    parts = dict(foreign())
    parts[SHEET] = parts[SHEET].replace("</sheetData>", f"{rows}</sheetData>")
    return packed(parts)


def with_strings(items: str) -> bytes:
    """The blank workbook with a table of shared texts that a cell of its first form refers to."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts = dict(foreign())
    parts[STRINGS] = f"<sst {space}>{items}</sst>"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Id="rIdStrings" Target="sharedStrings.xml" Type="{kind}"/>'
    parts[RELATIONS] = parts[RELATIONS].replace("</Relationships>", f"{relation}</Relationships>")
    cell = '<row r="60"><c r="A60" t="s"><v>0</v></c></row>'
    parts[SHEET] = parts[SHEET].replace("</sheetData>", f"{cell}</sheetData>")
    return packed(parts)


def word(*blocks: str, **parts: str) -> bytes:
    """A .docx of ``blocks``; ``parts`` are more parts of the folder word/, without their .xml."""
    return document(*blocks, parts={f"word/{name}.xml": text.encode() for name, text in parts.items()})


def ods(table: str, styles: str = "") -> bytes:
    """An .ods with one table and automatic styles."""
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            CONTENT: _ODS.format(table=table, styles=styles),
        }
    )
