"""Upload and annotated copies: rows that cut a text off get higher, the others keep the height they had."""

import re
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.engines import NEVER, convert
from tests.outputs.annotate import samples
from tests.received import good as g
from tests.workbooks.opening import opened
from tests.workbooks.test_printed_form import SENTENCE, size_of, too_low
from xlperf.jobs.strip import strip

OVERALL = "整体支出绩效自评表"
GOAL = g.address("整体", "预期目标")
REASON = g.address("整体", "指标_偏差原因", 2)
ITEM = g.address("整体", "指标_三级指标", 3)
LONG = {GOAL: SENTENCE * 9, REASON: SENTENCE * 2, ITEM: SENTENCE}
"""What somebody has typed into a workbook whose rows were made for shorter texts: 360, 80, 40 characters."""


def typed(texts: dict[str, str], more: g.Edit = lambda xml: xml) -> bytes:
    data = samples.bad()
    for cell, text in texts.items():
        data = g.edited({g.OVERALL: g.text(cell, text)}, workbook=data)
    return g.edited({g.OVERALL: more}, workbook=data)


def upload(tmp_path: Path, data: bytes) -> Path:
    inbox = tmp_path / "收到"
    inbox.mkdir(parents=True)
    (inbox / g.file_name()).write_bytes(data)
    (path,) = strip([inbox], tmp_path / "上报").files
    return path


COPIES = {"upload": upload, "annotated": samples.copy_of}
every_copy = pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)


def sheet_of(path: Path) -> Worksheet:
    return opened(path, rich_text=True)[OVERALL]


def heights(sheet: Worksheet) -> dict[int, float]:
    return {row: dimension.height for row, dimension in sheet.row_dimensions.items()}


def row(cell: str) -> int:
    return int(cell.lstrip("ABCDEFGHIJ"))


@every_copy
def test_a_row_gets_as_high_as_its_text(make, tmp_path: Path) -> None:
    data = typed(LONG)
    before = tmp_path / "before.xlsx"
    before.write_bytes(data)
    assert too_low(sheet_of(before))
    sheet = sheet_of(make(tmp_path, data))
    assert too_low(sheet) == []
    old, new = heights(sheet_of(before)), heights(sheet)
    assert {number for number in old if old[number] != new[number]} == {*map(row, LONG)}
    assert all(new[number] >= height for number, height in old.items())


@every_copy
def test_a_height_that_somebody_set_stays_where_all_can_be_read(make, tmp_path: Path) -> None:
    def set_by_hand(xml: str) -> str:
        at, height = row(ITEM), 'ht="150.5" customHeight="1"'
        start = xml.index(f'<row r="{at}"')
        return xml[:start] + f'<row r="{at}" {height}' + xml[xml.index(">", start) :]

    old = typed({ITEM: "短", REASON: SENTENCE}, set_by_hand)
    new = heights(sheet_of(make(tmp_path, old)))
    assert new[row(ITEM)] == 150.5


@every_copy
def test_a_hidden_row_stays_hidden_and_low(make, tmp_path: Path) -> None:
    def hide(xml: str) -> str:
        return xml.replace(f'<row r="{row(REASON)}"', f'<row r="{row(REASON)}" hidden="1"', 1)

    data = typed({REASON: SENTENCE * 3}, hide)
    before = tmp_path / "before.xlsx"
    before.write_bytes(data)
    sheet = sheet_of(make(tmp_path, data))
    assert sheet.row_dimensions[row(REASON)].hidden
    assert heights(sheet)[row(REASON)] == heights(sheet_of(before))[row(REASON)]


def test_what_the_highest_row_does_not_hold_is_set_smaller_in_the_upload_copy_only(tmp_path: Path) -> None:
    data = typed({GOAL: SENTENCE * 25})
    copy, annotated = (sheet_of(make(tmp_path, data)) for make in COPIES.values())
    assert heights(annotated)[row(GOAL)] == 409
    assert size_of(copy[GOAL]) < size_of(annotated[GOAL])
    assert str(copy[GOAL].value) == SENTENCE * 25
    assert too_low(copy) == []


def test_a_form_that_has_grown_takes_more_pages_instead_of_tiny_letters(tmp_path: Path) -> None:
    assert sheet_of(upload(tmp_path, samples.bad())).page_setup.fitToHeight == 1
    grown = {g.address("整体", "指标_三级指标", at): SENTENCE * 3 for at in range(6)}
    sheet = sheet_of(
        upload(tmp_path / "更长", typed(grown)) if (tmp_path / "更长").mkdir() is None else Path()
    )
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows


@every_copy
def test_shared_strings_of_a_workbook_saved_by_another_program_count(make, tmp_path: Path) -> None:
    source = tmp_path / "typed.xlsx"
    source.write_bytes(typed(LONG))
    saved = convert(source, "xlsx", tmp_path / "saved", NEVER)
    assert b"sharedStrings" in saved.read_bytes()
    sheet = sheet_of(make(tmp_path, g.edited({g.OVERALL: lowered}, workbook=saved.read_bytes())))
    assert too_low(sheet) == []


def lowered(xml: str) -> str:
    """The rows of the long texts as low as they are in the blank."""
    for cell in LONG:
        start = xml.index(f'<row r="{row(cell)}"')
        xml = xml[:start] + f'<row r="{row(cell)}" ht="30" customHeight="1"' + xml[xml.index(">", start) :]
    return xml


@pytest.mark.parametrize("size", ["0", "-5", "1e308"])
def test_letters_of_no_size_are_taken_for_usual_ones(size, tmp_path):
    def sized(xml):
        return re.sub('<sz val="[^"]*"', f'<sz val="{size}"', xml)

    upload(tmp_path, g.edited({"xl/styles.xml": sized}, workbook=typed({GOAL: SENTENCE * 9})))
