"""A year of three units that file and one that does not, by the commands that people type: from the blank
ledger to next year's filings, checked against this year's. Every expected figure is added up by hand.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl

from tests.acceptance.district import (
    MUSIC,
    PAPERS,
    ROADS,
    UNITS,
    WOODS,
    Made,
    complete_report,
    fill_ledger,
    next_year,
)
from tests.engines import stored_values
from tests.received import good as g
from tests.season import season_files as s
from xlperf.cli import run
from xlperf.core.paths import schemas_dir
from xlperf.declarations.form_layout import place

FILED = (ROADS, WOODS, PAPERS)
WHY = "机构改革划转3人，编制批复在途，见编办函。"
SCORE = place(g.PROFILE.forms["整体"], {"指标": 9}).column_cell("指标", 0, "得分")
"""Of the nine rows the first: 12.5 points of 12.5."""
PROGRAM = (
    "import json, sys; from xlperf.cli import run; print([run(words) for words in json.loads(sys.argv[1])])"
)


WITHOUT_WORKERS = {"new", "start", "accept", "register", "remind"}


def call(*words: str, status: int = 0) -> None:
    workers = () if WITHOUT_WORKERS & {*words[:2]} else ("--workers", "1")
    assert run([*words, *workers]) == status


def put(inbox: str, unit: Made, *files: Path) -> None:
    home = Path(inbox, unit.title)
    home.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, home)


def own_files(unit: Made) -> tuple[Path, Path]:
    return Path("附件表", f"{unit.title}.xlsx"), Path("报告", f"{unit.title}_整体支出绩效自评报告.docx")


def rows(path: str, sheet: str = "", top: int = 0) -> list[dict[str, object]]:
    """The rows of a list below its headings."""
    book = openpyxl.load_workbook(path)
    found = list((book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True))
    return [dict(zip(found[top], row, strict=True)) for row in found[top + 1 :]]


def figures(path: str, sheet: str, first: str, second: str) -> dict[object, object]:
    """The values of column ``second`` by those of column ``first``, as saved in the file."""
    cells = {at: value for (title, at), value in stored_values(Path(path)).items() if title == sheet}
    return {cells[at]: cells.get(f"{second}{at[1:]}") for at in cells if at[0] == first and at[1:].isdigit()}


def file_and_spoil() -> None:
    """All fill in workbook and report from the ledger; one then types 13 points over 12.5."""
    call("new", "岳阳市", "--ledger", "-o", "台账.xlsx")
    fill_ledger(Path("台账.xlsx"), UNITS)
    call("fill", "台账.xlsx", "-o", "附件表")
    call("report", "台账.xlsx", "-o", "报告")
    for report in Path("报告").iterdir():
        complete_report(report)
    for unit, inbox in ((ROADS, "第一批"), (WOODS, "第一批"), (PAPERS, "第二批")):
        put(inbox, unit, *own_files(unit))
    path = Path("第一批", WOODS.title, f"{WOODS.title}.xlsx")
    path.write_bytes(g.edited({g.OVERALL: g.number(SCORE, 13)}, workbook=path.read_bytes()))


def check_and_return() -> None:
    """Two are in time, one comes three workdays late; two are accepted, one goes back."""
    call("rounds", "start", "季.db", "--ledger", "台账.xlsx", "--due", "2025-07-15", "--on", "2025-06-20")
    call("rounds", "receive", "季.db", "第一批", "--on", "2025-07-14")
    call("rounds", "receive", "季.db", "第二批", "--on", "2025-07-18")
    call("rounds", "check", "季.db", "-o", "问题清单.xlsx", "--on", "2025-07-18", status=1)
    wrong = [row for row in rows("问题清单.xlsx", "问题清单") if row["严重程度"] in {"错误", "警告"}]
    assert {row["单位名称"] for row in wrong} == {WOODS.name}
    assert any("13" in str(row["问题"]) and "12.5" in str(row["问题"]) for row in wrong)
    assert any("超编 3 人" in str(row["问题"]) for row in wrong)
    call("rounds", "accept", "季.db", "--on", "2025-07-18")
    call("rounds", "return", "季.db", "-o", "退回", "--due", "2025-07-25", "--on", "2025-07-18")
    assert [path.name for path in Path("退回").iterdir()] == [WOODS.title]


def answer_and_accept() -> None:
    """The unit mends the points in the copy that it got back and says in it, and of its report in the letter,
    why it has three people too many; it sends the copy, the letter and its report.
    """
    (copy,) = Path("退回").rglob("*.xlsx")
    mended = g.edited({g.OVERALL: g.number(SCORE, 12.5)}, workbook=copy.read_bytes())
    put("第三批", WOODS, own_files(WOODS)[1])
    Path("第三批", WOODS.title, copy.name).write_bytes(s.answered(mended, WHY))
    letter = copy.with_name("退回通知.docx")
    Path("第三批", WOODS.title, letter.name).write_bytes(s.answered_letter(letter, WHY))
    call("rounds", "receive", "季.db", "第三批", "--on", "2025-07-22")
    call("rounds", "check", "季.db", "--on", "2025-07-22")
    call("rounds", "accept", "季.db", "--on", "2025-07-22")
    call("rounds", "register", "季.db", "-o", "报送登记.xlsx")
    states = {row["编码"]: (row["状态"], row["报送次数"]) for row in rows("报送登记.xlsx", "登记", top=2)}
    once, twice, never = ("已签收", 1), ("已签收", 2), ("未报", 0)
    assert states == {"101": once, "102": twice, "103": once, "104": never}
    explained = [row for row in rows("报送登记.xlsx", "问题") if row["问题状态"] == "已说明"]
    assert {(row["编码"], row["单位说明"]) for row in explained} == {("102", WHY)}
    call("rounds", "remind", "季.db", "-o", "催报名单.xlsx", "--on", "2025-07-22")
    assert [(row["编码"], row["时间"]) for row in rows("催报名单.xlsx", top=2)] == [
        ("104", "逾期 5 个工作日")
    ]
    call("rounds", "latest", "季.db", "-o", "收齐")
    assert {path.parent.name for path in Path("收齐").rglob("*.docx")} == {unit.title for unit in FILED}


def grade_all() -> None:
    """Filed 14 and 18 July, published 30 July, 1 August, 28 July; a person judges problems and measures."""
    lines = ("单位编码,公开日期", "101,2025-07-30", "102,2025-08-01", "103,2025-07-28")
    Path("公开.csv").write_text("\n".join(lines), "utf-8")
    deadlines = ("--deadline", "线上报送=2025-07-15", "--deadline", "公开=2025-07-30")
    words = ("grade", "收齐", "--rounds", "季.db", "--dates", "公开.csv", *deadlines, "-o", "评分")
    call(*words)
    for unit, judged in ((ROADS, (18, 17)), (WOODS, (20, 19)), (PAPERS, (15, 16))):
        path = Path("评分", f"{unit.title}_考核评分表.xlsx")
        book = openpyxl.load_workbook(path)
        book["考核评分表"]["E11"], book["考核评分表"]["E12"] = judged
        book.save(path)
    call(*words, "--resume")
    summary = "评分/考核评分汇总.xlsx"
    totals = {
        WOODS.name: 10 + 8 + 30 + 10 + 39,  # 31 July and 1 August are two workdays
        ROADS.name: 10 + 10 + 30 + 10 + 35,
        PAPERS.name: 7 + 10 + 30 + 10 + 31,  # 16, 17 and 18 July are three
    }
    assert {name: figures(summary, "评分汇总", "C", "G")[name] for name in totals} == totals
    ranks = figures(summary, "评分汇总", "C", "A")
    assert [ranks[name] for name in (*totals, MUSIC.name)] == [1, 2, 3, "未收到"]
    document = docx.Document(f"评分/{PAPERS.title}_考核评分表.docx")
    scores = [row.cells[4].text for row in document.tables[0].rows]
    assert scores[1:] == ["7", "10", "10", "10", "10", "10", "15", "16", "88"]


def roll_up() -> None:
    call("rollup", "收齐", "--ledger", "台账.xlsx", "-o", "汇总.xlsx", "-o", "汇总.html")
    totals = figures("汇总.xlsx", "总览", "A", "B")
    assert totals["全年（调整后）预算数"] == 1000 + 1500 + 500
    assert totals["全年执行数"] == 980 + 1485 + 490
    assert totals["预算执行率"] == 0.985  # 2955 of 3000
    assert totals["三公经费控制率"] == 0.75  # 6 + 5 + 1 of 8 + 6 + 2
    assert totals["在职人员控制率"] == 1.05  # 63 of 60
    assert MUSIC.name in Path("汇总.html").read_text("utf-8")
    call("report", "收齐", "-o", "全区报告", "--summary", "--ledger", "台账.xlsx")
    (report,) = Path("全区报告").iterdir()
    text = "".join(paragraph.text for paragraph in docx.Document(str(report)).paragraphs)
    assert "全年预算合计3000万元，全年执行合计2955万元，总的预算执行率98.5%" in text
    assert f"没有报送的1家：{MUSIC.name}" in text


def outside(*commands: Sequence[str]) -> None:
    """Run commands in a process that has the forms of next year, too: this year's with another number."""
    schemas = Path("声明")
    if not schemas.exists():
        shutil.copytree(schemas_dir(), schemas)
        place = "湖南省岳阳市"
        declared = {"id": "hunan-yueyang-2025", "extends": g.PROFILE.id, "name": f"{place} 2025 年度"}
        declared |= {"place": place, "year": 2025, "sources": ["通知"]}
        (schemas / "profiles" / "hunan-yueyang-2025.json").write_text(json.dumps(declared), "utf-8")
    environment = {
        **os.environ,
        "XLPERF_SCHEMAS": str(schemas.resolve()),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    words = [sys.executable, "-c", PROGRAM, json.dumps(commands)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str([0] * len(commands)), done.stdout + done.stderr


def next_year_begins() -> None:
    """Nothing is typed again, not even what one unit leaves blank; another changes a figure of last year."""
    ledger = Path("下年台账.xlsx")
    outside(["new", "岳阳市 2025", "--ledger", "--from", "收齐", "-o", str(ledger)])
    (roads, *others) = rows(str(ledger), "支出")
    assert [roads[f"{item}·上年决算数"] for item in ("接待", "公用经费", "业务工作经费")] == [6, 152, 98]
    assert [row["单位编码"] for row in others] == ["102", "103"]
    assert [row["编制数"] for row in rows(str(ledger), "单位")] == [20, 30, 10]
    assert len(rows(str(ledger), "项目")) == 3
    assert len(rows(str(ledger), "指标")) == 3 * 2 * 9
    fill_ledger(ledger, [next_year(unit) for unit in FILED], only_blank=True)
    book = openpyxl.load_workbook(ledger)
    headings = [cell.value for cell in book["支出"][1]]
    book["支出"].cell(2, headings.index("接待·上年决算数") + 1).value = 9
    (posts,) = (cell.column for cell in book["单位"][1] if cell.value == "编制数")
    book["单位"].cell(4, posts).value = None
    book.save(ledger)
    outside(
        ["fill", str(ledger), "--from", "收齐", "-o", "下年附件表"],
        [
            "check",
            "下年附件表",
            "--last-year",
            "收齐",
            "--select",
            "Y",
            "-o",
            "下年问题.json",
            "--workers",
            "1",
        ],
    )
    papers = openpyxl.load_workbook(f"下年附件表/{PAPERS.title}.xlsx")["基础数据表"]
    assert papers[g.address("基础", "编制数")].value == 10
    found = json.loads(Path("下年问题.json").read_text("utf-8"))["findings"]
    assert {(each["code"], each["unit_code"], each["value"], each["expected"]) for each in found} == {
        ("Y101", "101", "9.00", "6.00")
    }


def test_a_year_from_the_blank_ledger_to_the_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file_and_spoil()
    check_and_return()
    answer_and_accept()
    grade_all()
    roll_up()
    next_year_begins()
