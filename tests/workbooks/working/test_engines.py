"""Every formula of the helper sheets: the values we give are those that the engines compute."""

from random import Random

import pytest
from openpyxl.utils import get_column_letter

from tests.declarations.rules.published import published
from tests.engines import formualizer_values, libreoffice_values
from tests.parity.comparison import same
from tests.parity.random_filings import random_filing
from tests.workbooks.filings import filing
from tests.workbooks.working.books import Cells, completed, planned, shown, whole, write
from xlperf.declarations.profile import load_profile
from xlperf.workbooks.working.helper_plan import HelperPlan

YUEYANG = load_profile("hunan-yueyang-2024")


def formulas(working: HelperPlan) -> list[tuple[str, str]]:
    return [
        (sheet.title, f"{get_column_letter(cell.column)}{number}")
        for sheet in working.sheets
        for number, row in enumerate(sheet.rows, 1)
        for cell in row.cells
        if cell.formula
    ]


def differences(working: HelperPlan, ours: Cells, theirs: Cells) -> list[tuple[object, ...]]:
    return [
        (at, ours.get(at), theirs.get(at))
        for at in formulas(working)
        if not same(ours.get(at), theirs.get(at))
    ]


def test_libreoffice_computes_what_the_plan_says(tmp_path):
    unit = whole(filing(YUEYANG, rows=5, projects=2, fund_rows=2), YUEYANG)
    working = write(unit, YUEYANG, tmp_path / "unit.xlsx")
    theirs = libreoffice_values(tmp_path / "unit.xlsx", tmp_path / "out")
    assert differences(working, shown(working, completed(unit, YUEYANG)), theirs) == []


def test_formualizer_computes_what_the_plan_says_of_published_figures(tmp_path):
    unit = whole(*published("hunan-yueyang-2024"))
    working = write(unit, YUEYANG, tmp_path / "unit.xlsx")
    theirs = formualizer_values(tmp_path / "unit.xlsx")
    assert differences(working, shown(working, completed(unit, YUEYANG)), theirs) == []


@pytest.mark.parametrize("seed", [2, 6])
def test_formualizer_computes_what_the_plan_says_of_random_figures(tmp_path, seed):
    unit = whole(random_filing(YUEYANG, Random(seed), projects=2, typed=False), YUEYANG)
    working = write(unit, YUEYANG, tmp_path / "unit.xlsx")
    theirs = formualizer_values(tmp_path / "unit.xlsx")
    assert differences(working, shown(working, completed(unit, YUEYANG)), theirs) == []


def test_a_blank_workbook(tmp_path):
    unit = whole(filing(YUEYANG, rows=0, projects=0, fund_rows=0), YUEYANG)
    for record in unit.records:
        record.fields.clear()
    working = write(unit, YUEYANG, tmp_path / "unit.xlsx")
    theirs = formualizer_values(tmp_path / "unit.xlsx")
    assert differences(working, shown(working, completed(unit, YUEYANG)), theirs) == []


def test_formulas_fit_into_a_cell_and_nothing_is_volatile():
    for profile_id in ("national-2020", "hunan-hengyang-2023"):
        unit = whole(*published("hunan-hengyang-2023"))
        working = planned(unit, load_profile(profile_id))
        texts = [cell.formula for sheet in working.sheets for row in sheet.rows for cell in row.cells]
        assert max(map(len, texts)) <= 8192
        volatile = ("OFFSET(", "INDIRECT(", "CELL(", "TODAY(", "NOW(", "RAND")
        assert not [text for text in texts if any(function in text for function in volatile)]
