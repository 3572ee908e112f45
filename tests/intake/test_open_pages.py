"""Each received kind of file → pages."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from tests.intake.wordfiles import document
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.open_any import open_pages

OFFICE = shutil.which("soffice")


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["C1"] = "编码", 1, 0.985
    sheet["B1"].number_format, sheet["C1"].number_format = "000", "0.0%"
    sheet.merge_cells("A1:A2")
    path = tmp_path / "表.xlsx"
    book.save(path)
    return path


def shown(path):
    page = open_pages(path).pages[0]
    return [(cell.place, cell.r1, cell.text, cell.number) for cell in page.cells]


def test_xlsx(workbook):
    assert shown(workbook) == [("A1", 1, "编码", None), ("B1", 0, "001", 1), ("C1", 0, "98.5%", 0.985)]


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice to write the file")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_workbooks_show_the_same(workbook, kind, tmp_path):
    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [
        str(OFFICE),
        profile,
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(tmp_path),
        str(workbook),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert shown(workbook.with_suffix(f".{kind}")) == shown(workbook)


def test_word(tmp_path):
    path = Path(tmp_path / "报告.docx")
    cell = "<w:tc><w:p><w:ins><w:r><w:t>183.6</w:t></w:r></w:ins></w:p></w:tc>"
    path.write_bytes(document(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>"))
    assert [finding.code for finding in read_filing(path).findings][:1] == ["F128"]
    assert shown(path) == [("第1行第1列", 0, "183.6", 183.6)]
