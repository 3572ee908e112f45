"""Draft the blank of a profile, load the draft, build its blank: the same texts and merges."""

import io

import openpyxl
import pytest

from tests.drafting import samples as s
from tests.engines import convert
from tests.profiles import WITH_TABLES
from xlperf.declarations.profile import load_profile
from xlperf.drafting import draft_file, prove
from xlperf.workbooks.workbook_writer import new_bytes

SAME = {"hunan-wangcheng-2020": "national-2020"}
"""Profiles whose forms are another's of the same year: nothing on a blank distinguishes them."""


def rebuilt(draft):
    return openpyxl.load_workbook(io.BytesIO(new_bytes(draft.assembled(), plain=True))).worksheets


def assert_same(draft, book):
    sheets = rebuilt(draft)
    assert s.merges(sheets) == s.merges(book.worksheets)
    assert s.texts(sheets) == s.texts(book.worksheets)
    assert [str(question) for question in prove(draft)] == []


@pytest.mark.parametrize("profile", WITH_TABLES)
def test_a_declared_profile_is_drafted_again(profile, tmp_path):
    book = s.official(profile)
    book.save(tmp_path / "官方.xlsx")
    assert_same(draft_file(tmp_path / "官方.xlsx", fresh=True), book)


@pytest.mark.parametrize("profile", WITH_TABLES)
def test_our_own_blank_with_its_formulas(profile, tmp_path):
    path = tmp_path / "官方.xlsx"
    path.write_bytes(new_bytes(load_profile(profile), plain=True))
    book = openpyxl.load_workbook(path)
    draft = draft_file(path, fresh=True)
    assert_same(draft, book)
    forms = draft.assembled().forms
    computed = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    shown = [
        field
        for form in forms.values()
        for field in form.fields.values()
        if field.formula_text and not field.virtual
    ]
    assert len(shown) == len(computed)


@pytest.mark.parametrize("profile", WITH_TABLES)
def test_a_profile_that_exists_is_extended_without_a_difference(profile, tmp_path):
    book = s.official(profile)
    book.save(tmp_path / "官方.xlsx")
    draft = draft_file(tmp_path / "官方.xlsx")
    assert draft.base == SAME.get(profile, profile)
    assert not {"patch", "texts", "indicators", "parameters", "forms"} & draft.profile.keys()
    assert_same(draft, book)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The blank of 衡阳 in each format; .doc and the old workbooks are made by LibreOffice."""
    folder = tmp_path_factory.mktemp("官方")
    book, report = folder / "官方.xlsx", folder / "官方.docx"
    s.official("hunan-hengyang-2023").save(book)
    report.write_bytes(s.document(s.official("hunan-hengyang-2023")))
    made = {
        kind: convert(source, kind, folder)
        for source, kind in ((book, "xls"), (book, "ods"), (report, "doc"))
    }
    return {"docx": report, **made}


@pytest.mark.parametrize(
    ("kind", "fresh"),
    [("xls", True), ("ods", True), ("docx", True), ("doc", True), ("xls", False), ("docx", False)],
)
def test_other_formats(kind, fresh, files):
    draft = draft_file(files[kind], fresh=fresh)
    assert draft.base == ("" if fresh else "hunan-hengyang-2023")
    assert_same(draft, s.official("hunan-hengyang-2023"))
    assert fresh or "patch" not in draft.profile


def test_a_text_that_is_lost_is_reported(tmp_path):
    """The proof is no formality: a label taken out of the draft and a merge undone are both reported."""
    s.official("national-2020").save(tmp_path / "官方.xlsx")
    draft = draft_file(tmp_path / "官方.xlsx", "x", fresh=True)
    rows = draft.forms["draft-2020-基础" if "draft-2020-基础" in draft.forms else next(iter(draft.forms))][
        "rows"
    ]
    row = next(row_declared for row_declared in rows.values() if "三公经费" in row_declared["cells"].values())
    row["cells"] = {
        "A": "四公经费",
        **{span: text for span, text in row["cells"].items() if span not in "AB:C"},
    }
    reported = [str(question) for question in prove(draft)]
    assert [text for text in reported if "A6" in text and "三公经费" in text and "四公经费" in text]
    assert [text for text in reported if "B6" in text and "合并" in text]
