"""How sure it is that a sheet is the form it was read as: by seal, by names, by its fixed texts."""

import io
import json

import openpyxl
import pytest

from tests.intake import wordfiles as w
from tests.intake.test_relabel import PROJECT
from tests.received import good
from xlperf.checks.file_check import check_file
from xlperf.jobs.check import check
from xlperf.outputs.report_formats import render

TITLE = "2022年度项目支出绩效自评表"

BY_LABELS = "行列标题"


def seen(path, profile=None):
    return {form.form: form for form in check_file(path, profile).file.forms}


@pytest.fixture
def workbook(tmp_path):
    """What writes the good workbook, changed, and gives its path; ``book`` is without its seal."""

    def write(change=None):
        path = tmp_path / "自评.xlsx"
        if change is None:
            path.write_bytes(good.good())
            return path
        book = openpyxl.load_workbook(io.BytesIO(good.plain()))
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
    assert {(form.certainty, form.by) for form in seen(workbook()).values()} == {(1.0, "封签")}


def test_without_seal_the_names_of_the_cells_tell(workbook):
    """Every label of the basic form gone, its names still there."""

    def unlabelled(book):
        for row in book.worksheets[0].iter_rows(min_row=3):
            for cell in row:
                if isinstance(cell.value, str) and cell.row % 3 == 0 and not cell.value.startswith("="):
                    cell.value = "另"

    found = seen(workbook(unlabelled), good.PROFILE)
    assert (found["基础"].certainty, found["基础"].by) == (1.0, BY_LABELS)


def test_without_names_the_fixed_texts_do(workbook):
    def plain(book):
        for sheet in book.worksheets:
            sheet.defined_names.clear()
        book.defined_names.clear()
        for cell in book.worksheets[1]["A"]:
            if isinstance(cell.value, str) and "年度总体目标" in "".join(cell.value.split()):
                cell.value = "别的"

    found = seen(workbook(plain), good.PROFILE)
    assert (found["整体"].certainty, found["整体"].by) == (1.0, BY_LABELS)
    assert found["基础"].certainty == 1.0


def test_a_whole_form_in_other_words_raises_no_doubt(document):
    path = document(PROJECT, "附件3", TITLE)
    assert check_file(path).file.forms[0].certainty > 0.9


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
            "by": BY_LABELS,
        }
    ]
    assert shown in render(report, "html").decode()
    sheet = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx")))["文件"]
    assert [cell.value for cell in sheet[2]][4] == shown
