"""Drafted rows and the rows of a declared form → pairs of the same row, in whichever order they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from xlperf.declarations.forms_and_rules import Cell, Form, Row
from xlperf.drafting.draft import DraftRow, FormDraft
from xlperf.drafting.wording import label, sense

_ENOUGH = 0.4
_CERTAIN = 0.9
_ALIKE = 0.6
_SHAPE = 0.1
_BLANK = 0.45


@dataclass(frozen=True, slots=True)
class _RowLook:
    """What two rows are compared by: what their texts say and how, spans, whether they hold indicators."""

    texts: tuple[tuple[str, str], ...]
    spans: tuple[tuple[int, int], ...]
    has_levels: bool


def pair_rows(draft: FormDraft, form: Form, year: int) -> dict[int, int]:
    """Index of a drafted row → index of the declared row it is; rows of their own are left out."""
    ours = [_look_of_draft(row, draft, year) for row in draft.rows]
    theirs = [_look_of_row(row, form, year) for row in form.rows]
    alike = [[_alike(our_look, their_look) for their_look in theirs] for our_look in ours]
    pairs = _best(alike)
    for index, scores in enumerate(alike):
        free = [other for other in range(len(theirs)) if other not in pairs.values()]
        if index not in pairs and free and ours[index].texts:
            best = max(free, key=lambda other: scores[other])
            if scores[best] >= _CERTAIN:
                pairs[index] = best
    return pairs


def shown_text(cell: Cell, row: Row, form: Form) -> str:
    """What a blank form shows in a cell as text, "" in a field."""
    if cell.line:
        return "".join(text for text, _ in cell.line)
    if cell.field and row.table:
        return form.tables[row.table].columns[cell.field].placeholder
    return cell.text


def _look_of_draft(row: DraftRow, draft: FormDraft, year: int) -> _RowLook:
    has_levels = bool(row.table and "levels" in draft.tables[row.table])
    texts = () if has_levels else tuple(_key(slot.text, year) for slot in row.slots if not slot.is_number)
    return _RowLook(tuple(filter(None, texts)), tuple(slot.columns for slot in row.slots), has_levels)


def _look_of_row(row: Row, form: Form, year: int) -> _RowLook:
    texts = tuple(_key(shown_text(cell, row, form), year) for cell in row.cells)
    has_levels = bool(row.table and form.tables[row.table].levels)
    return _RowLook(
        tuple(filter(None, texts)), tuple((cell.first, cell.last) for cell in row.cells), has_levels
    )


def _key(text: str, year: int) -> tuple[str, str] | None:
    """What a text says, and its letters without years and numbering; None for an empty cell."""
    plain = label(text) or "".join(text.split())
    return (sense(text, year) or plain, plain) if plain else None


def _alike(ours: _RowLook, other: _RowLook) -> float:
    if ours.has_levels or other.has_levels:
        return float(ours.has_levels and other.has_levels)
    same_shape = _SHAPE * (ours.spans == other.spans)
    if not ours.texts and not other.texts:
        return _BLANK * (ours.spans == other.spans)
    if not ours.texts or not other.texts:
        return 0.0
    found = sum(max(_share(text, known) for known in other.texts) for text in ours.texts)
    return found / max(len(ours.texts), len(other.texts)) * (1 - _SHAPE) + same_shape


def _share(text: tuple[str, str], known: tuple[str, str]) -> float:
    if text[0] == known[0]:
        return 1.0
    ratio = SequenceMatcher(None, text[1], known[1], autojunk=False).ratio()
    return ratio if ratio >= _ALIKE else 0.0


def _best(alike: Sequence[Sequence[float]]) -> dict[int, int]:
    """The pairs, increasing on both sides, whose likenesses add up to the most."""
    height, width = len(alike), len(alike[0]) if alike else 0
    gain = [[0.0] * (width + 1) for _ in range(height + 1)]
    for our_index in reversed(range(height)):
        for their_index in reversed(range(width)):
            score = alike[our_index][their_index]
            taken = score + gain[our_index + 1][their_index + 1] if score >= _ENOUGH else 0.0
            gain[our_index][their_index] = max(
                taken, gain[our_index + 1][their_index], gain[our_index][their_index + 1]
            )
    pairs: dict[int, int] = {}
    our_index = their_index = 0
    while our_index < height and their_index < width:
        score = alike[our_index][their_index]
        if score >= _ENOUGH and gain[our_index][their_index] == score + gain[our_index + 1][their_index + 1]:
            pairs[our_index] = their_index
            our_index, their_index = our_index + 1, their_index + 1
        elif gain[our_index][their_index] == gain[our_index + 1][their_index]:
            our_index += 1
        else:
            their_index += 1
    return pairs
