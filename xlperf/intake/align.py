"""A sheet and a form → which sheet row each declared row is, by the texts a person would look for.

Labels decide; defined names help only where a label has been changed. Inserted, deleted and moved
rows and columns are found on the way and told.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.core.cell_addresses import column_index_from_string, get_column_letter
from xlperf.declarations.model import Form
from xlperf.intake.label_index import Anchors, Spot, anchors, complete
from xlperf.notation import label_key, parse_number, parse_quantity
from xlperf.ooxml.sheet_cells import Sheet

_LONGEST_LABEL = 120
_FEWEST = 0.5
_WHOLE_COLUMN = 4
"""Headings that must have moved alike before cells without a heading are taken to have moved too."""

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
    elsewhere than declared. ``in_label`` are fields whose figure stands in the cell of their label:
    its address and the figure's text.
    """

    form: Form
    rows: dict[int, int] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)
    inserted: list[int] = field(default_factory=list)
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    moved_headings: list[tuple[str, str, str]] = field(default_factory=list)
    shifted: dict[str | tuple[str, str], str] = field(default_factory=dict)
    in_label: dict[str, tuple[str, str]] = field(default_factory=dict)

    def column(self, name: str | tuple[str, str]) -> str:
        """The column letter of a field or (table, column) on this sheet, "" where it has none."""
        shifted = self.shifted.get(name)
        return anchors(self.form).guides[name][0] if shifted is None else shifted

    @property
    def is_as_declared(self) -> bool:
        """Whether nothing but the number of table rows differs from the blank form."""
        return not (self.missing or self.inserted or self.changed or self.moved_headings or self.in_label)


def labels_of(sheet: Sheet, forms: Iterable[Form]) -> Labels:
    """The cells of ``sheet`` whose text is a static text of one of ``forms``."""
    known = [anchors(form) for form in forms]
    texts = {text for one in known for text in one.by_key}
    starts = tuple(start for one in known for start in one.lines)
    return tuple(
        (row, letters, plain)
        for row, letters, text in sheet.texts()
        if len(text) <= _LONGEST_LABEL and ((plain := label_key(text)) in texts or plain.startswith(starts))
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
    told = known.texts.keys() <= result.rows.keys()
    result.missing = complete(form, result.rows, sheet, known, {} if told else names())
    _tables(result, sheet)
    result.inserted = list(_inserted(result, sheet))
    _columns(result, hits, known)
    result.changed = [*_changed(result, sheet, hits, known), *_lost_lines(result, sheet)]
    return result


def _votes(hits: Hits, known: Anchors) -> list[tuple[int, int]]:
    """(sheet row, declared row index) for every sheet row that holds most texts of a declared row."""
    votes = []
    for row, texts in sorted(hits.items()):
        counted: defaultdict[int, float] = defaultdict(float)
        for text, letters in texts.items():
            spots = known.by_key.get(text, ())
            for index, letter in spots:
                counted[index] += 1 if letter in letters else 0.9
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


def _tables(result: Alignment, sheet: Sheet) -> None:
    top = sheet.first_row - 1
    for index, row in enumerate(result.form.rows):
        if row.table:
            above = max((at for other, at in result.rows.items() if other < index), default=top)
            below = min((at for other, at in result.rows.items() if other > index), default=None)
            if below is None:
                below = max((_row_of(address) for address in sheet.cells), default=above) + 1
            result.spans[row.table] = (above + 1, below - 1)


def _inserted(result: Alignment, sheet: Sheet) -> Iterator[int]:
    taken = {*result.rows.values(), *sheet.repeated}
    for first, last in result.spans.values():
        taken.update(range(first, last + 1))
    yield from (row for row in range(sheet.first_row, max(taken, default=0)) if row not in taken)


def _columns(result: Alignment, hits: Hits, known: Anchors) -> None:
    moved: dict[Spot, int] = {}
    for index, columns in known.texts.items():
        texts = hits.get(result.rows.get(index, 0), {})
        for letter, text in columns.items():
            found = texts.get(label_key(text), [letter])
            if letter not in found:
                offset = column_index_from_string(found[0]) - column_index_from_string(letter)
                moved[index, letter] = offset
                result.moved_headings.append((f"{found[0]}{result.rows[index]}", text, letter))
    first, offset = _all_alike(moved)
    for name, (own, guide) in known.guides.items() if moved else ():
        column = column_index_from_string(own)
        if guide in moved:
            result.shifted[name] = get_column_letter(column + moved[guide])
        elif offset and column >= first:
            result.shifted[name] = get_column_letter(column + offset)


def _all_alike(moved: Mapping[Spot, int]) -> tuple[int, int]:
    """First column and offset where so many headings moved alike that a column must have gone in or out."""
    if len(set(moved.values())) != 1 or len(moved) < _WHOLE_COLUMN:
        return 0, 0
    return min(column_index_from_string(letter) for _, letter in moved), next(iter(moved.values()))


def _changed(result: Alignment, sheet: Sheet, hits: Hits, known: Anchors) -> Iterator[tuple[str, str, str]]:
    for index, columns in known.texts.items():
        row = result.rows.get(index)
        if row is None:
            continue
        present = hits.get(row, {})
        for letter, text in columns.items():
            if label_key(text) not in present:
                found = sheet.value(f"{letter}{row}")
                if not isinstance(found, str):
                    yield f"{letter}{row}", text, "" if found is None else str(found)
                elif label_key(found) != label_key(text) and not _holds_figure(
                    result, sheet, (index, letter), found
                ):
                    yield f"{letter}{row}", text, found


def _holds_figure(result: Alignment, sheet: Sheet, spot: Spot, found: str) -> bool:
    """Note a figure typed behind a label into its cell, where the cell meant for it is empty."""
    index, letter = spot
    known, row = anchors(result.form), result.rows[index]
    label, name = label_key(known.texts[index][letter]), known.beside.get(spot)
    rest = label_key(found).removeprefix(label)
    if name is None or rest == label_key(found) or sheet.value(f"{result.column(name)}{row}") is not None:
        return False
    if parse_number(rest) is None and parse_quantity(rest) is None:
        return False
    result.in_label[name] = (f"{letter}{row}", rest)
    return True


def _lost_lines(result: Alignment, sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """The sentence cells in which none of the declared words stand."""
    for index, row in result.rows.items():
        for cell in result.form.rows[index].cells:
            if cell.line:
                words = [label_key(text).rstrip(":") for text, _ in cell.line if label_key(text)]
                texts = [label_key(text) for at, _, text in sheet.texts() if at == row]
                if not any(word in text for word in words for text in texts):
                    address = f"{get_column_letter(cell.first)}{row}"
                    declared = "".join(text for text, _ in cell.line)
                    yield address, declared, str(sheet.value(address) or "")


def _row_of(address: str) -> int:
    return int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
