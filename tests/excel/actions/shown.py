"""What a saved workbook shows, read by openpyxl: coloured cells, listed findings."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl

from xlperf.declarations.findings import unfolded
from xlperf.declarations.source import texts_of

Colours = dict[tuple[str, str], str]


def loaded(path: Path) -> openpyxl.Workbook:
    """The workbook at ``path``, to be looked at only: it is loaded once."""
    return _loaded(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _loaded(path: Path, stamp: int) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def coloured(path: Path, leaving_out: str = "") -> Colours:
    """(sheet, cell) → colour of every cell in one of our colours; the list of findings left out."""
    ours = set(texts_of("annotate")["colours"].values())
    return {
        (sheet.title, cell.coordinate): cell.fill.fgColor.rgb[2:]
        for sheet in loaded(path).worksheets
        if sheet.title != leaving_out
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and str(cell.fill.fgColor.rgb)[2:] in ours
    }


def listed(path: Path, title: str = "问题") -> list[dict[str, Any]]:
    """The lines of a list: heading → content, without those above the headings."""
    rows = list(loaded(path)[title].iter_rows(min_row=3, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def rows_of_findings(findings: Any) -> list[tuple[str, ...]]:
    """What a list says of findings of the batch."""
    return [
        (
            finding.severity.value,
            finding.location.sheet,
            finding.location.cell,
            finding.message,
            finding.fix,
            finding.basis,
            finding.code,
        )
        for finding in unfolded(findings)
    ]


def rows_of_list(lines: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """The same, as the list says it."""
    headings = ("严重程度", "工作表", "单元格", "问题", "处理办法", "依据", "代码")
    return [tuple(line[heading] or "" for heading in headings) for line in lines]
