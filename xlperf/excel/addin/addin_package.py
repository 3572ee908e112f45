"""VBA project, ribbon and the cells of the one sheet → the bytes of an .xlam, the same for the same content.

The parts are stored unpacked: what a packing library makes of them differs between its versions.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from openpyxl.utils import get_column_letter

from xlperf.core.errors import InputError
from xlperf.declarations.texts import text_of
from xlperf.excel.addin.ribbon_xml import ribbon_texts

PARTS = "parts"
"""The folder, next to the VBA modules, of the parts that are the same in every add-in."""
PROPERTIES = "docProps/core.xml"
"""Title and description, which Excel shows in its list of add-ins; no author, no date."""
NO_DATE = (1980, 1, 1, 0, 0, 0)


def addin_package(folder: Path, project: bytes, ribbon: str, rows: Sequence[Sequence[str]]) -> bytes:
    """Return the add-in made with the parts in ``folder``.

    ``rows`` are the texts of the sheet xlperf.conf from A1 on, "" for an empty cell; VBA takes its settings
    and all Chinese text from there. Raises InputError where the folder has no parts.
    """
    parts = {
        **_constant_parts(folder / PARTS),
        "customUI/customUI14.xml": ribbon.encode("utf-8"),
        "xl/vbaProject.bin": project,
        "xl/worksheets/sheet1.xml": _sheet(rows).encode("utf-8"),
    }
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as package:
        for name, content in sorted(parts.items()):
            info = ZipInfo(name, NO_DATE)
            info.create_system = 0
            package.writestr(info, content)
    return buffer.getvalue()


def _constant_parts(folder: Path) -> Mapping[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    parts = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    if PROPERTIES not in parts:
        raise InputError(text_of("ribbon", "build", "no_parts", folder=folder))
    texts = {name: escape(text) for name, text in ribbon_texts()["properties"].items()}
    return {**parts, PROPERTIES: Template(parts[PROPERTIES].decode()).substitute(texts).encode()}


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    lines = "".join(
        f'<row r="{number}">{"".join(_cells(number, texts))}</row>' for number, texts in enumerate(rows, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetPr codeName="Sheet1"/><sheetData>{lines}</sheetData></worksheet>'
    )


def _cells(row: int, texts: Sequence[str]) -> Iterator[str]:
    for column, text in enumerate(texts, 1):
        if text:
            address = quoteattr(f"{get_column_letter(column)}{row}")
            yield f'<c r={address} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
