"""Sheets that hold several forms one beneath another → a sheet for each, with the addresses it had.

A head printed again where a form goes on over the page is left out. Both are told. Heads are found by
the titles, first labels and table headings of the declared forms.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Form
from xlperf.intake.certainty import thresholds
from xlperf.intake.headings import (
    LONGEST,
    headings,
    is_caption,
    mark,
    plain,
    titled,
)
from xlperf.intake.label_index import anchors
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.sheet_cells import Sheet, stored_value

_HEAD = 6
"""Rows within which a title and the first label belong to one form."""
_COLUMNS = 3
"""Column headings in a row that make it the heading of a table."""
_TEXTS = ("s", "inlineStr")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Rows = Mapping[int, Sequence[str]]
"""Sheet row → its texts as ``plain`` gives them, from the left; rows without text are left out."""


@dataclass(slots=True)
class _Part:
    """Rows of a sheet from ``start``: the form they are most like, and the heads printed again in them."""

    start: int
    form: Form
    repeated: set[int] = field(default_factory=set)


def unstacked(book: Book) -> Book:
    """``book`` with a sheet for each form; itself where every sheet holds one at most."""
    sheets: list[Sheet] = []
    told: list[Finding] = []
    for sheet in book.sheets:
        starts, rows = _starts(sheet) if _has_twice(sheet) else ({}, {})
        parts = _parts(starts, rows) if starts else []
        if len(parts) < 2 and not any(part.repeated for part in parts):
            sheets.append(sheet)
            continue
        sheets += _divided(sheet, parts)
        told += _told(book, sheet, parts)
    return replace(book, sheets=sheets, findings=[*book.findings, *told]) if told else book


def _has_twice(sheet: Sheet) -> bool:
    """Whether there is more than one of what a form has but once: a quick look, true of few sheets."""
    seen: set[str] = set()
    for cell in sheet.cells.values():
        if cell[2] in _TEXTS and (found := mark(cell[7] or str(stored_value(cell, sheet.strings)))):
            if found in seen:
                return True
            seen.add(found)
    return False


def _starts(sheet: Sheet) -> tuple[dict[int, tuple[Form, ...]], Rows]:
    """Rows in which a form may begin → the forms; nothing where there is but one and no heading twice."""
    known = headings()
    rows: dict[int, list[str]] = {}
    starts: dict[int, tuple[Form, ...]] = {}
    for row, _, text in sheet.texts():
        key = plain(text) if len(text) <= LONGEST else text
        if row not in rows:
            if forms := titled(key) or known.firsts.get(key):
                starts[row] = forms
            rows[row] = []
        rows[row].append(key)
    heads = [tuple(texts) for texts in rows.values() if _is_heading(texts, known.columns)]
    last = min(starts, default=0)
    for row in sorted(starts)[1:]:
        if row - last < _HEAD:
            del starts[row]
        else:
            last = row
    return (starts, rows) if len(starts) > 1 or len(set(heads)) < len(heads) else ({}, rows)


def _is_heading(texts: Sequence[str], columns: frozenset[str]) -> bool:
    return len(texts) >= _COLUMNS and columns.issuperset(texts)


def _parts(starts: Mapping[int, tuple[Form, ...]], rows: Rows) -> list[_Part]:
    """The forms that lie one beneath another; what is no form of its own belongs to the one above."""
    firsts = sorted(starts)
    ends = [*firsts[1:], max(rows) + 1]
    parts: list[_Part] = []
    for start, end in zip(firsts, ends, strict=True):
        own = {row: texts for row, texts in rows.items() if start <= row < end}
        form, share = _most_alike(own, starts[start])
        above = {row: texts for row, texts in rows.items() if parts and parts[-1].start <= row < start}
        again = _head_again(above, own)
        if not parts or (share >= thresholds().enough and not (again and _goes_on(above, own, again, form))):
            parts.append(_Part(_with_caption(start, rows) if parts else 1, form))
        else:
            parts[-1].repeated |= again
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        end = after.start if after else ends[-1]
        part.repeated |= _headings_again({row: rows[row] for row in rows if part.start <= row < end})
    return parts


def _most_alike(rows: Rows, forms: Sequence[Form]) -> tuple[Form, float]:
    present = {text for texts in rows.values() for text in texts}
    shares = [(len(_words(form) & present) / len(_words(form)), form) for form in forms]
    share, form = max(shares, key=lambda entry: entry[0])
    return form, share


def _words(form: Form) -> set[str]:
    return {plain(text) for columns in anchors(form).texts.values() for text in columns.values()}


def _with_caption(start: int, rows: Rows) -> int:
    """The row from which a form begins, with the caption above its title."""
    return start - 1 if any(map(is_caption, rows.get(start - 1, ()))) else start


def _head_again(above: Rows, own: Rows) -> set[int]:
    """The rows at the beginning of ``own`` that read as rows at the head of ``above`` do."""
    numbers, before = sorted(own), [tuple(above[row]) for row in sorted(above)[: 2 * _HEAD]]
    first = tuple(own[numbers[0]])
    if first not in before:
        return set()
    at = before.index(first)
    count = 0
    for row, texts in zip(numbers, before[at:], strict=False):
        if tuple(own[row]) != texts:
            break
        count += 1
    return set(numbers[:count])


def _goes_on(above: Rows, own: Rows, again: Set[int], form: Form) -> bool:
    """Whether ``own``, its repeated head aside, has none of the labels that ``above`` already has."""
    left = [row for row in own if row not in again and not _is_heading(own[row], headings().columns)]
    texts = {text for row in left for text in own[row]} & _words(form)
    return bool(left) and not texts & {text for row in above.values() for text in row}


def _headings_again(rows: Rows) -> set[int]:
    """The table headings that stand a second time in one form."""
    seen: set[tuple[str, ...]] = set()
    again: set[int] = set()
    for row in sorted(rows):
        texts = tuple(rows[row])
        if _is_heading(texts, headings().columns):
            again |= {row} if texts in seen else set()
            seen.add(texts)
    return again


def _divided(sheet: Sheet, parts: Sequence[_Part]) -> Iterator[Sheet]:
    """``sheet`` part by part; merged cells and hidden rows go with their rows."""
    ends = [*(part.start for part in parts[1:]), max(map(_row_of, sheet.cells)) + 1]
    for part, end in zip(parts, ends, strict=True):
        inside = set(range(part.start, end)) - part.repeated
        yield replace(
            sheet,
            cells={address: cell for address, cell in sheet.cells.items() if _row_of(address) in inside},
            merges=[area for area in sheet.merges if _row_of(area.partition(":")[0]) in inside],
            hidden_rows=sheet.hidden_rows & inside,
            last_row=end - 1,
            first_row=part.start,
            repeated=frozenset(part.repeated),
        )


def _told(book: Book, sheet: Sheet, parts: Sequence[_Part]) -> Iterator[Finding]:
    if len(parts) > 1:
        place = Location(book.path, sheet.name, f"A{parts[1].start}")
        forms = "、".join(f"《{part.form.id}》" for part in parts)
        yield finding("T222", place, sheet=sheet.name, count=len(parts), forms=forms)
    if again := sorted({row for part in parts for row in part.repeated}):
        place = Location(book.path, sheet.name, f"A{again[0]}")
        yield finding("T223", place, rows="、".join(map(str, again)))


def _row_of(address: str) -> int:
    return int(address.lstrip(_LETTERS))
