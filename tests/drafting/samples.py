"""Official blank attachments for the tests: of our profiles in several formats, and another province's."""

import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake import wordfiles as w
from xlperf.declarations.profile import load_profile
from xlperf.workbooks.workbook_writer import new_bytes

ELSEWHERE = {
    "A1:H1": "附表7",
    "A2:H2": "2025年度省级支持事项自评情况表",
    "A3:B3": "事项名称",
    "C3:H3": None,
    "A4:B4": "承担单位",
    "C4:D4": None,
    "E4:F4": "建成日期",
    "G4:H4": None,
    "A5:A8": "资金情况\n（万元）",
    "B5:C5": None,
    "D5": "预算数（A）",
    "E5": "执行数（B）",
    "F5": "执行率（B/A）",
    "G5": "权重",
    "H5": "自评得分",
    "B6:C6": "资金总额",
    "G6": 20,
    "B7:C7": "其中：省级资金",
    "B8:C8": "自筹资金",
    "A9:A17": "指标情况",
    "B9": "一级指标",
    "C9": "二级指标",
    "D9": "三级指标",
    "E9": "指标值",
    "F9": "完成值",
    "G9": "权重",
    "H9": "自评得分",
    "B10:B13": "产出指标\n(45分)",
    "C10:C11": "数量指标",
    "C12": "质量指标",
    "C13": "时效指标",
    "B14:B16": "效益指标\n(25分)",
    "C14": "社会效益指标",
    "C15": "生态效益指标",
    "C16": "可持续影响指标",
    "B17": "满意度指标\n(10分)",
    "C17": "服务对象满意度指标",
    "A18:F18": "合计",
    "A19": "序号",
    "B19:E19": "存在问题",
    "F19:H19": "整改措施",
    "A20": 1,
    "B20:E20": None,
    "F20:H20": None,
    "A21": 2,
    "B21:E21": None,
    "F21:H21": None,
    "A22": "……",
    "B22:E22": None,
    "F22:H22": None,
    "A23:H23": "填表人：        联系电话：        填表日期：        负责人签字：",
}
"""A form of our own invention: address or merged area → text."""


def write(path: Path, *forms: Mapping[str, object]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, cells in enumerate(forms, 1):
        sheet = book.create_sheet(f"附表{number}")
        for area, text in cells.items():
            sheet[area.partition(":")[0]] = text
            if ":" in area:
                sheet.merge_cells(area)
    book.save(path)
    return path


@cache
def _blank(profile: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(new_bytes(load_profile(profile), plain=True)))


def official(profile: str) -> openpyxl.Workbook:
    """The blank of a profile as a bureau would send it: no formulas, no names, no seal."""
    blank = _blank(profile)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in blank:
        copy = book.create_sheet(sheet.title)
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            if not str(cell.value).startswith("="):
                copy[cell.coordinate] = cell.value
        for area in sheet.merged_cells.ranges:
            copy.merge_cells(str(area))
        for letter, column in sheet.column_dimensions.items():
            copy.column_dimensions[letter].width = column.width
    return book


def document(book: openpyxl.Workbook) -> bytes:
    """The forms of ``book`` as tables of one Word document, their titles as paragraphs."""
    blocks = []
    for sheet in book:
        headings, rows = w.of_sheet(sheet)
        blocks += [*headings, w.table(rows, [1500] * sheet.max_column), w.paragraph("")]
    return w.document(*blocks)


def texts(sheets: Sequence[Worksheet]) -> list[dict[str, str]]:
    """Of each sheet: address → what it shows, blanks and line breaks aside."""
    return [
        {
            cell.coordinate: "".join(str(cell.value).split())
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None and not str(cell.value).startswith("=")
        }
        for sheet in sheets
    ]


def merges(sheets: Sequence[Worksheet]) -> list[set[str]]:
    return [{str(area) for area in sheet.merged_cells.ranges} for sheet in sheets]


def insert_row(sheet: Worksheet, at: int, cells: Mapping[str, object]) -> None:
    """A new row ``at``; ``cells`` maps areas to texts. Merges below move, those around grow."""
    areas = [(a.min_col, a.min_row, a.max_col, a.max_row) for a in sheet.merged_cells.ranges]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    sheet.insert_rows(at)
    for left, top, right, bottom in areas:
        sheet.merge_cells(
            start_row=top + (top >= at), end_row=bottom + (bottom >= at), start_column=left, end_column=right
        )
    for area, text in cells.items():
        sheet[area.partition(":")[0]] = text
        if ":" in area:
            sheet.merge_cells(area)


def delete_row(sheet: Worksheet, at: int) -> None:
    areas = [(a.min_col, a.min_row, a.max_col, a.max_row) for a in sheet.merged_cells.ranges]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    sheet.delete_rows(at)
    for left, top, right, bottom in areas:
        if not top == bottom == at:
            sheet.merge_cells(
                start_row=top - (top > at),
                end_row=bottom - (bottom >= at),
                start_column=left,
                end_column=right,
            )
