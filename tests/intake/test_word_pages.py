"""Word documents written as XML → what a person sees in them."""

import re

import pytest

from tests.cases import CASES
from tests.intake.wordfiles import document
from xlperf.intake.word_pages import noticed, word_pages
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import open_zip
from xlperf.ooxml.received_bytes import Refused

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CHOICES = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="wps"'


def read(*blocks, limits=LIMITS, **parts):
    contents = {
        f"word/{name}.xml": f"<w:{name} {NAMESPACE}>{xml}</w:{name}>".encode() for name, xml in parts.items()
    }
    return word_pages(open_zip("报告.docx", document(*blocks, parts=contents), limits), limits)


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*runs, properties=""):
    inner = "".join(text if text.startswith("<") else run(text) for text in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def cell(*blocks, span=1, merge="", properties=""):
    merged = {"": "", "top": '<w:vMerge w:val="restart"/>', "on": "<w:vMerge/>"}[merge]
    inner = "".join(block if block.startswith("<w:") else par(block) for block in blocks) or "<w:p/>"
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merged}{properties}</w:tcPr>{inner}</w:tc>'


def row(*cells, properties=""):
    inner = "".join(text if text.startswith("<w:tc") else cell(text) for text in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def table(*rows, widths=(2000, 2000, 2000, 2000)):
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def texts(pages, page=0):
    return {(seen.r0, seen.c0): seen.text for seen in pages.document.pages[page].cells}


def only(*blocks, **parts):
    """The text of the one cell of a table that holds ``blocks``."""
    return read(table(row(cell(*blocks))), **parts).document.pages[0].cells[0]


def test_an_empty_cell_keeps_its_place():
    pages = read(table(row("甲", "", "3", "4"), row(cell("乙", span=2), "5", "")))
    assert texts(pages) == {
        (0, 0): "甲",
        (0, 1): "",
        (0, 2): "3",
        (0, 3): "4",
        (1, 0): "乙",
        (1, 2): "5",
        (1, 3): "",
    }


def test_rows_that_begin_later_on_the_grid():
    pages = read(table(row("1", "2", "3", "4"), row("丙", "丁", properties='<w:gridBefore w:val="2"/>')))
    assert (texts(pages)[1, 2], texts(pages)[1, 3]) == ("丙", "丁")


def test_cells_merged_down_are_one():
    pages = read(
        table(
            row(cell("合", merge="top", span=2), "1", "2"), row(cell("看不见", merge="on", span=2), "3", "4")
        )
    )
    top = pages.document.pages[0].cells[0]
    assert (top.text, top.r0, top.r1, top.c0, top.c1) == ("合", 0, 1, 0, 0)
    assert top.notes == ("合并区域下面另有看不见的内容：第2行第1列“看不见”",)
    assert texts(pages)[1, 1] == "3"


def test_a_merge_ends_where_the_row_below_does_not_go_on():
    pages = read(table(row(cell("合", merge="top"), "1"), row("下", "2"), row(cell("自", merge="on"), "3")))
    assert texts(pages)[1, 0] == "下"
    assert texts(pages)[2, 0] == "自"


def test_edges_drawn_by_hand_are_one():
    pages = read(
        table(row(cell("甲", span=2), "乙"), row("丙", cell("丁", span=2)), widths=(2000, 150, 2000)),
    )
    assert texts(pages) == {(0, 0): "甲", (0, 1): "乙", (1, 0): "丙", (1, 1): "丁"}
    assert pages.document.pages[0].grid == (2000, 2150)


@pytest.mark.parametrize("span", ["1900000000", "9" * 5000, "-3", "x", ""])
def test_absurd_spans_cost_nothing(span):
    pages = read(table(row("甲", cell("乙", span=span), "丙"), row("1", "2", "3", "4")))
    assert sorted(texts(pages).values()) == sorted(["甲", "乙", "丙", "1", "2", "3", "4"])
    assert max(found.c1 for found in pages.document.pages[0].cells) < 8


def test_more_cells_than_the_limit_are_refused():
    rows = [row(*["1"] * 30)] + [row("2")] * 30
    with pytest.raises(Refused, match="100"):
        read(table(*rows), limits=Limits(cells=100))


def test_nesting_without_end_is_refused():
    with pytest.raises(Refused):
        read("<w:sdt>" * 300 + "</w:sdt>" * 300)


def prompt(text):
    return f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run(text)}</w:sdtContent></w:sdt>"


VALUES = [
    "部门",
    "上年决算数",
    "本年预算数",
    "本年决算数",
    "",
    "183.6",
    "190",
    "188.25",
    "三公经费",
    "",
    "4.1",
    "3.9",
]
SHAPES = {
    "plain": table(row(*VALUES[:4]), row(*VALUES[4:8]), row(*VALUES[8:])),
    "spans": table(
        row(cell("部门", merge="top"), cell("上年", span=2), "本年"),
        row(cell(merge="on"), cell("预算"), cell("决算"), cell("预算")),
        row("公用经费", "1.5", "2.5", "3.5"),
        row(cell("说明", span=2), cell("4.5", span=2)),
        row("5.5", "6.5", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_emptying_a_cell_moves_no_other(shape):
    xml = SHAPES[shape]
    whole = texts(read(xml))
    marks = list(re.finditer(r'<w:t xml:space="preserve">([^<]+)</w:t>', xml))
    assert len(marks) >= 10
    for match in marks:
        emptied = texts(read(xml[: match.start(1)] + xml[match.end(1) :]))
        changed = {place for place in whole if emptied.get(place) != whole[place]}
        assert (len(changed), emptied.keys()) == (1, whole.keys())
        assert emptied[changed.pop()] == ""


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (f"<w:del>{run('旧')}</w:del><w:ins>{run('新')}</w:ins>", "新"),
        (f"<w:moveFrom>{run('旧')}</w:moveFrom><w:moveTo>{run('新')}</w:moveTo>", "新"),
        (run("藏", "<w:vanish/>") + run("见"), "见"),
        (run("见", '<w:vanish w:val="0"/>'), "见"),
        (run("页", "<w:webHidden/>"), "页"),
        ("<w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t></w:r>", "一 二\n三"),
        ("<w:r><w:t>自</w:t><w:softHyphen/><w:t>评</w:t><w:noBreakHyphen/><w:t>表</w:t></w:r>", "自评-表"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>50</w:t></w:r>', "≥50"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', "☑"),
        (run("\uf0a3", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>') + run("5"), "≤5"),
        (run("R", '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'), "☑"),
        (run("\uf0b3"), "≥"),
        (run("12m") + run("2", '<w:vertAlign w:val="superscript"/>'), "12m²"),
        (run("183.6") + run("①", '<w:vertAlign w:val="superscript"/>'), "183.6"),
        (f"<w:r><w:ruby><w:rt>{run('zi')}</w:rt><w:rubyBase>{run('自')}</w:rubyBase></w:ruby></w:r>", "自"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('填了')}</w:sdtContent></w:sdt>", "填了"),
        (prompt("单击此处"), ""),
        (f"<w:hyperlink>{run('链')}</w:hyperlink><w:smartTag>{run('接')}</w:smartTag>", "链接"),
        (f'<w:fldSimple w:instr="REF a">{run("9.5")}</w:fldSimple>', "9.5"),
    ],
)  # fmt: skip
def test_what_a_paragraph_shows(xml, text):
    assert only(f"<w:p>{xml}</w:p>").text == text


def field(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def test_instructions_of_fields_are_not_there():
    inner = field("begin") + run("代码") + field("separate") + run("内") + field("end")
    whole = (
        field("begin")
        + "<w:r><w:instrText>IF</w:instrText></w:r>"
        + inner
        + field("separate")
        + run("198.68")
    )
    assert only(f"<w:p>{run('前')}{whole}{field('end')}{run('后')}</w:p>").text == "前198.68后"


def test_fields_that_never_end_hide_nothing():
    assert only(f"<w:p>{field('begin')}{run('183.6')}</w:p>").number == 183.6
    pages = read(
        table(row(cell(f"<w:p>{field('begin')}</w:p>"), "183.6", cell(f"<w:p>{field('end')}</w:p>")))
    )
    assert texts(pages)[0, 1] == "183.6"


def test_fields_within_one_run():
    xml = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:t>码</w:t>'
    xml += '<w:fldChar w:fldCharType="separate"/><w:t>5</w:t><w:fldChar w:fldCharType="end"/></w:r>'
    assert only(f"<w:p>{xml}</w:p>").text == "5"


def test_boxes_to_tick():
    data = '<w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>'
    xml = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>{field("end")}'
    assert only(f"<w:p>{xml}{run('是')}</w:p>").text == "☑是"


def test_notes_say_what_was_left_out():
    raised = run("①", '<w:vertAlign w:val="superscript"/>')
    assert only(f"<w:p>{run('183.6')}{raised}</w:p>").notes == ("上标：①",)
    assert only("<w:p><w:r><w:t>5</w:t><w:footnoteReference/></w:r></w:p>").notes == ("有脚注",)
    assert "U+200B" in only("1\u200b83.6").notes[0]
    assert only("\uf0ff").text == "\ufffd"


def test_hidden_and_symbol_styles():
    styles = '<w:style w:styleId="藏"><w:basedOn w:val="底"/></w:style>'
    styles += '<w:style w:styleId="底"><w:rPr><w:vanish/></w:rPr></w:style>'
    hidden = run("藏", '<w:rStyle w:val="藏"/>')
    assert only(f"<w:p>{hidden}{run('见')}</w:p>", styles=styles).text == "见"


def test_deleted_paragraph_ends_join_lines():
    first = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("183") + "</w:p>"
    assert only(first, par(".6")).number == 183.6
    assert only(par("183"), par("6")).number is None


def test_deleted_and_hidden_rows_are_not_there():
    pages = read(
        table(
            row("甲", "1"),
            row("乙", "2", properties="<w:del/>"),
            row("丙", "3", properties="<w:hidden/>"),
            row("丁", "4"),
        )
    )
    assert texts(pages) == {(0, 0): "甲", (0, 1): "1", (1, 0): "丁", (1, 1): "4"}


def level(number, kind, text, extra=""):
    printed = f'<w:start w:val="1"/><w:numFmt w:val="{kind}"/>{extra}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{number}">{printed}</w:lvl>'


def numbered(text, depth=0, number="1"):
    return par(text, properties=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


NUM = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


@pytest.mark.parametrize(
    ("kind", "text", "labels"),
    [
        ("decimal", "%1.", ["1.", "2."]),
        ("decimalZero", "%1", ["01", "02"]),
        ("chineseCounting", "%1、", ["一、", "二、"]),
        ("chineseCountingThousand", "（%1）", ["（一）", "（二）"]),
        ("chineseLegalSimplified", "%1、", ["壹、", "贰、"]),
        ("ideographTraditional", "%1", ["甲", "乙"]),
        ("decimalEnclosedCircle", "%1", ["①", "②"]),
        ("upperRoman", "%1", ["I", "II"]),
        ("lowerLetter", "%1)", ["a)", "b)"]),
        ("bullet", "\uf0b7", ["", ""]),
    ],
)
def test_automatic_numbers_are_printed(kind, text, labels):
    numbering = f'<w:abstractNum w:abstractNumId="0">{level(0, kind, text)}</w:abstractNum>{NUM}'
    pages = read(numbered("出勤率"), numbered("培训"), numbering=numbering)
    assert [passage.label for passage in pages.passages] == labels
    assert [passage.text for passage in pages.passages] == ["出勤率", "培训"]


def test_numbers_of_lower_levels_and_cells():
    levels = level(0, "chineseCounting", "%1、") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    numbering = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{NUM}'
    pages = read(
        numbered("甲"), table(row(cell(numbered("乙", 1)), cell(numbered("丙", 1)))), numbering=numbering
    )
    assert texts(pages) == {(0, 0): "1.1 乙", (0, 1): "1.2 丙"}


def box(text):
    content = f"<w:txbxContent>{par(text)}</w:txbxContent>"
    drawn = f"<mc:Choice><w:drawing><wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice>"
    old = f"<mc:Fallback><w:pict>{content}</w:pict></mc:Fallback>"
    return f"<w:r><mc:AlternateContent {CHOICES}>{drawn}{old}</mc:AlternateContent></w:r>"


def test_text_boxes_are_pages_once():
    pages = read(
        f"<w:p>{run('正文')}{box('单位：万元')}</w:p>",
        table(row(cell(f"<w:p>{run('格')}{box('盖章')}</w:p>"))),
    )
    assert [(page.name, page.kind) for page in pages.document.pages] == [
        ("文本框1", "box"),
        ("表1", "table"),
        ("文本框2", "box"),
    ]
    assert [texts(pages, number)[0, 0] for number in range(3)] == ["单位：万元", "格", "盖章"]
    assert pages.document.pages[2].parent is pages.document.pages[1].cells[0]
    assert pages.passages[0].text == "正文"
    assert pages.spots["文本框1", "文本框1"] == (0, 0)


def test_nested_tables_are_pages_that_know_their_cell():
    inner = table(row("内", "7"), widths=(500, 500))
    pages = read(
        par("题"), table(row("外", cell(par("附表"), inner)), row("下", "8")), par("注"), table(row("末"))
    )
    outer, nested, last = pages.document.pages
    assert (outer.before, nested.before, last.before) == (("题",), ("附表",), ("注",))
    assert (nested.kind, nested.owner, nested.parent.text) == ("nested", outer, "附表")
    assert [page.name for page in (outer, nested, last)] == ["表1", "表2", "表3"]
    assert texts(pages, 1) == {(0, 0): "内", (0, 1): "7"}


def test_spots_count_the_paragraphs_of_the_file():
    pages = read(par("题"), table(row("甲", cell("乙", "丙"))), par("末"))
    assert pages.spots == {("表1", "第1行第1列"): (1, 1), ("表1", "第1行第2列"): (2, 3)}
    assert [passage.spot for passage in pages.passages] == [(0, 0), (4, 4)]
    assert pages.document.tail == ("末",)


def test_content_controls_around_rows_and_cells():
    wrapped = f"<w:sdt><w:sdtPr/><w:sdtContent>{row('甲', '1')}</w:sdtContent></w:sdt>"
    inner = f"<w:tr><w:sdt><w:sdtPr/><w:sdtContent>{cell('乙')}</w:sdtContent></w:sdt>{cell('2')}</w:tr>"
    assert texts(read(table(wrapped, inner))) == {(0, 0): "甲", (0, 1): "1", (1, 0): "乙", (1, 1): "2"}


@pytest.mark.skipif(not CASES.is_dir(), reason="the collection of received files is not here")
def test_received_table_with_an_empty_cell():
    path = CASES / "received" / "01_word_blank_beside_filled.docx"
    pages = word_pages(open_zip(path.name, path.read_bytes(), LIMITS), LIMITS)
    found = {seen.place: seen for seen in pages.document.pages[0].cells}
    label = next(seen for seen in found.values() if "公用经费" in seen.text)
    in_order = sorted(found.values(), key=lambda seen: seen.c0)
    values = [seen.text for seen in in_order if seen.r0 == label.r0]
    assert values == ["公用经费", "", "183.60", "179.94"]


def test_running_text_is_read_as_far_as_the_limit_and_tables_behind_it_are():
    written = read(
        par("甲" * 6), par("乙" * 6), par("丙" * 6), table(row("表")), limits=Limits(characters=10)
    )
    assert [passage.text for passage in written.passages] == ["甲" * 6, "乙" * 4]
    assert texts(written) == {(0, 0): "表"}
    assert written.cut_at == 10


def test_text_as_long_as_the_limit_is_read_whole():
    written = read(par("甲" * 6), par("乙" * 4), limits=Limits(characters=10))
    assert [passage.text for passage in written.passages] == ["甲" * 6, "乙" * 4]
    assert not written.cut_at


def test_unread_text_is_said():
    package = open_zip("报告.docx", document(par("甲" * 6)), LIMITS)
    (found,) = noticed(package, word_pages(package, Limits(characters=5)))
    assert (found.code, "前 5 字" in found.message) == ("F141", True)
