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
    problems,
    shown,
    sites_of,
    whole,
    wrong,
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


def test_the_list_has_sheets_first_then_what_concerns_several_then_what_the_batch_checks():
    titles = [line["表"] for line in lines(shown(WORKING, completed(UNIT, PROFILE)))]
    runs = [title for number, title in enumerate(titles) if number == 0 or titles[number - 1] != title]
    assert runs[:4] == [site.title for site in sites_of(UNIT, PROFILE)]
    assert runs[-1] == ""


def test_problems_come_errors_first_then_by_sheet_and_row_with_what_their_lines_say():
    cells = shown(WORKING, completed(UNIT, PROFILE))
    found, titles = problems(cells), [site.title for site in sites_of(UNIT, PROFILE)]
    assert [line["序号"] for line in found] == [float(number) for number in range(1, len(found) + 1)]
    row = re.compile(r"\d+")
    places = [
        (
            ("错误", "警告", "提示").index(line["级别"]),
            titles.index(line["表"]),
            int(row.search(line["单元格"])[0]) if line["单元格"] else 0,
        )
        for line in found
    ]
    assert places == sorted(places)
    hidden = ("序号", "行次", "次序")
    texts = [{name: text for name, text in line.items() if name not in hidden} for line in found]
    listed = [{name: text for name, text in line.items() if name not in hidden} for line in wrong(cells)]
    assert len(texts) == len(listed) > 10
    assert all(line in listed for line in texts)


def test_more_problems_than_rows_are_counted():
    unit = whole(filing(PROFILE, rows=30, projects=3), PROFILE)
    cells = shown(planned(unit, PROFILE), completed(unit, PROFILE))
    most = texts_of("working")["check"]["problems"]["rows"]
    assert len(problems(cells)) == most < len(wrong(cells))
    assert cells[CHECK, "A7"].startswith(f"另有 {len(wrong(cells)) - most} 条没有列出")


def test_columns_have_names_for_the_colours_of_official_sheets():
    names = {name: area for sheet in WORKING.sheets for name, area in sheet.names.items()}
    formulas = "".join(highlight["cells"] for highlight in texts_of("working")["highlights"].values())
    for name, sheet in (("校验_标记", CHECK), ("目录_表名", DIRECTORY), ("目录_位置", DIRECTORY)):
        assert names[name].startswith(f"{sheet}!")
        assert name in formulas


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
    verdicts = {(title, int(at[1:])) for title, at in cells if title == CHECK and at[0] == "K"}
    numbers = {(title, int(at[1:])) for title, at in cells if title == SCORE and re.fullmatch(r"A\d+", at)}
    assert not hidden & (verdicts | numbers)
    blocks = [rows for rows in idle[SCORE] if rows]
    assert {len(rows) for rows in blocks} == {10 - 4 - 3}
