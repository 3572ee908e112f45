"""下一个问题, 上一个问题, 说明 over a checked workbook, from the list and from the sheets."""

import pytest

from tests.received import good as g
from xlperf.excel.actions.list_sheets import find_listing, read_lines
from xlperf.excel.actions.ribbon import perform

STAFF = ("基础数据表", g.address("基础", "编制数"))
SCORES = [("整体支出绩效自评表", g.address("整体", "指标_得分", row)) for row in (1, 3)]


@pytest.fixture
def book(opened, person, plain):
    """A workbook with mistakes on two sheets, checked; the first finding is selected."""
    made = opened(plain)
    for (sheet, cell), value in ((STAFF, 1), *((place, 99) for place in SCORES)):
        made.sheets[sheet].range(cell).value = value
    perform("check", person)
    return made


def places(book):
    return [(line.sheet, line.cell) for line in read_lines(find_listing(book))]


def here(book, person):
    return book.sheets.active.name, person.app.selection.address.replace("$", "")


def test_forward_to_the_last_and_back_to_the_first(book, person):
    expected = places(book)
    assert len(expected) >= 3
    assert here(book, person) == expected[0]
    for place in expected[1:]:
        perform("next_finding", person.will())
        assert here(book, person) == place
        assert person.said == []
    assert f"{len(expected)}/{len(expected)}" in person.app.status_bar
    perform("next_finding", person)
    assert "后面没有问题了" in person.last
    for place in expected[-2::-1]:
        perform("previous_finding", person.will())
        assert here(book, person) == place
    perform("previous_finding", person)
    assert "前面没有问题了" in person.last


def test_on_from_the_active_cell_and_from_the_row_of_the_list(book, person):
    expected = places(book)
    sheet, cell = expected[1]
    book.sheets[sheet].activate()
    book.sheets[sheet].range(cell).select()
    perform("next_finding", person)
    assert here(book, person) == expected[2]
    listing = find_listing(book)
    listing.activate()
    listing.range("F4").select()
    perform("next_finding", person)
    assert here(book, person) == expected[1]
    listing.activate()
    listing.range("A1").select()
    perform("next_finding", person)
    assert here(book, person) == expected[0]
    book.sheets[sheet].activate()
    book.sheets[sheet].range("A1").select()
    perform("next_finding", person)
    assert here(book, person) == expected[1]


def test_a_sorted_and_filtered_list_is_walked_as_it_shows(book, person):
    listing = find_listing(book)
    body = listing.range("A4").resize(len(places(book)), 11)
    body.value = list(reversed(body.options(ndim=2).value))
    expected = places(book)
    listing.api.row_dimensions[5].hidden = True
    listing.activate()
    listing.range("A4").select()
    perform("next_finding", person)
    assert here(book, person) == expected[2]
    perform("previous_finding", person)
    assert here(book, person) == expected[0]


def test_a_finding_whose_sheet_is_gone_or_hidden_is_reported(book, person):
    sheets = [sheet for sheet, _ in places(book)]
    gone = SCORES[0][0]
    first = sheets.index(gone)
    second = sheets.index(gone, first + 1)
    book.sheets[gone].api.sheet_state = "hidden"
    for _ in range(second):
        perform("next_finding", person.will())
    assert f"“{gone}”是隐藏的" in person.last
    book.sheets[gone].delete()
    for _ in range(second - first):
        perform("previous_finding", person.will())
    assert f"“{gone}”不在了" in person.last
    assert person.bad == []


def test_without_a_check_and_without_findings(opened, person, plain):
    opened(plain)
    for action in ("next_finding", "previous_finding", "explain"):
        perform(action, person.will())
        assert "请先点“一键校验”" in person.last
    perform("check", person)
    perform("next_finding", person.will())
    assert "没有列出问题" in person.last


def test_the_explanation_says_what_is_right_why_and_what_is_checked(book, person):
    line = next(line for line in read_lines(find_listing(book)) if (line.sheet, line.cell) == SCORES[0])
    book.sheets[line.sheet].activate()
    book.sheets[line.sheet].range(line.cell).select()
    perform("explain", person.will())
    for part in (line.message, f"怎么改：{line.fix}", f"依据：{line.basis}", line.code, "检查什么："):
        assert part in person.last
    from_cell = person.last
    listing = find_listing(book)
    listing.activate()
    listing.range((line.row, 6)).select()
    perform("explain", person.will())
    assert person.last == from_cell
    listing.range("A1").select()
    perform("explain", person.will())
    assert "没有列出问题" in person.last


def test_right_values_are_explained_where_the_rule_has_one(book, person):
    lines = [line for line in read_lines(find_listing(book)) if line.expected]
    for line in lines:
        listing = find_listing(book)
        listing.activate()
        listing.range((line.row, 1)).select()
        perform("explain", person.will())
        assert f"应为：{line.expected}" in person.last
    assert lines
