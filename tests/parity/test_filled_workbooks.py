"""Filled workbooks from random filings: each formula cell carries what the engines recalculate."""

from pathlib import Path
from random import Random

import openpyxl
import pytest

from tests.parity.random_filings import copy_of, random_filing
from tests.parity.rounds import cached_by_field, compare_workbook
from tests.profiles import WITH_TABLES
from xlperf.declarations.evaluation import complete
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.expressions import ErrorValue
from xlperf.workbooks.workbook_writer import writer_of

SEED, PROJECTS = 5, 4


def filing_of(name: str) -> Filing:
    return random_filing(load_profile(name), Random(f"{SEED} {name}"), PROJECTS, typed=False)


@pytest.mark.parametrize("name", WITH_TABLES)
def test_cached_values_are_what_engines_recalculate(name: str, tmp_path: Path) -> None:
    comparison = compare_workbook(filing_of(name), writer_of(load_profile(name)), tmp_path)
    assert [str(difference) for difference in comparison.unexplained] == []
    assert comparison.values > 100


@pytest.mark.parametrize("name", WITH_TABLES)
def test_cached_values_are_what_compute_gives(name: str, tmp_path: Path) -> None:
    profile, filing = load_profile(name), filing_of(name)
    path = tmp_path / "filled.xlsx"
    path.write_bytes(writer_of(profile).workbook(copy_of(filing)))
    book = openpyxl.load_workbook(path, data_only=True)
    filing.records = [complete(record, profile).record for record in filing.records]
    for (sheet, cell), value in cached_by_field(filing, profile).items():
        stored = book[sheet][cell].value
        assert (stored or None if stored == "" else stored) == _as_stored(value), f"{sheet}!{cell}"


def _as_stored(value: object) -> object:
    return str(value) if isinstance(value, ErrorValue) else value
