"""XP_CHECK over the values of a workbook says what the batch says of the file."""

from datetime import datetime, timedelta
from random import Random

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

import xlperf.udfs
from tests.checks.test_received import CASES, received
from tests.long import one_in
from tests.parity.random_filings import random_filing
from tests.profiles import WITH_TABLES
from xlperf.checks.file_check import check_file
from xlperf.declarations.codes import catalogue
from xlperf.declarations.findings import Finding, unfolded
from xlperf.declarations.profile import load_profile
from xlperf.excel.functions import udf_call
from xlperf.excel.functions.publish import ValueArea
from xlperf.expressions import ErrorValue
from xlperf.intake.kinds import kinds
from xlperf.intake.open_any import open_book
from xlperf.workbooks.workbook_writer import writer_of

BY_VALUES = {"单元格", "规则"}
"""The stages that look at nothing but values: here both must agree to the cell."""
UNSAVED = {"no_cached_values", "openpyxl_resaved"}
"""Workbooks whose formulas have no results yet: in Excel there are none such, it calculates on opening."""
NOT_CALCULATED = {"M404", "M405"}
"""Found in formulas whose saved results are missing or are not what they give: likewise."""
ACCEPTED = [
    case
    for case in CASES
    if case.parent.name == "accepted" and not any(path.suffix != ".json" for path in case.iterdir())
]


MERGED = frozenset({"label_moved_to_another_column"})
"""The batch sees that the label is behind a merged cell; of a range nobody knows what is merged."""


def areas_of(book):
    """The sheets as Excel hands them over: rows of values from A1, dates as dates, errors as texts."""
    for sheet in book.sheets:
        values = {coordinate_to_tuple(address): in_excel(sheet, address) for address in sheet.cells}
        height = max((row for row, _ in values), default=1)
        width = max((column for _, column in values), default=1)
        rows = [[values.get((row, column)) for column in range(1, width + 1)] for row in range(1, height + 1)]
        yield ValueArea(rows, sheet.name, book.path)


def in_excel(sheet, address):
    value, shown, _ = sheet.stored(address)
    if isinstance(value, float) and shown.date and value >= 1:
        return datetime(1899, 12, 30) + timedelta(days=value)
    return str(value) if isinstance(value, ErrorValue) else value


def in_stages(findings, stages, codes):
    return sorted(finding for finding in findings if codes[finding[0]].stage in stages)


@pytest.fixture
def listed(monkeypatch):
    """The findings of the last call, with what is under them."""
    found: list[Finding] = []
    ordered = udf_call.by_place

    def kept(findings, files):
        found[:] = ordered(findings, files)
        return found

    monkeypatch.setattr(udf_call, "by_place", kept)
    return found


def key(finding):
    return finding.code, finding.location.sheet, finding.location.cell


@pytest.mark.parametrize("case", one_in(2, ACCEPTED), ids=lambda case: case.name)
def test_the_verdict_of_the_batch(case, tmp_path, listed):
    path = received(case, tmp_path)
    outcome = check_file(path)
    lines = xlperf.udfs.XP_CHECK("", *areas_of(open_book(str(path))))
    assert [(row[8], row[1], row[2]) for row in lines[1:]] == [*map(key, listed)]
    ours = [*map(key, unfolded(listed))]
    batch = [*map(key, unfolded(outcome.findings))]
    codes = catalogue(load_profile(outcome.file.profile))
    if case.name not in UNSAVED | MERGED:
        assert in_stages(ours, BY_VALUES, codes) == in_stages(batch, BY_VALUES, codes)
    assert not {code for code, _, _ in ours} & kinds()["range"].inapplicable


@pytest.mark.parametrize("name", WITH_TABLES)
def test_the_verdict_of_the_batch_on_random_filings(name, tmp_path, listed):
    profile, chance = load_profile(name), Random(name)
    codes, compared = catalogue(profile), 0
    for number in range(5):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(writer_of(profile, working=False).workbook(random_filing(profile, chance)))
        book = open_book(str(path))
        batch = [*map(key, unfolded(check_file(path, profile).findings))]
        if NOT_CALCULATED & {code for code, _, _ in batch}:
            continue
        lines = xlperf.udfs.XP_CHECK(name, *areas_of(book))
        assert len(lines) - 1 == len(listed)
        ours = [*map(key, unfolded(listed))]
        assert in_stages(ours, BY_VALUES, codes) == in_stages(batch, BY_VALUES, codes)
        compared += len(ours)
    assert compared > 40
