"""The same formulas by our evaluator, by LibreOffice and by formualizer, over the same cells."""

import datetime
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from tests.engines import formualizer_values, libreoffice_values
from tests.expressions.random_formulas import COLUMNS, SCOPE, Formulas
from xlperf.expressions import FUNCTIONS, ErrorValue, Value, compile_expression, functions_used, native, parse

DATA, FORMULAS = "数据", "公式"
EPOCH = datetime.datetime(1899, 12, 30)


def _addresses() -> dict[str, str]:
    places = {}
    for column, name in enumerate(SCOPE, start=1):
        letter = get_column_letter(column)
        last = f":${letter}${len(COLUMNS[name])}" if name in COLUMNS else ""
        places[name] = f"{DATA}!${letter}$1{last}"
    return places


ADDRESSES = _addresses()


def write_workbook(formulas: list[str], path: Path) -> None:
    """A sheet of the scope's cells, one column a name, and a sheet of native formulas, one a row."""
    book = openpyxl.Workbook()
    data = book.active
    data.title = DATA
    for column, value in enumerate(SCOPE.values(), start=1):
        for row, cell in enumerate(value if isinstance(value, tuple) else (value,), start=1):
            if cell is not None:
                data.cell(row, column).value = str(cell) if isinstance(cell, ErrorValue) else cell
        data.cell(9, column).value = "合计"
    sheet = book.create_sheet(FORMULAS)
    for row, formula in enumerate(formulas, start=1):
        sheet.cell(row, 1).value = "=" + native(parse(formula), ADDRESSES.__getitem__)
        sheet.cell(row, 1).number_format = "General"
    book.save(path)


def ours(formula: str) -> Value:
    return compile_expression(parse(formula))(SCOPE)


ERRORS = {error.value for error in ErrorValue}


def same(our: Value, theirs: object) -> bool:
    """Equal text or truth value, numbers to 11 digits; an empty text may be stored as nothing.

    Any error equals any error: where several meet, LibreOffice reads the arguments from the right and
    formualizer operators before conversions. Excel's order, from the left, is in test_compile.py.
    """
    if isinstance(theirs, datetime.date):
        theirs = (datetime.datetime(theirs.year, theirs.month, theirs.day) - EPOCH).days
    if isinstance(our, ErrorValue):
        return theirs in ERRORS
    if our == "":
        return theirs in (None, "")
    if isinstance(our, bool) or isinstance(theirs, bool):
        return our is theirs
    if isinstance(our, float) and isinstance(theirs, int | float):
        return our == pytest.approx(theirs, rel=1e-11, abs=1e-9)
    return our == theirs


def disagreements(formulas: list[str], theirs: dict[int, object]) -> list[str]:
    """Describe each formula whose value differs; ``theirs`` is by row from 1."""
    return [
        f"{formula}  ours {ours(formula)!r}  theirs {theirs[row]!r}"
        for row, formula in enumerate(formulas, start=1)
        if not same(ours(formula), theirs[row])
    ]


FORMUALIZER_IS_WRONG = {
    "COUNT(": "raises an error argument instead of not counting it",
    "VALUE(": "VALUE of an empty cell is #VALUE!, VALUE of 1,234 too",
    "错": "SUMIF passes over errors in the cells it adds",
    "ISTEXT(": "raises the error of a calculated argument",
    "TEXT(": "TEXT of text that is no number is #VALUE!",
    "#,##0": "text with thousands commas is no number to it",
}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict, dict]:
    """3000 formulas, and what LibreOffice and formualizer make of them."""
    chance = Random(20250715)
    formulas = [Formulas(chance).any(3) for _ in range(3000)]
    folder = tmp_path_factory.mktemp("engines")
    path = folder / "公式.xlsx"
    write_workbook(formulas, path)
    theirs = libreoffice_values(path, folder / "out"), formualizer_values(path)
    pick = [{row: values.get((FORMULAS, f"A{row}")) for row in range(1, 3001)} for values in theirs]
    return formulas, pick[0], pick[1]


def test_libreoffice_agrees(batch: tuple[list[str], dict, dict]) -> None:
    formulas, libreoffice, _ = batch
    assert disagreements(formulas, libreoffice) == []


def test_formualizer_agrees_or_is_outvoted(batch: tuple[list[str], dict, dict]) -> None:
    """Where formualizer differs, the formula shows a known reason and LibreOffice sides with us."""
    formulas, libreoffice, formualizer = batch
    differing = disagreements(formulas, formualizer)
    unexplained = [line for line in differing if not any(part in line for part in FORMUALIZER_IS_WRONG)]
    assert unexplained == []
    assert len(differing) < 30
    assert disagreements(formulas, libreoffice) == []


def test_the_batch_is_varied(batch: tuple[list[str], dict, dict]) -> None:
    """Most results mean something, and every function of the closed list occurs."""
    formulas, _, _ = batch
    kinds = Counter(type(ours(formula)) for formula in formulas)
    assert kinds[ErrorValue] < 500
    assert min(kinds[kind] for kind in (float, bool, str, ErrorValue)) > 200
    assert frozenset().union(*(functions_used(parse(formula)) for formula in formulas)) == set(FUNCTIONS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.randoms(use_true_random=False))
def test_formualizer_agrees_on_whatever_hypothesis_finds(chance: Random) -> None:
    """In process, so that a disagreement shrinks to a small formula."""
    known_wrong = frozenset({"COUNT", "VALUE", "SUMIF", "SUMIFS", "ISTEXT", "TEXT", "IFERROR", "ISERROR"})
    formula = Formulas(chance, known_wrong).any(2)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "公式.xlsx"
        write_workbook([formula], path)
        values = formualizer_values(path)
    assert same(ours(formula), values.get((FORMULAS, "A1"))), formula


def test_empty_table_rows_count_as_blank(
    tmp_path: Path,
) -> None:
    """With an end label below, as every form has: in a column without any cell LibreOffice 7.4 miscounts."""
    path = tmp_path / "空列.xlsx"
    formulas = ["COUNTA(清)", "COUNTBLANK(清)", 'COUNTIF(清,"")', "SUM(清)", "MAX(清)"]
    write_workbook(formulas, path)
    values = libreoffice_values(path, tmp_path / "out")
    assert [values[FORMULAS, f"A{row}"] for row in range(1, 6)] == [0, 6, 6, 0, 0]
    assert [ours(formula) for formula in formulas] == [0, 6, 6, 0, 0]
