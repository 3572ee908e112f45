"""Grading a folder: tables in Excel and Word, totals in three engines, a person's entries, the summary."""

import hashlib
import shutil
import zipfile
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pytest

from tests.engines import formualizer_values, libreoffice_values, recalculate, stored_values
from tests.finishing.grading.packages import SECTIONS, UNIT, write_package
from tests.received import good as g
from xlperf.core.errors import InputError, OutputError
from xlperf.finishing.grading.grade import DaySources, grade
from xlperf.finishing.grading.summary_lines import GradedLine, ItemLine, Summary
from xlperf.finishing.grading.summary_workbook import summary_workbook
from xlperf.jobs.journal import Keeping
from xlperf.jobs.packages import PackageReadings
from xlperf.jobs.run_options import RunOptions

CODE = g.filing().unit_code
NAME = f"{CODE}_{UNIT}_考核评分表"
DEADLINES = {"线上报送": date(2025, 7, 15), "公开": date(2025, 7, 30)}


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A package and what grading it gave."""
    folder = tmp_path_factory.mktemp("评过")
    return folder, graded(write_package(folder / "收到"))


@pytest.fixture
def inbox(tmp_path):
    return write_package(tmp_path / "收到")


@pytest.fixture
def inbox_again(once, tmp_path):
    """The package next to the tables that were written for it."""
    shutil.copytree(once[0], tmp_path, dirs_exist_ok=True)
    return tmp_path / "收到"


def dates(path, *lines: str):
    path.write_text("\n".join(("单位名称,报送日期,公开日期", *lines)), "utf-8")
    return path


def graded(inbox, **changes):
    if "days" not in changes:
        table = dates(inbox.parent / "日期.csv", f"{UNIT},2025-07-18,2025-07-30")
        changes["days"] = DaySources(table, deadlines=DEADLINES)
    return grade([inbox], inbox.parent / "评分", **changes)


def cells(path, sheet="考核评分表") -> dict[str, object]:
    return {at: value for (title, at), value in stored_values(path).items() if title == sheet}


def test_the_table_of_a_unit_as_computed(once):
    result, folder = once[1], once[0] / "评分"
    assert {path.name for path in result.files} == {f"{NAME}.xlsx", f"{NAME}.docx"}
    table = cells(folder / f"{NAME}.xlsx")
    assert [table.get(f"E{row}") for row in range(5, 14)] == [7, 10, 10, 10, 10, 10, None, None, 57]
    assert "迟了 3 个工作日，扣3分" in table["F5"]
    assert (result.settled, result.pending) == (0, 1)


def test_three_engines_find_the_same_totals(inbox_again, tmp_path):
    for name in (f"{NAME}.xlsx", "考核评分汇总.xlsx"):
        path = inbox_again.parent / "评分" / name
        stored = stored_values(path)
        formulas = {
            (sheet.title, cell.coordinate)
            for sheet in openpyxl.load_workbook(path).worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        assert formulas
        for engine in (formualizer_values(path), libreoffice_values(path, tmp_path / "重算")):
            for at in formulas:
                mine, theirs = stored.get(at), engine.get(at)
                assert theirs == (pytest.approx(mine) if isinstance(mine, float) else mine) or (
                    mine in (None, "") and theirs in (None, "")
                ), at


def test_the_same_in_word(inbox_again):
    document = docx.Document(inbox_again.parent / "评分" / f"{NAME}.docx")
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["一级标准", "二级标准", "分值", "评分标准", "评分", "扣分理由"]
    assert rows[1][0] == "及时性\n（20分）"
    assert [row[4] for row in rows[1:]] == ["7", "10", "10", "10", "10", "10", "", "", "57"]
    assert UNIT in document.paragraphs[2].text


def write_entries(path, entries: dict[str, object]) -> None:
    book = openpyxl.load_workbook(path)
    for at, value in entries.items():
        book["考核评分表"][at] = value
    book.save(path)


def test_what_a_person_wrote_survives_and_is_never_overwritten(inbox_again):
    path = inbox_again.parent / "评分" / f"{NAME}.xlsx"
    write_entries(path, {"E11": 16, "F11": "原因分析偏少", "E12": 18, "E7": 8, "F7": "缺公章"})
    result = graded(inbox_again)
    table = cells(path)
    assert [table[f"E{row}"] for row in range(5, 14)] == [7, 10, 8, 10, 10, 10, 16, 18, 89]
    assert (table["F11"], table["F7"]) == ("原因分析偏少", "缺公章")
    assert (result.settled, result.pending) == (1, 0)
    assert any("算得 10 分，您填的是 8 分" in said for _, said in result.remarks)
    graded(inbox_again)
    assert cells(path) == table


def test_a_score_that_no_longer_fits_what_was_received_is_named(inbox_again):
    folder = inbox_again.parent / "评分"
    write_entries(folder / f"{NAME}.xlsx", {"E8": 9})
    next(inbox_again.rglob("*.docx")).unlink()
    result = graded(inbox_again)
    assert cells(folder / f"{NAME}.xlsx")["E8"] == 9
    assert any("这次算得 0 分，上次是 10 分" in said for _, said in result.remarks)


@pytest.mark.parametrize(("typed", "said"), [("八分", "不是数字"), (25, "超出 0 至 20 分"), (-1, "超出")])
def test_an_entry_that_is_no_score_stays_and_is_named(inbox_again, typed, said):
    path = inbox_again.parent / "评分" / f"{NAME}.xlsx"
    write_entries(path, {"E11": typed})
    result = graded(inbox_again)
    assert cells(path)["E11"] == typed
    assert any(said in remark for _, remark in result.remarks)
    assert result.pending == 1


def changed(path, change) -> None:
    book = openpyxl.load_workbook(path)
    change(book, book["考核评分表"])
    book.save(path)


def moved_rows(book, table):
    table["E11"], table["F11"], table["E12"] = 16, "原因偏少", 17
    for column in "BCDEF":
        above, below = table[f"{column}11"], table[f"{column}12"]
        above.value, below.value = below.value, above.value


def own_notes(book, table):
    table["E11"], table["E12"], table["G11"] = 16, 17, "复核：张三"


def another_sheet(book, table):
    table["E11"], table["E12"] = 16, 17
    book.create_sheet("抽查")["A1"] = "抽查记录"


@pytest.mark.parametrize("change", [moved_rows, own_notes, another_sheet])
def test_rows_that_were_moved_and_notes_of_a_persons_own(inbox_again, change):
    path = inbox_again.parent / "评分" / f"{NAME}.xlsx"
    changed(path, change)
    before = path.read_bytes()
    result = graded(inbox_again)
    assert [cells(path)[at] for at in ("E11", "E12", "E13")] == [16, 17, 90]
    (kept,) = (file for file in path.parent.iterdir() if "改动过的" in file.name)
    assert kept.read_bytes() == before
    assert [kept.name in said for _, said in result.remarks] == [True]
    again = graded(inbox_again)
    assert (again.remarks, len([*path.parent.iterdir()])) == ([], 4)


def test_a_row_that_is_gone_is_named_and_the_table_kept(inbox_again):
    path = inbox_again.parent / "评分" / f"{NAME}.xlsx"
    changed(path, lambda book, table: table.__setitem__("B11", "问题"))
    result = graded(inbox_again)
    assert ["找不到“反映问题、分析原因全面”一行" in said for _, said in result.remarks] == [True]
    assert any("改动过的" in file.name for file in path.parent.iterdir())


def test_a_table_that_another_program_saved_is_not_taken_for_changed(inbox_again, tmp_path):
    path = inbox_again.parent / "评分" / f"{NAME}.xlsx"
    write_entries(path, {"E11": 16})
    shutil.copy(recalculate(path, tmp_path / "另存"), path)
    assert graded(inbox_again).remarks == []
    assert cells(path)["E11"] == 16


def test_a_table_of_a_unit_that_did_not_come_again_is_named(inbox_again):
    folder = inbox_again.parent / "评分"
    shutil.copy(folder / f"{NAME}.xlsx", folder / "099_别处_考核评分表.xlsx")
    assert [unit for unit, _ in graded(inbox_again).remarks] == ["099_别处_考核评分表.xlsx"]


def test_a_word_file_that_a_person_changed_is_left_alone(inbox_again):
    path = inbox_again.parent / "评分" / f"{NAME}.docx"
    document = docx.Document(path)
    document.add_paragraph("已送领导审阅。")
    document.save(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    result = graded(inbox_again)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert any("改过的 Word" in remark for _, remark in result.remarks)


def test_files_that_are_not_ours_are_left_alone(inbox):
    folder = inbox.parent / "评分"
    folder.mkdir()
    (folder / f"{NAME}.xlsx").write_bytes(g.good())
    result = graded(inbox)
    assert (folder / f"{NAME}.xlsx").read_bytes() == g.good()
    assert any("不是考核评分表" in remark for _, remark in result.remarks)
    (folder / "考核评分汇总.xlsx").write_bytes(g.good())
    with pytest.raises(OutputError, match="已经存在"):
        graded(inbox)


def test_two_packages_of_a_unit_are_named_and_not_graded(inbox):
    for name in ("甲", "乙"):
        with zipfile.ZipFile(inbox / f"{name}.zip", "w") as archive:
            for file in inbox.glob("*/*"):
                archive.write(file, file.relative_to(inbox))
    for file in inbox.glob("*/*"):
        file.unlink()
    result = graded(inbox)
    assert result.files == []
    assert any("2 份报送包" in remark for _, remark in result.remarks)


def test_a_form_that_is_there_twice_and_not_alike_is_named(inbox):
    other = g.edited({g.BASIC: g.number(g.address("基础", "编制数"), 77)})
    next(inbox.rglob("*.xlsx")).with_name("基础数据表.xlsx").write_bytes(other)
    result = graded(inbox)
    assert any("有两份，内容不同" in remark for _, remark in result.remarks)
    assert cells(inbox.parent / "评分" / f"{NAME}.xlsx")["E7"] == 10


def test_an_unreadable_file_is_no_missing_paper(inbox):
    next(inbox.rglob("*.docx")).write_bytes(b"PK\x03\x04 broken")
    result = graded(inbox)
    table = cells(inbox.parent / "评分" / f"{NAME}.xlsx")
    assert table.get("E7") is None
    assert any(found.code.startswith("F") for found in result.findings)


def test_dates_that_are_no_days_units_that_sent_nothing(inbox):
    table = dates(inbox.parent / "日期.csv", f"{UNIT},七月中旬,2025-07-30", "别的单位,2025-07-01,2025-07-02")
    result = graded(inbox, days=DaySources(table, deadlines=DEADLINES))
    said = "\n".join(remark for _, remark in result.remarks)
    assert "看不出是哪一天" in said
    assert "别的单位" in said
    assert cells(inbox.parent / "评分" / f"{NAME}.xlsx").get("E5") is None


def test_two_days_for_one_unit_count_for_neither(inbox):
    table = dates(inbox.parent / "日期.csv", f"{UNIT},2025-07-14,2025-07-30", f"{UNIT},2025-07-18,2025-07-30")
    result = graded(inbox, days=DaySources(table, deadlines=DEADLINES))
    assert any("有两个" in remark for _, remark in result.remarks)
    assert cells(inbox.parent / "评分" / f"{NAME}.xlsx").get("E5") is None


def test_a_table_without_dates_is_refused(inbox):
    path = inbox.parent / "日期.csv"
    path.write_text("姓名,电话\n", "utf-8")
    with pytest.raises(InputError, match="没有认出日期表"):
        graded(inbox, days=DaySources(path))


def test_days_of_the_files_only_when_asked_for(inbox):
    path = inbox.parent / "评分" / f"{NAME}.xlsx"
    graded(inbox, days=DaySources(of_files=True, deadlines={"线上报送": date(2999, 1, 1)}))
    assert cells(path)["E5"] == 10


def test_a_level_of_which_nothing_is_settled_has_no_points_in_the_summary(inbox):
    graded(inbox, days=DaySources())
    listed = cells(inbox.parent / "评分" / "考核评分汇总.xlsx", "评分汇总")
    assert [listed.get(f"{column}{row}") or "" for row in (4, 5) for column in "DE"] == ["", 30, "", 30]


def test_the_summary_ranks_and_lists_every_deduction(inbox_again):
    path = inbox_again.parent / "评分" / "考核评分汇总.xlsx"
    listed = cells(path, "评分汇总")
    assert [listed.get(f"{column}4") for column in "ABCDEFGH"] == ["待评", CODE, UNIT, 17, 30, 10, 57, 40]
    assert any("迟了 3 个工作日" in str(value) for value in cells(path, "扣分明细").values())
    assert sum(value == UNIT for value in cells(path, "待评").values()) == 2
    write_entries(path.with_name(f"{NAME}.xlsx"), {"E11": 20, "E12": 20})
    graded(inbox_again)
    assert cells(path, "评分汇总")["A4"] == 1
    assert cells(path, "分布")["B3"] == 1  # 97 of 100


def test_a_run_goes_on_and_grades_again_only_what_has_changed(inbox, monkeypatch):
    folder = inbox.parent / "评分"
    first = graded(inbox, options=RunOptions(keeping=Keeping(folder, job="grade")))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    graded_units: list[str] = []
    monkeypatch.setattr(PackageReadings, "take", lambda self, group: graded_units.append(group[0].path))
    resumed = RunOptions(keeping=Keeping(folder, goes_on=True, job="grade"))
    again = graded(inbox, options=resumed)
    assert graded_units == []
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert {*again.files} == {*first.files}
    monkeypatch.undo()
    write_entries(folder / f"{NAME}.xlsx", {"E11": 16})
    graded(inbox, options=resumed)
    assert cells(folder / f"{NAME}.xlsx")["E13"] == 57 + 16
    next(inbox.rglob("*.docx")).unlink()
    graded(inbox, options=resumed)
    assert cells(folder / f"{NAME}.xlsx")["E8"] == 0


def test_a_document_written_just_before_a_run_was_killed_is_ours(inbox_again):
    folder = inbox_again.parent / "评分"
    write_entries(folder / f"{NAME}.xlsx", {"E11": 16})
    typed = (folder / f"{NAME}.xlsx").read_bytes()
    graded(inbox_again)
    made = (folder / f"{NAME}.docx").read_bytes()
    (folder / f"{NAME}.xlsx").write_bytes(typed)  # as it is when the run ends between the two files
    result = graded(inbox_again)
    assert (folder / f"{NAME}.docx").read_bytes() == made
    assert not any("Word" in remark for _, remark in result.remarks)
    assert cells(folder / f"{NAME}.xlsx")["E13"] == 57 + 16


def test_a_report_without_a_section_says_which(inbox):
    for file in inbox.rglob("*.docx"):
        file.unlink()
    fewer = {title: texts for title, texts in SECTIONS.items() if "应用" not in title}
    write_package(inbox.parent / "另收", fewer)
    grade([inbox.parent / "另收"], inbox.parent / "另评")
    assert "结果应用" in cells(inbox.parent / "另评" / f"{NAME}.xlsx")["F8"]


def test_a_score_sheet_computes_natively_and_keeps_entries(inbox, tmp_path):
    graded(inbox, scores="county-bands")
    path = inbox.parent / "评分" / f"{NAME}.xlsx"
    before = cells(path, "部门整体评分")
    assert cells(path.with_name("考核评分汇总.xlsx"), "整体评分汇总").get("E2") is None
    rows = {before.get(f"B{row}"): row for row in range(4, 40)}
    book = openpyxl.load_workbook(path)
    sheet = book["部门整体评分"]
    sheet[f"D{rows['上年三公经费']}"] = 1_000_000
    sheet[f"D{rows['计划工作数']}"], sheet[f"D{rows['实际完成工作数']}"] = 20, 19
    sheet[f"E{rows['固定资产利用率']}"], sheet[f"E{rows['在职人员控制率']}"] = 8, 1
    book.save(path)
    remarks = graded(inbox, scores="county-bands").remarks
    assert not any("另存为" in said for _, said in remarks)
    after = cells(path, "部门整体评分")
    assert after[f"E{rows['“三公经费”变动率']}"] == 10
    table = docx.Document(path.with_suffix(".docx")).tables[1]
    in_word = {row.cells[1].text: [cell.text for cell in row.cells[2:5]] for row in table.rows}
    assert in_word["实际完成率"] == ["10", "95.00%", "9.5"]
    assert after[f"E{rows['实际完成率']}"] == 9.5
    assert after[f"E{rows['固定资产利用率']}"] == 8
    for engine in (formualizer_values(path), libreoffice_values(path, tmp_path / "重算")):
        for row in range(4, 16):
            theirs = engine.get(("部门整体评分", f"E{row}"))
            assert (
                theirs in (None, "")
                if after.get(f"E{row}") in (None, "")
                else theirs == pytest.approx(after[f"E{row}"])
            )
    total = sum(value for at, value in after.items() if at[0] == "E" and isinstance(value, int | float))
    summary = cells(path.with_name("考核评分汇总.xlsx"), "整体评分汇总")
    assert summary["E2"] == 9.5
    assert summary["F2"] == pytest.approx(total / 2)  # the sheet has its own total below its rows


def line(name: str, *scores: float) -> GradedLine:
    """A unit with items of 10 points, two on each first level."""
    items = [
        ItemLine(str(at), f"第{at // 2}级", f"第{at}项", 10.0, score, None, "", "")
        for at, score in enumerate(scores)
    ]
    return GradedLine(name, name, "评分", 2024, items, "", [])


def test_equal_sums_share_a_rank_and_the_lowest_of_a_range_is_in_it(tmp_path):
    """In binary the first adds up to 61.9, the second, of the same scores, to a little more; the third to a
    little less than 80.
    """
    first, second = (5.7, 9.2, 8.8, 6.3, 7.5, 7.2, 8.3, 8.9), (8.9, 7.2, 8.8, 7.5, 8.3, 5.7, 6.3, 9.2)
    third = (8.1, 9.9, 8.8, 9.9, 8.1, 9.2, 9.8, 8.1, 8.1)
    lines = [line("甲", *first), line("乙", *second), line("丙", *third)]
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(summary_workbook(Summary(lines, [], []), [("80以上", 80.0), ("80以下", 0.0)]))
    for values in (stored_values(path), formualizer_values(path)):
        ranks = {values["评分汇总", f"C{row}"]: values["评分汇总", f"A{row}"] for row in (4, 5, 6)}
        assert ranks == {"丙": 1, "甲": 2, "乙": 2}
        assert [values["分布", f"B{row}"] for row in (3, 4)] == [1, 2]


def test_a_unit_with_and_without_its_code_is_not_graded_twice(inbox, tmp_path):
    """The folder of the other package has a code, but of another name than the forms in it."""
    (inbox / "91_某中心").mkdir()
    (inbox / "91_某中心" / "91_某中心.xlsx").write_bytes(g.good())
    result = graded(inbox)
    assert result.files == []
    assert any("有 2 份报送包" in said for _, said in result.remarks)


def test_a_score_beyond_the_points_is_in_no_total_of_the_workbook(inbox_again, tmp_path):
    path = inbox_again.parent / "评分" / f"{NAME}.xlsx"
    write_entries(path, {"E7": 120})
    graded(inbox_again)
    for values in (stored_values(path), stored_values(recalculate(path, tmp_path / "重算"))):
        assert values["考核评分表", "E13"] == 47
    write_entries(path, {"E7": 9})
    assert stored_values(recalculate(path, tmp_path / "改后"))["考核评分表", "E13"] == 56


def test_what_is_no_score_on_the_score_sheet_stays_and_is_named(inbox):
    graded(inbox, scores="county-bands")
    path = inbox.parent / "评分" / f"{NAME}.xlsx"
    rows = {name: at[1:] for at, name in cells(path, "部门整体评分").items() if at[0] == "B"}
    book = openpyxl.load_workbook(path)
    book["部门整体评分"][f"E{rows['固定资产利用率']}"] = 99
    book["部门整体评分"][f"D{rows['计划工作数']}"] = "二十件"
    book.save(path)
    first = [said for _, said in graded(inbox, scores="county-bands").remarks]
    assert any("“固定资产利用率”填的评分 99 超出 0 至" in said for said in first)
    assert any("原件另存为" in said for said in first)
    again = [said for _, said in graded(inbox, scores="county-bands").remarks]
    assert any("“固定资产利用率”填的评分 99 超出" in said for said in again)
    assert not any("原件另存为" in said for said in again)
    assert cells(path, "部门整体评分")[f"E{rows['固定资产利用率']}"] == "99"


def test_the_mean_of_totals_is_that_of_units_that_are_settled(tmp_path):
    lines = [line("甲", 10.0, 9.0), line("乙", 8.0, 7.0)]
    open_line = replace(
        lines[0], code="丙", items=[lines[0].items[0], lines[0].items[1]._replace(score=None)]
    )
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(summary_workbook(Summary([*lines, open_line], [], []), [("全部", 0.0)]))
    for values in (stored_values(path), formualizer_values(path)):
        assert values["评分汇总", "E7"] == 17
