"""Files that no program writes: each is read or refused with a reason, none is an internal fault.

Numbers without end, letters that are none, formulas and elements nested without end, repeats and spans of
billions, entities in every encoding and part; old workbooks cut off and with bytes changed.
"""

import random
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlrd

from tests.cases import CASES
from tests.growth import packages as p
from tests.intake.wordfiles import document
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.intake import xls_reader
from xlperf.ooxml.sheet_cells import text_of

DIGITS = "9" * 5000
DEEP = 20_000
ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'


def codes(data: bytes, folder: Path, suffix: str) -> set[str]:
    """What is found about the file itself."""
    path = folder / f"a{suffix}"
    path.write_bytes(data)
    return {found.code for found in unfolded(check_file(path).findings) if found.code.startswith("F")}


def cell(inside: str, attributes: str = "") -> bytes:
    return p.with_rows(f'<row r="60"><c r="A60"{attributes}>{inside}</c></row>')


def text(inside: str) -> bytes:
    return cell(f"<is>{inside}</is>", ' t="inlineStr"')


def formula(written: str) -> bytes:
    return cell(f"<f>{written}</f>")


def shared(written: str) -> bytes:
    first = f'<row r="60"><c r="A60"><f t="shared" si="0" ref="A60:A61">{written}</f><v>1</v></c></row>'
    return p.with_rows(first + '<row r="61"><c r="A61"><f t="shared" si="0"/><v>1</v></c></row>')


WORKBOOKS = {
    "a letter without end": text(f"<t>&#{DIGITS};</t>"),
    "half a letter": text("<t>预算_xD800_数</t>"),
    "a number without end": cell(f"<v>{DIGITS}</v>"),
    "no number": cell("<v>nan</v>"),
    "a text that is not there": cell("<v>-1</v>", ' t="s"'),
    "row zero": p.with_rows('<row r="0"><c r="A0"><v>1</v></c></row>'),
    "a row far away": p.with_rows('<row r="9999999"><c r="ZZZ9999999"><v>1</v></c></row>'),
    "a style that is not there": cell("<v>1</v>", f' s="{DIGITS}"'),
    "functions in each other": formula("ABS(" * 1600 + "1" + ")" * 1600),
    "brackets in each other": formula("(" * 4000 + "1" + ")" * 4000),
    "signs": formula("-" * 8000 + "1"),
    "a formula longer than any": formula("A1+" * 20_000 + "1"),
    "a text without end": formula('REPT("a",1900000000)'),
    "all cells": formula("SUMPRODUCT((A1:XFD1048576=1)*1)"),
    "powers": formula("10^10^10^10"),
    "a shared formula that is none": shared('"abc'),
    "a shared formula longer than any": shared("B1+" * 20_000 + "1"),
    "an array of all cells": cell('<f t="array" ref="A60:XFD1048576">1</f>'),
    "a merge of all cells": p.workbook(p.SHEET, "</mergeCells>", '<mergeCell ref="A60:XFD1048576"/>'),
    "a merge backwards": p.workbook(p.SHEET, "</mergeCells>", '<mergeCell ref="B5:A1"/>'),
    "a column without end": p.workbook(
        p.SHEET, "</cols>", f'<col min="1" max="99999999999" hidden="1"/><col min="1" max="{DIGITS}"/>'
    ),
    "runs in each other": text("<r>" * DEEP + "</r>" * DEEP),
    "a name far away": p.workbook(
        p.WORKBOOK, "</definedNames>", f"<definedName name=\"某\">'基础数据表'!$J${DIGITS}</definedName>"
    ),
    "properties in each other": p.workbook(p.CUSTOM, "</Properties>", "<a>" * DEEP + "</a>" * DEEP),
}
_ODS = (
    '<table:table-row {}><table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'
    "</table:table-row>"
)
OTHERS = {
    "runs in each other.docx": (document("<w:p>" + "<w:r>" * DEEP + "</w:r>" * DEEP + "</w:p>"), {"F106"}),
    "symbols.docx": (
        document('<w:p><w:r><w:sym w:char="FFFFFFFF"/><w:sym w:char="D800"/></w:r></w:p>'),
        {"F132"},
    ),
    "no number.ods": (p.ods(_ODS.format("", "float", 'office:value="nan"', "x")), {"F130"}),
    "a date with a zone.ods": (
        p.ods(_ODS.format("", "date", 'office:date-value="2024-01-01T00:00:00+08:00"', "x")),
        {"F130"},
    ),
    "no date.ods": (p.ods(_ODS.format("", "date", 'office:date-value="2024-13-41"', "x")), {"F106"}),
    "repeats.ods": (
        p.ods(
            _ODS.format(
                'table:number-rows-repeated="1900000000"',
                "string",
                'table:number-columns-repeated="1900000000"',
                "x",
            )
        ),
        {"F111"},
    ),
    "spans.ods": (
        p.ods(
            _ODS.format(
                'table:number-rows-repeated="10000"',
                "string",
                'table:number-columns-spanned="1900000000" table:number-rows-spanned="1900000000"',
                "",
            )
            * 60
        ),
        {"F111"},
    ),
    "blanks.ods": (p.ods(_ODS.format("", "string", "", '<text:s text:c="1900000000"/>' * 50)), {"F130"}),
    "spans in each other.ods": (
        p.ods(_ODS.format("", "string", "", "<text:span>" * DEEP + "</text:span>" * DEEP)),
        {"F130"},
    ),
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_an_unusual_workbook_is_read_or_refused(name, tmp_path):
    found = codes(WORKBOOKS[name], tmp_path, ".xlsx")
    assert "F113" not in found


@pytest.mark.parametrize("name", OTHERS)
def test_another_unusual_file_is_read_or_refused(name, tmp_path):
    data, expected = OTHERS[name]
    assert codes(data, tmp_path, Path(name).suffix) == expected


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize(
    "part",
    [
        "docProps/core.xml",
        "_rels/.rels",
        "xl/worksheets/_rels/sheet1.xml.rels",
        "xl/drawings/vmlDrawing1.vml",
        "xl/theme/theme1.xml",
    ],
)
def test_entities_are_refused_in_every_encoding_and_part(part, encoding, tmp_path):
    data = p.packed({**p.blank(), part: ENTITIES.encode(encoding)})
    assert codes(data, tmp_path, ".xlsx") == {"F110"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-be"])
def test_entities_are_refused_in_other_packages(encoding, tmp_path):
    evil = ENTITIES.encode(encoding)
    assert codes(document(parts={"word/settings.xml": evil}), tmp_path, ".docx") == {"F110"}
    ods = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}
    assert codes(p.packed({**ods, "styles.xml": evil}), tmp_path, ".ods") == {"F110"}


def test_letters_that_are_none_stay_as_they_are_written():
    assert text_of("_xD800_") == "_xD800_"
    assert text_of("_x4E00_&lt;") == "一<"
    assert text_of(f"&#{DIGITS};") == f"&#{DIGITS};"


OLD = CASES / "packages" / "18_word_and_xls_of_one_unit" / "051_君山区政府办" / "002_tables.xls"


@pytest.mark.skipif(not OLD.exists(), reason="the collection of received files is not here")
@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_old_workbook_is_reported_as_one(seed, tmp_path):
    chance = random.Random(seed)
    data = bytearray(OLD.read_bytes())
    if seed % 3 == 0:
        data = data[: chance.randrange(1, len(data))]
    else:
        for _ in range(chance.choice((1, 4, 50))):
            data[chance.randrange(len(data) if seed % 3 == 1 else 2048)] = chance.randrange(256)
    found = codes(bytes(data), tmp_path, ".xls")
    assert "F113" not in found


@pytest.mark.skipif(not OLD.exists(), reason="the collection of received files is not here")
def test_an_old_workbook_that_only_one_reader_opens_is_read_with_a_warning(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise AssertionError("an old record that is not known")

    monkeypatch.setattr(xls_reader, "xlrd", SimpleNamespace(open_workbook=fail, XLRDError=xlrd.XLRDError))
    path = tmp_path / "a.xls"
    path.write_bytes(OLD.read_bytes())
    result = check_file(path)
    assert {found.code for found in unfolded(result.findings) if found.code.startswith("F")} == {"F140"}
    assert result.file.forms
