"""Stamped official sheets as three foreign readers and two foreign engines see them."""

import io
import math
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openpyxl.worksheet.worksheet import Worksheet

from tests.engines import formualizer_values, libreoffice_values, stored_values
from tests.workbooks.filings import filing, indicators
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.ooxml.openpyxl_writing import workbook_bytes
from xlperf.workbooks.blank_workbook import build_blank
from xlperf.workbooks.workbook_writer import WorkbookWriter, writer_of

BASIC, OVERALL, PROJECT = "基础数据表", "整体支出绩效自评表", "项目支出绩效自评表1"
SIZES = [(1, 0, 0), (5, 1, 1), (40, 12, 7)]


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile("hunan-yueyang-2024")


@pytest.fixture(scope="module")
def writer(profile: Profile) -> WorkbookWriter:
    return writer_of(profile, working=False)


def opened(data: bytes, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def merges(sheet: Worksheet) -> set[str]:
    return {str(area) for area in sheet.merged_cells.ranges}


def same(left: object, right: object) -> bool:
    if isinstance(left, float | int) and isinstance(right, float | int):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    return left == right


def assert_same_values(ours: dict, theirs: dict) -> None:
    differing = {
        place: (ours.get(place), theirs.get(place))
        for place in ours.keys() | theirs.keys()
        if not same(ours.get(place), theirs.get(place))
    }
    assert differing == {}


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_engines_find_the_values_that_formula_cells_carry(
    size: tuple[int, int, int], profile: Profile, writer: WorkbookWriter, tmp_path: Path
) -> None:
    rows, projects, fund_rows = size
    path = tmp_path / "filled.xlsx"
    path.write_bytes(writer.workbook(filing(profile, rows=rows, projects=projects, fund_rows=fund_rows)))
    ours = stored_values(path)
    assert_same_values(ours, libreoffice_values(path, tmp_path / "recalculated"))
    assert_same_values({k: v for k, v in ours.items() if v != ""}, formulas_shown(formualizer_values(path)))


def formulas_shown(values: dict) -> dict:
    return {place: value for place, value in values.items() if value not in ("", None)}


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_calamine_and_openpyxl_read_the_same(
    size: tuple[int, int, int], profile: Profile, writer: WorkbookWriter
) -> None:
    rows, projects, fund_rows = size
    data = writer.workbook(filing(profile, rows=rows, projects=projects, fund_rows=fund_rows))
    theirs = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    book = opened(data, values=True)
    assert theirs.sheet_names == book.sheetnames
    for sheet in book.worksheets:
        grid = theirs.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        ours = [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()]
        assert grid == ours


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_given_value_is_in_its_place(
    size: tuple[int, int, int], profile: Profile, writer: WorkbookWriter
) -> None:
    rows, projects, fund_rows = size
    given = filing(profile, rows=rows, projects=projects, fund_rows=fund_rows)
    book = opened(writer.workbook(given), values=True)
    for record in given.records:
        form, sheet = profile.forms[record.form], book[record.sheet]
        placement = place(form, {table: len(found) for table, found in record.tables.items()})
        line = {name for row in form.rows for cell in row.cells for _, name in cell.line}
        for name, value in record.fields.items():
            if name in placement.fields and name not in line:
                assert sheet[placement.fields[name]].value == value
        for table, found in record.tables.items():
            for index, row in enumerate(found):
                for column in set(row) - set(form.tables[table].levels):
                    assert sheet[placement.column_cell(table, index, column)].value == row[column]


def test_levels_are_merged_and_labelled_by_hand(profile: Profile, writer: WorkbookWriter) -> None:
    given = filing(profile, projects=0)
    names = [
        ("产出指标", "数量指标"),
        ("产出指标", "数量指标"),
        ("效益指标", "数量指标"),
        ("效益指标", "经济效益指标"),
    ]
    rows = indicators(4)
    for row, (first, second) in zip(rows, names, strict=True):
        row |= {"一级指标": first, "二级指标": second}
    given.of("整体")[0].tables["指标"] = rows
    sheet = opened(writer.workbook(given))[OVERALL]
    assert {"B14:B15", "C14:C15", "B16:B17"} <= merges(sheet)
    assert not {"C14:C16", "C16:C17", "B14:B17"} & merges(sheet)
    assert [sheet[cell].value for cell in ("B14", "B15", "B16", "B17")] == [
        "产出指标\n（50分）",
        None,
        "效益指标\n（30分）",
        None,
    ]
    assert [sheet[cell].value for cell in ("C14", "C15", "C16", "C17")] == [
        "数量指标",
        None,
        "数量指标",
        "经济效益指标",
    ]
    assert "A13:A17" in merges(sheet)
    assert sheet["A18"].value == "总分"
    assert "A18:F18" in merges(sheet)


def test_everything_below_special_funds_moves_and_ranges_grow(
    profile: Profile, writer: WorkbookWriter
) -> None:
    book = opened(writer.workbook(filing(profile, fund_rows=4)))
    sheet = book[BASIC]
    assert [sheet[f"A{row}"].value for row in range(17, 22)] == [
        "专项1",
        "专项2",
        "专项3",
        "专项4",
        "公用经费",
    ]
    assert {"B17:C17", "B20:C20", "D19:E19", "F20:G20", "A27:A28"} <= merges(sheet)
    assert book.defined_names["专项_本年决算数"].attr_text == f"'{BASIC}'!$F$17:$F$20"
    assert book.defined_names["公用经费_本年预算数"].attr_text == f"'{BASIC}'!$D$21"
    assert book.defined_names["专项资金_本年预算数"].attr_text == f"'{BASIC}'!$D$16"
    assert sheet.print_area == f"'{BASIC}'!$A$1:$G$31"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.dimensions == "A1:G31"
    rules = sheet.data_validations.dataValidation
    limited = {
        cell for cell in ("B17", "D20", "F21", "A18", "F16") if any(cell in rule.sqref for rule in rules)
    }
    assert limited == {"B17", "D20", "F21"}


def test_styles_and_heights_of_new_rows_are_those_of_the_blank(
    profile: Profile, writer: WorkbookWriter
) -> None:
    data, original = writer.workbook(filing(profile, rows=40)), workbook_bytes(build_blank(profile))
    first = style_indexes(original, 14)
    assert len(first) == 9
    assert [style_indexes(data, row) for row in (14, 30, 53)] == [first] * 3
    assert style_indexes(data, 54) == style_indexes(original, 23)
    sheet, blank = opened(data)[OVERALL], opened(original)[OVERALL]
    assert sheet.row_dimensions[30].height == blank.row_dimensions[15].height
    assert sheet.row_dimensions[54].height == blank.row_dimensions[23].height
    assert sheet.column_dimensions["D"].width == blank.column_dimensions["D"].width
    assert sheet.protection.sheet
    assert sheet.page_setup.paperSize == 9


def style_indexes(data: bytes, row: int) -> dict[str, str]:
    """Column → index of the cell style, of a row of the second sheet as it is in the file."""
    xml = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet2.xml").decode()
    return dict(re.findall(rf'<c r="([A-Z]+){row}" s="(\d+)"', xml))


def test_each_project_has_its_own_sheet_names_and_formulas(profile: Profile, writer: WorkbookWriter) -> None:
    given = filing(profile, projects=3)
    given.records[-1].tables["指标"] = indicators(8)
    book = opened(writer.workbook(given))
    assert book.sheetnames == [BASIC, OVERALL, *(f"项目支出绩效自评表{n}" for n in (1, 2, 3))]
    last = book["项目支出绩效自评表3"]
    assert last.defined_names["项目名称"].attr_text == "'项目支出绩效自评表3'!$B$3"
    assert last.defined_names["指标_得分"].attr_text == "'项目支出绩效自评表3'!$H$13:$H$20"
    assert book[PROJECT].defined_names["指标_得分"].attr_text == f"'{PROJECT}'!$H$13:$H$17"
    assert last.print_area == "'项目支出绩效自评表3'!$A$1:$I$23"
    assert "项目名称" not in book.defined_names
    values = opened(writer.workbook(given), values=True)["项目支出绩效自评表3"]
    assert (last["E6"].data_type, values["E6"].value) == ("f", 65.0)
    assert values["H21"].value == pytest.approx(8 * 2.25 + round(57.5 / 65 * 10, 2))


def test_without_projects_the_empty_sheet_of_the_blank_stays(
    profile: Profile, writer: WorkbookWriter
) -> None:
    ours = opened(writer.workbook(filing(profile, projects=0)))[PROJECT]
    blank = build_blank(profile)[PROJECT]
    assert merges(ours) == merges(blank)
    for row in blank.iter_rows():
        for cell in row:
            assert ours[cell.coordinate].value == cell.value


def test_without_indicators_the_rows_of_the_blank_stay(profile: Profile, writer: WorkbookWriter) -> None:
    ours = opened(writer.workbook(filing(profile, rows=0, fund_rows=3)))[OVERALL]
    assert [ours[f"C{row}"].value for row in (14, 15, 22)] == ["数量指标", "质量指标", "服务对象满意度指标"]
    assert "B14:B17" in merges(ours)


def test_a_published_figure_replaces_its_formula(profile: Profile, writer: WorkbookWriter) -> None:
    given = filing(profile)
    parts = given.of("基础")[0].fields
    parts |= {"公车购置_本年决算数": 1.5, "公车运行_本年决算数": 2.25, "公车_本年决算数": 9.99}
    parts |= {"公车购置_本年预算数": 1.5, "公车运行_本年预算数": 2.25, "公车_本年预算数": 3.75}
    data = writer.workbook(given)
    sheet, values = opened(data)[BASIC], opened(data, values=True)[BASIC]
    assert (sheet["F7"].data_type, values["F7"].value) == ("n", 9.99)
    assert (sheet["D7"].data_type, values["D7"].value) == ("f", 3.75)
    assert values["F6"].value == pytest.approx(9.99 + parts["出国_本年决算数"] + parts["接待_本年决算数"])


def test_an_empty_score_is_suggested_where_the_indicator_is_a_number(
    profile: Profile, writer: WorkbookWriter
) -> None:
    given = filing(profile, rows=3, projects=0)
    rows = given.of("整体")[0].tables["指标"]
    rows[0] |= {"年度指标值": "≥40次", "实际完成值": "30次", "分值": 10.0, "得分": None}
    rows[1] |= {"年度指标值": "定性", "实际完成值": "有所提升", "得分": None}
    before = [dict(row) for row in rows]
    sheet = opened(writer.workbook(given), values=True)[OVERALL]
    assert [sheet[f"H{row}"].value for row in (14, 15, 16)] == [7.5, None, 2.25]
    assert given.of("整体")[0].tables["指标"] == before


def test_texts_arrive_as_they_are(profile: Profile, writer: WorkbookWriter, tmp_path: Path) -> None:
    texts = {
        "单位名称": "<某&某>局 ]]> \"引号\" '单'",
        "预期目标": "  一行\n二行\t制表 😀𠮷 ",
        "实际完成情况": '=HYPERLINK("http://x","y")',
    }
    given = filing(profile, projects=0)
    given.of("整体")[0].fields |= texts
    given.of("整体")[0].tables["指标"][0] |= {"三级指标": "a\x00b\x0bc\r\nd\ud800e\uffff", "偏差原因": "=1+1"}
    path = tmp_path / "texts.xlsx"
    path.write_bytes(writer.workbook(given))
    for values in (stored_values(path), libreoffice_values(path, tmp_path / "out")):
        assert values[OVERALL, "C3"] == texts["单位名称"]
        assert values[OVERALL, "B12"] == texts["预期目标"]
        assert values[OVERALL, "F12"] == texts["实际完成情况"]
        assert values[OVERALL, "D14"] == "abc\nde"
        assert values[OVERALL, "I14"] == "=1+1"
    assert opened(path.read_bytes())[OVERALL]["F12"].data_type != "f"


def test_long_texts_get_higher_rows(profile: Profile, writer: WorkbookWriter) -> None:
    given = filing(profile, projects=0)
    overall = given.of("整体")[0]
    overall.fields["预期目标"] = "圆满完成年度任务。" * 60
    overall.tables["指标"][2]["三级指标"] = "建设高标准农田" * 8
    overall.tables["指标"][3]["三级指标"] = "长" * 40000
    sheet = opened(writer.workbook(given))[OVERALL]
    # 540 Chinese letters, about 26 in a line of 55 columns: at least 20 lines of 11 points
    assert sheet.row_dimensions[12].height > 20 * 13
    # 56 letters, 9 in a line of 19 columns: at least 6 lines
    assert 6 * 13 < sheet.row_dimensions[16].height < 9 * 18
    assert sheet.row_dimensions[15].height == 30
    assert sheet.row_dimensions[17].height == 409
    assert sheet["D17"].value == "长" * 32767


def test_the_package_is_whole_and_lists_what_it_holds(profile: Profile, writer: WorkbookWriter) -> None:
    package = zipfile.ZipFile(io.BytesIO(writer.workbook(filing(profile, projects=12))))
    assert package.testzip() is None
    names = package.namelist()
    assert len(names) == len(set(names))
    assert names[0] == "[Content_Types].xml"
    types = package.read("[Content_Types].xml").decode()
    relations = package.read("xl/_rels/workbook.xml.rels").decode()
    for name in (name for name in names if name.startswith("xl/worksheets/")):
        assert types.count(f'PartName="/{name}"') == 1
        assert relations.count(f'Target="{name.removeprefix("xl/")}"') == 1
    assert sum(name.startswith("xl/worksheets/") for name in names) == 14
    workbook = package.read("xl/workbook.xml").decode()
    assert 'fullCalcOnLoad="1"' not in workbook
    assert workbook.count("<sheet ") == 14


def test_the_same_filing_gives_the_same_bytes(profile: Profile, writer: WorkbookWriter) -> None:
    given = filing(profile, rows=9, projects=2, fund_rows=3)
    first = writer.workbook(given)
    writer.workbook(filing(profile, rows=2, projects=5))
    assert (
        writer.workbook(given)
        == first
        == WorkbookWriter(profile, working=False).workbook(filing(profile, rows=9, projects=2, fund_rows=3))
    )


def test_no_value_of_one_unit_leaks_into_the_next(profile: Profile, writer: WorkbookWriter) -> None:
    writer.workbook(filing(profile))
    empty = Filing("002", "空白局", profile.id)
    sheet = opened(writer.workbook(empty), values=True)[OVERALL]
    assert [sheet[cell].value for cell in ("C3", "D5", "B12", "D14")] == [None] * 4


@pytest.mark.parametrize("profile_id", ["national-2020", "hunan-hengyang-2023"])
def test_every_profile_stamps(profile_id: str, tmp_path: Path) -> None:
    profile = load_profile(profile_id)
    path = tmp_path / "filled.xlsx"
    path.write_bytes(writer_of(profile, working=False).workbook(filing(profile, projects=2, fund_rows=2)))
    assert_same_values(stored_values(path), libreoffice_values(path, tmp_path / "recalculated"))
