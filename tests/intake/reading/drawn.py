"""Pages drawn in code: rows of texts, "<" for a cell merged with the one on its left, "^" with that above."""

from collections.abc import Iterator, Sequence
from typing import Any

from xlperf.intake.page import SHEET, Document, Page, PageCell
from xlperf.intake.reading.export import exported
from xlperf.intake.reading.form_readings import DocumentReading, PageValue
from xlperf.intake.reading.read import read_document
from xlperf.notation import parse_number

LEFT, ABOVE = "<", "^"


def cell(
    row: int, column: int, text: str, last_row: int | None = None, last_column: int | None = None
) -> PageCell:
    """A cell that shows ``text``."""
    found = parse_number(text) if text else None
    return PageCell(
        row,
        row if last_row is None else last_row,
        column,
        column if last_column is None else last_column,
        text,
        found[0] if found else None,
        bool(found) and "%" in text,
        found[1] if found else None,
        f"{chr(ord('A') + column)}{row + 1}",
    )


def page(rows: Sequence[Sequence[str]], name: str = "表", **more: Any) -> Page:
    """A page of ``rows``; short rows are blank on the right."""
    width = max(map(len, rows))
    texts = [[*row, *[""] * (width - len(row))] for row in rows]
    cells = []
    for at, row in enumerate(texts):
        for column, text in enumerate(row):
            if text in (LEFT, ABOVE):
                continue
            last = column
            while last + 1 < width and row[last + 1] == LEFT:
                last += 1
            low = at
            while low + 1 < len(texts) and texts[low + 1][column] == ABOVE:
                low += 1
            cells.append(cell(at, column, text, low, last))
    return Page(name, cells, **{"kind": SHEET, **more})


def reading(*pages: Page, tail: Sequence[str] = ()) -> DocumentReading:
    """What is read of pages; the account must hold."""
    read = read_document(Document("drawn.xlsx", list(pages), tail=tail))
    assert violations(read) == []
    return read


def violations(read: DocumentReading) -> list[str]:
    """What breaks the account of a file: a cell without an entry, or one that feeds two fields.

    The parts of a cell that holds several labels are different places.
    """
    pages = (*read.document.pages, *read.document.asides)
    broken = [
        f"{page.name} {cell.place}: no entry"
        for page in pages
        for cell in page.filled()
        if id(cell) not in read.account.entries
    ]
    feeds: dict[tuple[int, str], str] = {}
    for path, value in _values(read):
        if value.cell is not None and feeds.setdefault((id(value.cell), value.part), path) != path:
            broken.append(f"{value.cell.place}: feeds {feeds[id(value.cell), value.part]} and {path}")
    return broken


def _values(read: DocumentReading) -> Iterator[tuple[str, PageValue]]:
    """Every value of a file that only one field may have."""
    for number, form in enumerate(read.forms):
        yield from ((f"{number}:{path}", value) for path, value in form.fields.items())
        for row, indicator in enumerate(form.indicators):
            own = {name: value for name, value in indicator.values.items() if not name.startswith("level")}
            yield from ((f"{number}:{row}:{name}", value) for name, value in own.items())


def only(rows: Sequence[Sequence[str]], **more: Any) -> dict[str, Any]:
    """The JSON of the only form on a page."""
    made = exported(reading(page(rows, **more)))
    assert len(made["forms"]) == 1, [form["kind"] for form in made["forms"]]
    return made["forms"][0]


def filled(form: dict[str, Any]) -> dict[str, Any]:
    """The fields of a form that have a value."""
    return {path: value for path, value in form["fields"].items() if value is not None}
