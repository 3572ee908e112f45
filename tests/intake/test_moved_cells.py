"""A value cut out and pasted elsewhere in a workbook of ours: it takes its defined name with it."""

import io

import openpyxl
import pytest

from tests.received import good
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.intake.filing_reader import read_filing


@pytest.fixture
def moved(tmp_path):
    """The good workbook with 编制数 moved to K3, with its name or without."""

    def move(*, with_name):
        book = openpyxl.load_workbook(io.BytesIO(good.good()))
        sheet = book.worksheets[0]
        old = good.address("基础", "编制数")
        sheet["K3"] = sheet[old].value
        sheet[old] = None
        if with_name:
            (sheet.defined_names | book.defined_names)["编制数"].attr_text = f"'{sheet.title}'!$K$3"
        path = tmp_path / good.file_name()
        book.save(path)
        return path

    return move


def test_it_is_read_by_its_name_and_reported(moved):
    path = moved(with_name=True)
    (record,) = read_filing(path).filing.of("基础")
    assert record.fields["编制数"] == good.filing().of("基础")[0].fields["编制数"]
    assert record.provenance["编制数"].cell == "K3"
    found = {finding.code: finding for finding in unfolded(check_file(path).findings)}
    assert found["T224"].location.cell == "K3"
    assert not {"T215", "C301"} & found.keys()


def test_without_its_name_it_is_not_guessed(moved):
    path = moved(with_name=False)
    (record,) = read_filing(path).filing.of("基础")
    assert record.fields["编制数"] is None
    codes = {finding.code for finding in unfolded(check_file(path).findings)}
    assert {"T215", "C301"} <= codes
    assert "T224" not in codes
