"""A workbook of openpyxl → an .xlsx file whose relations are relative, as some programs need them."""

import posixpath
import re
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from xlperf.ooxml.package_writing import relative_target
from xlperf.ooxml.parts import TYPES

_RELATION = re.compile(r"<Relationship [^>]*>")
_ABSOLUTE = re.compile(r'Target="/([^"]*)"')


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
            folder = posixpath.dirname(posixpath.dirname(name))
            text = _usual(data if isinstance(data, str) else data.decode())
            data = _RELATION.sub(lambda relation: _made_relative(relation[0], folder), text)
        usual = _usual(name)
        super().writestr(zinfo_or_arcname if usual == name else usual, data, *args, **options)


def _usual(text: str) -> str:
    for name, usual in _USUAL_NAMES:
        text = name.sub(usual, text)
    return text


def _made_relative(relation: str, folder: str) -> str:
    if 'TargetMode="External"' in relation:
        return relation
    return _ABSOLUTE.sub(lambda found: f'Target="{relative_target(found[1], folder)}"', relation)


def workbook_bytes(book: Workbook) -> bytes:
    """A workbook of openpyxl as an .xlsx file."""
    stream = BytesIO()
    ExcelWriter(book, RelativeZip(stream, "w", ZIP_DEFLATED)).save()
    return stream.getvalue()
