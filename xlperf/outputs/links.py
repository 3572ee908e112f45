"""Where a click in the problem list leads: a received file, opened at the cell in question."""

import os
from pathlib import Path

from xlperf.declarations.findings import Location
from xlperf.outputs.escaping import xml_text

_LONGEST = 2000
_ESCAPED = str.maketrans({char: f"%{ord(char):02X}" for char in '% "#<>?[]^`{}'})


def shown_path(file: str, report: Path | None) -> str:
    """``file`` as the list at ``report`` shows it: relative when it lies under the list's folder."""
    if not file or report is None:
        return file
    path, folder = Path(os.path.abspath(file)), Path(os.path.abspath(report)).parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else file


def file_target(file: str, report: Path | None) -> str:
    """The hyperlink target of ``file`` for a list that lies at ``report``; "" where none is possible.

    Relative when the file lies under the list's folder, so that both can be moved or mailed
    together; a ``file:///`` address otherwise. Only what breaks an address is escaped: Excel and
    LibreOffice both take Chinese letters as they are, and Excel takes them in no other way.
    """
    if not file:
        return ""
    path = Path(os.path.abspath(file))
    folder = Path(os.path.abspath(report)).parent if report else None
    if folder is not None and path.is_relative_to(folder):
        target = shown_path(file, report).translate(_ESCAPED)
    else:
        target = "file:///" + path.as_posix().lstrip("/").translate(_ESCAPED)
    return target if len(target) <= _LONGEST and target == xml_text(target) else ""


def cell_target(location: Location) -> str:
    """The place inside the workbook, ``'工作表'!B4``; "" without a sheet and in a Word document."""
    if not location.sheet or not location.cell.isascii():
        return ""
    sheet = location.sheet.replace("'", "''")
    return f"'{sheet}'!{location.cell or 'A1'}"
