"""Values of forms → prompts of the template that were not deleted, and template rows left unfilled."""

import re
from collections.abc import Iterator
from functools import cache

from xlperf.checks.context import CheckContext
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.source import texts_of

_ASKING, _EMPTY_ROW = "C315", "C316"
_TEMPLATE_ROLE = "template"
_LONGEST = 3000
_LONGEST_SHOWN = 40
_FEW = 3


def check_prompts(context: CheckContext) -> Iterator[Finding]:
    """Each value with a prompt in it; template rows of a sheet once."""
    empty: dict[str, list[tuple[str, str]]] = {}
    for sheet, at, declared, found in context.values():
        text = found.raw
        if not isinstance(text, str) or declared.type.number or not text.strip():
            continue
        if asked := _asking().search(text[:_LONGEST]):
            yield finding(_ASKING, context.place(sheet.record, at), asked[0][:_LONGEST_SHOWN])
        elif not isinstance(at, str) and sheet.alignment.form.tables[at[0]].levels and is_template_row(text):
            empty.setdefault(sheet.sheet.name, []).append((found.cell, text.strip()))
    for name, spot, text in _of_pages(context):
        if (spot, text) not in empty.setdefault(name, []):
            empty[name].append((spot, text))
    for name, cells in empty.items():
        shown = "、".join(cell for cell, _ in cells[:_FEW])
        place = context.file_place(name, cells[0][0])
        yield finding(_EMPTY_ROW, place, cells[0][1], count=len(cells), cells=shown)


def _of_pages(context: CheckContext) -> Iterator[tuple[str, str, str]]:
    """Page, place and text of the template rows of pages read by labels, which give no values.

    Forms without levels print …… themselves, where rows may be added.
    """
    pages = {True: set[str](), False: set[str]()}
    for sheet in context.reading.sheets:
        if sheet.page is not None:
            tables = context.form(sheet.record).tables.values()
            pages[any(table.levels for table in tables)].add(sheet.page.form.page.name)
    listed = pages[True] - pages[False]
    entries = context.document.account.entries.values() if context.document else ()
    for entry in entries:
        if entry.role == _TEMPLATE_ROLE and entry.page.name in listed and is_template_row(entry.cell.text):
            yield entry.page.name, entry.cell.place, entry.cell.text.strip()


def is_template_row(text: str) -> bool:
    """Whether a text is what the template prints in rows to be filled in: 指标1：, ……."""
    return bool(text.strip()) and _empty_row().fullmatch(text) is not None


@cache
def _asking() -> re.Pattern[str]:
    return re.compile("|".join(texts_of("received")["prompts"]["asking"]))


@cache
def _empty_row() -> re.Pattern[str]:
    return re.compile(texts_of("received")["prompts"]["empty_row"])
