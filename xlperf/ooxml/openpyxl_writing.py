"""A workbook of openpyxl → an .xlsx file whose relations are relative, as some programs need them."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from xlperf.ooxml.package_writing import with_relative_targets
from xlperf.ooxml.parts import TYPES

_LISTINGS = (".rels", TYPES)
_USUAL_NAMES = (
    (re.compile(r"comments/comment(\d+)\.xml"), r"comments\1.xml"),
    (re.compile(r"drawings/commentsDrawing(\d+)\.vml"), r"drawings/vmlDrawing\1.vml"),
)
"""What openpyxl calls the parts of comments → what Excel calls them, and some readers expect."""


class RelativeZip(ZipFile):
    """A zip file for openpyxl: relations become relative, parts of comments get their usual names."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **options: Any) -> None:
        """Write a member, see ZipFile."""
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        if name.endswith(_LISTINGS):
            text = _usual(data if isinstance(data, str) else data.decode())
            data = with_relative_targets(text.encode(), name)
        usual = _usual(name)
        super().writestr(zinfo_or_arcname if usual == name else usual, data, *args, **options)


def _usual(text: str) -> str:
    for name, usual in _USUAL_NAMES:
        text = name.sub(usual, text)
    return text


def workbook_bytes(book: Workbook) -> bytes:
    """A workbook of openpyxl as an .xlsx file."""
    stream = BytesIO()
    ExcelWriter(book, RelativeZip(stream, "w", ZIP_DEFLATED)).save()
    return stream.getvalue()
