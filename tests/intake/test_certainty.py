"""How sure it is that a sheet is the form it was read as: by seal, by names, by its fixed texts."""

import io
import json

import openpyxl
import pytest

from tests.intake import wordfiles as w
from tests.intake.test_relabel import PROJECT
from tests.received import good
from xlperf.checks.file_check import check_file
from xlperf.declarations.profile import load_profile
from xlperf.intake.certainty import thresholds
from xlperf.intake.label_index import anchors
from xlperf.jobs.check import check
from xlperf.outputs.report_formats import render

TITLE = "2022年度项目支出绩效自评表"


def seen(path, profile=None):
    return {one.form: one for one in check_file(path, profile).file.forms}


@pytest.fixture
def workbook(tmp_path):
    """What writes the good workbook, changed, and gives its path; ``book`` is without its seal."""

    def write(change=None):
        path = tmp_path / "自评.xlsx"
        if change is None:
            path.write_bytes(good.good())
            return path
        book = openpyxl.load_workbook(io.BytesIO(good.good()))
        book.custom_doc_props.props.clear()
        change(book)
        book.save(path)
        return path

    return write


@pytest.fixture
def document(tmp_path):
    def write(lines, *above):
        path = tmp_path / "自评.docx"
        path.write_bytes(w.document(*map(w.paragraph, above), w.plain(lines)))
        return path

    return write


def test_a_workbook_of_ours_is_beyond_doubt_by_its_seal(workbook):
    assert {(one.certainty, one.by) for one in seen(workbook()).values()} == {(1.0, "封签")}


def test_without_seal_the_names_of_the_cells_tell(workbook):
    """Every label of the basic form gone, its names still there."""

    def unlabelled(book):
        for row in book.worksheets[0].iter_rows(min_row=3):
            for cell in row:
                if isinstance(cell.value, str) and cell.row % 3 == 0 and not cell.value.startswith("="):
                    cell.value = "另"

    found = seen(workbook(unlabelled), good.PROFILE)
    assert (found["基础"].certainty, found["基础"].by) == (1.0, "单元格名称")
    assert "T225" not in {one.code for one in check_file(workbook(unlabelled), good.PROFILE).findings}


def test_without_names_the_fixed_texts_do(workbook):
    def plain(book):
        for sheet in book.worksheets:
            sheet.defined_names.clear()
        book.defined_names.clear()
        for cell in book.worksheets[1]["A"]:
            if isinstance(cell.value, str) and "年度总体目标" in "".join(cell.value.split()):
                cell.value = "别的"

    found = seen(workbook(plain), good.PROFILE)
    form = anchors(good.PROFILE.forms["整体"])
    share = 1 - 1 / (form.count + len(form.lines))
    assert (found["整体"].certainty, found["整体"].by) == (pytest.approx(share), "固定文字")
    assert found["基础"].certainty == 1.0


def test_a_form_with_few_of_its_texts_is_read_and_the_doubt_told(document):
    """The project form of another place without title, goals and total: two thirds of the texts."""
    lines = [*PROJECT[:6], PROJECT[9], *PROJECT[10:13]]
    path = document([[cell.replace("项目单位", "承担处室") for cell in line] for line in lines], "某处室")
    (project,) = check_file(path).file.forms
    assert project.form == "项目"
    assert thresholds().enough < project.certainty < thresholds().low
    (told,) = (one for one in check_file(path).findings if one.code == "T225")
    assert f"把握只有 {int(project.certainty * 100)}%" in told.message
    assert "《项目支出绩效自评表》" in told.message
    assert "对不上的有" in told.message


def test_a_whole_form_in_other_words_raises_no_doubt(document):
    path = document(PROJECT, "附件3", TITLE)
    outcome = check_file(path)
    assert outcome.file.forms[0].certainty > 0.9
    assert "T225" not in {one.code for one in outcome.findings}


def test_two_forms_nearly_as_much_alike_are_told(document):
    """An indicator table under a head that both forms could have."""
    profile = load_profile("national-2020")
    overall = profile.forms["整体"]
    project = profile.forms["项目"]
    common = anchors(overall).by_key.keys() & anchors(project).by_key.keys()
    texts = [
        [cell.text if "".join(cell.text.split()) and cell.text else "" for cell in row.cells]
        for row in project.rows
        if any(cell.text and "".join(cell.text.split()) in common for cell in row.cells)
    ]
    kept = [[text if "".join(text.split()) in common else "" for text in row] for row in texts]
    width = max(map(len, kept))
    path = document([row + [""] * (width - len(row)) for row in kept])
    (told,) = (one for one in check_file(path, profile).findings if one.code == "T225")
    assert "相同" in told.message


def test_reports_show_the_certainty_of_each_file(document):
    path = document(PROJECT, "附件3", TITLE)
    report = check([path])
    (form,) = report.files[0].forms
    shown = f"项目 {int(form.certainty * 100)}%"
    (listed,) = json.loads(render(report, "json"))["files"]
    assert listed["forms"] == [
        {
            "form": "项目",
            "item": "道路养护",
            "sheet": "表1",
            "certainty": round(form.certainty, 3),
            "by": "固定文字",
        }
    ]
    assert shown in render(report, "html").decode()
    assert f"认表的把握：{shown}" in render(report, "text").decode()
    sheet = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx")))["文件"]
    assert [cell.value for cell in sheet[2]][4] == shown
