"""What was read of a foreign page and not used is reported, and so is a unit that nothing names."""

import openpyxl

from tests.checks.test_head_and_rows import ROWS
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.jobs.check import check


def findings(tmp_path, rows, code, name="自评表.xlsx"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / name
    book.save(path)
    return [found for found in unfolded(check_file(path).findings) if found.code == code]


def test_texts_of_a_column_that_no_form_has_are_reported_once_a_sheet(tmp_path):
    rows = [
        [*row, text] for row, text in zip(ROWS, [""] * 6 + ["备注", "附验收单", "附问卷", ""], strict=True)
    ]
    [found] = findings(tmp_path, rows, "C326")
    assert found.severity.english == "note"
    assert "附验收单" in found.message
    assert "附问卷" in found.message
    assert findings(tmp_path, ROWS, "C326") == []


def test_numbers_of_rows_are_no_values_that_were_lost(tmp_path):
    numbers = ["", "", "", "", "", "", "序号", 1, 2, ""]
    numbered = [[*row[:8], number] for row, number in zip(ROWS, numbers, strict=True)]
    numbered[2][1] = 92
    assert findings(tmp_path, numbered, "C320") == []


def test_a_form_far_from_the_first_cell_of_a_sheet_is_reported(tmp_path):
    rows = [["附件3"], *[[]] * 4000, *ROWS]
    [found] = findings(tmp_path, rows, "F138")
    assert (found.location.sheet, found.location.cell) == ("Sheet", "A4002")


def test_a_unit_that_nothing_names_is_guessed_by_the_file(tmp_path):
    assert findings(tmp_path, ROWS, "F137") == []
    rows = [ROWS[0], ["项目名称", "节能改造"], *ROWS[2:]]
    [found] = findings(tmp_path, rows, "F137")
    assert "按文件名推断为“自评表”" in found.message
    assert findings(tmp_path, rows, "F137", "101001_甲市水利局.xlsx") == []
    assert findings(tmp_path, [*rows[:1], ["填报单位：甲市水利局"], *rows[1:]], "F137") == []


def test_projects_of_one_unit_are_not_filed_twice(tmp_path):
    for number in (1, 2):
        rows = [list(row) for row in ROWS]
        rows[1][1], rows[4][2] = f"改造{number}", 80 + number
        findings(tmp_path, rows, "F137", f"项目{number}.xlsx")
        findings(tmp_path, [rows[0], ["填报单位：甲市水利局"], *rows[1:]], "F137", f"填报{number}.xlsx")
    assert [found.code for found in unfolded(check([tmp_path]).findings) if found.code == "D902"] == []
