"""A workbook of openpyxl → an .xlsx file whose relations are relative, as some programs need them."""

import re
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from xlperf.ooxml.package_writing import with_relative_targets
from xlperf.ooxml.parts import TYPES, sheet_part

A4 = 9
"""The paper's number in page set-ups."""
_LISTINGS = (".rels", TYPES)
_USUAL_NAMES = (
    (re.compile(r"comments/comment(\d+)\.xml"), r"comments\1.xml"),
    (re.compile(r"drawings/commentsDrawing(\d+)\.vml"), r"drawings/vmlDrawing\1.vml"),
)
"""What openpyxl calls the parts of comments → what Excel calls them, and some readers expect."""
_CHARTS = "xl/charts/"
_CHART_FORMAT = re.compile(r'(<(?:c:)?numFmt formatCode="[^"<>]*") ?/>')


class RelativeZip(ZipFile):
    """A zip file for openpyxl: relations become relative, parts of comments get their usual names.

    Its members are dated 1980-01-01: the same content gives the same bytes.
    """

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **options: Any) -> None:
        """Write a member with these bytes; formats of charts do not come from the cells."""
        name = str(zinfo_or_arcname)
        if name.startswith(_CHARTS):
            data = _CHART_FORMAT.sub(
                r'\1 sourceLinked="0"/>', data if isinstance(data, str) else data.decode()
            )
        if name.endswith(_LISTINGS):
            text = _usual(data if isinstance(data, str) else data.decode())
            data = with_relative_targets(text.encode(), name)
        super().writestr(undated_member(_usual(name)), data)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **options: Any) -> None:
        """Write a member with the bytes of a file; readers are asked for Zip64 only where it needs that."""
        member = undated_member(arcname)
        member.file_size = Path(filename).stat().st_size
        with open(filename, "rb") as source, self.open(member, "w") as target:
            shutil.copyfileobj(source, target)


def undated_member(name: str) -> ZipInfo:
    """A compressed member of a zip file, dated 1980-01-01."""
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    return info


def _usual(text: str) -> str:
    for name, usual in _USUAL_NAMES:
        text = name.sub(usual, text)
    return text


_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>[^<]*</f>)<v ?/?>(?:</v>)?</c>')
Cached = Mapping[str, Mapping[str, str | float]]
"""Sheet → cell → what its formula gives."""


class _CachingZip(RelativeZip):
    """Writes next to each formula what it gives, which openpyxl leaves to the program that opens the file."""

    values: Mapping[str, Mapping[str, str | float]]

    def write(self, filename: Any, arcname: Any = None, *args: Any, **options: Any) -> None:
        """Write a member from a file, see ZipFile; openpyxl does so for sheets."""
        values = self.values.get(str(arcname))
        if not values:
            super().write(filename, arcname, *args, **options)
            return

        def filled(cell: re.Match[str]) -> str:
            """The cell with its value."""
            address, attributes, formula = cell.groups()
            if (value := values.get(address)) is None:
                return cell[0]
            kind, text = (' t="str"', escape(value)) if isinstance(value, str) else ("", f"{value!r}")
            return f'<c r="{address}"{attributes}{kind}>{formula}<v>{text}</v></c>'

        self.writestr(arcname, _FORMULA.sub(filled, Path(filename).read_text("utf-8")))


def workbook_bytes(book: Workbook, cached: Cached | None = None) -> bytes:
    """A workbook of openpyxl as an .xlsx file, with what formulas give where that is ``cached``."""
    stream = BytesIO()
    archive = _CachingZip(stream, "w", ZIP_DEFLATED)
    titles = [sheet.title for sheet in book.worksheets]
    archive.values = {sheet_part(titles.index(title) + 1): values for title, values in (cached or {}).items()}
    ExcelWriter(book, archive).save()
    return stream.getvalue()


def fit_to_width(sheet: Worksheet, orientation: str) -> None:
    """Print ``sheet`` on A4, one page wide and as many as needed high."""
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = cast("Literal['portrait', 'landscape']", orientation)
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
