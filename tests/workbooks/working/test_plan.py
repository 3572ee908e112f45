"""The plan itself: slots, what surrounds the rows, and lines in the order in which people read."""

import re

from tests.workbooks.filings import filing
from tests.workbooks.working.books import (
    CHECK,
    DIRECTORY,
    SCORE,
    completed,
    lines,
    planned,
    shown,
    sites_of,
    whole,
)
from xlperf.declarations.form_layout import place
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import texts_of
from xlperf.workbooks.working.helper_plan import NO_SLOT

PROFILE = load_profile("hunan-yueyang-2024")
UNIT = whole(filing(PROFILE, rows=4, projects=2), PROFILE)
WORKING = planned(UNIT, PROFILE)


def test_values_are_given_once_and_only_where_they_are_not_as_planned():
    cells = [cell for sheet in WORKING.sheets for row in sheet.rows for cell in row.cells]
    plan = {cell.slot: cell.value for cell in cells if cell.slot != NO_SLOT}
    assert len(plan) == sum(cell.slot != NO_SLOT for cell in cells)
    given = list(WORKING.values(completed(UNIT, PROFILE)))
    assert len({slot for slot, _ in given}) == len(given)
    assert [slot for slot, value in given if slot not in plan or plan[slot] == value] == []


def test_a_filing_leaves_no_trace_in_the_next():
    other = whole(filing(PROFILE, rows=4, projects=2, name="另一个局"), PROFILE)
    before = list(WORKING.values(completed(UNIT, PROFILE)))
    list(WORKING.values(completed(other, PROFILE)))
    assert list(WORKING.values(completed(UNIT, PROFILE))) == before


def test_sheets_first_then_what_concerns_several_then_what_the_batch_checks():
    sites = [line["表序"] for line in lines(shown(WORKING, completed(UNIT, PROFILE)))]
    own = sites[: sites.index(4.0) + sites[sites.index(4.0) :].index(3.0)]
    assert own == sorted(own)
    assert sites[-1] == ""


def test_columns_have_names_for_the_colours_of_official_sheets():
    names = {name: area for sheet in WORKING.sheets for name, area in sheet.names.items()}
    for name in ("校验_表序", "校验_单元格", "校验_级别", "校验_结论"):
        sheet, _, area = names[name].partition("!")
        assert sheet == CHECK
        assert area.endswith(str(len(WORKING.sheets[2].rows)))
    assert names["目录_位置"].startswith(f"{DIRECTORY}!")


def test_every_style_and_highlight_is_declared():
    looks = texts_of("working")
    used = {cell.style for sheet in WORKING.sheets for row in sheet.rows for cell in row.cells}
    assert used <= looks["styles"].keys()
    assert {style for sheet in WORKING.sheets for *_, style in sheet.conditions} <= looks["highlights"].keys()


def test_tables_much_of_a_size_share_a_plan_and_differ_in_names_only():
    small, large, larger = (whole(filing(PROFILE, rows=rows), PROFILE) for rows in (10, 17, 18))
    plans = [planned(unit, PROFILE) for unit in (small, large, larger)]
    assert plans[0].sheets == plans[1].sheets
    assert plans[1].sheets != plans[2].sheets
    names = [plans[0].defined_names(sites_of(unit, PROFILE)) for unit in (small, large)]
    assert names[0]["项目1_指标_得分"] == "'项目支出绩效自评表1'!$H$13:$H$22"
    assert names[1]["项目1_指标_得分"] == "'项目支出绩效自评表1'!$H$13:$H$29"
    assert names[0].keys() == names[1].keys()


def test_names_of_helper_sheets_are_no_names_of_the_forms():
    taken = {name for form in PROFILE.single_forms() for name in place(form).names()}
    assert not taken & WORKING.defined_names(sites_of(UNIT, PROFILE)).keys()


def test_lines_for_rows_that_nobody_needs_are_hidden_and_empty():
    cells, idle = shown(WORKING, completed(UNIT, PROFILE)), WORKING.unused_rows(sites_of(UNIT, PROFILE))
    hidden = {(title, row) for title, ranges in idle.items() for rows in ranges for row in rows}
    assert {title for title, _ in hidden} == {SCORE, CHECK}
    verdicts = {(title, int(at[1:])) for title, at in cells if title == CHECK and at[0] == "D"}
    numbers = {(title, int(at[1:])) for title, at in cells if title == SCORE and re.fullmatch(r"A\d+", at)}
    assert not hidden & (verdicts | numbers)
    blocks = [rows for rows in idle[SCORE] if rows]
    assert {len(rows) for rows in blocks} == {10 - 4 - 3}
