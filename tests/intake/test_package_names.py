"""Packages as programs and transfers leave them: names in capitals or twice, zeros behind, UTF-16."""

import io
import zipfile

import openpyxl
import pytest

from tests.growth import packages as p
from tests.intake.wordfiles import document
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.ooxml.sheet_cells import shared_strings


@pytest.fixture
def codes(tmp_path):
    def run(data, suffix=".xlsx"):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(data)
        result = check_file(path)
        return {each.code for each in unfolded(result.findings) if each.code[0] == "F"}, result.file.forms

    return run


@pytest.fixture(scope="module")
def usual():
    return p.packed(p.blank())


def test_zeros_behind_the_end_are_left_out(codes, usual):
    assert codes(usual + b"\0" * 100_000) == codes(usual)


def test_other_bytes_behind_the_end_are_not(codes, usual):
    assert codes(usual + b"\0" * 100_000 + b"x")[0] == {"F106"}
    assert codes(usual[:-30])[0] == {"F115"}


def test_names_of_parts_differ_in_case_only(codes, usual):
    upper = {name.upper() if "sheet" in name else name: text for name, text in p.blank().items()}
    assert codes(p.packed(upper)) == codes(usual)


def twice(content):
    stream = io.BytesIO(p.packed(p.blank()))
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(p.SHEET, content)
    return stream.getvalue()


def test_two_parts_of_one_name_that_differ_are_damage(codes, usual):
    found, forms = codes(twice(p.blank()[p.SHEET].replace("编制", "在编")))
    assert (found, forms) == ({"F106"}, ())
    assert codes(twice(p.blank()[p.SHEET])) == codes(usual)


def test_texts_are_read_in_every_encoding_of_xml():
    texts = '<?xml version="1.0" encoding="{}"?><sst xmlns="x"><si><t>合计</t></si><si><t>甲</t></si></sst>'
    for encoding in ("utf-8", "utf-16"):
        assert shared_strings(texts.format(encoding).encode(encoding)) == ["合计", "甲"]


def test_a_file_that_word_shows_as_its_own_text_is_mentioned(codes):
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="rA" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" '
        'Target="a.html"/></Relationships>'
    )
    parts = {"word/_rels/document.xml.rels": relations, "word/a.html": "<p>另有结余88万元</p>"}
    assert "F122" in codes(document(parts=parts), ".docx")[0]


def test_many_relations_to_one_part_are_one(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "项目支出绩效自评表"
    path = tmp_path / "a.xlsx"
    book.save(path)
    relation = '<Relationship Id="r{}" Type="x/comments" Target="../comments1.xml"/>'
    relations = "".join(relation.format(number) for number in range(20_000))
    comments = (
        '<comments><authors/><commentList><comment ref="A1"><t>1</t></comment></commentList></comments>'
    )
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/worksheets/_rels/sheet1.xml.rels", f"<Relationships>{relations}</Relationships>")
        package.writestr("xl/comments1.xml", comments)
    assert "F113" not in {each.code for each in check_file(path).findings}
