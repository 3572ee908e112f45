"""报告: the open workbook's report next to it, reports of many units, what only people can write."""

from pathlib import Path

import docx
import openpyxl
import pytest

from tests.received import good as g
from xlperf.declarations.profile import load_profile
from xlperf.excel.actions.ribbon import perform
from xlperf.finishing.grading.grade import grade
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import WorkbookWriter

UNIT = g.filing().unit_name


def text_of(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def documents(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.docx"))


def test_the_report_of_the_open_workbook_is_next_to_it(opened, person, plain, tmp_path):
    """As it is now, changes that are not saved yet too."""
    book = opened(plain)
    book.sheets[1].range(g.address("整体", "预期目标")).value = "把新办公楼的灯都换成节能灯。"
    perform("report", person.will("", ""))
    assert person.bad == []
    (written,) = documents(tmp_path)
    assert "把新办公楼的灯都换成节能灯" in text_of(written)
    assert UNIT in written.name
    assert person.documents == [written]
    assert str(written) in person.last
    count = text_of(written).count("【请填写")
    assert count > 0
    assert f"还有 {count} 处要您自己写" in person.last
    assert "· 一、" in person.last


def test_paragraphs_of_a_report_found_nearby_are_taken_over(opened, person, plain, tmp_path):
    opened(plain)
    perform("report", person.will("", ""))
    (first,) = documents(tmp_path)
    half = docx.Document(str(first))
    place = next(paragraph for paragraph in half.paragraphs if paragraph.text.startswith("【请填写"))
    place.text = "本单位建立了节约用电的巡查制度，每周巡查两次并公布结果。"
    half.save(str(first))
    kept = first.read_bytes()
    for name in (f"002_{UNIT}_考核评分表.docx", "别的单位的自评报告.docx", f"~${UNIT}自评报告.docx"):
        (tmp_path / name).touch()
    perform("report", person.will("", ""))
    assert [line[3:] for line in person.asked[1].split("\n")[1:]] == [
        *("不取用", first.name, "别的单位的自评报告.docx"),
        "另选一份……",
    ]
    (second,) = tmp_path.glob("*（2）.docx")
    assert "节约用电的巡查制度" in text_of(second)
    assert first.read_bytes() == kept


def test_another_report_may_be_chosen(opened, person, plain, tmp_path):
    opened(plain)
    (tmp_path / "坏.docx").write_bytes(b"no document")
    perform("report", person.will("1", "2", tmp_path / "坏.docx"))
    assert "没有取用这份报告里的文字" in person.last
    assert len(documents(tmp_path)) == 2


def test_where_the_folder_takes_no_file_another_is_asked_for(opened, person, plain, tmp_path, monkeypatch):
    opened(plain)
    monkeypatch.setattr("xlperf.excel.actions.reporting._takes_files", lambda folder: False)
    (tmp_path / "占着").touch()
    perform("report", person.will("", tmp_path / "占着", tmp_path / "报告 在这里", ""))
    assert "占着" in person.bad[0]
    assert len(documents(tmp_path / "报告 在这里")) == 1


def test_a_workbook_that_was_never_saved_asks_for_a_folder(opened, person, plain):
    opened(plain).api.path = None
    perform("report", person.will("", None))
    assert (person.said, person.bad) == ([], [])


def test_a_workbook_without_forms_has_no_report(person, tmp_path):
    person.app.books.add().sheets[0].range("A1").value = "菜单"
    perform("report", person.will("1"))
    assert "没有可以写报告的附件表" in person.bad[0]


@pytest.mark.parametrize(
    "answers", [(None,), ("1", None), ("1", "2", None), ("2", None), ("3", None), ("4", None)]
)
def test_a_report_can_be_cancelled_at_every_question(opened, person, plain, tmp_path, answers):
    opened(plain)
    perform("report", person.will(*answers))
    assert (person.said, person.bad, documents(tmp_path)) == ([], [], [])


def test_points_that_people_wrote_into_the_grading_table_go_into_the_report(opened, person, tmp_path):
    """衡阳: the report has the points of seven aspects; a person gives some of them."""
    profile = load_profile("hunan-hengyang-2023")
    write_demo_ledger(tmp_path / "台账.xlsx", profile, 1)
    (unit,) = read_ledger(tmp_path / "台账.xlsx", profile).filings
    data = WorkbookWriter(profile, working=False).workbook(unit)
    received = tmp_path / "收到" / f"{unit.unit_code}_{unit.unit_name}.xlsx"
    received.parent.mkdir()
    received.write_bytes(data)
    grade([received], tmp_path / "评分")
    table = tmp_path / "评分" / f"{received.stem}_考核评分表.xlsx"
    book = openpyxl.load_workbook(table)
    rows = {str(row[1].value): row[0].row for row in book["部门整体评分"].iter_rows(min_row=4)}
    book["部门整体评分"][f"E{rows['绩效目标明确、合理']}"] = 9
    book.save(table)
    opened(data, received.name)
    perform("report", person.will("", "", True, tmp_path / "评分"))
    assert person.bad == []
    assert any("满分10分，得分9分。" in text_of(path) for path in documents(tmp_path))
    perform("report", person.will("2", received.parent, False, tmp_path, True, tmp_path / "评分"))
    assert any("满分10分，得分9分。" in text_of(path) for path in documents(tmp_path / "自评报告"))


def test_a_ledger_gives_a_report_of_every_unit(person, ledger, tmp_path):
    perform("report", person.will("1", ledger, False, tmp_path))
    assert person.bad == []
    assert len(documents(tmp_path / "自评报告")) == 2
    assert "已写好 2 份报告" in person.last
    perform("report", person.will("1", ledger, True, tmp_path / "自评报告", tmp_path))
    assert len(documents(tmp_path / "自评报告（2）")) == 2


def test_a_folder_gives_reports_and_the_report_of_the_district(person, plain, tmp_path):
    received, out = tmp_path / "收到", tmp_path / "出"
    received.mkdir()
    (received / g.file_name()).write_bytes(plain)
    perform("report", person.will("2", received, False, out))
    assert len(documents(out / "自评报告")) == 1
    perform("report", person.will("3", received, "", out))
    (district,) = documents(out)
    assert person.documents == [district]
    assert f"还有 {text_of(district).count('【请填写')} 处要您自己写" in person.last


def test_a_folder_without_forms_is_reported(person, tmp_path):
    received = tmp_path / "收到"
    received.mkdir()
    openpyxl.Workbook().save(received / "通讯录.xlsx")
    perform("report", person.will("2", received, False, tmp_path))
    assert "没有认出一个单位的附件表" in person.bad[0]
