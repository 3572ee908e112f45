"""fill → extract: a random ledger comes back, value by value, from the workbooks made of it."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.ledgers.test_random_ledgers import PROFILE, ledgers
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.forms_and_rules import Table
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.expressions import Value
from xlperf.intake.filing_reader import read_filing
from xlperf.ledgers.ledger import read_ledger
from xlperf.ledgers.template import write_ledger
from xlperf.workbooks.workbook_writer import WorkbookWriter, writer_of

WRITER = writer_of(PROFILE, working=False)


def returned(filing: Filing, writer: WorkbookWriter, profile) -> Filing:
    """The filing as a reader finds it in the workbook stamped from ``filing``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "一.xlsx"
        path.write_bytes(writer.workbook(filing))
        received = read_filing(path)
    assert received.profile is profile
    assert received.filing is not None
    return received.filing


def assert_comes_back(filing: Filing, profile, writer: WorkbookWriter) -> None:
    found = returned(filing, writer, profile)
    for form in profile.forms.values():
        given_records, found_records = filing.of(form.alias), found.of(form.alias)
        if not given_records:
            continue
        assert len(found_records) == len(given_records)
        for record, back in zip(given_records, found_records, strict=True):
            shown = {name: value for name, value in record.fields.items() if not form.fields[name].virtual}
            assert {name: back.fields.get(name) for name in shown} == shown
            for table in form.tables.values():
                rows, found_rows = filled_rows(record, table), filled_rows(back, table)
                assert len(found_rows) == len(rows)
                for row, again in zip(rows, found_rows, strict=True):
                    assert again == row | suggested(row, again, table)


def suggested(row: dict[str, Value], again: dict[str, Value], table: Table) -> dict[str, Value]:
    """What filling adds to a row: scores that the ledger leaves to the formula."""
    return {name: again[name] for name in row if table.columns[name].suggest and row[name] is None}


def filled_rows(record: Record, table: Table) -> list[dict[str, Value]]:
    """The rows that say something beyond their levels, which every row of a blank has.

    An empty level is the one above it, as in the merged cells of the sheet.
    """
    shown = [name for name, column in table.columns.items() if not column.virtual and column.formula is None]
    rows: list[dict[str, Value]] = []
    for entry in record.tables.get(table.id, ()):
        above = rows[-1] if rows else {}
        row = {name: entry.get(name) for name in shown}
        rows.append(row | {name: row[name] or above.get(name) for name in table.levels})
    return [row for row in rows if any(row[name] is not None for name in set(shown) - set(table.levels))]


@settings(max_examples=25, deadline=None)
@given(ledgers())
def test_a_random_ledger_comes_back_from_its_workbooks(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "台账.xlsx"
        write_ledger(PROFILE, path, rows)
        filings = read_ledger(path, PROFILE).filings
    for filing in filings:
        assert_comes_back(filing, PROFILE, WRITER)


@pytest.mark.parametrize(
    ("profile_id", "ledger"),
    [("hunan-yueyang-2024", "演示台账.xlsx"), ("hunan-hengyang-2023", "演示台账-衡阳.xlsx")],
)
def test_the_demo_ledgers_come_back(profile_id, ledger):
    """Four units from working copies, from which the official sheets are read as from others."""
    profile = load_profile(profile_id)
    working, official = writer_of(profile), writer_of(profile, working=False)
    for number, filing in enumerate(read_ledger(workbooks_dir() / ledger, profile).filings[:20]):
        assert_comes_back(filing, profile, working if number < 4 else official)
