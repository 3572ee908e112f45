"""Findings under others: what a cause weighs, what stays when it is taken away, the order of lists."""

import sqlite3
from dataclasses import replace

import pytest

from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.finding_order import FindingKey, UnitKey, finding_key, tabs_of, unit_key
from xlperf.declarations.findings import Finding, Link, Location, changed, fold, numbered, unfolded
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.stored_findings import in_order

ERROR, WARNING, NOTE = Severity


def found(code: str, severity: Severity = ERROR, unit: str = "甲局", **place: str) -> Finding:
    return Finding(code, severity, f"{code} 的消息", "改", "依据", Location(unit_name=unit, **place))


STALE, RATE, TEXT = found("M404", WARNING), found("S601"), found("R132", NOTE)
TREE = fold(STALE, [RATE, TEXT], Link.CONSEQUENCE)


def test_a_cause_weighs_as_much_as_the_gravest_of_its_consequences():
    assert (TREE.severity, TREE.own) == (ERROR, WARNING)
    assert [other.link for other in TREE.folded] == [Link.CONSEQUENCE] * 2
    assert fold(RATE, [STALE], Link.SHEET).own is None


def test_only_causes_are_counted():
    report = Report("1").holding([TREE, found("B501", NOTE)])
    assert (report.errors, report.warnings, report.notes, report.folded) == (1, 0, 1, 2)


def test_nothing_is_lost_by_folding():
    assert [*unfolded([TREE])] == [STALE, RATE, TEXT]


def test_what_is_under_a_finding_goes_with_it_under_another():
    sheet = fold(found("T202"), [found("C311")], Link.SHEET)
    whole = fold(found("T205"), [sheet], Link.PLACE)
    links = [(other.code, other.link) for other in whole.folded]
    assert links == [("T202", Link.PLACE), ("C311", Link.SHEET)]


def test_consequences_of_a_finding_that_is_left_out_are_on_their_own():
    left = [*changed([TREE], lambda finding: None if finding.code == "M404" else finding)]
    assert left == [RATE, TEXT]


def test_a_cause_weighs_less_when_its_grave_consequence_is_left_out():
    (left,) = changed([TREE], lambda finding: None if finding.code == "S601" else finding)
    assert (left.severity, left.own, [other.code for other in left.folded]) == (WARNING, None, ["R132"])


def test_findings_alike_are_counted_wherever_they_are_listed():
    tree = fold(RATE, [replace(RATE, value="2")], Link.PLACE)
    (counted, other) = numbered([tree, replace(RATE, value="3")])
    assert (counted.twin, counted.folded[0].twin, other.twin) == (0, 1, 2)
    assert len({finding.fingerprint for finding in unfolded([counted, other])}) == 3


def test_a_fault_in_two_files_counts_in_both():
    word, book = (replace(RATE, location=Location(name)) for name in ("a.docx", "b.xlsx"))
    report = Report("1", files=[CheckedFile("a.docx"), CheckedFile("b.xlsx")])
    held = report.holding([fold(word, [book], Link.PLACE)])
    assert ([file.errors for file in held.files], held.errors) == ([1, 1], 1)


IN_ORDER = [
    found("D911", unit="乙局"),
    found("S601", unit="乙局", form="整体", file="a.xlsx", sheet="整体", cell="B2"),
    found("X801", unit="乙局", form="项目", file="a.xlsx", sheet="项目2", cell="A1"),
    found("X801", unit="乙局", form="项目", file="a.xlsx", sheet="项目10", cell="A1"),
    found("R101", unit="乙局", file="a.docx", cell="第3段"),
    found("B503", NOTE, unit="乙局", form="基础", file="a.xlsx", sheet="基础", cell="A1"),
    found("B503", unit="甲局", form="基础", file="b.xlsx", sheet="基础", cell="C9"),
    found("B504", unit="甲局", form="基础", file="b.xlsx", sheet="基础", cell="AA9"),
    found("B501", WARNING, unit="甲局", form="基础", file="b.xlsx", sheet="基础", cell="A1"),
    found("B501", WARNING, unit="丙2局"),
    found("B501", WARNING, unit="丙10局"),
    found("B501", NOTE, unit="丁局"),
    found("E901", unit="", file=""),
]


def test_units_by_what_is_worst_then_severity_form_and_cell():
    assert in_order(reversed(IN_ORDER)) == IN_ORDER


def test_tabs_are_in_the_order_of_the_workbook():
    ordered = in_order(IN_ORDER, lambda file: ("项目10", "项目2") if file == "a.xlsx" else ())
    assert [finding.location.sheet for finding in ordered if finding.code == "X801"] == ["项目10", "项目2"]


@pytest.mark.parametrize("key", [UnitKey, FindingKey])
def test_keys_are_columns_of_distinct_names(key):
    assert len(set(key._fields)) == len(key._fields)


def test_a_database_sorts_as_the_list_is_sorted():
    tabs = tabs_of([])
    database = sqlite3.connect(":memory:")
    names = [f"f{name}" for name in FindingKey._fields]
    database.execute(f"CREATE TABLE findings (unit, known, {', '.join(names)}, number)")
    for number, finding in sorted(enumerate(IN_ORDER), key=lambda pair: pair[1].message):
        unit = finding.location.unit
        values = (unit, bool(unit), *finding_key(finding, tabs), number)
        database.execute(f"INSERT INTO findings VALUES ({', '.join('?' * len(values))})", values)
    counted = database.execute(
        "SELECT unit, known, sum(fseverity = 0), sum(fseverity = 1), sum(fseverity = 2)"
        " FROM findings GROUP BY unit"
    )
    columns = [f"u{name}" for name in UnitKey._fields]
    keys = [(unit, *unit_key(unit, counts, known=bool(known))) for unit, known, *counts in counted]
    database.execute(f"CREATE TABLE units (unit, {', '.join(columns)})")
    database.executemany(f"INSERT INTO units VALUES ({', '.join('?' * (1 + len(columns)))})", keys)
    order = ", ".join([*columns, *names])
    rows = database.execute(
        f"SELECT number FROM findings JOIN units USING (unit) ORDER BY {order}"
    ).fetchall()
    assert [number for (number,) in rows] == [*range(len(IN_ORDER))]
