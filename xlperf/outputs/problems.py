"""The list itself: a row for each finding, filters, a head that stays, links that open the cell."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from xlperf.declarations.findings import Finding
from xlperf.outputs.finding_texts import COMPARED, subject
from xlperf.outputs.links import cell_target, file_target, shown_path
from xlperf.outputs.print_setup import fit_height, lay_out
from xlperf.outputs.problem_cells import (
    CENTRE,
    HEAD,
    LINK,
    SEVERITY,
    TEXT,
    Pen,
)

_COLUMNS = {
    "序号": 6,
    "严重程度": 9,
    "单位编码": 10,
    "单位名称": 18,
    "文件": 20,
    "工作表": 11,
    "单元格": 8,
    "项目": 20,
    "问题": 36,
    "填报值": 12,
    "应为": 12,
    "单位": 6,
    "依据": 26,
    "处理办法": 32,
    "代码": 7,
}
_STATUS = {COMPARED: 9}
_REASON = {"豁免理由": 24}
_HEADS = list(_COLUMNS)
_NUMBER, _SEVERITY, _FILE, _CELL, _VALUE, _EXPECTED = (
    _HEADS.index(head) + 1 for head in ("序号", "严重程度", "文件", "单元格", "填报值", "应为")
)
_CENTRED = {_HEADS.index(head) + 1 for head in ("单位编码", "工作表", "单元格", "单位", "代码")}
SHEET_ROWS = 1_048_576
_LINKS = 65_530  # hyperlinks that Excel takes on one sheet


def write_problems(
    book: Workbook, title: str, findings: Sequence[Finding], target: Path | None, rows: int = SHEET_ROWS
) -> None:
    """Add the sheet ``title`` with ``findings``, and 2, 3 … of it when a sheet's ``rows`` run out.

    Findings compared with an earlier check get a column for their status, exempted ones a column for
    the reason. Beyond 65,530 findings on a sheet, Excel's
    limit, cells are named without a link.
    """
    size = rows - 1
    for index in count():
        part = findings[index * size : (index + 1) * size]
        if index and not part:
            return
        name = f"{title}{index + 1}" if index else title
        _write_sheet(book, name, part, index * size + 1, target)


def _write_sheet(
    book: Workbook, name: str, findings: Sequence[Finding], first: int, target: Path | None
) -> None:
    status = _STATUS if any(finding.status for finding in findings) else {}
    widths = _COLUMNS | status | (_REASON if any(finding.exempt for finding in findings) else {})
    sheet = book.create_sheet(name)
    pen = Pen(sheet)
    pen.write_row(1, list(widths), HEAD)
    fit_height(sheet, 1, widths.items())
    targets: dict[str, str] = {}
    for row, finding in enumerate(findings, start=2):
        file = shown_path(finding.location.file, target)
        _write_finding(pen, row, first + row - 2, finding, file, list(widths.values()))
        if row - 2 < _LINKS:
            if file not in targets:
                targets[file] = file_target(finding.location.file, target)
            _link(pen, row, finding, file, targets[file])
    lay_out(sheet, list(widths.values()), name)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{len(findings) + 1}"


def _write_finding(
    pen: Pen, row: int, number: int, finding: Finding, file: str, widths: Sequence[float]
) -> None:
    place = finding.location
    texts = (
        finding.severity.value,
        place.unit_code,
        place.unit_name,
        file,
        place.sheet,
        place.cell,
        subject(finding),
        finding.message,
        finding.value,
        finding.expected,
        finding.amount_unit,
        finding.basis,
        finding.fix,
        finding.code,
        *([finding.status.value] if finding.status else []),
        finding.exempt,
    )
    pen.write(row, _NUMBER, number, CENTRE)
    for column, text in enumerate(texts[: len(widths) - 1], start=2):
        if column == _SEVERITY:
            pen.write(row, column, text, SEVERITY[finding.severity])
        elif column in (_VALUE, _EXPECTED):
            pen.write_printed(row, column, text)
        else:
            pen.write(row, column, text, CENTRE if column in _CENTRED else TEXT)
    fit_height(pen.sheet, row, zip(texts, widths[1:], strict=False))


def _link(pen: Pen, row: int, finding: Finding, file: str, target: str) -> None:
    if not target:
        return
    place = finding.location
    column, text = (_CELL, place.cell) if place.cell else (_FILE, file)
    cell = pen.write(row, column, text, LINK)
    location = cell_target(place) or None
    cell.hyperlink = Hyperlink(ref="", target=target, location=location, tooltip="打开文件并定位到这个单元格")
