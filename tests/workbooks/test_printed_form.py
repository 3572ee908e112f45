"""The geometry of printed forms: rows as high as their texts, page breaks between rows, repeated headings."""

import io
import math
from functools import cache

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.profiles import WITH_TABLES
from tests.workbooks.filings import filing
from tests.workbooks.opening import opened
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.workbooks.workbook_writer import writer_of

SENTENCE = "围绕区委区政府决策部署，全面提高服务能力水平，助推经济发展、社会稳定、环境改善。"
POINTS_A_LINE = 1.2
"""Least line spacing, in sizes of the letters, at which lines of text do not touch."""


def with_texts(profile: Profile, times: int) -> Filing:
    unit = filing(profile, rows=12, fund_rows=3)
    for record in unit.records:
        form = profile.forms[record.form]
        for name in record.fields:
            if form.fields[name].type.id == "prose":
                record.fields[name] = SENTENCE * times
        for table, rows in record.tables.items():
            for row in rows[::3]:
                for name, column in form.tables[table].columns.items():
                    if column.type.id == "prose" and not column.virtual:
                        row[name] = SENTENCE * max(times // 10, 1)
    return unit


@cache
def filled(name: str, times: int) -> openpyxl.Workbook:
    """A blank workbook, or one with long texts, a working copy where they are short; no test changes it."""
    profile = load_profile(name)
    unit = with_texts(profile, times) if times else Filing("", "", profile.id)
    return opened(writer_of(profile, working=times == 1).workbook(unit), rich_text=True)


def size_of(cell) -> float:
    value = cell.value
    return value[0].font.sz if isinstance(value, CellRichText) else cell.font.sz


def too_low(sheet: Worksheet) -> list[str]:
    """The cells whose rows are lower than their lines of full-width letters."""
    merged = {str(area).split(":")[0]: area for area in sheet.merged_cells.ranges}
    found = []
    for row in sheet.iter_rows():
        for cell in row:
            area = merged.get(cell.coordinate)
            if not cell.value or cell.data_type == "f" or (area and area.min_row != area.max_row):
                continue
            text = str(cell.value)
            last = area.max_col if area else cell.column
            letters = (get_column_letter(number) for number in range(cell.column, last + 1))
            width = sum(sheet.column_dimensions[letter].width for letter in letters)
            a_line = max(int((width - 1) * 11 / size_of(cell) / 2), 1)
            lines = sum(max(math.ceil(len(line) / a_line), 1) for line in text.split("\n"))
            if cell.alignment.wrap_text and len(text) > 20:
                needed = lines * size_of(cell) * POINTS_A_LINE
                if needed > sheet.row_dimensions[cell.row].height:
                    found.append(f"{cell.coordinate}: {needed:g}")
    return found


@pytest.mark.parametrize("name", WITH_TABLES)
@pytest.mark.parametrize("times", [1, 10, 30])
def test_every_row_is_as_high_as_its_texts_short_long_and_very_long(name: str, times: int) -> None:
    book = filled(name, times)
    for form in load_profile(name).forms.values():
        sheet = book[form.sheet_name(0)]
        assert too_low(sheet) == []
        assert all(row.height <= 409 for row in sheet.row_dimensions.values())


def test_letters_are_smaller_only_where_the_highest_row_is_too_low() -> None:
    sheet = filled("hunan-yueyang-2024", 30)["整体支出绩效自评表"]
    sizes = {
        size_of(cell)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value and len(str(cell.value)) > 200
    }
    assert sizes
    assert max(sizes) < 11
    other = filled("hunan-yueyang-2024", 5)["整体支出绩效自评表"]
    assert all(isinstance(cell.value, str | int | float | None) for row in other.iter_rows() for cell in row)


def pages_high(sheet: Worksheet) -> float:
    """Pages that the sheet needs when it is one page wide, by its heights, widths and margins."""
    width = sum(sheet.column_dimensions[get_column_letter(at)].width for at in range(1, sheet.max_column + 1))
    across, down = (210 / 25.4 - 1.0) * 72, (297 / 25.4 - 1.4) * 72
    height = sum(sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1))
    return height * min(across / (width * 6), 1) / down


@pytest.mark.parametrize("name", WITH_TABLES)
@pytest.mark.parametrize("times", [0, 1, 10, 30])
def test_forms_take_one_page_where_that_can_be_read_and_else_break_with_headings(
    name: str, times: int
) -> None:
    book = filled(name, times)
    for form in load_profile(name).forms.values():
        sheet = book[form.sheet_name(0)]
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth == 1
        if sheet.page_setup.fitToHeight == 1:
            assert pages_high(sheet) < 1 / 0.65  # no letters smaller than seven points
        else:
            assert pages_high(sheet) > 1
        assert not sheet.row_breaks.brk  # programs break between rows by themselves
        repeated = place(form).form.page.repeat_rows
        assert repeated is not None
        assert sheet.print_title_rows == "${}:${}".format(*repeated)


def test_the_headings_of_the_indicators_are_repeated() -> None:
    book = filled("hunan-yueyang-2024", 30)
    for title in ("整体支出绩效自评表", "项目支出绩效自评表1"):
        first, last = (int(row) for row in book[title].print_title_rows.replace("$", "").split(":"))
        assert first == last
        headings = [cell.value for cell in book[title][first]]
        assert {"一级指标", "二级指标", "三级指标", "分值", "得分"} <= set(headings)


@pytest.mark.usefixtures("borders_of_merged_cells")
def test_a_blank_form_shows_the_full_marks_and_figures_keep_from_the_borders() -> None:
    profile = load_profile("hunan-yueyang-2024")
    data = writer_of(profile, working=False).workbook(Filing("", "", profile.id))
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for form in profile.forms.values():
        sheet, addresses = book[form.sheet_name(0)], place(form).fields
        if "总分_分值" in addresses:
            assert sheet[addresses["总分_分值"]].value == 100
        amounts = [sheet[at] for name, at in addresses.items() if form.fields[name].type.id == "amount"]
        assert amounts
        assert all(cell.alignment.indent == 1 for cell in amounts if cell.alignment.horizontal == "right")
        for row in sheet[sheet.print_area.rpartition("!")[2].replace("$", "")]:
            if any(cell.border.left.style for cell in row):
                assert row[-1].border.right.style
