"""The rules themselves: packages that Excel would call damaged are found out."""

import io
import zipfile
from functools import cache

import pytest

from tests.workbooks.filings import filing
from tests.workbooks.package_rules import broken_rules
from xlperf.declarations.profile import load_profile
from xlperf.workbooks.workbook_writer import writer_of

BOOK, SHEET = "xl/workbook.xml", "xl/worksheets/sheet1.xml"
LONG = '"' + "长" * 256 + '"'


@cache
def whole() -> bytes:
    profile = load_profile("national-2020")
    return writer_of(profile, working=False).workbook(filing(profile))


def edited(part: str, old: str, new: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole())) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == part:
                assert old in text
                text = text.replace(old, new, 1)
            target.writestr(name, text)
    return stream.getvalue()


def test_a_plain_workbook_breaks_none() -> None:
    assert broken_rules(whole()) == []


@pytest.mark.parametrize(
    ("part", "old", "new", "reported"),
    [
        (SHEET, "<printOptions", '<mergeCells count="0"/><printOptions', "mergeCells"),
        (SHEET, "</sheetData>", '</sheetData><pageMargins left="1"/>', "out of order"),
        (SHEET, "<f>", "<f>_xlfn.IFS(1=1,2)+SHEETS()+", "function SHEETS may not be written so"),
        (SHEET, "<f>", "<f>NOW()+", "function NOW may not be written so"),
        (SHEET, "<f>", f"<f>LEN({LONG})+", "text in a formula"),
        (SHEET, "<f>", f"<f>{'1+' * 4096}", "formula has"),
        (SHEET, "<f>", f"<f>{'ABS(' * 65}1{')' * 65}+", "65 levels deep"),
        (SHEET, "<mergeCell ", '<mergeCell ref="A1:B2"/><mergeCell ', "mergeCells counts"),
        (SHEET, '<row r="3"', '<row r="2"', "rows are not in order"),
        (BOOK, 'sheetId="2"', 'sheetId="1"', "share their sheetId"),
        (BOOK, "<definedNames>", '<definedNames><definedName name="AB12">1</definedName>', "illegal name"),
        (BOOK, "<definedNames>", '<definedNames><definedName name="编制数">1</definedName>', "defined twice"),
        (
            BOOK,
            "<definedNames>",
            "<definedNames><definedName name=\"甲\">'无'!$A$1</definedName>",
            "not exist",
        ),
        ("xl/styles.xml", "<cellXfs", '<dxfs count="0"/><cellXfs', "out of order"),
    ],
)
def test_a_broken_rule_is_reported(part: str, old: str, new: str, reported: str) -> None:
    assert any(reported in text for text in broken_rules(edited(part, old, new)))
