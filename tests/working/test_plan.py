"""The plan itself: slots, what surrounds the rows, and lines in the order in which people read."""

from tests.workbook.filings import filing
from tests.working.books import CHECK, DIRECTORY, completed, lines, planned, shown, whole
from xlperf.forms import load_profile
from xlperf.workbook.palette import declared_looks
from xlperf.working.model import NO_SLOT

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
    sites = [one["表序"] for one in lines(shown(WORKING, completed(UNIT, PROFILE)))]
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
    looks = declared_looks()
    used = {cell.style for sheet in WORKING.sheets for row in sheet.rows for cell in row.cells}
    assert used <= looks["styles"].keys()
    assert {style for sheet in WORKING.sheets for *_, style in sheet.conditions} <= looks["highlights"].keys()
