"""Blank workbooks as openpyxl authors them: layout, looks, names, locks, print set-up."""

from dataclasses import replace
from functools import cache

import pytest
from openpyxl.utils.cell import rows_from_range

from xlperf.core.errors import DeclarationError
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Cell, Row
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import texts_of
from xlperf.declarations.template_fingerprint import (
    FINGERPRINT_PROPERTY,
    PROFILE_PROPERTY,
    VERSION_PROPERTY,
    template_fingerprint,
)
from xlperf.workbooks.blank_workbook import build_blank
from xlperf.workbooks.cell_styles import look_of

FORMS = [(name, alias) for name in profile_ids() for alias in load_profile(name).forms]
UNRULED = {"attachment", "title", "note", "signature"}


@cache
def book_of(name):
    return build_blank(load_profile(name))


def sheet_of(name, alias):
    form = load_profile(name).forms[alias]
    return form, place(form), book_of(name)[form.sheet_name(0)]


def yueyang(alias):
    return sheet_of("hunan-yueyang-2024", alias)[2]


@pytest.mark.parametrize("name", profile_ids())
def test_sheets_stand_in_attachment_order(name):
    assert book_of(name).sheetnames == ["基础数据表", "整体支出绩效自评表", "项目支出绩效自评表1"]
    assert book_of(name).active.title == "基础数据表"


@pytest.mark.parametrize(("name", "alias"), FORMS)
def test_every_text_of_the_form_is_in_its_place(name, alias):
    _, placement, sheet = sheet_of(name, alias)
    for placed in placement.rows:
        for cell in placed.row.cells:
            if cell.text:
                assert sheet.cell(placed.number, cell.first).value == cell.text


def test_titles_and_years_are_those_of_the_official_tables():
    assert yueyang("基础")["A1"].value == "附件1"
    assert yueyang("基础")["A2"].value == "2024年度部门整体支出绩效评价基础数据表"
    assert [yueyang("基础")[cell].value for cell in ("B5", "D5", "F5")] == [
        "2023年决算数",
        "2024年预算数",
        "2024年决算数",
    ]
    assert yueyang("整体")["A3"].value == "市级预算部门名称"
    assert sheet_of("hunan-hengyang-2023", "整体")[2]["E4"].value == "调整后预算数"
    assert sheet_of("hunan-hengyang-2023", "项目")[2]["A1"].value == "附件5"


def test_the_indicator_rows_are_preset_and_merged_by_level():
    sheet = yueyang("整体")
    assert [sheet[cell].value for cell in ("B14", "B18", "B22")] == [
        "产出指标\n（50分）",
        "效益指标\n（30分）",
        "满意度指标\n（10分）",
    ]
    assert [sheet.cell(row, 3).value for row in range(14, 23)] == [
        *("数量指标", "质量指标", "时效指标", "成本指标"),
        *("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
        "服务对象满意度指标",
    ]
    merges = {str(area) for area in sheet.merged_cells.ranges}
    assert {"B14:B17", "B18:B21", "A13:A22", "A23:F23", "A2:I2"} <= merges
    assert not [area for area in merges if area.startswith("B22")]


@pytest.mark.parametrize(("name", "alias"), FORMS)
def test_merges_are_the_declared_ones(name, alias):
    form, placement, sheet = sheet_of(name, alias)
    runs = [
        area for table in form.tables.values() for area in placement.run_merges(table.id, table.default_rows)
    ]
    assert sorted(map(str, sheet.merged_cells.ranges)) == sorted([*placement.static_merges(), *runs])


def test_defaults_placeholders_and_the_signature_line_are_there():
    assert yueyang("整体")["G5"].value == 10
    assert yueyang("基础")["A17"].value == "……"
    line = yueyang("基础")["A28"].value
    assert line.replace("\u3000", "").split() == ["填表人：", "填报日期：", "联系电话：", "单位负责人签字："]


@pytest.mark.parametrize(("name", "alias"), FORMS)
def test_formula_cells_are_locked_and_inputs_are_not(name, alias):
    form, placement, sheet = sheet_of(name, alias)
    for field, address in placement.fields.items():
        cell = sheet[address]
        computed = form.fields[field].formula is not None
        assert cell.protection.locked is computed, field
        assert (cell.data_type == "f") is computed, field
        if computed:
            assert cell.number_format != "@"
    for (table, column), letter in placement.columns.items():
        first, last = placement.spans[table]
        computed = form.tables[table].columns[column].formula is not None
        assert {sheet[f"{letter}{row}"].protection.locked for row in range(first, last + 1)} == {computed}


@pytest.mark.parametrize(("name", "alias"), FORMS)
def test_labels_are_locked_and_whole_table_rows_are_free_so_that_rows_can_be_removed(name, alias):
    _, placement, sheet = sheet_of(name, alias)
    growing = {row for first, last in placement.spans.values() for row in range(first, last + 1)}
    for placed in placement.rows:
        for cell in placed.row.cells:
            if cell.text and placed.number not in growing:
                assert sheet.cell(placed.number, cell.first).protection.locked
    for row in growing:
        assert not any(sheet.cell(row, column).protection.locked for column in range(1, sheet.max_column + 1))


@pytest.mark.parametrize("name", profile_ids())
def test_protection_has_no_password_and_lets_people_work(name):
    for sheet in book_of(name).worksheets:
        protection = sheet.protection
        assert protection.sheet
        assert not protection.password
        forbidden = {
            what: getattr(protection, what)
            for what in (
                "formatCells",
                "formatColumns",
                "formatRows",
                "insertRows",
                "deleteRows",
                "selectLockedCells",
            )
        }
        assert not any(forbidden.values()), forbidden
        assert protection.insertColumns
        assert protection.deleteColumns


@pytest.mark.parametrize(("name", "alias"), FORMS)
def test_the_body_is_ruled_on_all_sides_and_nothing_else_is(name, alias):
    form, placement, sheet = sheet_of(name, alias)
    for placed in placement.rows:
        for column in range(1, len(form.columns) + 1):
            border = sheet.cell(placed.number, column).border
            sides = {side.style for side in (border.left, border.right, border.top, border.bottom)}
            assert sides == ({None} if placed.row.style in UNRULED else {"thin"}), (placed.number, column)


def test_children_are_indented_under_their_parents_and_figures_are_formatted():
    sheet = yueyang("基础")
    assert [sheet[cell].alignment.indent for cell in ("A6", "A7", "A8", "A9")] == [0, 1, 2, 5]
    assert {sheet[cell].alignment.horizontal for cell in ("A6", "A7", "A8", "A9")} == {"left"}
    assert sheet["B4"].number_format == "0"
    assert sheet["F4"].number_format == "0.00%"
    assert sheet["B6"].number_format == "#,##0.00"
    assert sheet["A3"].alignment.horizontal == "center"
    assert sheet["A3"].alignment.wrap_text
    assert (sheet["A2"].font.b, sheet["A2"].font.sz) == (True, 18)
    assert yueyang("整体")["E14"].number_format == "@"


@pytest.mark.parametrize(("name", "alias"), FORMS)
def test_columns_and_rows_have_the_declared_sizes_and_no_text_is_cut_off(name, alias):
    form, placement, sheet = sheet_of(name, alias)
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGHI"[: len(form.columns)]]
    assert widths == list(form.columns)
    for placed in placement.rows:
        height = sheet.row_dimensions[placed.number].height
        assert height >= placed.row.height
        for cell in placed.row.cells:
            text = sheet.cell(placed.number, cell.first).value
            if isinstance(text, str) and cell.down == 1 and not cell.through and not text.startswith("="):
                size = sheet.cell(placed.number, cell.first).font.sz
                assert height >= 1.2 * size * (text.count("\n") + 1), text


@pytest.mark.parametrize(("name", "alias"), FORMS)
def test_it_prints_on_a4_one_page_wide_with_its_heading_on_each_page(name, alias):
    _, placement, sheet = sheet_of(name, alias)
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "portrait", 1, 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_options.horizontalCentered
    heading = {"基础": 1, "整体": 13, "项目": 12}[alias]
    assert sheet.print_title_rows == f"${heading}:${2 if alias == '基础' else heading}"
    last = f"{'G' if alias == '基础' else 'I'}${placement.last_row}"
    assert sheet.print_area == f"'{sheet.title}'!$A$1:${last}"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert not sheet.sheet_view.showGridLines
    assert sheet.sheet_view.zoomScale == 100
    assert sheet.sheet_view.selection[0].activeCell == "A1"
    assert 0.4 <= sheet.page_margins.left == sheet.page_margins.right <= 1


def test_single_forms_are_named_in_the_workbook_and_the_repeated_form_on_its_sheet():
    book = book_of("hunan-yueyang-2024")
    assert book.defined_names["年度资金总额_全年预算数"].attr_text == "'整体支出绩效自评表'!$E$5"
    assert book.defined_names["指标_得分"].attr_text == "'整体支出绩效自评表'!$H$14:$H$22"
    assert book.defined_names["专项_本年决算数"].attr_text == "'基础数据表'!$F$17:$F$17"
    assert "财政拨款_全年执行数" not in book.defined_names
    local = book["项目支出绩效自评表1"].defined_names
    assert local["年度资金总额_全年预算数"].attr_text == "'项目支出绩效自评表1'!$E$6"
    assert "填表人" not in {**local, **book.defined_names}


@pytest.mark.parametrize(("name", "alias"), FORMS)
def test_every_name_in_a_formula_is_defined(name, alias):
    _, placement, sheet = sheet_of(name, alias)
    names = {**book_of(name).defined_names, **sheet.defined_names}
    assert set(placement.names()) <= set(names)
    for address in placement.fields.values():
        if sheet[address].data_type == "f":
            words = "".join(
                char if char.isalnum() or char == "_" else " " for char in unquoted(sheet[address].value)
            )
            used = {word for word in words.split() if not word.isascii()}
            assert used <= set(names)


def unquoted(formula):
    return "".join(formula.split('"')[::2])


@pytest.mark.parametrize("name", profile_ids())
def test_the_file_says_what_it_is_and_opens_without_recalculation(name):
    book, profile = book_of(name), load_profile(name)
    marks = {mark.name: mark.value for mark in book.custom_doc_props.props}
    assert marks == {
        PROFILE_PROPERTY: name,
        VERSION_PROPERTY: profile.version,
        FINGERPRINT_PROPERTY: template_fingerprint(profile),
    }
    assert not book.calculation.fullCalcOnLoad
    assert book.calculation.calcId == 191029
    assert book.properties.title == profile.name


def test_a_style_that_is_not_declared_is_a_mistake_of_the_form():
    with pytest.raises(DeclarationError, match="花体"):
        look_of(Row("行", (), 20, "花体"), Cell(1, 1, text="字"), None)


def test_a_cell_style_wins_over_its_row_and_leaves_the_row_indent_behind():
    row = Row("行", (), 20, "item", indent=3)
    own = look_of(row, Cell(1, 1, text="——", style="label"), None)
    assert (own.horizontal, own.indent) == ("center", 0)
    inherited = look_of(row, Cell(1, 1, text="字"), None)
    assert (inherited.horizontal, inherited.indent) == ("left", 3)


def test_a_field_says_how_it_is_aligned_before_its_type_does():
    field = load_profile("national-2020").forms["基础"].tables["专项"].columns["专项名称"]
    row = Row("行", (), 20, "")
    assert look_of(row, Cell(1, 1, field=field.id), field).horizontal == "left"
    assert look_of(row, Cell(1, 1, field=field.id), replace(field, align="")).horizontal == "center"


def test_fonts_are_those_of_windows_and_wps():
    fonts = {cell.font.name for sheet in book_of("national-2020") for row in sheet for cell in row}
    assert fonts <= {"宋体", "黑体", "仿宋", "楷体"}
    assert texts_of("styles")["normal"]["name"] == "宋体"


def test_merged_cells_hide_no_values():
    for book in map(book_of, profile_ids()):
        for sheet in book.worksheets:
            for area in sheet.merged_cells.ranges:
                hidden = [cell for row in rows_from_range(str(area)) for cell in row][1:]
                assert all(sheet[cell].value is None for cell in hidden)
