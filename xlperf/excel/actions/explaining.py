"""说明: the findings of the active cell → what is wrong, what would be right, why, and what is checked."""

from collections.abc import Iterator

from xlperf.declarations.codes import CodeInfo
from xlperf.declarations.explain import all_codes
from xlperf.declarations.explain import explain as page_of
from xlperf.excel.actions.action_texts import text
from xlperf.excel.actions.excel_ui import ExcelUI
from xlperf.excel.actions.finding_navigation import lines_here
from xlperf.excel.actions.findings_list import Line, find_listing
from xlperf.excel.actions.workbook_copy import open_book

_MOST = 3
"""Findings of one cell that are explained at once."""


def explain(ui: ExcelUI) -> None:
    """Explain the findings of the active cell, or of the active row of the sheet of findings."""
    book = open_book(ui)
    if find_listing(book) is None:
        ui.say(text("not_checked"))
        return
    lines = lines_here(book, ui)
    if not lines:
        ui.say(text("nothing_here"))
        return
    pages = ["\n".join(_page(line)) for line in lines[:_MOST]]
    if len(lines) > _MOST:
        pages.append(text("more_here", count=len(lines) - _MOST))
    ui.say("\n\n".join(pages))


def _page(line: Line) -> Iterator[str]:
    yield text("explained", severity=line.severity, code=line.code, message=line.message)
    parts = {"given": line.value, "right": line.expected, "basis": line.basis, "fix": line.fix}
    yield from (text(f"explained_{name}", text=value) for name, value in parts.items() if value)
    info = all_codes().get(line.code)
    if info:
        yield text("explained_check", name=info.name, check=_checked(info))


def _checked(info: CodeInfo) -> str:
    """The sections of a code's page that say what it checks."""
    return page_of(info.code, text("sections").split("、")).partition("\n")[2]
