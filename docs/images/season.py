"""A made-up season for the pictures: reports as units finish them, days of a table, what a person grades.

``python docs/images/season.py finish REPORTS | days TABLE.csv LEDGER | grade FOLDER | foreign FILE.xlsx |
district FOLDER``
"""

import csv
import sys
from pathlib import Path

import docx
import openpyxl

from tests.finishing.rollup import district as made
from tests.layouts import sheets
from tests.layouts.pages import documents
from xlperf.declarations.records import Filing

PROMPT = "【请填写"
TEXTS = {
    "问题，每个问题": [
        "一是年初预算编制不够细，部分项目年中才明确支出内容；二是资产盘点不及时，账实核对滞后；"
        "三是政府采购计划与预算衔接不够，原因是业务科室提报需求偏晚。",
        "一是绩效指标设得偏低，量化不够，原因是对项目产出测算不足；二是预算执行前松后紧。",
        "主要是经费不足。",
    ],
    "改进措施、由谁": [
        "一是由财务室牵头，每年九月前与业务科室逐项测算下年预算；二是每季度末盘点资产并核对账目；"
        "三是采购需求随预算一并提报。",
        "一是细化预算编制，提高指标的可衡量性；二是按月通报执行进度。",
        "请求加大资金投入。",
    ],
}
OTHER = "按职责分工完成各项任务，资金按进度使用，管理规范。"
DAYS = [("2025-07-14", "2025-07-29"), ("2025-07-18", "2025-07-30"), ("2025-07-15", "2025-08-04")]
GRADES = [
    (18, "资产管理的原因分析不够具体"),
    (16, "问题归纳不够全面，没有写到资产、采购"),
    (8, "只提出经费不足"),
]
MEASURES = [(19, "工作建议可以再具体"), (17, "措施没有与问题一一对应"), (6, "只提出加大资金投入")]
ISSUES_ROW, MEASURES_ROW = 11, 12
GRADE, REASON = "E", "F"
RATE, WRONG_RATE, HEIGHT = 0.95, 0.93, 30
UNITS = 40
SPENT = {1: 0.92, 3: 0.86, 4: 0.97, 6: 0.74}
"""Last digit to base eight of a unit's number → what it spends of its budget."""


def kind_of(number: int) -> int:
    """How a unit writes and sends: most well, some late, few with next to nothing."""
    return 2 if number % 9 == 4 else number % 2


def finish(folder: Path) -> None:
    """Write sentences where reports ask for them."""
    for number, path in enumerate(sorted(folder.glob("*.docx"))):
        report = docx.Document(str(path))
        for paragraph in report.paragraphs:
            if PROMPT in paragraph.text:
                chosen = [texts for key, texts in TEXTS.items() if key in paragraph.text]
                paragraph.text = chosen[0][kind_of(number)] if chosen else OTHER
        report.save(str(path))


def days(table: Path, ledger: Path) -> None:
    """Write when each unit of the ledger sent and published."""
    units = openpyxl.load_workbook(ledger, read_only=True)["单位"].iter_rows(min_row=2, values_only=True)
    with table.open("w", encoding="utf-8-sig", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["单位编码", "报送日期", "公开日期"])
        lines.writerows(
            [row[0], *DAYS[kind_of(number) if number % 5 else 2]] for number, row in enumerate(units)
        )


def grade(folder: Path) -> None:
    """Enter what a person grades, in all tables but the last two."""
    for number, path in enumerate(sorted(folder.glob("[0-9]*.xlsx"))[:-2]):
        book = openpyxl.load_workbook(path)
        for row, entries in ((ISSUES_ROW, GRADES), (MEASURES_ROW, MEASURES)):
            points, reason = entries[kind_of(number)]
            book.worksheets[0][f"{GRADE}{row}"], book.worksheets[0][f"{REASON}{row}"] = points, reason
        book.save(path)


def foreign(path: Path) -> None:
    """Draw a project form of another place on one page, with a rate that is wrong."""
    sheets.write(next(document for document in documents() if document.number == "86"), path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    rate = next(cell for row in sheet.iter_rows() for cell in row if cell.value in (RATE, f"{RATE:.0%}"))
    rate.value = WRONG_RATE if rate.value == RATE else f"{WRONG_RATE:.0%}"
    for row in range(1, sheet.max_row + 1):
        sheet.row_dimensions[row].height = HEIGHT
    sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage = "landscape", True
    book.save(path)


def district(folder: Path) -> None:
    """Write the workbooks of forty units, some with low scores, little spent, too many people."""
    units = made.filings(UNITS)
    changes: dict[int, made.Change] = {}
    for number in range(UNITS):
        if share := SPENT.get(number % 8):
            changes[number] = lambda filing, share=share: spend(filing, share)
    changes |= dict.fromkeys((5, 14, 27), made.over_staffed) | dict.fromkeys((7, 23), made.over_budget)
    changes |= dict.fromkeys((9, 21, 33), made.scored_low) | {36: made.in_yuan}
    made.write(folder, units, changes)


def spend(filing: Filing, share: float) -> None:
    """Spend a share of the budget, and get so many of the points for it and for the first indicators."""
    record = filing.of("整体")[0]
    record.fields["年度资金总额_全年执行数"] = round(record.fields["年度资金总额_全年预算数"] * share, 2)
    for row in record.tables["指标"][: round(20 * (1 - share))]:
        row["得分"] = round(row["得分"] * share, 1)


if __name__ == "__main__":
    job, *places = sys.argv[1:]
    {"finish": finish, "days": days, "grade": grade, "foreign": foreign, "district": district}[job](
        *map(Path, places)
    )
