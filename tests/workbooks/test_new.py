"""The blank files: committed ones up to date, and the same to every program that opens them."""

import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.engines import convert, formualizer_values, libreoffice_values, recalculate, stored_values
from tests.profiles import WITH_TABLES
from xlperf.core.errors import InputError, OutputError
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.form_layout import place
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.workbooks.workbook_writer import new, new_bytes

BASIC, OVERALL, PROJECT = "基础数据表", "整体支出绩效自评表", "项目支出绩效自评表1"
JUNSHAN = {
    (BASIC, "B4"): 47,
    (BASIC, "D4"): 47,
    (BASIC, "F11"): 5,
    (BASIC, "D9"): 1.5,
    (BASIC, "D11"): 5,
    (BASIC, "F13"): 90,
    (BASIC, "F17"): 0.25,
    (BASIC, "B25"): 0,
    (BASIC, "C25"): 120.5,
    (OVERALL, "D5"): 1328.5,
    (OVERALL, "E5"): 1273.05,
    (OVERALL, "F5"): 1253.78,
    **{(OVERALL, f"G{row}"): 10 for row in range(14, 23)},
    **{(OVERALL, f"H{row}"): 10 for row in range(14, 22)},
    (OVERALL, "H22"): 9,
    (PROJECT, "D7"): 80,
    (PROJECT, "E7"): 80,
    (PROJECT, "F7"): 80,
    (PROJECT, "E9"): 0,
    **{(PROJECT, f"G{row}"): 10 for row in range(13, 22)},
    (PROJECT, "H13"): 8,
}
COMPUTED = {
    (BASIC, "F4"): 1.0,
    (BASIC, "F6"): 5,  # the reception is all there is
    (BASIC, "D7"): 1.5,  # vehicles, by their running costs
    (BASIC, "D6"): 6.5,
    (BASIC, "F16"): 0.25,
    (BASIC, "F12"): 90.25,
    (BASIC, "B12"): None,
    (BASIC, "D25"): "不适用",  # nothing was approved
    (OVERALL, "H5"): 0.9849,
    (OVERALL, "I5"): 9.85,
    (OVERALL, "G23"): 100,
    (OVERALL, "H23"): 98.85,
    (PROJECT, "D6"): 80,
    (PROJECT, "E6"): 80,
    (PROJECT, "H6"): 1.0,
    (PROJECT, "I6"): 10,
    (PROJECT, "G22"): 100,
    (PROJECT, "H22"): 18,
}


@pytest.fixture(scope="module", params=WITH_TABLES)
def blank(request, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("blank") / f"{request.param}.xlsx"
    new(request.param, path, plain=True)
    return path


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "君山.xlsx"
    new("hunan-yueyang-2024", path, plain=True)
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in JUNSHAN.items():
        assert not book[sheet][cell].protection.locked, (sheet, cell)
        book[sheet][cell] = value
    book.save(path)
    return path


@pytest.fixture(scope="module")
def saved_again(blank) -> Path:
    """The blank recalculated and saved by LibreOffice."""
    return recalculate(blank, blank.parent / "saved again")


def texts_of(path):
    return {place: value for place, value in stored_values(path).items() if value != ""}


@pytest.mark.parametrize("name", profile_ids())
def test_the_committed_blank_is_what_the_declarations_give(name):
    committed = workbooks_dir() / f"{name}.xlsx"
    assert members(committed.read_bytes()) == members(new_bytes(load_profile(name))), (
        "regenerate the blanks: python -m xlperf.workbooks.workbook_writer"
    )


def members(data):
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist() if name != "docProps/app.xml"}


def test_the_same_declarations_give_the_same_bytes():
    profile = load_profile("national-2020")
    assert new_bytes(profile) == new_bytes(profile)


def test_the_blank_carries_the_values_of_its_formulas(blank):
    values = stored_values(blank)
    assert values[OVERALL, "G23"] == 100  # no indicator yet: the full marks that the form has
    assert (OVERALL, "H23") not in values or values[OVERALL, "H23"] == ""


def test_libreoffice_recalculates_the_blank_to_the_same_texts_and_values(blank, saved_again):
    assert texts_of(saved_again) == texts_of(blank)


def test_formualizer_recalculates_the_blank_to_the_same_texts_and_values(blank):
    computed = {place: value for place, value in formualizer_values(blank).items() if value not in ("", None)}
    assert computed == texts_of(blank)


def test_calamine_reads_the_blank_as_openpyxl_does(blank):
    book = CalamineWorkbook.from_path(blank)
    assert book.sheet_names == [BASIC, OVERALL, PROJECT]
    read = {
        (name, f"{chr(65 + column)}{row + 1}"): value
        for name in book.sheet_names
        for row, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for column, value in enumerate(values)
        if value != ""
    }
    assert read == texts_of(blank)


def test_libreoffice_keeps_merges_names_and_validations(blank, saved_again):
    before, after = openpyxl.load_workbook(blank), openpyxl.load_workbook(saved_again)
    assert {
        name: defined_name.attr_text.replace("'", "") for name, defined_name in before.defined_names.items()
    }.items() <= {
        name: defined_name.attr_text.replace("'", "") for name, defined_name in after.defined_names.items()
    }.items()
    for sheet in before.worksheets:
        other = after[sheet.title]
        assert set(map(str, other.merged_cells.ranges)) == set(map(str, sheet.merged_cells.ranges))
        assert len(other.data_validations.dataValidation) == len(sheet.data_validations.dataValidation)
        assert set(sheet.defined_names) <= set(other.defined_names)


@pytest.mark.parametrize("engine", ["libreoffice", "formualizer"])
def test_figures_typed_into_the_blank_give_the_published_results(filled, engine, tmp_path):
    values = libreoffice_values(filled, tmp_path) if engine == "libreoffice" else formualizer_values(filled)
    found = {place: None if values.get(place) == "" else values.get(place) for place in COMPUTED}
    assert found == pytest.approx(COMPUTED, abs=1e-9)


def test_each_form_prints_on_one_page(blank, tmp_path):
    pages = re.findall(rb"/Type\s*/Page\b", convert(blank, "pdf", tmp_path).read_bytes())
    assert len(pages) == 3


def test_an_unknown_profile_is_named_with_those_that_exist(tmp_path):
    with pytest.raises(InputError, match=r"没有口径“atlantis”.*national-2020"):
        new("atlantis", tmp_path / "x.xlsx")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_does_not_exist_is_one_clear_sentence(tmp_path):
    with pytest.raises(OutputError, match="无法写入"):
        new("national-2020", tmp_path / "没有" / "x.xlsx")


def test_the_placement_and_the_file_agree_on_where_values_are(blank):
    profile = load_profile(blank.stem)
    book = openpyxl.load_workbook(blank)
    for form in profile.forms.values():
        sheet = book[form.sheet_name(0)]
        assert sheet.max_row == place(form).last_row
        assert sheet.max_column == len(form.columns)


def test_lxml_makes_no_difference_to_the_bytes():
    """openpyxl writes XML through lxml where that is installed."""
    script = (
        "import hashlib, sys; from xlperf.declarations.profile import load_profile;"
        "from xlperf.workbooks.workbook_writer import new_bytes;"
        "print(hashlib.sha256(new_bytes(load_profile('national-2020'))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "OPENPYXL_LXML": lxml},
            capture_output=True,
            check=True,
        ).stdout
        for lxml in ("True", "False")
    }
    assert len(digests) == 1
