"""What people do to a working copy in a spreadsheet program: insert rows, add and rename sheets."""

import re
from collections.abc import Callable
from functools import reduce
from pathlib import Path

import openpyxl
import pytest

from tests.engines import formualizer_values
from tests.workbooks.filings import filing
from tests.workbooks.working.books import DIRECTORY, SCORE, Cells, lines, whole, write, wrong
from xlperf.declarations.form_layout import place
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing

PROFILE = load_profile("hunan-yueyang-2024")
TITLES = {"整体": "整体支出绩效自评表", "项目": "项目支出绩效自评表1"}
FIRST = {alias: place(PROFILE.forms[alias]).spans["指标"][0] for alias in TITLES}
ROWS = 5


def inserted(title: str, row: int) -> Callable[[str], str]:
    """What inserting a row above ``row`` of a sheet does to a formula."""
    pattern = re.compile(rf"('{title}'!)((?:\$[A-Z]+\$\d+:?)+)")

    def shift(found: re.Match[str]) -> str:
        number = int(found[2])
        return f"{found[1]}{number + (number >= row)}"

    def edit(formula: str) -> str:
        return pattern.sub(lambda area: area[1] + re.sub(r"(\$[A-Z]+\$)(\d+)", shift, area[2]), formula)

    return edit


def recalculated(unit: Filing, planned_for: Filing, path: Path, edit: Callable[[str], str] = str) -> Cells:
    write(unit, PROFILE, path, planned_for, edit)
    return formualizer_values(path)


@pytest.mark.parametrize("alias", ["整体", "项目"])
def test_a_row_inserted_in_the_block_is_judged_and_counted(alias, tmp_path):
    before, after = (whole(filing(PROFILE, rows=ROWS), PROFILE) for _ in range(2))
    record = after.of(alias)[0]
    new = {**record.tables["指标"][1], "三级指标": "新加的指标", "分值": 4.0, "得分": 5.0}
    record.tables["指标"].insert(2, new)
    cells = recalculated(after, before, tmp_path / "unit.xlsx", inserted(TITLES[alias], FIRST[alias] + 2))
    found = {(line["代码"], line["表"], line["单元格"]): line for line in wrong(cells)}
    assert found["S604", TITLES[alias], f"H{FIRST[alias] + 2}"]["说明"].startswith("“新加的指标”得 5 分")
    last = [line for line in lines(cells) if line["代码"] == "S604" and line["表"] == TITLES[alias]]
    assert [line["结论"] for line in last][ROWS:] == ["正常", "", "", "", ""]
    sums = [at for (sheet, at), value in cells.items() if sheet == SCORE and value == "产出指标"]
    totals = [cells.get((SCORE, f"D{at[1:]}")) for at in sums]
    assert 3 * 2.5 + 4.0 in totals
    assert not [
        at
        for (sheet, at), value in cells.items()
        if sheet == DIRECTORY and at[0] == "E" and at != "E3" and value
    ]


def test_more_rows_than_the_helper_sheets_have(tmp_path):
    before = whole(filing(PROFILE, rows=ROWS), PROFILE)
    after = whole(filing(PROFILE, rows=ROWS + 6), PROFILE)
    edit = inserted(TITLES["项目"], FIRST["项目"] + 2)

    def six_times(text: str) -> str:
        return reduce(lambda line, _: edit(line), range(6), text)

    cells = recalculated(after, before, tmp_path / "unit.xlsx", six_times)
    assert cells[DIRECTORY, "E6"] == "“绩效指标”超过 10 行，超出的各行没有逐行校验；"
    assert cells["校验", "A6"].endswith(cells[DIRECTORY, "E6"])


def test_a_row_outside_the_block(tmp_path):
    before, after = (whole(filing(PROFILE, rows=rows), PROFILE) for rows in (ROWS, ROWS + 1))
    edit = inserted(TITLES["项目"], FIRST["项目"] + ROWS)
    cells = recalculated(after, before, tmp_path / "unit.xlsx", edit)
    assert "末行之下插入了行" in cells[DIRECTORY, "E6"]
    assert cells[DIRECTORY, "E6"] in cells["校验", "A6"]


def test_a_copied_sheet_is_reported_until_it_is_listed(tmp_path):
    unit, path = whole(filing(PROFILE, rows=ROWS), PROFILE), tmp_path / "unit.xlsx"
    write(unit, PROFILE, path)
    book = openpyxl.load_workbook(path)
    copy = book.create_sheet("新项目")
    copy["B4"], copy["F6"] = "乙专项", 20.0
    book.save(path)
    assert "不在“目录”中" in formualizer_values(path)["校验", "A5"]
    page = book[DIRECTORY]
    headings = {cell.value: cell.column_letter for cell in page[3]}
    name = next(letter for text, letter in headings.items() if text.endswith("名称"))
    page["B7"], page[f"{name}7"] = "新项目", "='新项目'!$B$4"
    amount = next(letter for text, letter in headings.items() if text.endswith("全年执行数"))
    page[f"{amount}7"] = "='新项目'!$F$6"
    book.save(path)
    cells = formualizer_values(path)
    assert not cells.get(("校验", "A5"))
    line = next(shown_line for shown_line in lines(cells) if shown_line["代码"] == "X801")
    assert line["应为"] == "75.50"  # 55.5 of the first project, 20 of the copied sheet


def test_a_renamed_sheet_is_reported_and_still_judged(tmp_path):
    unit, path = whole(filing(PROFILE, rows=ROWS), PROFILE), tmp_path / "unit.xlsx"
    write(unit, PROFILE, path, edit=lambda text: text.replace(f"'{TITLES['项目']}'!", "'会议费'!"))
    book = openpyxl.load_workbook(path)
    names = book[TITLES["项目"]].defined_names
    for name in names.values():
        name.attr_text = name.attr_text.replace(TITLES["项目"], "会议费")
    book[TITLES["项目"]].title = "会议费"
    book.save(path)
    cells = formualizer_values(path)
    assert cells[DIRECTORY, "E6"].startswith("没有叫这个名称的工作表")
    assert [line for line in wrong(cells) if line["表"] == TITLES["项目"]]


def test_programs_that_cannot_count_sheets_say_nothing_of_them(tmp_path):
    unit, path = whole(filing(PROFILE, rows=ROWS), PROFILE), tmp_path / "unit.xlsx"
    write(unit, PROFILE, path, edit=lambda text: re.sub(r"_xlfn\.SHEETS?\([^()]*\)", "NA()", text))
    cells = formualizer_values(path)
    states = [cells.get((DIRECTORY, f"{letter}{row}")) for letter in "DE" for row in range(4, 12)]
    assert not any(states)
    assert not cells.get(("校验", "A5"))
    assert not cells.get(("校验", "A6"))
    assert wrong(cells)
