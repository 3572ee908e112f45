"""Many findings: sorted and read from a database, they are those that a list has."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from tests.outputs.samples import REPORT
from xlperf.declarations import stored_findings
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile, StoredRows
from xlperf.declarations.findings import Finding, Link, Status, fold
from xlperf.declarations.stored_findings import (
    StoredFindings,
    folded,
    in_order,
    settled_findings,
    severities,
)
from xlperf.declarations.unit_findings import Piece, pieces
from xlperf.jobs.stored_results import file_of, packed_file
from xlperf.outputs.report_formats import FORMATS, render, write

CELLS = ["B3", "B10", "AA1", "第 3 段", ""]


def many() -> list[Finding]:
    found = []
    for number, cell in enumerate(CELLS * 4):
        finding = REPORT.findings[number % len(REPORT.findings)]
        unit = f"单位{number % 3}\udc80"
        place = replace(
            finding.location, file=f"文件{number % 7}.xlsx", cell=cell, unit_name=unit, unit_code=""
        )
        found.append(replace(finding, location=place, message=f"第{number}条\0"))
    cause = fold(found[0], found[1:3], Link.CONSEQUENCE)
    return [replace(cause, status=Status.NEW), *found[3:]]


def test_the_order_and_the_content_are_those_of_a_list(monkeypatch):
    expected = in_order(many())
    assert isinstance(expected, list)
    monkeypatch.setattr(stored_findings, "IN_MEMORY", 3)
    stored = in_order(iter(many()))
    assert isinstance(stored, StoredFindings)
    assert [*stored] == expected
    assert len(stored) == len(expected)
    assert [stored[number] for number in range(len(stored))] == expected
    assert stored[:4] == expected[:4]
    assert stored[-1] == expected[-1]
    assert severities(stored) == severities(expected)
    assert folded(stored) == folded(expected) == 2
    with pytest.raises(IndexError):
        stored[len(expected)]


def test_findings_are_numbered_alike(monkeypatch):
    def settled() -> Sequence[Finding]:
        """All findings, each in a piece of its own."""
        found = [*many(), *many()]
        return settled_findings(pieces_of_each(found), len(found), lambda file: ())

    def pieces_of_each(found: list[Finding]) -> Iterator[Piece]:
        """A piece for each finding."""
        return (piece for finding in found for piece in pieces([finding], lambda file: ()))

    expected = settled()
    assert isinstance(expected, list)
    monkeypatch.setattr(stored_findings, "IN_MEMORY", 3)
    stored = settled()
    assert isinstance(stored, StoredFindings)
    assert [*stored] == expected
    assert len({finding.fingerprint for finding in stored}) == len(stored)


def test_files_in_a_database_are_counted_as_those_of_a_list(monkeypatch):
    listed = [CheckedFile(f"文件{number}.xlsx", sheets=("基础",)) for number in range(9)]
    expected = Report("1", files=listed).holding(many())
    rows = StoredRows([(file.path, packed_file(file)) for file in listed], file_of)
    monkeypatch.setattr(stored_findings, "IN_MEMORY", 3)
    stored = Report("1", files=rows).holding(many())
    assert [*stored.files] == expected.files
    assert stored.files[-1] == expected.files[-1]
    assert stored.files[2:4] == expected.files[2:4]
    assert stored.file()("文件3.xlsx") == expected.files[3]
    assert stored.file()("文件9.xlsx") is None
    with pytest.raises(IndexError):
        stored.files[9]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_the_same_bytes(name, monkeypatch, tmp_path):
    report = REPORT.holding(many())
    expected = render(report, name, tmp_path / "清单")
    monkeypatch.setattr(stored_findings, "IN_MEMORY", 3)
    stored = REPORT.holding(many())
    assert isinstance(stored.findings, StoredFindings)
    assert render(stored, name, tmp_path / "清单") == expected
    write(stored, tmp_path / "清单", name)
    assert (tmp_path / "清单").read_bytes() == expected
