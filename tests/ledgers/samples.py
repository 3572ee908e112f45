"""A small right ledger as plain tables, and the writers that bring it to each kind of source."""

import csv
import sqlite3
from pathlib import Path

from openpyxl import Workbook

from xlperf.declarations.profile import load_profile
from xlperf.ledgers.layout import load_layout

Table = list[list[object]]
Tables = dict[str, Table]

UNITS = [
    {
        "单位编码": "001",
        "单位名称": "青禾镇人民政府",
        "主管部门": "财政局",
        "编制数": 29,
        "在职人数": 27,
        "填表人": "甲",
        "填报日期": "2025.3.1",
        "联系电话": "0730-1",
        "预期目标": "完成年度任务",
        "实际完成情况": "已完成",
    },
    {"单位编码": "A-2", "单位名称": "白鹭小学", "编制数": 12, "在职人数": 12},
]
AMOUNTS = [
    {
        "单位编码": "001",
        "公车购置·上年决算数": 0,
        "公车运行·上年决算数": 3.93,
        "公车运行·本年预算数": 3.58,
        "公用经费·上年决算数": 137.98,
        "公用经费·本年预算数": 171.02,
        "公用经费·本年决算数": 171.02,
        "业务工作经费·本年决算数": 132.98,
        "年度资金总额·年初预算数": 631.39,
        "年度资金总额·全年预算数": 1203.5,
        "年度资金总额·全年执行数": 1203.5,
        "支出·项目支出": 616.73,
    },
    {"单位编码": "A-2", "公用经费·本年决算数": 20, "年度资金总额·全年执行数": 88.8},
]
PROJECTS = [
    {
        "单位编码": "001",
        "项目编号": "10",
        "项目名称": "公共机构节能",
        "主管部门": "市直单位",
        "实施单位": "后勤中心",
        "财政拨款·年初预算数": 17,
        "财政拨款·全年预算数": 17,
        "财政拨款·全年执行数": 16.98,
    },
    {"单位编码": "001", "项目编号": "2", "项目名称": "公车管理", "财政拨款·全年预算数": 40},
]
INDICATORS = [
    {
        "单位编码": "001",
        "一级指标": "产出指标（50分）",
        "二级指标": "数量指标",
        "三级指标": "会议",
        "年度指标值": "≥30次",
        "实际完成值": "33次",
        "分值": 5,
        "得分": 5,
    },
    {
        "单位编码": "001",
        "一级指标": "产出指标",
        "二级指标": "数量指标",
        "三级指标": "调研",
        "年度指标值": "=100%",
        "实际完成值": "95%",
        "分值": 5,
        "得分": 4.75,
        "偏差原因": "天气",
    },
    {
        "单位编码": "001",
        "项目编号": "10",
        "一级指标": "效益指标",
        "三级指标": "节能",
        "年度指标值": "显著",
        "实际完成值": "显著",
        "分值": 10,
        "得分": 10,
    },
    {"单位编码": "A-2", "一级指标": "满意度指标", "三级指标": "满意度", "年度指标值": "≥90%", "分值": 10},
]
FUNDS = [
    {"单位编码": "001", "专项名称": "防汛", "上年决算数": 1.5, "本年预算数": 2, "本年决算数": 2},
    {"单位编码": "001", "专项名称": "道路", "上年决算数": None, "本年预算数": 0.01, "本年决算数": 0},
]


def right_tables() -> Tables:
    """Sheet → head row and data rows, with every declared column."""
    layout = load_layout(load_profile("hunan-yueyang-2024"))
    content = {"单位": UNITS, "支出": AMOUNTS, "项目": PROJECTS, "指标": INDICATORS, "专项资金": FUNDS}
    return {
        name: [list(sheet.columns), *([row.get(head) for head in sheet.columns] for row in content[name])]
        for name, sheet in layout.sheets.items()
    }


def column(table: Table, head: str) -> int:
    return table[0].index(head)


def set_cell(tables: Tables, sheet: str, row: int, head: str, value: object) -> None:
    """Change a data row (0-based) of a table."""
    tables[sheet][row + 1][column(tables[sheet], head)] = value


def drop_column(tables: Tables, sheet: str, head: str) -> None:
    index = column(tables[sheet], head)
    for row in tables[sheet]:
        del row[index]


def rename(tables: Tables, sheet: str, old: str, new: str) -> None:
    tables[sheet][0][column(tables[sheet], old)] = new


def write_xlsx(tables: Tables, path: Path) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        page = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for index, value in enumerate(row, 1):
                if value is not None:
                    cell = page.cell(number, index, value)
                    if isinstance(value, str):
                        cell.data_type = "s"
    book.save(path)
    return path


def write_csv(tables: Tables, folder: Path, encoding: str) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return folder


def write_sqlite(tables: Tables, path: Path) -> str:
    with sqlite3.connect(path) as connection:
        for name, (headings, *rows) in tables.items():
            columns = ", ".join(f'"{head}"' for head in headings)
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
            marks = ", ".join("?" * len(headings))
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
    return f"sqlite:///{path}"
