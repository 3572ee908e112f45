"""The seal: the same from the declarations and from every file filled by them, until a text is touched."""

import io
from pathlib import Path

import openpyxl
import pytest

from tests.engines import recalculate
from tests.received import good as g
from tests.received.copies import row_inserted_in_the_block
from xlperf.checks.template_seal import moves
from xlperf.declarations.form_layout import place
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing
from xlperf.declarations.template_fingerprint import (
    FINGERPRINT_PROPERTY,
    SealedLabel,
    bare,
    declared_structure,
    read_fingerprint,
    template_fingerprint,
)
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.fixed_texts import structure_of
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import writer_of

ADDED = '<row r="40"><c r="A40" t="inlineStr"><is><t>另附说明</t></is></c></row>'


def sealed_texts(path: Path) -> list[tuple[str, str]]:
    """Form and digest of its fixed texts for each sheet of a file, from the file alone."""
    reading = read_filing(path).reading
    return [
        (sheet.record.form, structure_of(sheet.sheet, reading.book.names_on(sheet.sheet.name)).digests[0])
        for sheet in reading.sheets
    ]


def saved(folder: Path, content: bytes) -> Path:
    path = folder / g.file_name()
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("profile_id", ["hunan-yueyang-2024", "hunan-hengyang-2023"])
def test_filling_and_growing_tables_leave_the_seal_alone(profile_id, tmp_path):
    profile = load_profile(profile_id)
    write_demo_ledger(tmp_path / "ledger.xlsx", profile, 4)
    expected = read_fingerprint(template_fingerprint(profile))
    for number, filing in enumerate(read_ledger(tmp_path / "ledger.xlsx", profile).filings):
        path = saved(tmp_path, writer_of(profile, working=number == 1).workbook(filing))
        assert all(digest == expected[form][0] for form, digest in sealed_texts(path))
        assert read_filing(path).reading.book.properties[FINGERPRINT_PROPERTY] == template_fingerprint(
            profile
        )


@pytest.mark.parametrize("profile_id", profile_ids())
def test_a_blank_has_the_formulas_that_its_seal_says(profile_id, tmp_path):
    profile = load_profile(profile_id)
    reading = read_filing(saved(tmp_path, writer_of(profile).workbook(Filing("", "", profile_id)))).reading
    for sheet in reading.sheets:
        names = reading.book.names_on(sheet.sheet.name)
        assert (
            structure_of(sheet.sheet, names).digests
            == read_fingerprint(template_fingerprint(profile))[sheet.record.form]
        )


def test_rows_inserted_in_a_block_and_sheets_renamed_leave_it_alone(tmp_path):
    expected = read_fingerprint(template_fingerprint(g.PROFILE))
    renamed = g.edited({g.WORKBOOK: g.replaced("项目支出绩效自评表1", "政务服务项目")})
    for content in (row_inserted_in_the_block(), renamed):
        assert all(digest == expected[form][0] for form, digest in sealed_texts(saved(tmp_path, content)))


def test_other_programs_save_it_as_it_was(tmp_path):
    source = saved(tmp_path, g.good())
    stream = io.BytesIO()
    openpyxl.load_workbook(source).save(stream)
    (tmp_path / "openpyxl").mkdir()
    (tmp_path / "openpyxl" / "saved.xlsx").write_bytes(stream.getvalue())
    for path in (recalculate(source, tmp_path / "libreoffice"), tmp_path / "openpyxl" / "saved.xlsx"):
        assert sealed_texts(path) == sealed_texts(source)
        assert read_filing(path).reading.book.properties[FINGERPRINT_PROPERTY] == template_fingerprint(
            g.PROFILE
        )


@pytest.mark.parametrize(
    "edit",
    [
        g.replaced("<t>编制数</t>", "<t>核定编制数</t>"),
        g.chained(g.empty("B3"), g.text("C3", "编制数")),
        g.replaced('<mergeCell ref="A3:A4"/>', ""),
        g.replaced('<mergeCell ref="B3:C3"/>', ""),
        g.replaced("</sheetData>", f"{ADDED}</sheetData>"),
    ],
    ids=["reworded", "moved", "cut", "narrowed", "added"],
)
def test_a_text_touched_breaks_it(edit, tmp_path):
    texts = dict(sealed_texts(saved(tmp_path, g.edited({g.BASIC: edit}))))
    expected = read_fingerprint(template_fingerprint(g.PROFILE))
    assert texts["基础"] != expected["基础"][0]
    assert texts["整体"] == expected["整体"][0]


def test_the_number_of_table_rows_only_moves_what_lies_below():
    form = g.PROFILE.forms["整体"]
    short, long = (declared_structure(place(form, {"指标": count}), g.PROFILE) for count in (1, 40))
    assert short.digests == long.digests
    assert long.labels[-1].row - short.labels[-1].row == 39


def test_formulas_are_compared_without_sheets_dollars_and_blanks():
    assert bare("=SUM( '某 表'!$A$1 , b2)") == "SUM(A1,B2)"


def label(text: str, row: int, first: int = 1) -> SealedLabel:
    return SealedLabel(text, first, 1, 0, row, text)


@pytest.mark.parametrize(
    ("declared", "found", "words"),
    [
        ("甲乙丙", "甲乙丙", []),
        ("甲乙丙", "甲丁丙", ["A2 的“乙”改成了“丁”"]),
        ("甲乙丙", "甲丙", ["少了“乙”（原在 A2）"]),
        ("甲乙", "甲乙丙", ["A3 多了“丙”"]),
        ("甲乙丙丁", "甲丙丁乙", ["“乙”从 A2 移到了 A4"]),
    ],
)
def test_moves_say_from_where_to_where(declared, found, words):
    lists = ([label(text, row) for row, text in enumerate(texts, 1)] for texts in (declared, found))
    assert moves(*lists) == words
