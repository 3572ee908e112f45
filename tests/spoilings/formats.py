"""Workbooks as the other formats that units send: .xls by LibreOffice, .docx as typed into Word."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.engines import convert_all
from tests.intake import wordfiles
from tests.received import good as g

_FORMULA = re.compile(r"<f>[^<]*</f>(<v>)")
_SHEETS = re.compile(r"xl/worksheets/sheet\d+\.xml")


def flat(content: bytes) -> bytes:
    """Values in place of formulas: LibreOffice saves an empty text result as 0 in .xls."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if _SHEETS.fullmatch(name)]
    return g.edited(dict.fromkeys(names, lambda xml: _FORMULA.sub(r"\1", xml)), workbook=content)


def converted(contents: Sequence[tuple[str, bytes]], suffix: str, folder: Path) -> list[Path]:
    """Each (file stem, .xlsx) as a file of the format in ``folder``, which is made; stems must differ."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{stem}.{suffix}" for stem, _ in contents]
    if suffix == "docx":
        for path, (_, content) in zip(paths, contents, strict=True):
            path.write_bytes(wordfiles.report(content))
        return paths
    if suffix == "xlsx":
        for path, (_, content) in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return paths
    sources = folder / "xlsx"
    sources.mkdir()
    for stem, content in contents:
        (sources / f"{stem}.xlsx").write_bytes(flat(content))
    convert_all([sources / f"{stem}.xlsx" for stem, _ in contents], suffix, folder)
    return paths
