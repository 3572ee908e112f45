"""A workbook of ours → openpyxl's, without the cells of the helper sheets, nine tenths of the work."""

import io
import posixpath
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl

HELPERS = ["目录", "计分", "校验"]
_EMPTY = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)


def opened(source: Path | bytes, **options: bool) -> openpyxl.Workbook:
    """The workbook in a file, or of some bytes; ``options`` are those of openpyxl's load_workbook."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        helpers = _helpers(old)
        for name in old.namelist():
            new.writestr(name, _EMPTY if name in helpers else old.read(name))
    return openpyxl.load_workbook(stream, **options)


def _helpers(package: zipfile.ZipFile) -> set[str]:
    """The parts that are helper sheets."""
    links = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): posixpath.join("/xl", link.get("Target", ""))[1:] for link in links}
    sheets = [item for item in ET.fromstring(package.read("xl/workbook.xml")).iter() if item.get("sheetId")]
    ids = {value for item in sheets if item.get("name") in HELPERS for value in item.attrib.values()}
    return {targets[number] for number in ids & targets.keys()}
