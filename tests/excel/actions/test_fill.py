"""从台账填充 over a live workbook: what is written, what is left, what is said; the same as a batch fill."""

from pathlib import Path

import openpyxl
import pytest

import xlperf
from tests.excel.actions.shown import listed, loaded, rows_of_findings
from tests.received import good as g
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing, Record
from xlperf.excel.actions.ribbon import perform
from xlperf.intake.filing_reader import read_filing
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.jobs.fill import file_name
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import new_bytes, writer_of

BASIC, OVERALL, PROJECT = "基础数据表", "整体支出绩效自评表", "项目支出绩效自评表1"


def saved(book, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    book.api.save_copy(folder / book.name)
    return folder / book.name


def records(path):
    """What is filled in, form by form; blank fields are left out."""
    received = read_filing(path)
    return [
        (
            record.form,
            record.sheet,
            {name: value for name, value in record.fields.items() if value is not None},
            record.tables,
        )
        for record in received.filing.records
    ]


@pytest.fixture
def stamped(plain, tmp_path):
    """The workbook that the batch makes of the good unit."""
    folder = tmp_path / "批量"
    folder.mkdir()
    path = folder / g.file_name()
    path.write_bytes(plain)
    return path


def test_a_blank_workbook_becomes_what_the_batch_makes(opened, person, blank, ledger, stamped, tmp_path):
    book = opened(blank)
    perform("fill", person.will(ledger, True))
    assert person.bad == []
    path = saved(book, tmp_path / "后")
    assert records(path) == records(stamped)
    assert rows_of_findings(xlperf.check([path]).findings) == rows_of_findings(
        xlperf.check([stamped]).findings
    )
    assert f"填写“{g.filing().unit_name}”" in person.asked[1]
    assert "要加" in person.asked[1]
    ours, theirs = loaded(path), loaded(stamped)
    for title in (BASIC, OVERALL, PROJECT):
        areas = [{str(area) for area in book[title].merged_cells.ranges} for book in (ours, theirs)]
        assert areas[0] == areas[1]


def test_another_profile(opened, person, tmp_path):
    profile = load_profile("hunan-hengyang-2023")
    source = tmp_path / "台账.xlsx"
    write_demo_ledger(source, profile, 3)
    filing = read_ledger(source, profile).filings[2]
    writer = writer_of(profile, working=False)
    empty = [Record(record.form, record.sheet) for record in filing.records]
    book = opened(writer.workbook(Filing("", "", profile.id, empty)), file_name(filing))
    perform("fill", person.will(source, True))
    assert person.bad == []
    path, batch = saved(book, tmp_path / "后"), tmp_path / file_name(filing).replace("_", "-")
    batch.write_bytes(writer.workbook(filing))
    assert records(path) == records(batch)


def test_formulas_stay_formulas_and_every_change_is_listed(opened, person, blank, ledger, tmp_path):
    book = opened(blank)
    before = loaded(saved(book, tmp_path / "前"))
    perform("fill", person.will(ledger, True))
    path = saved(book, tmp_path / "后")
    after = loaded(path)
    for title in (BASIC, OVERALL, PROJECT):
        formulas = [cell.value for row in before[title].iter_rows() for cell in row if cell.data_type == "f"]
        now = [cell.value for row in after[title].iter_rows() for cell in row if cell.data_type == "f"]
        assert now == formulas
        assert after[title].protection.sheet is True
    lines = listed(path, "填充记录")
    written = [line for line in lines if line["说明"] == "已填写"]
    assert f"改了 {len(written)} 格" in person.last
    for line in written:
        cell = after[line["工作表"]][line["单元格"]]
        shown = (
            ""
            if cell.value is None
            else f"{cell.value:.15g}"
            if isinstance(cell.value, float)
            else cell.value
        )
        assert str(shown) == (line["现在"] or "")


def test_what_was_there_is_counted_asked_for_and_listed(opened, person, plain, ledger, tmp_path):
    book = opened(plain)
    amount, words = g.address("整体", "年度资金总额_全年执行数"), g.address("整体", "指标_三级指标", 2)
    right = book.sheets[OVERALL].range(amount).value
    book.sheets[OVERALL].range(amount).value = 12.5
    book.sheets[OVERALL].range(words).value = "自己写的指标"
    perform("fill", person.will(ledger, False))
    assert "要改 2 格，其中 2 格原来有内容" in person.asked[1]
    assert book.sheets[OVERALL].range(amount).value == 12.5
    assert "填充记录" not in [sheet.name for sheet in book.sheets]
    perform("fill", person.will(ledger, True))
    path = saved(book, tmp_path / "后")
    assert book.sheets[OVERALL].range(amount).value == right
    old = {line["单元格"]: line["原来"] for line in listed(path, "填充记录")}
    assert old == {amount: "12.5", words: "自己写的指标"}
    perform("fill", person.will(ledger))
    assert "没有要填的" in person.last


def test_cells_are_found_where_rows_have_moved(opened, person, blank, ledger, stamped, tmp_path):
    book = opened(blank)
    sheet = book.sheets[OVERALL]
    sheet.range("12:13").insert("down", "format_from_left_or_above")
    perform("fill", person.will(ledger, True))
    path = saved(book, tmp_path / "后")
    read = {record[:2]: record[2:] for record in records(path)}
    assert read["整体", OVERALL] == {record[:2]: record[2:] for record in records(stamped)}["整体", OVERALL]


def test_a_longer_table_of_the_workbook_is_emptied_below(opened, person, plain, ledger, tmp_path):
    book = opened(plain)
    sheet = book.sheets[OVERALL]
    row = int(g.address("整体", "指标_三级指标", 3).lstrip("D"))
    sheet.range(f"{row}:{row}").insert("down", "format_from_left_or_above")
    sheet.range(f"D{row}").value = "多出来的指标"
    perform("fill", person.will(ledger, True))
    path = saved(book, tmp_path / "后")
    record = next(record for record in records(path) if record[0] == "整体")
    names = [row["三级指标"] for row in record[3]["指标"]]
    assert names == [row["三级指标"] for row in g.filing().of("整体")[0].tables["指标"]]
    assert "多出来的指标" in [line["原来"] for line in listed(path, "填充记录")]


def test_a_formula_typed_into_an_input_cell_stays(opened, person, blank, ledger):
    book = opened(blank)
    cell = g.address("整体", "年度资金总额_全年执行数")
    book.sheets[OVERALL].range(cell).value = "=1200+3.5"
    perform("fill", person.will(ledger, True))
    assert book.sheets[OVERALL].range(cell).formula == "=1200+3.5"
    assert "保留公式" in person.asked[1]


def test_a_figure_that_reads_the_same_is_not_rewritten(opened, person, plain, ledger):
    book = opened(plain)
    staff, amount = g.address("基础", "编制数"), g.address("整体", "年度资金总额_全年执行数")
    right = g.filing().of("基础")[0].fields["编制数"]
    book.sheets[BASIC].range(staff).value = f"'{right:g}人"
    score = g.address("整体", "指标_分值", 1)
    book.sheets[OVERALL].range(score).value = f"'{book.sheets[OVERALL].range(score).value:g}"
    words = g.address("整体", "指标_三级指标", 1)
    text = book.sheets[OVERALL].range(words).value
    book.sheets[OVERALL].range(words).value = f"\u3000{text[:2]}\n{text[2:]}"
    perform("fill", person.will(ledger))
    assert "没有要填的" in person.last
    book.sheets[OVERALL].range(amount).value = 3
    perform("fill", person.will(ledger, True))
    assert "要改 1 格" in person.asked[1]
    assert book.sheets[BASIC].range(staff).value == f"{right:g}人"


def test_a_total_without_its_formula_is_reported(opened, person, plain, ledger):
    book = opened(plain)
    total, share = g.address("基础", "三公经费_本年决算数"), g.address("基础", "接待_本年决算数")
    right = book.sheets[BASIC].range(total).value
    book.sheets[BASIC].range(total).api.cells()[0].value = right - 1
    book.sheets[BASIC].range(share).value = 12345
    perform("fill", person.will(ledger, True))
    assert "表上却没有公式" in person.asked[1]
    assert f" {right:.15g}：" in person.asked[1]
    assert book.sheets[BASIC].range(total).value == right - 1


def test_texts_that_look_like_numbers_stay_texts(opened, person, blank, ledger, tmp_path, stamped):
    book = opened(blank)
    for sheet in book.sheets:
        for row in sheet.api.iter_rows():
            for cell in row:
                if cell.number_format == "@":
                    cell.number_format = "General"
    perform("fill", person.will(ledger, True))
    path = saved(book, tmp_path / "后")
    ours = {record[:2]: record[3] for record in records(path)}
    assert ours == {record[:2]: record[3] for record in records(stamped)}


def test_projects_without_a_sheet_are_reported(opened, person, ledger, tmp_path):
    filing = g.filing()
    count = len(filing.of("项目"))
    book = opened(new_bytes(g.PROFILE, plain=True, projects=max(count - 1, 1)))
    book.sheets[PROJECT].range(g.address("项目", "项目名称")).value = "别的项目"
    perform("fill", person.will(ledger, True))
    assert "没有可以填的这张表" in person.asked[1]
    assert book.sheets[PROJECT].range(g.address("项目", "项目名称")).value == "别的项目"


def test_a_sheet_with_a_password_is_left_and_reported(opened, person, blank, ledger):
    book = opened(blank)
    book.sheets[OVERALL].api.protection.set_password("秘密")
    perform("fill", person.will(ledger, True))
    assert "有密码保护，没有填" in person.asked[1]
    assert book.sheets[OVERALL].range(g.address("整体", "年度资金总额_全年执行数")).value is None
    assert (
        book.sheets[BASIC].range(g.address("基础", "编制数")).value
        == g.filing().of("基础")[0].fields["编制数"]
    )


def test_the_unit_is_asked_for_where_nothing_names_it(opened, person, blank, ledger):
    book = opened(blank, "工作稿.xlsx")
    perform("fill", person.will(ledger, "7", "2", True))
    assert "“7”不是列出的序号" in person.bad[0]
    assert g.filing().unit_name in person.asked[-1]
    assert book.sheets[BASIC].range(g.address("基础", "编制数")).value is not None


def test_another_unit_on_the_forms_is_reported_before_filling(opened, person, plain, ledger):
    book = opened(plain, "工作稿.xlsx")
    name = g.address("整体", "单位名称")
    assert book.sheets[OVERALL].range(name).value == g.filing().unit_name
    book.sheets[BASIC].range(g.address("基础", "编制数")).value = 1
    perform("fill", person.will(ledger, False))
    assert "请注意" not in person.asked[-1]
    book.sheets[OVERALL].range(name).value = "不在台账里的单位"
    perform("fill", person.will(ledger, "2", False))
    assert "表上写的单位是“不在台账里的单位”" in person.asked[-1]


@pytest.fixture
def in_yuan(ledger, tmp_path):
    """The ledger with the amounts of the good unit in 元."""
    book = openpyxl.load_workbook(ledger)
    for row in book["支出"].iter_rows(min_row=2):
        if row[0].value == g.filing().unit_code:
            for cell in row[1:]:
                if isinstance(cell.value, int | float):
                    cell.value *= 10000
    path = tmp_path / "元.xlsx"
    book.save(path)
    return path


SPENT = g.address("整体", "年度资金总额_全年执行数")


@pytest.mark.parametrize(("answer", "times"), [("1", 1), ("2", 10000)])
def test_amounts_that_look_like_yuan_are_asked_about(opened, person, blank, in_yuan, answer, times):
    book = opened(blank)
    perform("fill", person.will(in_yuan, answer, True))
    assert "疑似以元填写" in person.asked[1]
    given = g.filing().of("整体")[0].fields["年度资金总额_全年执行数"]
    assert book.sheets[OVERALL].range(SPENT).value == pytest.approx(given * times)


def test_without_an_answer_doubtful_amounts_are_not_filled(opened, person, blank, in_yuan):
    book = opened(blank)
    perform("fill", person.will(in_yuan, None))
    assert person.said == []
    assert book.sheets[OVERALL].range(SPENT).value is None


def test_a_new_working_copy_with_amounts_in_yuan(person, in_yuan, tmp_path):
    target, profile = tmp_path / "新.xlsx", str(profile_ids().index(g.PROFILE.id) + 1)
    codes = [unit.code for unit in read_ledger(in_yuan, g.PROFILE).units]
    number = str(codes.index(g.filing().unit_code) + 1)
    perform("fill", person.will(True, profile, in_yuan, number, None))
    assert not target.exists()
    perform("fill", person.will(True, profile, in_yuan, number, "1", target))
    given = g.filing().of("整体")[0].fields["年度资金总额_全年执行数"]
    assert read_filing(target).filing.of("整体")[0].fields["年度资金总额_全年执行数"] == pytest.approx(given)


def test_a_number_in_front_of_the_name_is_no_unit(opened, person, blank, ledger):
    opened(blank, f"{g.filing().unit_code}_附件表.xlsx")
    perform("fill", person.will(ledger, None))
    assert "填哪个单位" in person.asked[-1]


def test_without_our_forms_a_new_working_copy_is_offered(person, ledger, tmp_path):
    perform("fill", person.will(False))
    assert "没有打开的工作簿" in person.asked[0]
    person.app.books.add().sheets[0].range("A1").value = "菜单"
    target = tmp_path / "新.xlsx"
    profile = str(profile_ids().index(g.PROFILE.id) + 1)
    perform("fill", person.will(True, profile, ledger, "2", target))
    assert person.bad == []
    assert read_filing(target).filing.of("基础")[0].fields["编制数"]
    assert person.app.books.active.fullname == str(target)
    assert person.app.books[0].sheets[0].range("A1").value == "菜单"


def test_no_ledger_no_change(opened, person, blank, ledger, tmp_path):
    opened(blank)
    perform("fill", person.will(None))
    assert person.said == []
    wrong = tmp_path / "菜单.xlsx"
    other = openpyxl.Workbook()
    other.active["A1"] = "菜单"
    other.save(wrong)
    perform("fill", person.will(wrong))
    assert person.bad
