"""The two published units, filled: every reader shows the same values, before and after recalculation."""

import zipfile
from datetime import datetime

import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from tests.engines import NEVER, CellValues, formualizer_values, libreoffice_values, stored_values
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.profile import load_profile
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import WorkbookWriter

LEDGERS = {"hunan-yueyang-2024": "演示台账.xlsx", "hunan-hengyang-2023": "演示台账-衡阳.xlsx"}


@pytest.fixture(scope="module", params=LEDGERS)
def workbook(request, tmp_path_factory):
    profile = load_profile(request.param)
    filing = read_ledger(workbooks_dir() / LEDGERS[request.param], profile).filings[0]
    path = tmp_path_factory.mktemp("published") / "表.xlsx"
    path.write_bytes(WorkbookWriter(profile).workbook(filing))
    return path


def reported(values: CellValues) -> CellValues:
    """Cells with something in them; numbers to twelve digits."""
    return {
        cell: float(f"{value:.12g}") if isinstance(value, int | float) else value
        for cell, value in values.items()
        if value not in (None, "")
    }


def calamine_values(path) -> CellValues:
    book = CalamineWorkbook.from_path(str(path))
    return {
        (name, f"{get_column_letter(column + 1)}{row}"): value
        for name in book.sheet_names
        for row, cells in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
        for column, value in enumerate(cells)
        if not isinstance(value, datetime)
    }


@pytest.mark.parametrize(
    "shown",
    [
        calamine_values,
        formualizer_values,
        lambda path: libreoffice_values(path, path.parent / "opened", NEVER),
        lambda path: libreoffice_values(path, path.parent / "recalculated"),
    ],
    ids=["calamine", "formualizer", "libreoffice as opened", "libreoffice recalculated"],
)
def test_every_reader_shows_what_openpyxl_reads(workbook, shown):
    assert reported(shown(workbook)) == reported(stored_values(workbook))


def test_an_engine_that_does_not_recalculate_would_show_a_planted_value(workbook, tmp_path):
    """The comparison means something: LibreOffice shows a wrong cached value only when not recalculating."""
    planted = tmp_path / "错.xlsx"
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(planted, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "xl/worksheets/sheet2.xml":
                data = data.replace(b"<v>100</v>", b"<v>123456</v>", 1)
            new.writestr(item, data)
    assert 123456 in libreoffice_values(planted, tmp_path / "opened", NEVER).values()
    assert 123456 not in libreoffice_values(planted, tmp_path / "recalculated").values()
