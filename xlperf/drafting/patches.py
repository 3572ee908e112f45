"""A drafted sheet and the declared form it resembles → the merge patch that turns the form into the sheet."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlperf.declarations.forms_and_rules import PARAMETERS, Cell, Form, Profile, Row
from xlperf.declarations.source import Json, expand, merge, texts_of
from xlperf.drafting.alignment import pair_rows, shown_text
from xlperf.drafting.draft import DraftRow, FormDraft, as_object
from xlperf.drafting.slot_grid import Slot
from xlperf.drafting.wording import FieldIds, OpenPoint, filled_in, plain, question, sense, templated
from xlperf.expressions import references
from xlperf.notation import label_key

_COMPUTED = frozenset({"formula", "ratio", "scoring", "with", "default"})
_TEXT_NAME = re.compile(r"\{(\w+)\}")
_PARAMETER = re.compile(rf"{PARAMETERS}!(\w+)")


@dataclass(slots=True)
class Difference:
    """``patch`` for the form, and what is open.

    ``parameters`` are those that fields have for their default, by field, with the figure printed
    there; ``texts`` are the texts of the profile as the cells that name them have them.
    """

    patch: Json = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)
    parameters: dict[str, tuple[str, float]] = field(default_factory=dict)
    questions: list[OpenPoint] = field(default_factory=list)


def difference(draft: FormDraft, form: Form, source: Json, profile: Profile) -> Difference:
    """How ``draft`` differs from ``form``, which ``source`` declares.

    ``profile`` is the one of ``form``; it must have been assembled for the year of ``draft``.
    """
    return _Comparison(draft, form, source, profile).compare()


class _Comparison:
    def __init__(self, draft: FormDraft, form: Form, source: Json, profile: Profile) -> None:
        self.draft, self.form, self.source, self.base = draft, form, source, profile.lineage[0]
        self.made = Difference()
        self.specs = expand(source["fields"])
        others = profile.single_forms() if not form.repeated else ()
        self.names = FieldIds(
            [*form.fields, *(name for single_form in others for name in single_form.fields), *form.tables]
        )
        self.row_names = FieldIds(source["rows"])
        self.tables: dict[str, str] = {}

    def compare(self) -> Difference:
        """The difference of the whole form: rows, order, heading, formulas that lost an operand."""
        pairs = pair_rows(self.draft, self.form, self.draft.year)
        for index, row in enumerate(self.draft.rows):
            known = self.form.rows[pairs[index]].table if index in pairs else ""
            if row.table:
                self.tables[row.table] = known or self.names.take(row.table)
        order = []
        for index, row in enumerate(self.draft.rows):
            there = self.form.rows[pairs[index]] if index in pairs else None
            order.append(self._same(row, there) if there else self._added(row))
        for index, lost in enumerate(self.form.rows):
            if index not in pairs.values():
                self._ask("row_gone", "", value=_name_of(lost, self.form))
        if order != list(self.source["order"]):
            self.made.patch["order"] = order
            self._repeat(dict(pairs), order)
        self._headings()
        self._repair(order)
        return self.made

    def _repeat(self, pairs: Mapping[int, int], order: Sequence[str]) -> None:
        """Print the rows again on every page that the form repeats, under the names they have now."""
        named = {self.form.rows[known].id: order[index] for index, known in pairs.items()}
        repeated = self.source["page"].get("repeat", [])
        now = [named[name] for name in repeated if name in named]
        if now != repeated:
            self._put("page", "repeat", value=now)

    def _ask(self, key: str, cell: str, **values: object) -> None:
        self.made.questions.append(question(key, self.draft.grid.name, cell, **values))

    def _put(self, *path: str, value: Any) -> None:
        inner = self.made.patch
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
        inner[path[-1]] = value

    def _headings(self) -> None:
        draft, patch = self.draft, self.made.patch
        if label_key(filled_in(draft.title, draft.year)) != label_key(self.form.title):
            patch["title"] = draft.title
        if draft.attachment and label_key(draft.attachment) != label_key(self.form.attachment):
            patch["attachment"] = draft.attachment
        if draft.tab and draft.tab != self.form.sheet:
            patch["sheet"] = draft.tab
        if len(draft.widths) != len(self.form.columns):
            patch["columns"] = list(draft.widths)

    def _same(self, row: DraftRow, known: Row) -> str:
        """Declare what changed in a row of the form: single cells, or all where they have other columns."""
        specs: Mapping[str, Any] = self.source["rows"][known.id]["cells"]
        cells = dict(zip(specs, known.cells, strict=True))
        slots = {slot.span: slot for slot in row.slots if slot.span in row.cells}
        if slots.keys() != cells.keys():
            return self._split(row, known)
        for span, slot in slots.items():
            spec = self._cell(slot, row, cells[span], known, specs[span])
            if spec is not None:
                self._put("rows", known.id, "cells", span, value=spec)
        self._preset(row, known)
        return known.id

    def _cell(self, slot: Slot, row: DraftRow, cell: Cell, known: Row, spec: Any) -> Any:
        """The changed declaration of one cell, None where nothing changed."""
        old = spec if isinstance(spec, str) else str(spec.get("text", ""))
        text = old if row.table and known.table else self._content(slot, row, cell, known, old)
        reach = {} if row.table else self._reach(row.cells[slot.span], cell)
        if text == old and not reach:
            return None
        return {"text": text, **reach} if reach or isinstance(spec, dict) else text

    def _reach(self, spec: str | Json, cell: Cell) -> Json:
        """How far down a cell reaches, where that has changed."""
        drafted = as_object(spec)
        through, down = self.tables.get(drafted.get("through", ""), ""), drafted.get("down", 1)
        if through or cell.through:
            return {} if through == cell.through else {"through": through} if through else {"down": down}
        return {} if down == cell.down else {"down": down}

    def _content(self, slot: Slot, row: DraftRow, cell: Cell, known: Row, old: str) -> str:
        shown, text = shown_text(cell, known, self.form), slot.text
        if row.cells[slot.span] == old or (cell.field and not text.strip()):
            return old
        if slot.is_number and cell.field:
            self._number(slot, cell.field)
            return old
        self._named_text(old, text)
        if plain(shown) == plain(text):
            return old
        return self._line(row, cell, slot) if cell.line and text else self._changed(slot, cell, shown)

    def _changed(self, slot: Slot, cell: Cell, shown: str) -> str:
        """A cell with another text than ``shown``: what it says now, and the question that this raises."""
        text = slot.text
        if cell.field:
            self._ask("text_in_field", slot.address, field=cell.field, value=text)
        elif not text:
            self._ask("cell_open", slot.address, value=shown)
        elif sense(text, self.draft.year) != sense(shown, self.draft.year):
            self._ask("label_changed", slot.address, old=shown, new=text)
        return templated(text, self.draft.year)

    def _number(self, slot: Slot, name: str) -> None:
        """A printed default that is a parameter of the profile."""
        default = self.form.fields[name].default_function if name in self.form.fields else None
        match = _PARAMETER.fullmatch(self.specs.get(name, {}).get("default", "")) if default else None
        if match:
            self.made.parameters[name] = (match[1], float(slot.text))

    def _named_text(self, old: str, text: str) -> None:
        """Note what a text of the profile would have to be for the cell that names it."""
        pieces = _TEXT_NAME.split(old)
        years = {
            entry["placeholder"]: str(self.draft.year - entry["back"])
            for entry in texts_of("drafting")["years"]
        }
        named = [name for name in pieces[1::2] if f"{{{name}}}" not in years]
        if len(named) != 1:
            return
        filled = [
            re.escape(piece) if not number % 2 else years.get(f"{{{piece}}}", "(?P<text>.*)")
            for number, piece in enumerate(pieces)
        ]
        match = re.fullmatch("".join(filled), text, re.DOTALL)
        if match:
            self.made.texts.append((named[0], match["text"]))

    def _line(self, row: DraftRow, cell: Cell, slot: Slot) -> str:
        """A sentence with another wording: fields that it had keep their ids."""
        spec = row.cells[slot.span]
        text = spec if isinstance(spec, str) else str(spec["text"])
        known = {sense(label, 0): name for label, name in cell.line if name}
        for name in re.findall(r"@(\w+)", text):
            own = self.draft.fields[name]
            field_id = known.get(sense(f"{own.label}：", 0))
            if field_id is None:
                field_id = self.names.take(name)
                self._put("fields", field_id, value=own.spec)
            text = re.sub(rf"@{name}\b", f"@{field_id}", text)
        return text

    def _split(self, row: DraftRow, known: Row) -> str:
        """The row declared again, under a name of its own; its fields keep their ids where labels match."""
        name = self.row_names.take(f"{known.id}{self.draft.year}")
        if known.style not in ("attachment", "title"):
            self._ask("row_split", row.slots[0].address, value=_name_of(known, self.form), base=self.base)
        spec = merge(self.source["rows"][known.id], {"cells": None})
        spec["cells"] = dict(self._new_cells(row, known))
        self._put("rows", name, value=spec)
        self._preset(row, known)
        return name

    def _new_cells(self, row: DraftRow, known: Row) -> Iterator[tuple[str, Any]]:
        free = [cell for cell in known.cells if cell.field]
        is_level = bool(row.table and known.table)
        columns = self.form.tables[known.table].columns if known.table else self.form.fields
        for slot in row.slots:
            if slot.span not in row.cells:
                continue
            if slot not in row.fields or (slot.is_label and not is_level):
                yield slot.span, self._static(slot, row, known)
                continue
            heading = self._heading_of(slot, row)
            match = next((c for c in free if _says(columns[c.field].label, heading, self.draft.year)), None)
            match = match or next((c for c in free if (c.first, c.last) == slot.columns), None)
            if match:
                free.remove(match)
                yield slot.span, f"@{match.field}"
            else:
                yield slot.span, f"@{self._new_field(row.fields[slot], row, known.table)}"

    def _static(self, slot: Slot, row: DraftRow, known: Row) -> Any:
        """A cell without field in a row that is declared again, with the style that such a text had."""
        drafted = row.cells[slot.span]
        reach = {key: value for key, value in as_object(drafted).items() if key == "down"}
        if through := self.tables.get(as_object(drafted).get("through", "")):
            reach["through"] = through
        base: Json = {"text": drafted if isinstance(drafted, str) else drafted["text"]}
        specs = self.source["rows"][known.id]["cells"].values()
        for cell, spec in zip(known.cells, specs, strict=True):
            if slot.text and plain(shown_text(cell, known, self.form)) == plain(slot.text):
                kept = as_object(spec) or {"text": spec}
                base = {key: value for key, value in kept.items() if key in ("text", "style", "indent")}
        made = {**base, **reach}
        return made if len(made) > 1 else made["text"]

    def _heading_of(self, slot: Slot, row: DraftRow) -> str:
        name = row.fields[slot]
        if row.table:
            return self.draft.columns[row.table, name]
        return self.draft.fields[name].heading or self.draft.fields[name].label

    def _new_field(self, name: str, row: DraftRow, table: str) -> str:
        own = self.names.take(name)
        spec = self.draft.tables[row.table]["columns"][name] if row.table else self.draft.fields[name].spec
        given = {key: value for key, value in spec.items() if key not in _COMPUTED}
        self._put(*(("tables", table, "columns") if table else ("fields",)), own, value=given)
        return own

    def _added(self, row: DraftRow) -> str:
        name = self.row_names.take(row.id)
        spec = row.declaration()
        for own in dict.fromkeys(row.fields.values()) if not row.table else ():
            new = self._new_field(own, row, "")
            for span, cell in spec["cells"].items():
                if cell == f"@{own}":
                    spec["cells"][span] = f"@{new}"
        if row.table:
            spec["table"] = self.tables[row.table]
            self._put("tables", spec["table"], value=self.draft.tables[row.table])
        self._put("rows", name, value=spec)
        label = next((slot.text for slot in row.slots if slot.is_label), name)
        self._ask("row_new", row.slots[0].address, value=label)
        return name

    def _preset(self, row: DraftRow, known: Row) -> None:
        """Declare the printed rows of an indicator table where the profile's indicators give others."""
        printed = self.draft.tables[row.table].get("preset") if row.table and known.table else None
        if printed:
            cells = {(cell.first, cell.last): cell.field for cell in known.cells}
            to = {name: cells[slot.columns] for slot, name in row.fields.items() if slot.columns in cells}
            rows = [
                {to[name]: text for name, text in texts_by_id.items() if name in to}
                for texts_by_id in printed
            ]
            self._put("tables", known.table, "preset", value=rows)

    def _repair(self, order: list[str]) -> None:
        """Take what the form no longer shows out of the formulas that add it up; rules read it as nothing."""
        rows = merge(self.source, self.made.patch)["rows"]
        shown = set(re.findall(r"@(\w+)", str([rows[name]["cells"] for name in order])))
        gone = {
            name for name, declared in self.form.fields.items() if not declared.virtual and name not in shown
        }
        for name, declared in self.form.fields.items():
            if name in gone and declared.formula is None:
                self._put("fields", name, value={"formula": "0" if declared.type.number else '""'})
            lost = (
                sorted(gone & set(references(declared.formula))) if declared.formula and name in shown else []
            )
            text = declared.formula_text
            for other in lost:
                text = re.sub(rf"(?<=[(,]){other},|,{other}(?=[,)])", "", text)
                self._ask("field_gone", "", value=other, formula=name)
            if lost:
                self._put("fields", name, value={"formula": text})


def _name_of(row: Row, form: Form) -> str:
    return next((text for cell in row.cells if (text := shown_text(cell, row, form))), row.id)


def _says(label: str, heading: str, year: int) -> bool:
    last = label.rpartition("·")[2]
    return bool(heading) and sense(last, year) == sense(heading, year)
