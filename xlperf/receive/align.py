"""A sheet and a form → which sheet row each declared row is, by the texts a person would look for.

Labels decide; defined names help only where a label has been changed. Inserted, deleted and moved
rows and columns are found on the way and told.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

from openpyxl.utils import column_index_from_string, get_column_letter

from xlperf.forms import Form
from xlperf.receive.anchors import Anchors, Spot, anchors, key
from xlperf.receive.sheets import Sheet

_LONGEST_LABEL = 120
_FEWEST = 0.5
_ALIKE = 0.4
_NAMED_ROW = re.compile(r"\$[A-Z]+\$([0-9]+)")

Labels = tuple[tuple[int, str, str], ...]
"""Sheet row, column letters and normalised text of every cell that reads like a label."""

Hits = Mapping[int, Mapping[str, list[str]]]
"""The same as sheet row → text → column letters."""


@dataclass(slots=True)
class Alignment:
    """Where the declared rows of ``form`` lie on a sheet.

    ``rows`` gives the sheet row of each declared row, by its index (table rows: see ``spans``,
    first and last sheet row, last < first when there is none). ``missing`` are declared rows that
    were not found, ``inserted`` sheet rows that are not declared, ``changed`` static texts that
    read differently: (address, declared, found). ``shifted`` gives the columns of fields that lie
    elsewhere than declared.
    """

    form: Form
    rows: dict[int, int] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)
    inserted: list[int] = field(default_factory=list)
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    moved_headings: list[tuple[str, str, str]] = field(default_factory=list)
    shifted: dict[str | tuple[str, str], str] = field(default_factory=dict)

    def column(self, name: str | tuple[str, str]) -> str:
        """The column letter of a field or (table, column) on this sheet."""
        return self.shifted.get(name) or anchors(self.form).guides[name][0]

    @property
    def is_as_declared(self) -> bool:
        """Whether nothing but the number of table rows differs from the blank form."""
        return not (self.missing or self.inserted or self.changed or self.moved_headings)


def labels_of(sheet: Sheet, forms: Iterable[Form]) -> Labels:
    """The cells of ``sheet`` whose text is a static text of one of ``forms``."""
    known = [anchors(form) for form in forms]
    texts = {text for one in known for text in one.by_key}
    starts = tuple(start for one in known for start in one.lines)
    return tuple(
        (row, letters, plain)
        for row, letters, text in sheet.texts()
        if len(text) <= _LONGEST_LABEL and ((plain := key(text)) in texts or plain.startswith(starts))
    )


def likeness(labels: Labels, form: Form) -> float:
    """The share of the form's static texts that stand anywhere on the sheet."""
    known = anchors(form)
    present = {text for _, _, text in labels}
    return sum(len(spots) for text, spots in known.by_key.items() if text in present) / known.count


def align(sheet: Sheet, labels: Labels, form: Form, names: Callable[[], Mapping[str, str]]) -> Alignment:
    """Match ``form`` to ``sheet``; ``names`` gives the defined names on the sheet → reference."""
    known = anchors(form)
    hits: dict[int, dict[str, list[str]]] = {}
    for row, letters, text in labels:
        hits.setdefault(row, {}).setdefault(text, []).append(letters)
    result = Alignment(form)
    result.rows = _increasing(_votes(hits, known))
    _complete(result, sheet, known, {} if known.texts.keys() <= result.rows.keys() else names())
    _tables(result, sheet)
    result.inserted = list(_inserted(result))
    _columns(result, hits, known)
    result.changed = list(_changed(result, sheet, hits, known))
    return result


def _votes(hits: Hits, known: Anchors) -> list[tuple[int, int]]:
    """(sheet row, declared row index) for every sheet row that holds most texts of a declared row."""
    votes = []
    for row, texts in sorted(hits.items()):
        counted: Counter[int] = Counter()
        for text, letters in texts.items():
            spots = known.by_key.get(text, ())
            for index, letter in spots:
                counted[index] += 1 if letter in letters else 0.9  # type: ignore[assignment]
            for start, spot in () if spots else known.lines.items():
                if text.startswith(start):
                    counted[spot[0]] += 1
        best = max(counted, key=lambda index: counted[index] / len(known.texts.get(index, "1")), default=None)
        if best is not None and counted[best] >= _FEWEST * len(known.texts.get(best, "1")):
            votes.append((row, best))
    return votes


def _increasing(votes: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The longest run of votes in which both rows increase: declared row index → sheet row."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, (_, index) in enumerate(votes):
        at = bisect_left(tails, index)
        before.append(ends[at - 1] if at else -1)
        tails[at:] = [index] if at == len(tails) else [index, *tails[at + 1 :]]
        ends[at:] = [place] if at == len(ends) else [place, *ends[at + 1 :]]
    chosen: dict[int, int] = {}
    place = ends[-1] if ends else -1
    while place >= 0:
        row, index = votes[place]
        chosen[index] = row
        place = before[place]
    return chosen


def _complete(result: Alignment, sheet: Sheet, known: Anchors, names: Mapping[str, str]) -> None:
    """Place the declared rows that no text told: by name, then by counting between neighbours."""
    fixed = sorted(result.rows)
    for low, high in pairwise([-1, *fixed, len(result.form.rows)]):
        gap = range(low + 1, high)
        table = next((index for index in gap if result.form.rows[index].table), high)
        below = [index for index in gap if index > table]
        top, bottom = result.rows.get(low, 0), result.rows.get(high)
        lost = set(_too_many(gap, table, top, bottom, known))
        if (
            table in gap
            and table - 1 in gap
            and not _resembles(sheet, known, table - 1, top + table - low - 1)
        ):
            lost.add(table - 1)
        result.missing += sorted(lost)
        for index in gap:
            if index < table and index not in lost:
                top = result.rows[index] = _named_row(result.form, index, names, top, bottom) or top + 1
        for index in reversed(below):
            if index not in lost and bottom is not None:
                bottom = result.rows[index] = _named_row(result.form, index, names, top, bottom) or bottom - 1


def _too_many(gap: range, table: int, top: int, bottom: int | None, known: Anchors) -> Sequence[int]:
    """The declared rows of a gap for which the sheet has no room: labelled ones first."""
    unplaced = [index for index in gap if index != table]
    if bottom is None:
        return [index for index in unplaced if index > table]
    surplus = len(unplaced) - (bottom - top - 1)
    return sorted(unplaced, key=lambda index: index not in known.texts)[: max(surplus, 0)]


def _resembles(sheet: Sheet, known: Anchors, index: int, row: int) -> bool:
    """Whether a sheet row may be a declared row with its label rewritten, rather than a table row."""
    for letter, text in known.texts.get(index, {}).items():
        found = sheet.value(f"{letter}{row}")
        if isinstance(found, str) and SequenceMatcher(None, key(text), key(found)).ratio() < _ALIKE:
            return False
    return True


def _named_row(form: Form, index: int, names: Mapping[str, str], top: int, bottom: int | None) -> int:
    """The sheet row that names give a declared row, where it lies between its neighbours; else 0."""
    for cell in form.rows[index].cells:
        match = _NAMED_ROW.match(names.get(cell.field, "")) if cell.field else None
        if match and top < int(match[1]) and (bottom is None or int(match[1]) < bottom):
            return int(match[1])
    return 0


def _tables(result: Alignment, sheet: Sheet) -> None:
    for index, row in enumerate(result.form.rows):
        if row.table:
            above = max((at for other, at in result.rows.items() if other < index), default=0)
            below = min((at for other, at in result.rows.items() if other > index), default=None)
            if below is None:
                below = max((_row_of(address) for address in sheet.cells), default=above) + 1
            result.spans[row.table] = (above + 1, below - 1)


def _inserted(result: Alignment) -> Iterator[int]:
    taken = set(result.rows.values())
    for first, last in result.spans.values():
        taken.update(range(first, last + 1))
    yield from (row for row in range(1, max(taken, default=0)) if row not in taken)


def _columns(result: Alignment, hits: Hits, known: Anchors) -> None:
    moved: dict[Spot, int] = {}
    for index, columns in known.texts.items():
        texts = hits.get(result.rows.get(index, 0), {})
        for letter, text in columns.items():
            found = texts.get(key(text), [letter])
            if letter not in found:
                offset = column_index_from_string(found[0]) - column_index_from_string(letter)
                moved[index, letter] = offset
                result.moved_headings.append((f"{found[0]}{result.rows[index]}", text, letter))
    for name, (own, guide) in known.guides.items() if moved else ():
        if guide in moved:
            result.shifted[name] = get_column_letter(column_index_from_string(own) + moved[guide])


def _changed(result: Alignment, sheet: Sheet, hits: Hits, known: Anchors) -> Iterator[tuple[str, str, str]]:
    for index, columns in known.texts.items():
        row = result.rows.get(index)
        if row is None:
            continue
        present = hits.get(row, {})
        for letter, text in columns.items():
            if key(text) not in present:
                found = sheet.value(f"{letter}{row}")
                if not isinstance(found, str) or key(found) != key(text):
                    yield f"{letter}{row}", text, "" if found is None else str(found)


def _row_of(address: str) -> int:
    return int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
