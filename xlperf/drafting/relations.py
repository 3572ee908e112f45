"""A FormDraft → the same with the formulas that follow from its labels or from the official file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import get_column_letter, range_boundaries

from xlperf.declarations.source import texts_of
from xlperf.drafting.draft import DraftField, FormDraft
from xlperf.drafting.slot_grid import Slot
from xlperf.drafting.wording import is_total, pattern, question
from xlperf.expressions import ExpressionError, parse

_RATE, _SCORE = "rate", "score"


def relate(form: FormDraft, names: Mapping[str, str]) -> None:
    """Write ratios, scores, totals and translated formulas into the fields of ``form``.

    ``names`` are the defined names of the official sheet → reference without sheet.
    """
    whole = {heading: _whole(fields) for heading, fields in _by_heading(form).items()}
    for field in form.fields.values():
        if "default" in field.spec:
            continue
        is_whole = whole[field.heading] is field or not field.heading
        derived = (_bound(form, field) if is_whole else {}) or _sum(form, field, whole)
        spec = derived or _translated(form, field, names)
        field.spec |= spec
        if not spec:
            _ask_how(form, field, is_whole)


def _by_heading(form: FormDraft) -> Mapping[str, list[DraftField]]:
    found: dict[str, list[DraftField]] = {}
    for field in form.fields.values():
        found.setdefault(field.heading, []).append(field)
    return found


def _whole(fields: Sequence[DraftField]) -> DraftField:
    """Of the fields below one heading the one of the whole: printed or computed, called so, or first."""
    below = [candidate for candidate in fields if not is_total(candidate.label)] or list(fields)
    given = [candidate for candidate in below if candidate.slot.text or candidate.slot.formula is not None]
    named = [
        candidate for candidate in below if pattern(texts_of("drafting")["whole"]).search(candidate.label)
    ]
    return next(candidate for candidate in (*named, *given, *below))


def _ask_how(form: FormDraft, field: DraftField, is_whole: bool) -> None:
    name, where = form.grid.name, field.slot.address
    if field.slot.formula is not None:
        form.questions.append(question("formula", name, where, value=f"={field.slot.formula}"))
    elif field.spec["type"] == _RATE and is_whole:
        form.questions.append(question("rate", name, where, value=field.id))
    elif is_total(field.label) and field.spec["type"] in (_SCORE, "amount", "count"):
        form.questions.append(question("total", name, where, value=field.id))


def _bound(form: FormDraft, field: DraftField) -> dict[str, Any]:
    """The declared ratio or scoring that the label names, where everything it needs is on the form."""
    kinds = (
        ("ratio", texts_of("drafting")["ratios"], _RATE),
        ("scoring", texts_of("drafting")["scorings"], ""),
    )
    for kind, entries, required_type in kinds:
        for entry in entries:
            says = any(pattern(entry["label"]).search(text) for text in field.texts)
            if not says or (required_type and field.spec["type"] != required_type):
                continue
            found = {name: _operand(form, field, text) for name, text in entry["with"].items()}
            missing = [name for name, operand in found.items() if not operand]
            if not missing:
                return {kind: entry[kind], "with": found, "type": required_type or field.spec["type"]}
            if len(missing) < len(found) and required_type:
                where = form.grid.name, field.slot.address
                values = {"value": field.id, "ratio": entry[kind], "missing": "、".join(missing)}
                form.questions.append(question("ratio", *where, **values))
    return {}


def _operand(form: FormDraft, field: DraftField, text: str) -> str:
    """The field whose heading or label is meant by ``text``: in the same row, else anywhere; "" for none."""
    others = [candidate for candidate in form.fields.values() if candidate is not field]
    same_row = [candidate for candidate in others if candidate.slot.top == field.slot.top]
    for group in (same_row, others):
        for part in (0, 1, 2):
            found = [candidate.id for candidate in group if pattern(text).search(candidate.texts[part])]
            if len(found) == 1 or (found and group is same_row):
                return found[-1]
    return ""


def _sum(form: FormDraft, field: DraftField, whole: Mapping[str, DraftField]) -> dict[str, Any]:
    """The total below a table's column: its column, and the first field with the same heading."""
    if not is_total(field.label):
        return {}
    columns = [
        f"{table}_{name}"
        for (table, name), text in form.columns.items()
        if "".join(text.split()) == field.heading
    ]
    other = whole[field.heading]
    others = [other.id] if other is not field else []
    for entry in texts_of("drafting")["sums"] if columns else ():
        if pattern(entry["heading"]).search(field.heading):
            return {"formula": entry["formula"].format(parts=",".join([*others, *columns]))}
    return {}


def _translated(form: FormDraft, field: DraftField, names: Mapping[str, str]) -> dict[str, Any]:
    """The official formula over field ids; nothing where it says what a declaration cannot."""
    if not field.slot.formula:
        return {}
    places = _FieldPlaces(form, names)
    try:
        tokens = Tokenizer(f"={field.slot.formula}").items
        text = "".join(_written(token, places) for token in tokens)
        parse(text)
    except (ExpressionError, LookupError, ValueError):
        return {}
    return {"formula": text}


def _written(token: Token, places: "_FieldPlaces") -> str:
    is_place = token.type == Token.OPERAND and token.subtype == Token.RANGE
    return ",".join(places.ids(token.value)) if is_place else str(token.value)


class _FieldPlaces:
    """References of the official sheet → the ids of the fields there."""

    def __init__(self, form: FormDraft, names: Mapping[str, str]) -> None:
        self._form, self._names = form, names
        self._at: dict[Slot, str] = {field.slot: field.id for field in form.fields.values()}

    def ids(self, reference: str) -> Sequence[str]:
        """The fields and columns in ``reference``; LookupError for anything else in it."""
        plain = self._names.get(reference, reference).replace("$", "")
        if not re.fullmatch(r"[A-Z]{1,3}[0-9]+(:[A-Z]{1,3}[0-9]+)?", plain):
            raise LookupError(reference)
        left, top, right, bottom = (int(bound) for bound in range_boundaries(plain) if bound)
        found: dict[str, None] = {}
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                found |= dict.fromkeys(self._id(row, column))
        if not found:
            raise LookupError(reference)
        return list(found)

    def _id(self, row: int, column: int) -> Iterator[str]:
        tables = (drafted for drafted in self._form.rows if drafted.table)
        table = next((drafted for drafted in tables if drafted.top <= row <= drafted.last), None)
        slot = self._form.grid.at(row, column)
        if table:
            names = (name for cell, name in table.fields.items() if cell.left <= column <= cell.right)
            name = next(names, "")
            if not name:
                raise LookupError(get_column_letter(column))
            yield f"{table.table}_{name}"
        elif slot in self._at:
            yield self._at[slot]
        elif slot.text:
            raise LookupError(slot.address)
