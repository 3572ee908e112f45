"""Many findings: sorted and read from a database, they are those that a list has."""

from dataclasses import replace

import pytest

from tests.outputs.samples import REPORT
from xlperf.declarations import stored_findings
from xlperf.declarations.finding_order import by_place, by_unit_and_place, in_order
from xlperf.declarations.findings import Finding, Link, Status, fold, numbered
from xlperf.declarations.stored_findings import StoredFindings, folded, severities
from xlperf.outputs.report_formats import FORMATS, render, write

CELLS = ["B3", "B10", "AA1", "第 3 段", ""]


@pytest.fixture
def few_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_findings, "IN_MEMORY", 3)


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


@pytest.mark.parametrize("order", [by_place, by_unit_and_place, in_order])
def test_the_order_and_the_content_are_those_of_a_list(order, monkeypatch):
    expected = order(many())
    assert isinstance(expected, list)
    monkeypatch.setattr(stored_findings, "IN_MEMORY", 3)
    stored = order(iter(many()))
    assert isinstance(stored, StoredFindings)
    assert [*stored] == expected
    assert len(stored) == len(expected)
    assert stored[:4] == expected[:4]
    assert stored[-1] == expected[-1]
    assert severities(stored) == severities(expected)
    assert folded(stored) == folded(expected) == 2
    with pytest.raises(IndexError):
        stored[len(expected)]


def test_findings_are_numbered_alike(few_in_memory):
    stored = [*numbered(by_unit_and_place(many()))]
    assert len({finding.fingerprint for finding in stored}) == len(stored)


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
