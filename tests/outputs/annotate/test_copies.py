"""Annotated copies: what is added, and that nothing else in the package is changed or lost."""

import re
from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.engines import NEVER, convert, stored_values
from tests.outputs.annotate import samples as s
from tests.received import good as g
from tests.workbooks.opening import opened
from tests.workbooks.package_rules import broken_rules
from xlperf.declarations.findings import all_colours, columns
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.jobs.strip import strip

TOUCHED = {
    *("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"),
    *(g.BASIC, g.OVERALL, "xl/comments7.xml"),
}
STRICT = {
    s.MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    s.OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def own(name: str) -> str:
    return f"{{{s.MAIN}}}{name}"


def canonical(tree: ET.Element) -> str:
    return ET.canonicalize(ET.tostring(tree, encoding="unicode"))


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> tuple[dict[str, bytes], dict[str, bytes], Path]:
    """Parts of the received workbook, parts of its copy, and where the copy lies."""
    path = s.copy_of(tmp_path_factory.mktemp("lived"), s.lived_in())
    return s.parts(s.lived_in()), s.parts(path.read_bytes()), path


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory) -> openpyxl.Workbook:
    """The copy of the bad workbook as openpyxl reads it; no test changes it."""
    return opened(s.copy_of(tmp_path_factory.mktemp("spoilt"), s.bad()))


# Nothing lost


def test_untouched_parts_are_the_same_bytes(lived):
    before, after, _ = lived
    assert before.keys() <= after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == TOUCHED
    assert list(before) == [name for name in after if name in before]


def test_of_a_sheet_only_the_formats_of_cells_with_findings_change(lived):
    before, after, _ = lived
    old, new = (ET.fromstring(found[g.BASIC]) for found in (before, after))
    cells = {cell.get("r"): cell for cell in old.iter(own("c"))}
    restyled = [cell for cell in new.iter(own("c")) if cell.get("s") != cells[cell.get("r")].get("s")]
    assert {s.STAFF, s.RATE} == {cell.get("r") for cell in restyled}
    for cell in restyled:
        cell.set("s", cells[cell.get("r")].get("s"))
    assert canonical(new) == canonical(old)


def test_a_sheet_without_comments_gets_nothing_but_the_link_to_them(lived):
    before, after, _ = lived
    old, new = (ET.fromstring(found[g.OVERALL]) for found in (before, after))
    for drawing in new.findall(own("legacyDrawing")):
        new.remove(drawing)
    cells = {cell.get("r"): cell for cell in old.iter(own("c"))}
    for cell in new.iter(own("c")):
        cell.set("s", cells[cell.get("r")].get("s"))
    assert canonical(new) == canonical(old)


def test_prefixes_and_foreign_attributes_of_a_touched_sheet_stay(lived):
    _, after, _ = lived
    xml = after[g.BASIC].decode()
    assert 'mc:Ignorable="x14ac"' in xml
    assert 'x14ac:dyDescent="0.2" spans="1:7"' in xml
    assert "<x14:dataValidations" in xml


def test_styles_are_only_appended_to(lived):
    before, after, _ = lived
    old, new = (ET.fromstring(found["xl/styles.xml"]) for found in (before, after))
    for before_element, after_element in zip(old, new, strict=True):
        kept = deepcopy(after_element)
        kept[:] = after_element[: len(before_element)]
        kept.attrib.update(before_element.attrib)
        assert canonical(kept) == canonical(before_element)
        assert after_element.get("count") in (None, str(len(after_element)))


def test_of_lists_everything_stays_in_its_place(lived):
    before, after, _ = lived
    for name, path in {
        "xl/_rels/workbook.xml.rels": ".",
        "xl/workbook.xml": own("sheets"),
    }.items():
        old, new = (ET.fromstring(found[name]).find(path) for found in (before, after))
        assert [canonical(element) for element in old] == [canonical(element) for element in new][: len(old)]
        assert len(new) == len(old) + 1
    kinds = [
        {canonical(element) for element in ET.fromstring(found["[Content_Types].xml"])}
        for found in (before, after)
    ]
    assert kinds[0] < kinds[1]
    names = [ET.fromstring(found["xl/workbook.xml"]).find(own("definedNames")) for found in (before, after)]
    assert [canonical(element) for element in names[0]] == [canonical(element) for element in names[1]][
        : len(names[0])
    ]


def test_comments_of_people_stay_and_ours_follow(lived):
    before, after, path = lived
    old = [element.attrib for element in ET.fromstring(before["xl/comments7.xml"]).iter(own("comment"))]
    new = [element.attrib for element in ET.fromstring(after["xl/comments7.xml"]).iter(own("comment"))]
    assert new[: len(old)] == old
    sheet = opened(path)[s.BASIC]
    text = sheet[s.STAFF].comment.text
    assert text.startswith("张经办:\n已问过人事科\n\n【xlperf 检查】\n警告 B502：")
    assert sheet[s.STAFF].comment.author == "张经办"
    assert "<b/>" in after["xl/comments7.xml"].decode()
    assert sheet["A3"].comment.text == "这一行是标题"


def test_threads_stay_and_our_words_are_in_the_comment_next_to_them(lived):
    before, after, path = lived
    part = "xl/threadedComments/threadedComment1.xml"
    assert after[part] == before[part]
    comment = opened(path)[s.BASIC][s.RATE].comment
    assert comment.author == "tc={8A9E}"
    assert comment.text.startswith("[线程批注] 待核对\n\n【xlperf 检查】\n")


def test_the_old_drawing_part_keeps_all_that_stood_in_it(lived):
    before, after, _ = lived
    old, new = (found["xl/drawings/vmlDrawing1.vml"].decode() for found in (before, after))
    assert old == new  # every cell with a finding had its box already
    notes = after["xl/drawings/vmlDrawing2.vml"].decode()
    assert notes.count('ObjectType="Note"') == len(
        re.findall("<comment ", after["xl/comments1.xml"].decode())
    )


def test_boxes_join_a_drawing_that_has_others(tmp_path):
    data = g.edited({"xl/drawings/vmlDrawing1.vml": lambda _: s.VML.format(boxes="")}, workbook=s.lived_in())
    vml = s.parts(s.copy_of(tmp_path, data).read_bytes())["xl/drawings/vmlDrawing1.vml"].decode()
    assert vml.startswith(s.VML.format(boxes="").removesuffix("</xml>"))
    assert vml.count('ObjectType="Note"') == 3
    numbers = re.findall(r"_x0000_s([0-9]+)", vml)
    assert len(set(numbers)) == len(numbers) == 4


def test_values_and_formulas_are_the_same(lived, tmp_path):
    _, _, path = lived
    source = tmp_path / "表.xlsx"
    source.write_bytes(s.lived_in())
    old, new = stored_values(source), stored_values(path)
    assert {place: value for place, value in new.items() if place[0] != "问题"} == old
    element, other = openpyxl.load_workbook(source), openpyxl.load_workbook(path)
    for sheet in element:
        assert [[cell.value for cell in row] for row in sheet] == [
            [cell.value for cell in row] for row in other[sheet.title]
        ]
        assert str(sheet.merged_cells) == str(other[sheet.title].merged_cells)
    books = [CalamineWorkbook.from_path(str(file)) for file in (source, path)]
    assert books[1].sheet_names == [*books[0].sheet_names, "问题"]
    for name in books[0].sheet_names:
        assert len({repr(book.get_sheet_by_name(name).to_python()) for book in books}) == 1


# What is added


def test_a_coloured_cell_keeps_its_own_looks(lived, tmp_path):
    book, copy = (opened(data) for data in (s.lived_in(), lived[2].read_bytes()))
    old, new = book[s.BASIC][s.RATE], copy[s.BASIC][s.RATE]
    assert new.fill.fgColor.rgb[2:] in all_colours()
    assert old.fill.fill_type is None
    for aspect in ("number_format", "font", "border", "alignment", "protection"):
        assert repr(getattr(new, aspect)) == repr(getattr(old, aspect))


def test_the_gravest_finding_gives_the_colour(spoilt):
    assert spoilt[s.BASIC][s.STAFF].fill.fgColor.rgb == "FFFFEDA3"  # 警告
    assert spoilt[s.BASIC][s.RATE].fill.fgColor.rgb == "FFFFC9CF"  # 错误 B501 and 警告 M404


def test_a_comment_says_what_is_wrong_and_what_to_do(spoilt):
    comment = spoilt[s.OVERALL][s.SCORE].comment
    assert comment.author == "xlperf"
    lines = comment.text.split("\n")
    assert lines[0] == "【xlperf 检查】"
    assert lines[1].startswith("错误 S604：")
    assert lines[2].startswith("应为：")
    assert lines[3].startswith("办法：")
    assert lines[-1] == "【xlperf 完】"


def test_the_sheet_lists_every_cause_with_a_link_to_its_cell(spoilt, tmp_path):
    found = s.causes_in(s.bad(), tmp_path)
    rows = list(spoilt["问题"].iter_rows(min_row=3))
    assert [cell.value for cell in rows[0]] == [column.heading for column in columns()]
    assert [(row[-1].value, row[2].value, row[3].value) for row in rows[1:]] == found
    assert [row[0].value for row in rows[1:]] == list(range(1, len(found) + 1))
    assert [row[3].hyperlink.location for row in rows[1:]] == [f"'{tab}'!{cell}" for _, tab, cell in found]
    assert all(cell.alignment.wrap_text for cell in rows[1])


def test_a_finding_of_the_whole_file_is_listed_without_a_link(tmp_path):
    data = g.edited({g.WORKBOOK: g.replaced("整体支出绩效自评表", "整体")}, workbook=s.bad())
    sheet = opened(s.copy_of(tmp_path, data))["问题"]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[-1].value == "T202")
    assert (row[2].value, row[3].value, row[3].hyperlink) == ("整体", None, None)


def test_a_returned_copy_is_checked_as_if_nothing_had_been_added(tmp_path):
    copy = s.copy_of(tmp_path, s.lived_in()).read_bytes()
    assert s.codes_in(copy, tmp_path) == s.codes_in(s.lived_in(), tmp_path)
    names = ET.fromstring(s.parts(copy)["xl/workbook.xml"]).iter(own("definedName"))
    assert HELPER_MARK in {name.get("name") for name in names}


def test_the_upload_copy_of_a_returned_copy_shows_nothing_of_the_annotation(tmp_path):
    strip([s.copy_of(tmp_path, s.bad())], tmp_path / "上报")
    strip([tmp_path / "收到"], tmp_path / "未批注")
    copies = [opened(tmp_path / folder / g.file_name()) for folder in ("上报", "未批注")]
    for sheet, plain in zip(*copies, strict=True):
        for row, other in zip(sheet, plain, strict=True):
            assert [(element.value, element.fill.fill_type, element.comment) for element in row] == [
                (element.value, element.fill.fill_type, element.comment) for element in other
            ]


def test_libreoffice_shows_comments_colours_and_list(lived, tmp_path):
    again = opened(convert(lived[2], "xlsx", tmp_path, NEVER))
    basic = again[s.BASIC]
    assert "已问过人事科" in basic[s.STAFF].comment.text
    assert "警告 B502" in basic[s.STAFF].comment.text
    assert basic["A3"].comment.text == "这一行是标题"
    assert basic[s.RATE].fill.fgColor.rgb == "FFFFC9CF"
    assert "错误 S604" in again[s.OVERALL][s.SCORE].comment.text
    assert again["问题"]["D4"].hyperlink.location.replace("$", "") in (
        f"'{s.BASIC}'!{s.RATE}",
        f"{s.BASIC}!{s.RATE}",
    )


# Once more


def reannotated(tmp_path: Path, copy: bytes, changes: dict[str, g.Edit]) -> openpyxl.Workbook:
    """The copy of what came back: a copy with ``changes``, as the unit returns it."""
    return opened(s.copy_of(tmp_path, g.edited(changes, workbook=copy)))


def test_annotating_a_returned_copy_replaces_comments_and_list(tmp_path):
    first = s.copy_of(tmp_path, s.lived_in()).read_bytes()
    book, again = opened(first), reannotated(tmp_path, first, {})
    assert again.sheetnames == book.sheetnames
    for sheet in (s.BASIC, s.OVERALL):
        comments = [
            {cell.coordinate: cell.comment.text for row in workbook[sheet] for cell in row if cell.comment}
            for workbook in (book, again)
        ]
        assert comments[0] == comments[1]
    assert again["问题"].max_row == book["问题"].max_row
    assert again[s.BASIC][s.STAFF].comment.text.count("B502") == 1


def test_a_corrected_cell_loses_comment_box_and_colour(tmp_path):
    first = s.copy_of(tmp_path, s.bad()).read_bytes()
    own_points = opened(g.good())[s.OVERALL][s.SCORE].value
    again = reannotated(tmp_path, first, {g.OVERALL: g.number(s.SCORE, own_points)})
    cell = again[s.OVERALL][s.SCORE]
    assert cell.comment is None
    assert cell.fill.fill_type is None
    assert again[s.BASIC][s.STAFF].comment
    parts = s.parts((tmp_path / "批注" / s.FOLDER / g.file_name()).read_bytes())
    boxes = parts["xl/drawings/vmlDrawing2.vml"].decode().count('ObjectType="Note"')
    assert boxes == parts["xl/comments2.xml"].decode().count("<comment ")


def test_what_a_unit_writes_into_our_comment_stays(tmp_path):
    first = s.copy_of(tmp_path, s.bad()).read_bytes()

    def reply(xml: str) -> str:
        before, code, after = xml.partition("警告 B502")
        return before + code + after.replace("【xlperf 完】", "【xlperf 完】\n已核对，属实：借调两人。", 1)

    again = reannotated(tmp_path, first, {"xl/comments1.xml": reply, g.BASIC: g.number(s.STAFF, 70)})
    text = again[s.BASIC][s.STAFF].comment.text
    assert "已核对，属实：借调两人。" in text
    assert "B502" not in text


# Other ways to write a workbook


def test_macros_stay(tmp_path):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    data = g.edited(
        {"[Content_Types].xml": g.replaced(kind, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")},
        {"xl/vbaProject.bin": b"macro\0", "xl/vbaProjectSignature.bin": b"signed"},
        workbook=s.bad(),
    )
    path = s.copy_of(tmp_path, data, "101_单位.xlsm")
    assert path.name == "101_单位.xlsm"
    parts = s.parts(path.read_bytes())
    assert (parts["xl/vbaProject.bin"], parts["xl/vbaProjectSignature.bin"]) == (b"macro\0", b"signed")
    assert "macroEnabled" in parts["[Content_Types].xml"].decode()


def test_strict_workbooks_stay_strict(tmp_path):
    def strict(xml: str) -> str:
        for old, new in STRICT.items():
            xml = xml.replace(old, new)
        return xml

    parts = [name for name in s.parts(s.bad()) if name.endswith((".xml", ".rels"))]
    path = s.copy_of(tmp_path, g.edited(dict.fromkeys(parts, strict), workbook=s.bad()))
    text = b"".join(
        data
        for name, data in s.parts(path.read_bytes()).items()
        if name.startswith(("xl/", "[")) and "theme" not in name
    ).decode()
    assert s.MAIN not in text
    assert s.OFFICE not in text
    assert "错误 S604" in text


def test_prefixed_elements(tmp_path):
    def prefixed(xml: str) -> str:
        return re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace('xmlns="', 'xmlns:x="')

    data = g.edited(dict.fromkeys((g.BASIC, g.WORKBOOK, "xl/styles.xml"), prefixed), workbook=s.bad())
    book = opened(s.copy_of(tmp_path, data))
    assert "B502" in book[s.BASIC][s.STAFF].comment.text
    assert book[s.BASIC][s.STAFF].fill.fgColor.rgb == "FFFFEDA3"
    assert book.sheetnames[-1] == "问题"


def test_cells_that_the_sheet_does_not_list_are_made_in_their_place(tmp_path):
    required = g.address("基础", "编制数")
    gone = lambda xml: re.sub(rf'<c r="{required}"[^>]*?(?:/>|>.*?</c>)', "", xml, flags=re.DOTALL)  # noqa: E731
    path = s.copy_of(tmp_path, g.edited({g.BASIC: gone}))
    xml = s.parts(path.read_bytes())[g.BASIC].decode()
    row = re.search(rf'<row r="{required[1:]}".*?</row>', xml, re.DOTALL)[0]
    letters = re.findall(r'<c r="([A-Z]+)', row)
    assert required[0] in letters
    assert letters == sorted(letters)
    assert opened(path)[s.BASIC][required].comment


def test_saved_by_libreoffice(tmp_path):
    source = tmp_path / "表.xlsx"
    source.write_bytes(s.lived_in())
    data = convert(source, "xlsx", tmp_path / "saved", NEVER).read_bytes()
    path = s.copy_of(tmp_path, data)
    sheet = opened(path)[s.BASIC]
    assert sheet["A3"].comment.text == "这一行是标题"
    assert "已问过人事科" in sheet[s.STAFF].comment.text
    assert "B502" in sheet[s.STAFF].comment.text
    assert s.codes_in(path.read_bytes(), tmp_path) == s.codes_in(data, tmp_path)


def test_a_workbook_without_styles(tmp_path):
    empty = lambda xml: re.sub(r"<(Relationship|Override) [^>]*styles[^>]*?(/>|></\1>)", "", xml)  # noqa: E731
    rules = re.compile("<conditionalFormatting .*?</conditionalFormatting>", re.DOTALL)
    unstyled = lambda xml: rules.sub("", re.sub(r' s="[0-9]+"', "", xml))  # noqa: E731
    lists = dict.fromkeys(("xl/_rels/workbook.xml.rels", "[Content_Types].xml"), empty)
    sheets = [name for name in s.parts(s.bad()) if name.startswith("xl/worksheets/")]
    data = s.without(
        g.edited({**lists, **dict.fromkeys(sheets, unstyled)}, workbook=s.bad()), "xl/styles.xml"
    )
    book = opened(s.copy_of(tmp_path, data))
    assert book[s.BASIC][s.STAFF].fill.fgColor.rgb == "FFFFEDA3"


def test_a_tab_of_the_same_name_is_somebody_elses(tmp_path):
    tab = '<sheet name="问题" sheetId="99" r:id="own"/></sheets>'
    relation = (
        f'<Relationship Id="own" Target="worksheets/own.xml" Type="{s.OFFICE}/worksheet"/></Relationships>'
    )
    rows = '<sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>'
    sheet = f'<worksheet xmlns="{s.MAIN}">{rows}</worksheet>'
    data = g.edited(
        {
            g.WORKBOOK: g.replaced("</sheets>", tab),
            "xl/_rels/workbook.xml.rels": g.replaced("</Relationships>", relation),
        },
        {"xl/worksheets/own.xml": sheet.encode()},
        workbook=s.bad(),
    )
    parts = s.parts(s.copy_of(tmp_path, data).read_bytes())
    assert re.findall('<sheet name="([^"]*)"', parts["xl/workbook.xml"].decode())[-2:] == ["问题", "问题2"]
    assert parts["xl/worksheets/own.xml"] == sheet.encode()


@pytest.mark.parametrize("data", [s.bad(), s.lived_in()], ids=["plain", "lived in"])
def test_nothing_in_a_copy_makes_excel_call_it_damaged(tmp_path, data):
    parts = s.parts(s.copy_of(tmp_path, data).read_bytes())
    kept = {"xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    kept |= {name for name in parts if name.startswith("xl/worksheets/sheet")}
    reported = broken_rules(
        s.packed({name: content for name, content in parts.items() if name in kept}), received=True
    )
    assert [problem for problem in reported if not problem.startswith("content types list")] == []
