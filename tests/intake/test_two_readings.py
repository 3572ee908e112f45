"""Workbooks that one program reads otherwise than another: remarks that look like cells, cells, tabs and
relations that are there twice, parts under other names. Each is read as Excel reads it, or refused.
"""

import io
import re
import zipfile

import openpyxl
import pytest

from tests.growth import packages as p
from tests.intake.wordfiles import document
from xlperf.intake.open_any import open_book, open_pages
from xlperf.jobs.annotate import annotated
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_cells import read_cells, shared_strings
from xlperf.ooxml.styles import cell_formats

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROW = '<row r="60"><c r="A60"><v>5</v></c></row>'
OTHER = '<row r="60"><c r="A60"><v>9</v></c></row>'


@pytest.fixture
def book(tmp_path):
    def run(parts):
        path = tmp_path / "a.xlsx"
        path.write_bytes(p.packed(parts))
        return open_book(path)

    return run


@pytest.fixture
def code(book):
    def run(parts):
        with pytest.raises(Refused) as caught:
            book(parts)
        return caught.value.finding.code

    return run


def changed(name, old, new):
    parts = dict(p.foreign())
    assert old in parts[name]
    return {**parts, name: parts[name].replace(old, new, 1)}


def rows(xml):
    return changed(p.SHEET, "</sheetData>", f"{xml}</sheetData>")


@pytest.mark.parametrize(
    "decoy", ["<!--{}-->", '<row r="61"><c r="A61" t="inlineStr"><is><t><![CDATA[{}]]></t></is></c></row>']
)
def test_a_cell_in_a_remark_is_none(book, decoy):
    assert book(rows(ROW + decoy.format(OTHER))).sheets[0].value("A60") == 5


def test_a_text_in_a_remark_is_none():
    assert shared_strings(f"<sst {SPACE}><!--<si><t>假</t></si>--><si><t>真</t></si></sst>".encode()) == [
        "真"
    ]


def test_a_format_in_a_remark_is_none():
    styles = '<cellXfs><xf numFmtId="{}"/></cellXfs>'
    content = f"<styleSheet {SPACE}><!--{styles.format(10)}-->{styles.format(2)}</styleSheet>"
    (shown,) = cell_formats(content.encode())
    assert (shown.percent, shown.digits) == (False, 2)


def test_formats_are_read_in_every_encoding_of_xml():
    text = p.blank()[p.STYLES]
    other = re.sub("encoding=['\"][^'\"]*['\"]", 'encoding="UTF-16"', text)
    assert cell_formats(other.encode("utf-16")) == cell_formats(text.encode())


def test_a_cell_that_is_there_twice_with_two_contents_is_damage(code, book):
    assert code(rows(ROW + OTHER)) == "F106"
    assert (
        code(changed(p.SHEET, "</sheetData>", f"{ROW}</sheetData><sheetData>{OTHER}</sheetData>")) == "F106"
    )
    assert book(rows(ROW + ROW)).sheets[0].value("A60") == 5
    assert read_cells(f"<sheetData>{ROW}</sheetData>".encode())[0]["A60"][6] == "5"


@pytest.mark.parametrize("title", ["", "基础数据表"])
def test_tabs_without_a_title_of_their_own_are_damage(code, title):
    second = re.findall(r'<sheet name="([^"]*)"', p.foreign()[p.WORKBOOK])[1]
    assert code(changed(p.WORKBOOK, f'<sheet name="{second}"', f'<sheet name="{title}"')) == "F106"


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../etc/passwd", "worksheets/sheet%31.xml"])
def test_a_tab_without_a_part_is_damage(code, target):
    relations = re.sub('Target="[^"]*sheet1.xml"', f'Target="{target}"', p.foreign()[p.RELATIONS])
    assert code({**p.foreign(), p.RELATIONS: relations}) == "F106"


def test_relations_of_one_id_are_damage(code):
    relation = re.search("<Relationship [^<>]*sheet1.xml[^<>]*/>", p.foreign()[p.RELATIONS])[0]
    more = relation.replace("sheet1.xml", "sheet2.xml")
    assert code(changed(p.RELATIONS, relation, relation + more)) == "F106"


def test_a_worksheet_may_lie_in_any_folder(book, tmp_path):
    parts = dict(p.foreign())
    parts["xl/pages/one.xml"] = parts.pop(p.SHEET)
    parts[p.RELATIONS] = parts[p.RELATIONS].replace("worksheets/sheet1.xml", "pages/one.xml")
    assert next(sheet.name for sheet in book(parts).sheets) == "基础数据表"


def test_texts_are_those_of_the_part_that_the_workbook_names(book):
    parts = rows('<row r="60"><c r="A60" t="s"><v>0</v></c></row>')
    relation = f'<Relationship Id="rIdS" Type="{OFFICE}/sharedStrings" Target="texts.xml"/>'
    parts[p.RELATIONS] = parts[p.RELATIONS].replace("</Relationships>", f"{relation}</Relationships>")
    parts |= {
        name: f"<sst {SPACE}><si><t>{text}</t></si></sst>"
        for name, text in (("xl/texts.xml", "真"), (p.STRINGS, "假"))
    }
    assert book(parts).sheets[0].value("A60") == "真"


@pytest.mark.parametrize("name", ["xl/worksheets/./more.xml", "xl/../../evil.xml", "C:\\..\\evil"])
def test_a_part_whose_name_leads_elsewhere_is_damage(code, name):
    assert code({**p.foreign(), name: "<a/>"}) == "F106"


@pytest.mark.parametrize("cell", ['r="A60" s="-3"', 'r="A60" t="n1"', 'r="A60" s="x"'])
def test_a_cell_with_odd_attributes_is_read(book, cell):
    assert book(rows(f'<row r="60"><c {cell}><v>5</v></c></row>')).sheets[0].value("A60") == 5


def test_a_cell_far_from_every_sheet_is_damage(code):
    assert code(rows('<row r="60"><c r="A123456789"><v>5</v></c></row>')) == "F106"


def main_called(parts, old, new):
    """The package with its main part and the relations of that under another name."""
    folder, _, file = old.rpartition("/")
    rels = {f"{folder}/_rels/{file}.rels": f"{folder}/_rels/{new.rpartition('/')[2]}.rels", old: new}
    return {
        rels.get(name, name): text.replace(old, new) if name in ("_rels/.rels", p.TYPES) else text
        for name, text in parts.items()
    }


def test_a_main_part_of_another_name_is_read_and_annotated(book, code, tmp_path):
    parts = main_called(p.foreign(), p.WORKBOOK, "xl/workbook2.xml")
    assert [sheet.name for sheet in book(parts).sheets] == [sheet.name for sheet in book(p.foreign()).sheets]
    copy = tmp_path / "b.xlsx"
    copy.write_bytes(annotated(tmp_path / "a.xlsx", []))
    assert openpyxl.load_workbook(copy).sheetnames[0] == "基础数据表"
    other = p.foreign()[p.WORKBOOK].replace("基础数据表", "假")
    assert code({**parts, p.WORKBOOK: other}) == "F106"


def test_a_document_of_word_online_is_read(tmp_path):
    with zipfile.ZipFile(io.BytesIO(document("<w:p><w:r><w:t>甲</w:t></w:r></w:p>"))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    path = tmp_path / "a.docx"
    path.write_bytes(p.packed(main_called(parts, "word/document.xml", "word/document2.xml")))
    assert open_pages(path).tail == ("甲",)
