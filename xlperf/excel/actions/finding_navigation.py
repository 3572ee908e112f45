"""The sheet of findings and the active cell → the next or the previous finding, selected; what it means."""

from collections.abc import Iterator, Sequence

import xlwings as xw

from xlperf.checks.why import why
from xlperf.core.errors import XlperfError
from xlperf.declarations.explain import all_codes
from xlperf.declarations.explain import explain as page_of
from xlperf.declarations.source import texts_of
from xlperf.excel.actions.excel_ui import ExcelUI, text
from xlperf.excel.actions.list_sheets import ListedFinding, find_listing, read_lines
from xlperf.excel.actions.open_books import full_name, is_shown, open_book, saved_copy, sheet_of
from xlperf.excel.actions.short_actions import chosen_profile
from xlperf.ooxml.sheet_tree import position

_LAST: dict[str, str] = {}
"""The number of the finding shown last, by the full name of the workbook."""


def next_finding(ui: ExcelUI) -> None:
    """下一个问题: select the cell of the finding after the one that is shown."""
    _walk(ui, 1, text("was_last"))


def previous_finding(ui: ExcelUI) -> None:
    """上一个问题: select the cell of the finding before the one that is shown."""
    _walk(ui, -1, text("was_first"))


def go_to_first(book: xw.Book, ui: ExcelUI) -> bool:
    """Select the cell of the first finding with a visible cell; else show the list and return False."""
    listing = find_listing(book)
    _LAST.pop(full_name(book), None)
    if listing is None:
        return False
    lines = read_lines(listing)
    for index, line in enumerate(lines):
        if not _obstacle(book, line) and line.cell:
            _show(book, ui, lines, index)
            return True
    listing.activate()
    return False


def lines_here(book: xw.Book, ui: ExcelUI) -> list[ListedFinding]:
    """The findings of the active cell; on the sheet of findings that of the active row."""
    listing = find_listing(book)
    if listing is None:
        return []
    lines, active = read_lines(listing), ui.app.selection
    if active is None:
        return []
    if book.sheets.active == listing:
        return [line for line in lines if active.row <= line.row < active.row + active.shape[0]][:1]
    title = book.sheets.active.name
    here = [line for line in lines if line.sheet == title and _covers(active, line.cell)]
    place = f"{title}!{active(1, 1).address.replace('$', '')}"
    return here or [line for line in lines if place in _places_under(line.message)]


def _places_under(message: str) -> set[str]:
    """The cells that the list names under a finding."""
    headings = texts_of("reports")["links"].values()
    below = [text.partition("：")[2] for text in message.split("\n")[1:] if text.startswith(tuple(headings))]
    return {place for text in below for place in text.split("、")}


def _walk(ui: ExcelUI, step: int, at_end: str) -> None:
    book = open_book(ui)
    listing = find_listing(book)
    if listing is None:
        ui.say(text("not_checked"))
        return
    lines = read_lines(listing)
    if not lines:
        ui.say(text("none_listed"))
        return
    index = _next_seen(listing, lines, _position(book, ui, listing, lines, step), step)
    if index is None:
        ui.say(at_end)
        return
    _LAST[full_name(book)] = lines[index].number
    if obstacle := _obstacle(book, lines[index]):
        ui.say(text("not_reached", number=lines[index].number, why=obstacle, message=lines[index].message))
    elif not lines[index].cell:
        ui.say(text("no_cell", number=lines[index].number, message=lines[index].message))
    else:
        _show(book, ui, lines, index)


def _position(
    book: xw.Book, ui: ExcelUI, listing: xw.Sheet, lines: Sequence[ListedFinding], step: int
) -> int:
    """The index of the finding shown now; -1 or the length of the list when none is shown."""
    active = ui.app.selection
    outside = -1 if step > 0 else len(lines)
    if active is not None and book.sheets.active == listing:
        above = [index for index, line in enumerate(lines) if line.row <= active.row]
        return above[-1] if above else outside
    shown = _LAST.get(full_name(book))
    last = next((index for index, line in enumerate(lines) if line.number == shown), None)
    if active is None:
        return outside if last is None else last
    title = book.sheets.active.name
    here = [index for index, line in enumerate(lines) if line.sheet == title and _covers(active, line.cell)]
    if last is not None and (last in here or not here):
        return last
    return here[0] if here else outside


def _next_seen(listing: xw.Sheet, lines: Sequence[ListedFinding], index: int, step: int) -> int | None:
    """The nearest finding in the direction of ``step`` whose row no filter hides."""
    index += step
    while 0 <= index < len(lines):
        if not listing.range((lines[index].row, 1)).rows.hidden:
            return index
        index += step
    return None


def _obstacle(book: xw.Book, line: ListedFinding) -> str:
    """Why the cell of a finding cannot be shown, "" when it can."""
    if not line.cell:
        return ""
    sheet = sheet_of(book, line.sheet)
    if sheet is None:
        return text("sheet_gone", sheet=line.sheet)
    if not is_shown(sheet):
        return text("sheet_hidden", sheet=line.sheet)
    return "" if position(line.cell) else text("cell_gone", sheet=line.sheet, cell=line.cell)


def _show(book: xw.Book, ui: ExcelUI, lines: Sequence[ListedFinding], index: int) -> None:
    line = lines[index]
    book.sheets[line.sheet].activate()
    book.sheets[line.sheet].range(line.cell).select()
    _LAST[full_name(book)] = line.number
    ui.status(
        text(
            "at",
            index=index + 1,
            count=len(lines),
            severity=line.severity,
            message=line.message,
            code=line.code,
        )
    )


def _covers(active: xw.Range, cell: str) -> bool:
    """Whether a cell is in the active range, or in the merged area that the active cell belongs to."""
    place = position(cell)
    if place is None:
        return False
    area = active(1, 1).merge_area if len(active) == 1 else active
    rows, columns = area.shape
    return area.row <= place[0] < area.row + rows and area.column <= place[1] < area.column + columns


_MOST_EXPLAINED = 3
"""Findings of one cell that are explained at once."""


def explain(ui: ExcelUI) -> None:
    """Explain the findings of the active cell, or of the active row of the sheet of findings; where there
    are none, how the figure of the cell comes about.
    """
    book = open_book(ui)
    lines = lines_here(book, ui)
    if not lines:
        other = text("not_checked") if find_listing(book) is None else text("nothing_here")
        ui.say("\n".join(_figure_here(book, ui)) or other)
        return
    pages = ["\n".join(_page(line)) for line in lines[:_MOST_EXPLAINED]]
    if len(lines) > _MOST_EXPLAINED:
        pages.append(text("more_here", count=len(lines) - _MOST_EXPLAINED))
    ui.say("\n\n".join(pages))


def _figure_here(book: xw.Book, ui: ExcelUI) -> list[str]:
    """How the figure of the active cell comes about; nothing where the cell holds none of a form."""
    active = ui.app.selection
    if active is None or book.sheets.active == find_listing(book):
        return []
    cell = f"{book.sheets.active.name}!{active(1, 1).address}"
    with saved_copy(ui, book) as path:
        try:
            return why(path, cell, chosen_profile())
        except XlperfError:
            return []


def _page(line: ListedFinding) -> Iterator[str]:
    yield text("explained", severity=line.severity, code=line.code, message=line.message)
    parts = {"given": line.value, "right": line.expected, "basis": line.basis, "fix": line.fix}
    yield from (text(f"explained_{name}", text=value) for name, value in parts.items() if value)
    info = all_codes().get(line.code)
    if info:
        page = page_of(info.code, text("sections").split("、"))
        yield text("explained_check", name=info.name, check=page.partition("\n")[2])
