"""Files made to take hours: each is read, or refused, by work that grows with its size and no faster."""

import pytest

from tests.cases import CASES
from tests.growth import packages
from xlperf.intake.open_any import open_pages
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_cells import hidden_columns, merged_ranges, read_cells
from xlperf.ooxml.styles import cell_formats, read_format

HOSTILE = CASES / "hostile"
MANY = 50_000


def test_merges():
    assert merged_ranges("<mergeCell " * MANY) == []
    assert merged_ranges('<mergeCell ref="' + "A" * MANY + '">') == []
    assert merged_ranges('<mergeCells><mergeCell a="1" ref="A1:B2"/>') == ["A1:B2"]


def test_hidden_columns():
    hidden = '<cols><col min="2" max="3" hidden="1"/>' + '<col min="1" max="999999999" hidden="1"/>' * 1000
    assert max(hidden_columns(hidden)) == 16_384
    assert hidden_columns("<col " * MANY + 'hidden="1"') == frozenset()


def test_cells_that_never_end():
    content = b'<sheetData><row r="1">' + b'<c r="A1" t="inlineStr"><is><r>' * MANY + b"</row></sheetData>"
    cells, _ = read_cells(content)
    assert cells == {}


def test_styles_that_never_end():
    assert cell_formats(b"<cellXfs>" + b"<xf a>" * MANY + b"</cellXfs>") == cell_formats(
        b"<cellXfs><xf a></cellXfs>"
    )
    assert cell_formats(b"<cellXfs " * MANY) == ()
    assert read_format("[" * MANY).digits is None


here = pytest.mark.skipif(not HOSTILE.is_dir(), reason="the collection of hostile files is not here")


@here
@pytest.mark.parametrize(
    "name",
    [
        "bomb_hidden_col.xlsx",
        "formula_doubling.xlsx",
        "ods_spaces.ods",
        "redos_custom_small.xlsx",
        "redos_merge.xlsx",
        "redos_si_small.xlsx",
        "ss_index.xlsx",
    ],
)
def test_the_collection_is_read(name):
    assert len(open_pages(HOSTILE / name).pages) == 3


@here
@pytest.mark.parametrize(
    ("name", "code"), [("f113_a_0128.xls", "F106"), ("lol_utf16.xlsx", "F110"), ("xxe_utf16.xlsx", "F110")]
)
def test_what_is_damaged_or_declares_entities_is_refused(name, code):
    with pytest.raises(Refused) as caught:
        open_pages(HOSTILE / name)
    assert caught.value.finding.code == code


def test_a_part_that_is_several_sheets_is_damage(tmp_path):
    more = "".join(f'<sheet name="表{at}" sheetId="{at}" r:id="rIdSheet1"/>' for at in range(10, 2010))
    path = tmp_path / "a.xlsx"
    path.write_bytes(packages.workbook(packages.WORKBOOK, "</sheets>", more))
    with pytest.raises(Refused) as caught:
        open_pages(path)
    assert caught.value.finding.code == "F106"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_cells_of_every_spelling_count(encoding, tmp_path):
    space = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    cells = "".join(f'<x:c r="A{row}"><x:v>1</x:v></x:c>' for row in range(1, 12))
    sheet = f"<x:worksheet {space}><x:sheetData><x:row>{cells}</x:row></x:sheetData></x:worksheet>"
    path = tmp_path / "a.xlsx"
    path.write_bytes(packages.packed({**packages.foreign(), packages.SHEET: sheet.encode(encoding)}))
    with pytest.raises(Refused) as caught:
        open_pages(path, Limits(cells=10))
    assert caught.value.finding.code == "F111"
