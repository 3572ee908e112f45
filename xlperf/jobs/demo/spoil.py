"""A good workbook to one with a mistake that units really make: a cell, a tab or the file itself.

Only the bytes concerned change; every cached value stays, as it does when a person edits in Excel.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from xlperf.declarations.form_layout import place
from xlperf.declarations.model import Form
from xlperf.declarations.source import Json
from xlperf.workbooks.workbook_parts import WORKBOOK, sheet_part


def spoil(
    workbook: bytes, spec: Json, form: Form | None, sheet_number: int, counts: Mapping[str, int]
) -> bytes:
    """``workbook`` with the mistake of ``spec`` (as in demo/spoilt.json).

    ``form`` is the form concerned, on the ``sheet_number``-th sheet (from 1), its tables having
    ``counts`` rows.
    """
    if "keep_bytes" in spec:
        return workbook[: int(len(workbook) * spec["keep_bytes"])]
    if form is None:
        return workbook
    if "rename" in spec:
        return _edit(workbook, WORKBOOK, lambda xml: _renamed(xml, form.sheet, spec["rename"]))
    cell = _address(form, spec["field"], counts)
    return _edit(workbook, sheet_part(sheet_number), lambda xml: _changed(xml, cell, spec))


def _address(form: Form, name: str, counts: Mapping[str, int]) -> str:
    placement = place(form, counts)
    if name in placement.fields:
        return placement.fields[name]
    table, _, column = name.partition("_")
    return placement.column_cell(table, 0, column)


def _renamed(xml: str, old: str, new: str) -> str:
    quoted = f"'{new}'!"
    return (
        xml.replace(f'name="{old}"', f'name="{new}"').replace(f"'{old}'!", quoted).replace(f"{old}!", quoted)
    )


def _changed(xml: str, cell: str, spec: Json) -> str:
    found = re.search(rf'<c r="{cell}"([^>]*?)(?:/>|>(.*?)</c>)', xml, re.DOTALL)
    if found is None:
        raise ValueError(f"no cell {cell}")
    style = re.sub(r' t="\w+"', "", found[1])
    if "cached" in spec:
        body = re.sub(r"<v>.*?</v>", "", found[2]) + f"<v>{spec['cached']}</v>"
    elif isinstance(spec["value"], str):
        style, body = f'{style} t="inlineStr"', f"<is><t>{escape(spec['value'])}</t></is>"
    else:
        body = f"<v>{spec['value']}</v>"
    return f'{xml[: found.start()]}<c r="{cell}"{style}>{body}</c>{xml[found.end() :]}'


def _edit(workbook: bytes, part: str, change: Callable[[str], str]) -> bytes:
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item, change(data.decode()).encode() if item.filename == part else data)
    return written.getvalue()
