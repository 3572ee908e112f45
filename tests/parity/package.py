"""Rows of values and formulas to an .xlsx file with every digit of every number, and no cached value.

openpyxl writes numbers with 16 digits; a double needs 17.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter

from xlperf.expressions import ErrorValue

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

Rows = Iterable[Mapping[int, Any]]
"""Column number → value, a row."""


class Formula(str):
    """The text of a formula, without "="."""


def write_package(sheets: Mapping[str, Rows], path: Path) -> None:
    """Write ``sheets`` in their order. Values: float, int, bool, text, Formula, error, None."""
    numbers = range(1, len(sheets) + 1)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", _types(numbers))
        package.writestr("_rels/.rels", _relations({"rId1": "xl/workbook.xml"}, "officeDocument"))
        targets = {f"rId{number}": f"worksheets/sheet{number}.xml" for number in numbers}
        package.writestr("xl/_rels/workbook.xml.rels", _relations(targets, "worksheet"))
        listed = (
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
            for number, name in zip(numbers, sheets, strict=True)
        )
        book = (
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(listed)}</sheets></workbook>'
        )
        package.writestr("xl/workbook.xml", book)
        for number, rows in zip(numbers, sheets.values(), strict=True):
            lines = "".join(_lines(rows))
            xml = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'
            package.writestr(f"xl/worksheets/sheet{number}.xml", xml)


def _lines(rows: Rows) -> Iterator[str]:
    letters: dict[int, str] = {}
    for number, row in enumerate(rows, 1):
        cells = [
            f'<c r="{letters.setdefault(column, get_column_letter(column))}{number}"{_content(row[column])}'
            for column in sorted(row)
            if row[column] is not None
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'


def _content(value: Any) -> str:
    if isinstance(value, ErrorValue):
        return f' t="e"><v>{value}</v></c>'
    if isinstance(value, bool):
        return f' t="b"><v>{value:d}</v></c>'
    if isinstance(value, Formula):
        return f"><f>{escape(value)}</f></c>"
    if isinstance(value, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"><v>{value!r}</v></c>"


def _types(numbers: Iterable[int]) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{MEDIA}.worksheet+xml"/>'
        for number in numbers
    )
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{MEDIA}.sheet.main+xml"/>{sheets}</Types>'
    )


def _relations(targets: Mapping[str, str], kind: str) -> str:
    entries = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>'
