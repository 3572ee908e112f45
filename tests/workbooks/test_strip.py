"""Upload copies: what stays of a filled workbook, what goes, and that nothing else changes."""

import io
import re
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from tests.engines import convert, libreoffice_values, recalculate, stored_values
from tests.profiles import WITH_TABLES
from tests.received import good as g
from tests.workbooks.filings import filing
from tests.workbooks.opening import opened
from xlperf.checks.file_check import check_file
from xlperf.core.errors import InputError, OutputError
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.findings import unfolded
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.profile import load_profile
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.jobs.copies import CopiesResult
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.strip import strip
from xlperf.workbooks.workbook_writer import writer_of

ALLOWED = {
    *("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"),
    *("xl/styles.xml", "xl/theme/theme1.xml", "docProps/app.xml"),
}
PRINT_NAMES = {"_xlnm.Print_Area", "_xlnm.Print_Titles"}
RATE = g.address("基础", "在职人员控制率")
STAFF = g.address("基础", "在职人数")
POSTS = g.address("基础", "编制数")
BASIC = "基础数据表"
HELPERS = 3


class Folders:
    """A folder with received workbooks and one for upload copies."""

    def __init__(self, root: Path) -> None:
        self.inbox, self.out = root / "收到", root / "上报"
        self.inbox.mkdir()

    def receive(self, data: bytes, name: str = "表.xlsx") -> Path:
        path = self.inbox / name
        path.write_bytes(data)
        return path

    def strip(self, **options) -> CopiesResult:
        return strip([self.inbox], self.out, **options)

    def copy(self, data: bytes, **options) -> Path:
        """The upload copy of ``data``, which must be the only file of the result."""
        self.receive(data)
        result = self.strip(**options)
        assert result.files == [self.out / "表.xlsx"], result.findings
        return result.files[0]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name).decode() for name in package.namelist()}


def sheet_parts(path: Path) -> dict[str, str]:
    return {name: text for name, text in parts(path).items() if name.startswith("xl/worksheets/")}


def without_values(xml: str) -> str:
    """A sheet with its cells emptied: address and style stay."""
    emptied = re.sub(r"(<c [^>]*?)(?: ?/>|>.*?</c>)", r"\1/>", xml, flags=re.DOTALL)
    return re.sub(r'(<c [^>]*?) t="\w+"', r"\1", emptied)


def shown(values: dict) -> dict:
    """Values as a reader sees them: an empty text is an empty cell."""
    return {place: value for place, value in values.items() if value not in ("", None)}


def assert_same_values(ours: dict, theirs: dict) -> None:
    ours, theirs = shown(ours), shown(theirs)
    assert ours.keys() == theirs.keys()
    for place, value in ours.items():
        expected = theirs[place]
        assert value == (pytest.approx(expected, rel=1e-12) if isinstance(value, float) else expected), place


@cache
def filled(profile_id: str, **sizes: int) -> bytes:
    profile = load_profile(profile_id)
    return writer_of(profile).workbook(filing(profile, **sizes))


def official(book: openpyxl.Workbook) -> list[str]:
    """The sheets of a working copy that belong to the attachment."""
    return [sheet.title for sheet in book.worksheets if HELPER_MARK not in sheet.defined_names]


def codes(result: CopiesResult) -> set[str]:
    return {found.code for found in unfolded(result.findings)}


# Against the blank attachment and the source


@pytest.mark.parametrize("profile_id", WITH_TABLES)
def test_only_values_differ_from_the_blank_attachment(profile_id: str, folders: Folders) -> None:
    folders.receive((workbooks_dir() / f"{profile_id}.xlsx").read_bytes(), "空.xlsx")
    folders.receive(filled(profile_id, rows=0, projects=1, fund_rows=0), "填.xlsx")
    blank, full = (
        parts(path) for path in sorted(folders.strip().files, key=lambda path: path.name != "空.xlsx")
    )
    assert list(blank) == list(full)
    for name in blank:
        if name.startswith("xl/worksheets/"):
            assert without_values(full[name]) == without_values(blank[name])
            assert full[name] != blank[name]
        else:
            assert full[name] == blank[name], name


@pytest.mark.parametrize("profile_id", WITH_TABLES)
def test_layout_formats_and_printing_are_those_of_the_source(profile_id: str, folders: Folders) -> None:
    data = filled(profile_id, rows=7, projects=3, fund_rows=4)
    before = opened(data)
    after = openpyxl.load_workbook(folders.copy(data))
    assert after.sheetnames == official(before)
    assert len(after.sheetnames) == len(before.sheetnames) - HELPERS
    for old, new in zip([before[title] for title in official(before)], after.worksheets, strict=True):
        assert new.dimensions == old.dimensions
        assert set(map(str, new.merged_cells.ranges)) == set(map(str, old.merged_cells.ranges))
        assert {key: dimension.width for key, dimension in new.column_dimensions.items()} == {
            key: dimension.width for key, dimension in old.column_dimensions.items()
        }
        assert {key: dimension.height for key, dimension in new.row_dimensions.items()} == {
            key: dimension.height for key, dimension in old.row_dimensions.items()
        }
        for name in ("print_area", "print_title_rows", "sheet_state"):
            assert getattr(new, name) == getattr(old, name)
        for name in ("page_setup", "page_margins", "print_options"):
            assert dict(getattr(new, name)) == dict(getattr(old, name))
        assert new.oddFooter.center.text == old.oddFooter.center.text
        assert new.sheet_properties.pageSetUpPr.fitToPage == old.sheet_properties.pageSetUpPr.fitToPage
        for row in old.iter_rows():
            for cell in row:
                other = new[cell.coordinate]
                for name in ("number_format", "font", "border", "fill", "alignment"):
                    assert repr(getattr(other, name)) == repr(getattr(cell, name)), cell.coordinate


@pytest.mark.parametrize("profile_id", WITH_TABLES)
def test_values_are_those_libreoffice_calculates_from_the_source(
    profile_id: str, folders: Folders, tmp_path: Path
) -> None:
    copy = folders.copy(filled(profile_id, rows=6, projects=2, fund_rows=2))
    source = folders.inbox / "表.xlsx"
    titles = official(opened(source))
    expected = libreoffice_values(source, tmp_path / "recalculated")
    assert_same_values(
        stored_values(copy), {place: value for place, value in expected.items() if place[0] in titles}
    )
    theirs = python_calamine.CalamineWorkbook.from_path(str(copy))
    book = openpyxl.load_workbook(copy)
    for sheet in book.worksheets:
        grid = theirs.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        assert grid == [
            ["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()
        ]


def test_nothing_but_the_attachment_is_in_the_package(folders: Folders) -> None:
    copy = folders.copy(g.good())
    found = parts(copy)
    sheets = sheet_parts(copy)
    assert found.keys() == ALLOWED | sheets.keys()
    names = re.findall(r'<definedName name="([^"]+)"', found["xl/workbook.xml"])
    assert set(names) == PRINT_NAMES
    assert len(names) == 2 * len(sheets)
    for xml in sheets.values():
        assert "<f" not in xml.replace("<firstHeader", "").replace("<firstFooter", "")
        assert "dataValidation" not in xml
        assert "sheetProtection" not in xml
    assert "xlperf" not in "".join(found.values())


def test_content_types_and_relations_list_what_is_there(folders: Folders) -> None:
    found = parts(folders.copy(filled("hunan-yueyang-2024", projects=12)))
    listed = set(re.findall(r'PartName="/([^"]+)"', found["[Content_Types].xml"]))
    assert listed == {name for name in found if not name.endswith(".rels")} - {"[Content_Types].xml"}
    targets = {f"xl/{name}" for name in re.findall(r'Target="([^"]+)"', found["xl/_rels/workbook.xml.rels"])}
    assert targets == listed - {"xl/workbook.xml", "docProps/app.xml"}
    assert found["xl/workbook.xml"].count("<sheet ") == 14


def test_its_printed_pages_are_those_of_the_source(folders: Folders, tmp_path: Path) -> None:
    copy = folders.copy(writer_of(g.PROFILE, working=False).workbook(g.filing()))
    before, after = (
        pages(convert(path, "pdf", tmp_path / name))
        for path, name in ((folders.inbox / "表.xlsx", "1"), (copy, "2"))
    )
    assert len(before) >= 4
    assert after == before


def pages(pdf: Path) -> list[bytes]:
    """What a PDF draws: its content streams and fonts, without dates and titles."""
    return re.findall(rb"stream\r?\n(.*?)endstream", pdf.read_bytes(), re.DOTALL)


def test_the_copy_is_recognised_and_as_clean_as_its_source(folders: Folders) -> None:
    outcome = check_file(folders.copy(g.good()))
    assert outcome.file.profile == g.PROFILE.id
    assert {found.severity for found in unfolded(outcome.findings)} <= {Severity.NOTE}


def test_the_same_source_gives_the_same_bytes(folders: Folders) -> None:
    first = folders.copy(g.good()).read_bytes()
    assert folders.strip(force=True).files[0].read_bytes() == first


# With formulas


@pytest.mark.parametrize("profile_id", WITH_TABLES)
def test_kept_formulas_give_the_same_values(profile_id: str, folders: Folders, tmp_path: Path) -> None:
    data = filled(profile_id, rows=6, projects=2, fund_rows=2)
    copy = folders.copy(data, keep_formulas=True)
    before, after = opened(data), openpyxl.load_workbook(copy)
    for title in official(before):
        for row in before[title].iter_rows():
            for cell in row:
                assert after[title][cell.coordinate].value == cell.value
    assert_same_values(libreoffice_values(copy, tmp_path / "recalculated"), stored_values(copy))


def test_only_names_that_formulas_use_are_kept(folders: Folders) -> None:
    book = openpyxl.load_workbook(folders.copy(g.good(), keep_formulas=True))
    assert "在职人数" in book.defined_names
    assert "在职人员控制率" not in book.defined_names
    project = book["项目支出绩效自评表1"]
    assert "指标_得分" in project.defined_names
    assert "项目名称" not in project.defined_names
    formulas = " ".join(
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    )
    for name in book.defined_names:
        assert name in formulas


def test_names_behind_names_are_kept(folders: Folders) -> None:
    added = '<definedName name="甲">乙*1</definedName><definedName name="乙">基础数据表!$D$4</definedName>'
    data = g.edited(
        {
            g.WORKBOOK: g.replaced("</definedNames>", f"{added}</definedNames>"),
            g.BASIC: g.formula(RATE, "甲/编制数", "1"),
        }
    )
    assert {"甲", "乙", "编制数"} <= set(
        openpyxl.load_workbook(folders.copy(data, keep_formulas=True)).defined_names
    )


@pytest.mark.parametrize(
    "formula",
    [
        "[1]Sheet1!$A$1/编制数",
        "'[1]年报 表'!A1",
        "_xll.XLPERF(D4)",
        "SUM(校验!A1:A3)",
        "附注数+1",
        "表1[数]+1",
        '编制数&"没有写完',
    ],
)
def test_a_formula_that_rests_on_something_else_becomes_its_value(formula: str, folders: Folders) -> None:
    data = helped(formula)
    folders.receive(data)
    result = folders.strip(keep_formulas=True)
    reported = [found for found in unfolded(result.findings) if found.code == "U104"]
    assert [(finding.location.sheet, finding.location.cell, finding.severity) for finding in reported] == [
        (BASIC, RATE, Severity.NOTE)
    ]
    book = openpyxl.load_workbook(result.files[0])
    assert book[BASIC][RATE].value == 1
    assert "附注数" not in book.defined_names
    assert "校验" not in "".join(parts(result.files[0]).values())


def helped(formula: str) -> bytes:
    """The good workbook with one more sheet of ours among the forms, and another formula for a rate."""
    return g.edited({g.BASIC: g.formula(RATE, formula, "1")}, workbook=with_one_more_sheet())


@cache
def with_one_more_sheet() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(g.good()))
    sheet = book.create_sheet("附注", 1)
    sheet["A1"] = "校验结果"
    sheet.defined_names[HELPER_MARK] = DefinedName(HELPER_MARK, attr_text="'附注'!$A$1")
    book.defined_names["附注数"] = DefinedName("附注数", attr_text="'附注'!$A$2")
    stream = io.BytesIO()
    book.save(stream)
    return with_cached_values(stream.getvalue())


def with_cached_values(data: bytes) -> bytes:
    """What openpyxl saved, the values of the formulas put back as Excel would."""
    values = openpyxl.load_workbook(io.BytesIO(g.good()), data_only=True)
    titles = openpyxl.load_workbook(io.BytesIO(data), read_only=True).sheetnames
    changes = {}
    for number, title in enumerate(titles, 1):
        if title in values.sheetnames:
            changes[f"xl/worksheets/sheet{number}.xml"] = cached(values[title])
    return g.edited(changes, workbook=data)


def cached(sheet) -> g.Edit:
    def fill(match: re.Match[str]) -> str:
        value = sheet[match[1]].value
        kind = "" if isinstance(value, float | int) else ' t="str"'
        return f'<c r="{match[1]}"{match[2]}{kind}>{match[3]}<v>{"" if value is None else value}</v></c>'

    return lambda xml: re.sub(r'<c r="([A-Z]+\d+)"([^>]*)>(<f>[^<]*</f>)<v ?(?:/>|></v>)</c>', fill, xml)


def test_shared_and_array_formulas(folders: Folders) -> None:
    data = g.edited(
        {
            g.BASIC: g.chained(
                g.cell("D7", '<f t="shared" ref="D7:D8" si="0">F7+1</f><v>4</v>'),
                g.cell("D8", '<f t="shared" si="0"/><v>5</v>'),
                g.cell("D9", '<f t="array" ref="D9">SUM(F7*1)</f><v>6</v>'),
                g.cell("D10", '<f t="dataTable" ref="D10" r1="F7"/><v>7</v>'),
            )
        }
    )
    values = openpyxl.load_workbook(folders.copy(data))[BASIC]
    assert [values[cell].value for cell in ("D7", "D8", "D9", "D10")] == [4, 5, 6, 7]
    kept = openpyxl.load_workbook(folders.strip(keep_formulas=True, force=True).files[0])[BASIC]
    assert [kept[cell].value for cell in ("D7", "D8", "D10")] == ["=F7+1", "=F8+1", 7]
    assert kept["D9"].value.text == "=SUM(F7*1)"


def test_a_shared_formula_that_rests_on_another_file_goes_everywhere(folders: Folders) -> None:
    data = g.edited(
        {
            g.BASIC: g.chained(
                g.cell("D7", '<f t="shared" ref="D7:D8" si="3">[1]A!F7</f><v>4</v>'),
                g.cell("D8", '<f t="shared" si="3"/><v>5</v>'),
            )
        }
    )
    kept = openpyxl.load_workbook(folders.copy(data, keep_formulas=True))[BASIC]
    assert [kept[cell].value for cell in ("D7", "D8")] == [4, 5]


# Files saved again by other programs


@pytest.mark.parametrize("keep_formulas", [False, True])
def test_saved_again_by_libreoffice(keep_formulas: bool, folders: Folders, tmp_path: Path) -> None:
    source = tmp_path / "表.xlsx"
    source.write_bytes(filled("hunan-hengyang-2023", rows=6, projects=2))
    saved = recalculate(source, tmp_path / "saved").read_bytes()
    assert b"sharedStrings" in saved
    copy = folders.copy(saved, keep_formulas=keep_formulas)
    assert parts(copy).keys() <= ALLOWED | sheet_parts(copy).keys()
    before, after = opened(saved), openpyxl.load_workbook(copy)
    stored = stored_values(folders.inbox / "表.xlsx")
    expected = {place: value for place, value in stored.items() if place[0] in official(before)}
    assert_same_values(stored_values(copy), expected)
    assert_same_values(libreoffice_values(copy, tmp_path / "opened"), expected)
    for old, new in zip([before[title] for title in official(before)], after.worksheets, strict=True):
        assert set(map(str, new.merged_cells.ranges)) == set(map(str, old.merged_cells.ranges))
        assert new.print_area == old.print_area
        assert new.page_setup.orientation == old.page_setup.orientation
        assert any(cell.data_type == "f" for row in new.iter_rows() for cell in row) == keep_formulas


def test_saved_by_openpyxl_without_values(folders: Folders) -> None:
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(g.good())).save(stream)
    path = folders.receive(stream.getvalue())
    result = folders.strip()
    assert (result.files, result.skipped) == ([], [path])
    (reported,) = (found for found in unfolded(result.findings) if found.code == "U101")
    assert (reported.severity, reported.location.file) == (Severity.ERROR, str(path))
    assert "LibreOffice" in reported.fix
    assert list(folders.out.iterdir()) == []


def excel_like() -> bytes:
    """The good workbook with all that Excel and its users leave in one."""
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<si><r><rPr><b/></rPr><t xml:space="preserve">甲 </t></r><r><t>乙</t></r>'
        '<rPh sb="0" eb="1"><t>jia</t></rPh></si>'
        "<si><t>留在表外的话</t></si></sst>"
    )
    extended = (
        '<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' mc:Ignorable="x14ac xr"'
        ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" xmlns:xr="urn:revision"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xr:uid="{0}" '
    )
    tail = (
        '<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="0" priority="1">'
        "<formula>1</formula>"
        '</cfRule></conditionalFormatting><hyperlinks><hyperlink ref="A1" r:id="rId9"/></hyperlinks>'
    )
    end = (
        '<drawing r:id="rId1"/><legacyDrawing r:id="rId2"/>'
        '<extLst><ext uri="x"><x14ac:a/></ext></extLst></worksheet>'
    )
    goal = g.address("整体", "预期目标")
    person = "张经办"
    return g.edited(
        {
            g.BASIC: g.chained(
                g.replaced("<worksheet ", extended),
                g.replaced('<row r="2" ', '<row r="2" x14ac:dyDescent="0.2" spans="1:7" '),
                g.replaced("<mergeCells", '<autoFilter ref="A5:G9"/><mergeCells'),
                g.replaced("<printOptions", f"{tail}<printOptions"),
                g.replaced("<pageSetup ", '<pageSetup r:id="rId3" '),
                g.replaced("</worksheet>", end),
            ),
            g.OVERALL: g.cell(goal, "<v>0</v>", "s"),
            g.WORKBOOK: g.replaced(
                "<sheets>", f'<fileSharing userName="{person}" readOnlyRecommended="1"/><sheets>'
            ),
            "xl/_rels/workbook.xml.rels": g.replaced(
                "</Relationships>",
                '<Relationship Id="s" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/'
                'officeDocument/2006/relationships/sharedStrings"/></Relationships>',
            ),
            "docProps/core.xml": g.replaced("xlperf", person),
        },
        {
            "xl/sharedStrings.xml": strings.encode(),
            "xl/calcChain.xml": b"<calcChain/>",
            "xl/comments1.xml": f"<comments><author>{person}</author></comments>".encode(),
            "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
            "xl/printerSettings/printerSettings1.bin": "打印机".encode(),
            "xl/persons/person.xml": person.encode(),
            "xl/vbaProject.bin": b"macro",
        },
    )


@pytest.mark.parametrize("keep_formulas", [False, True])
def test_what_excel_and_its_users_leave_is_gone(
    keep_formulas: bool, folders: Folders, tmp_path: Path
) -> None:
    copy = folders.copy(excel_like(), keep_formulas=keep_formulas)
    found = parts(copy)
    assert found.keys() == ALLOWED | sheet_parts(copy).keys()
    everything = "".join(found.values())
    for trace in (
        "张经办",
        "留在表外的话",
        "x14ac",
        'r:id="rId9',
        "autoFilter",
        "conditionalFormatting",
        "jia",
    ):
        assert trace not in everything
    goal = g.address("整体", "预期目标")
    assert stored_values(copy)["整体支出绩效自评表", goal] == "甲 乙"
    assert "<b />" in found["xl/worksheets/sheet2.xml"]
    assert libreoffice_values(copy, tmp_path / "opened")["整体支出绩效自评表", goal] == "甲 乙"


def test_comments_and_document_properties_written_by_openpyxl(folders: Folders) -> None:
    book = openpyxl.load_workbook(io.BytesIO(g.good()))
    book.properties.creator, book.properties.lastModifiedBy = "张经办", "李会计"
    book[BASIC]["A3"].comment = Comment("问过财政局", "张经办")
    stream = io.BytesIO()
    book.save(stream)
    copy = folders.copy(with_cached_values(stream.getvalue()))
    everything = "".join(parts(copy).values())
    for trace in ("张经办", "李会计", "问过财政局", "legacyDrawing"):
        assert trace not in everything
    assert_same_values(stored_values(copy), stored_values_of(g.good()))


def stored_values_of(data: bytes) -> dict:
    """What the official sheets of a working copy show."""
    book = opened(data, data_only=True)
    sheets = [book[title] for title in official(book)]
    return {(s.title, c.coordinate): c.value for s in sheets for row in s.iter_rows() for c in row}


def test_prefixed_names_and_dates_from_1904(folders: Folders) -> None:
    def prefixed(xml: str) -> str:
        named = re.sub(r"<(/?)(\w)", r"<\1x:\2", xml)
        return named.replace('xmlns="', 'xmlns:x="')

    data = g.edited(
        {
            g.BASIC: prefixed,
            g.WORKBOOK: g.replaced("<workbookPr/>", '<workbookPr codeName="甲" date1904="1"/>'),
        }
    )
    copy = folders.copy(data)
    assert_same_values(stored_values(copy), stored_values_of(g.good()))
    assert '<workbookPr date1904="1" />' in parts(copy)["xl/workbook.xml"]


# Sheets


def test_our_helper_sheets_go_and_local_names_find_their_sheets(folders: Folders) -> None:
    copy = folders.copy(helped("D4/B4"), keep_formulas=True)
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames == official(opened(g.good()))
    for sheet in book:
        assert sheet.print_area.startswith(f"'{sheet.title}'!")
    assert HELPER_MARK not in "".join(parts(copy).values())


def test_the_mark_outlives_libreoffice_and_renaming(folders: Folders, tmp_path: Path) -> None:
    source = tmp_path / "表.xlsx"
    data = helped("D4/B4")
    source.write_bytes(g.edited({g.WORKBOOK: g.replaced("校验", "检查一下")}, workbook=data))
    copy = folders.copy(recalculate(source, tmp_path / "saved").read_bytes())
    assert "检查一下" not in openpyxl.load_workbook(copy).sheetnames


def with_sheet(content: str) -> bytes:
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{content}</sheetData></worksheet>'
    relation = (
        '<Relationship Id="own" Target="worksheets/own.xml" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/worksheet"/></Relationships>'
    )
    return g.edited(
        {
            g.WORKBOOK: g.replaced("</sheets>", '<sheet name="草稿" sheetId="99" r:id="own"/></sheets>'),
            "xl/_rels/workbook.xml.rels": g.replaced("</Relationships>", relation),
        },
        {"xl/worksheets/own.xml": sheet.encode()},
    )


def test_a_sheet_of_somebody_else_is_refused(folders: Folders) -> None:
    folders.receive(with_sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    result = folders.strip()
    assert result.files == []
    (reported,) = (found for found in unfolded(result.findings) if found.code == "U102")
    assert "“草稿”" in reported.message
    assert reported.severity is Severity.ERROR


def test_an_empty_sheet_is_left_out(folders: Folders) -> None:
    assert "草稿" not in openpyxl.load_workbook(folders.copy(with_sheet(""))).sheetnames


def test_a_hidden_form_is_shown_and_one_tab_is_open(folders: Folders) -> None:
    data = g.edited(
        {
            g.WORKBOOK: g.chained(
                g.replaced('sheetId="2"', 'sheetId="2" state="hidden"'),
                g.replaced('activeTab="0"', 'activeTab="2"'),
            ),
            g.PROJECT: g.replaced("<sheetView ", '<sheetView tabSelected="1" '),
        }
    )
    book = openpyxl.load_workbook(folders.copy(data))
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert book.worksheets[0].sheet_view.tabSelected
    assert not any(sheet.sheet_view.tabSelected for sheet in book.worksheets[1:])
    assert book.active == book.worksheets[0]


# Files


def test_an_existing_copy_is_not_replaced_without_force(folders: Folders) -> None:
    folders.receive(g.good())
    folders.receive(g.good(), "另一份.xlsx")
    folders.out.mkdir()
    (folders.out / "表.xlsx").write_bytes(b"old")
    with pytest.raises(OutputError, match=r"已有 1 个要写的文件，第一个是“表\.xlsx”.*--force"):
        folders.strip()
    assert [path.name for path in folders.out.iterdir()] == ["表.xlsx"]
    assert (folders.out / "表.xlsx").read_bytes() == b"old"
    assert len(folders.strip(force=True).files) == 2
    assert zipfile.is_zipfile(folders.out / "表.xlsx")


@pytest.mark.parametrize("force", [False, True])
def test_a_source_is_never_replaced(force: bool, folders: Folders) -> None:
    path = folders.receive(g.good())
    with pytest.raises(OutputError, match="覆盖原文件"):
        strip([path], folders.inbox, force=force)
    assert path.read_bytes() == g.good()
    folders.out.symlink_to(folders.inbox, target_is_directory=True)
    with pytest.raises(OutputError, match="覆盖原文件"):
        strip([path], folders.out, force=force)


def test_a_folder_that_takes_no_files(folders: Folders) -> None:
    folders.receive(g.good())
    folders.out.write_bytes(b"a file")
    with pytest.raises(OutputError, match="无法写入"):
        folders.strip()


def test_a_disk_that_fills_up_leaves_nothing_half_written(folders: Folders, monkeypatch) -> None:
    folders.receive(g.good())

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="磁盘空间不足"):
        folders.strip()
    assert list(folders.out.iterdir()) == []


@pytest.mark.parametrize("paths", [["没有.xlsx"], []])
def test_paths_that_lead_nowhere(paths: list[str], folders: Folders) -> None:
    with pytest.raises(InputError):
        strip(paths, folders.out)
    assert not folders.out.exists()


def test_sources_are_not_touched(folders: Folders) -> None:
    path = folders.receive(g.good())
    path.chmod(0o444)
    before = path.stat()
    folders.strip()
    assert path.read_bytes() == g.good()
    assert (path.stat().st_mtime_ns, path.stat().st_mode) == (before.st_mtime_ns, before.st_mode)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "F101"),
        (g.good()[:3000], "F115"),
        ("编码,名称\n".encode(), "F105"),
        (g.edited({g.BASIC: lambda xml: xml[:-50]}), "F106"),
        (g.edited({g.OVERALL: g.cell("C3", "<v>7</v>", "s")}), "F106"),
    ],
    ids=["empty", "truncated", "text", "broken part", "no such string"],
)
def test_a_bad_file_is_one_finding_and_the_others_go_on(data: bytes, code: str, folders: Folders) -> None:
    bad = folders.receive(data, "坏.xlsx")
    folders.receive(g.good(), "好.xlsx")
    result = folders.strip()
    assert [path.name for path in result.files] == ["好.xlsx"]
    assert result.skipped == [bad]
    grave = [
        finding
        for finding in unfolded(result.findings)
        if finding.location.file == str(bad) and finding.severity is Severity.ERROR
    ]
    assert code in {finding.code for finding in grave}
    assert [path.name for path in folders.out.iterdir()] == ["好.xlsx"]


def test_a_workbook_that_is_not_ours(folders: Folders) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "采购清单"
    book.save(folders.inbox / "别的.xlsx")
    result = folders.strip()
    assert (result.files, codes(result)) == ([], {"F130"})


def test_the_copies_of_files_of_one_name_have_the_name_of_their_folder_in_front(folders: Folders) -> None:
    for folder in ("甲", "乙"):
        (folders.inbox / folder).mkdir()
        folders.receive(g.good(), f"{folder}/附件.xlsx")
    folders.receive(g.good())
    result = folders.strip()
    assert sorted(path.name for path in result.files) == sorted(["表.xlsx", "甲_附件.xlsx", "乙_附件.xlsx"])
    assert "U103" not in codes(result)


def test_the_copies_of_two_file_types_of_one_name_have_the_type_behind(folders: Folders) -> None:
    folders.receive(g.good(), "附件.xlsx")
    folders.receive(g.good(), "附件.XLSM")
    assert sorted(path.name for path in folders.strip().files) == ["附件_xlsm.xlsx", "附件_xlsx.xlsx"]


def test_errors_that_stand_open_do_not_hinder(folders: Folders) -> None:
    folders.receive(g.edited({g.BASIC: g.number(STAFF, 100)}))
    result = folders.strip()
    assert len(result.files) == 1
    assert any(found.severity is Severity.ERROR for found in unfolded(result.findings))
    assert openpyxl.load_workbook(result.files[0])[BASIC][STAFF].value == 100
    assert openpyxl.load_workbook(result.files[0])[BASIC][POSTS].value is not None


def test_a_second_run_does_not_take_its_own_output(folders: Folders) -> None:
    folders.receive(g.good())
    inner = folders.inbox / "上报"
    strip([folders.inbox], inner)
    again = strip([folders.inbox], inner, force=True)
    assert again.files == [inner / "表.xlsx"]
    assert "U103" not in codes(again)


def test_progress_counts_every_file(folders: Folders) -> None:
    for number in range(3):
        folders.receive(g.good(), f"{number}.xlsx")
    folders.receive(b"", "空.xlsx")
    seen: list[tuple[int, int]] = []
    folders.strip(options=RunOptions(progress=lambda *done: seen.append(done)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


MORE = '<row r="60"><c r="A60"><f>{}</f><v>1</v></c></row>'


def kept(folders, formula, names=""):
    """Whether the formula of A60 stays in a copy that keeps formulas."""
    data = g.edited(
        {
            g.BASIC: lambda xml: xml.replace("</sheetData>", f"{MORE.format(formula)}</sheetData>"),
            g.WORKBOOK: lambda xml: xml.replace("</definedNames>", f"{names}</definedNames>"),
        },
        workbook=g.plain(),
    )
    copy = openpyxl.load_workbook(folders.copy(data, keep_formulas=True))
    return isinstance(copy[BASIC]["A60"].value, str)


def test_a_formula_longer_than_any_gives_way(tmp_path):
    assert not kept(Folders(tmp_path), "&amp;".join(['"a"'] * 400_000))


@pytest.mark.parametrize(("last", "stays"), [("1", True), ("名0", True), ("[1]表!$A$1", False)])
def test_names_that_rest_on_each_other_are_followed(tmp_path, last, stays):
    count = 3000
    chain = "".join(f'<definedName name="名{n}">名{n + 1}+1</definedName>' for n in range(count))
    chain += f'<definedName name="名{count}">{last}</definedName>'
    assert kept(Folders(tmp_path), "名0", chain) is stays


def test_files_of_an_archive_are_copied_under_names_that_disks_take(tmp_path):
    folders = Folders(tmp_path)
    names = {"很" * 150: "很" * 40, "a\x01b\n\u202ec": "ab c", "con": "_con", "表": "表"}
    with zipfile.ZipFile(folders.inbox / "某单位.zip", "w") as archive:
        for name in names:
            archive.writestr(f"{name}.xlsx", g.plain())
    assert {path.stem for path in folders.strip().files} == set(names.values())
