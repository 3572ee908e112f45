"""Headers, footers, notes, comments and text boxes of Word: used where they help, and accounted for."""

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.intake import wordfiles
from tests.intake.reading.drawn import violations
from tests.intake.test_word_pages import NAMESPACE, par, read, row, table
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.intake.open_any import open_pages
from xlperf.intake.reading.read import read_document
from xlperf.intake.word_pages import word_pages
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.parts import open_zip

ROWS = [
    ["项目名称", "道路", "", ""],
    ["项目资金", "年初预算数", "全年预算数", "全年执行数"],
    ["年度资金总额", "80", "100", "90"],
]
NOTES = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}


def document(path, header=(), footer=(), title="项目支出绩效自评表"):
    made = docx.Document()
    for margin, lines in ((made.sections[0].header, header), (made.sections[0].footer, footer)):
        margin.is_linked_to_previous = False
        for line in lines:
            margin.add_paragraph(line)
    made.add_paragraph(title)
    grid = made.add_table(len(ROWS), 4)
    for cells, texts in zip(grid.rows, ROWS, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    made.save(path)
    return path


def reading(path):
    read = read_document(open_pages(path))
    assert violations(read) == []
    return read


def roles(read):
    return {
        (entry.page.name, entry.cell.text): entry.role.value
        for entry in read.account.entries.values()
        if entry.page.kind in ("aside", "box")
    }


def test_a_header_names_year_unit_and_money_unit(tmp_path):
    header = ["2023年度", "填报单位：甲县公路局　　金额单位：元"]
    read = reading(document(tmp_path / "表.docx", header, ["第1页 共2页"]))
    [form] = read.forms
    assert (form.year, form.unit, form.organisation) == (2023, "元", "甲县公路局")
    assert form.plain("项目资金/年度资金总额/全年执行数") == 0.009
    assert set(roles(read).values()) == {"title", "template"}


def test_what_the_form_says_itself_goes_first(tmp_path):
    header = ["2022年度", "单位：元"]
    read = reading(document(tmp_path / "表.docx", header, title="2023年度项目支出绩效自评表（单位：万元）"))
    [form] = read.forms
    assert (form.year, form.plain("项目资金/年度资金总额/全年执行数")) == (2023, 90)


def test_figures_in_a_footer_are_reported(tmp_path):
    path = document(tmp_path / "表.docx", footer=["另有上年结转12.5万元未列入", "第1页"])
    assert roles(reading(path))["页脚", "另有上年结转12.5万元未列入"] == "unused"
    [found] = [found for found in unfolded(check_file(path).findings) if found.code == "C326"]
    assert (found.location.sheet, "12.5" in found.message) == ("页脚", True)


@pytest.mark.parametrize("part", NOTES)
def test_notes_and_comments_that_the_text_refers_to(part):
    name = NOTES[part]
    notes = "".join(
        f'<w:{name} w:id="{number}">{par(text)}</w:{name}>' for number, text in enumerate("甲乙丙")
    )
    reference = f'<w:r><w:{name}Reference w:id="1"/></w:r>'
    deleted = f'<w:del><w:r><w:{name}Reference w:id="2"/></w:r></w:del>'
    pages = read(par("说明", reference, deleted), table(row("1", "2")), **{part: notes})
    assert [[cell.text for cell in page.cells] for page in pages.document.asides] == [["乙"]]


def test_headers_of_pages_that_are_not_printed_are_not_there():
    kinds = ("default", "first", "even")
    references = "".join(f'<w:headerReference w:type="{kind}" w:id="{kind}"/>' for kind in kinds)
    links = "".join(f'<Relationship Id="{kind}" Target="{kind}.xml"/>' for kind in kinds)
    parts = {kind: par(kind) for kind in kinds}
    pages = read_with_links(f"<w:sectPr>{references}</w:sectPr>", links, parts)
    assert [cell.text for page in pages.document.asides for cell in page.cells] == ["default"]
    pages = read_with_links(f"<w:sectPr>{references}<w:titlePg/></w:sectPr>", links, parts)
    assert [cell.text for page in pages.document.asides for cell in page.cells] == ["default", "first"]


def read_with_links(section, links, parts):
    contents = {
        f"word/{name}.xml": f"<w:hdr {NAMESPACE}>{xml}</w:hdr>".encode() for name, xml in parts.items()
    }
    contents["word/_rels/document.xml.rels"] = f"<Relationships>{links}</Relationships>".encode()
    content = wordfiles.document(par("正文"), section, parts=contents)
    return word_pages(open_zip("报告.docx", content, LIMITS), LIMITS)


def test_a_text_box_with_a_figure_is_reported_and_one_with_a_title_is_a_title(tmp_path):
    made = docx.Document(document(tmp_path / "表.docx"))
    for text in ("项目支出绩效自评表", "其中追加20万元"):
        run = (
            f"<w:r {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'><w:pict><v:shape><v:textbox>"
            f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
            "</v:textbox></v:shape></w:pict></w:r>"
        )
        made.paragraphs[0]._p.append(parse_xml(run))
    made.save(tmp_path / "框.docx")
    found = roles(reading(tmp_path / "框.docx"))
    assert found == {("文本框1", "项目支出绩效自评表"): "title", ("文本框2", "其中追加20万元"): "unused"}


def test_a_table_in_a_text_box_is_read_like_any_other():
    cells = [row(*line) for line in ROWS]
    box = f"<w:r><w:pict><w:txbxContent>{table(*cells)}<w:p/></w:txbxContent></w:pict></w:r>"
    read_box = read_document(read(par("项目支出绩效自评表（单位：万元）"), par(box)).document)
    [form] = read_box.forms
    assert form.plain("项目资金/年度资金总额/全年执行数") == 90
