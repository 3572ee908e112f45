"""A growing block of a grid → a declared table with its columns, and its declared row."""

from collections import Counter
from collections.abc import Iterator, Sequence

from xlperf.declarations.source import Json, texts_of
from xlperf.drafting.field_ids import FieldIds, as_id
from xlperf.drafting.form_draft import DraftRow, FormDraft
from xlperf.drafting.growing_blocks import GrowingBlock, preset_rows
from xlperf.drafting.slot_grid import Slot
from xlperf.drafting.wording import (
    guess_type,
    is_more,
    level_of,
    question,
)
from xlperf.notation import level1_label

_SHOWN = 12


def draft_table(form: FormDraft, block: GrowingBlock, names: FieldIds) -> DraftRow:
    """Declare ``block`` as a table of ``form``; its row is named by ``names``."""
    return _TableDrafter(form, block, names).draft()


class _TableDrafter:
    def __init__(self, form: FormDraft, block: GrowingBlock, names: FieldIds) -> None:
        self.form, self.block, self.grid = form, block, form.grid
        self.id = names.take(self._table_name())
        slots = [slot for slot in self.grid.across(block.first) if slot.top >= block.first]
        self.slots = [self._column_slot(slot) for slot in slots]
        self.headings = [self._heading(slot) for slot in self.slots]
        self.levels = [level_of(text) for text in self.headings]
        self.ids = list(self._ids())

    def draft(self) -> DraftRow:
        columns = {name: self._column(name, text) for name, text in zip(self.ids, self.headings, strict=True)}
        table: Json = {"label": self.id, "columns": columns}
        if self.block.has_levels:
            self._indicators(table)
        else:
            self._rows(table)
        self.form.tables[self.id] = table
        for name, text in zip(self.ids, self.headings, strict=True):
            self.form.columns[self.id, name] = text
        self._ask("block", self.slots[0], first=self.block.first, last=self.block.last, value=self.id)
        row = DraftRow(self.id, self.block.first, self.block.last, tuple(self.slots), table=self.id)
        for slot, name in zip(self.slots, self.ids, strict=True):
            row.cells[slot.span] = f"@{name}"
            row.fields[slot] = name
        return row

    def _ask(self, key: str, slot: Slot, **values: object) -> None:
        self.form.questions.append(question(key, self.grid.name, slot.address, **values))

    def _table_name(self) -> str:
        """The label next to an indicator table, or above other rows, and what they are."""
        first = self.block.first
        side_labels = [slot for slot in self.grid.across(first) if slot.top < first and slot.is_label]
        if self.block.has_levels:
            return (
                as_id(side_labels[0].text, self.form.year)
                if side_labels
                else texts_of("drafting")["names"]["table"]
            )
        over = [slot for slot in self.grid.across(first - 1) if slot.is_label] if first > 1 else []
        stem = as_id((side_labels or over)[0].text, self.form.year) if side_labels or over else ""
        return f"{stem}{texts_of('drafting')['names']['table']}"

    def _column_slot(self, slot: Slot) -> Slot:
        """One row's part of a slot that may be merged over several rows."""
        first = self.block.first
        return Slot(first, slot.left, first, slot.right, slot.text, slot.is_number)

    def _heading(self, slot: Slot) -> str:
        over = self.grid.above(slot)
        return over.text if over else ""

    def _ids(self) -> Iterator[str]:
        taken = FieldIds()
        for number, text in enumerate(self.headings):
            first = texts_of("drafting")["names"]["first"] if number == 0 else ""
            is_dots = is_more(self.slots[number].text) and not self.block.has_levels
            yield taken.take(first if is_dots and number == 0 else as_id(text, self.form.year), first)

    def _column(self, name: str, heading: str) -> Json:
        if name == texts_of("drafting")["names"]["first"]:
            return {"type": "text", "align": "left"}
        units = [slot.text for slot in self.grid.across(self.block.first) if slot.top < self.block.first]
        over = [heading_slot.text for heading_slot in self.grid.across(max(self.block.first - 1, 1))]
        return {"type": guess_type([heading], [*units, *over]) or "text"}

    def _rows(self, table: Json) -> None:
        """Rows as they are printed: ……  as placeholder, numbers and the like as preset texts."""
        printed = list(preset_rows(self.grid, self.block))
        first = dict(zip(self.ids, printed[0], strict=True))
        if all(row == printed[0] for row in printed) and all(map(is_more, filter(None, printed[0]))):
            table["rows"] = len(printed)
            for name, text in first.items():
                if text:
                    table["columns"][name]["placeholder"] = text
        else:
            self._preset(table, printed)

    def _preset(self, table: Json, printed: Sequence[Sequence[str]]) -> None:
        rows = [dict(zip(self.ids, row, strict=True)) for row in printed]
        table["preset"] = [{name: text for name, text in row.items() if text} for row in rows]
        for name in {name for row in table["preset"] for name in row}:
            table["columns"][name]["type"] = "text"
        texts = [text for row in printed for text in row if text]
        self._ask("preset", self.slots[0], value="、".join(texts[:_SHOWN]))

    def _indicators(self, table: Json) -> None:
        """The levels of an indicator table with their names and weights, and what else is printed in it."""
        rows = list(range(self.block.first, self.block.last + 1))
        firsts = [self.grid.at(row, self._at(1).left).text for row in rows] if 1 in self.levels else []
        seconds = [self.grid.at(row, self._at(2).left).text for row in rows] if 2 in self.levels else []
        if not (firsts and seconds and all(firsts) and all(seconds)):
            printed = list(preset_rows(self.grid, self._narrowed()))
            if any(any(row) for row in printed):
                self._preset(table, printed)
            else:
                table["rows"] = len(rows)
            return
        names = [level1_label(text)[0] for text in firsts]
        self.form.indicators = list(self._entries(firsts, seconds))
        merging = self.levels.index(2) + 1
        table["levels"] = self.ids[:merging]
        for name in self.ids[:merging]:
            table["columns"][name] |= {"type": "text", "required": True, "merge": True}
        self._weights(table, firsts)
        self._print_rows(table, names, seconds)

    def _narrowed(self) -> GrowingBlock:
        return GrowingBlock(self.block.first, self.block.last, tuple(self.slots))

    def _at(self, level: int) -> Slot:
        return self.slots[self.levels.index(level)]

    def _entries(self, firsts: Sequence[str], seconds: Sequence[str]) -> Iterator[Json]:
        children: dict[str, list[str]] = {}
        weights: dict[str, float | None] = {}
        for text, child in zip(firsts, seconds, strict=True):
            name, points = level1_label(text)
            weights.setdefault(name, points)
            if child not in children.setdefault(name, []):
                children[name].append(child)
        for name, points in weights.items():
            if points is None:
                self._ask("weights", self._at(1), value=name)
            weight = int(points) if points is not None and points == int(points) else points or 0
            yield {"level1": name, "weight": weight, "level2": children[name]}

    def _weights(self, table: Json, firsts: Sequence[str]) -> None:
        """How the points of a level-1 indicator are printed with its name, where it is always the same."""
        column, weight = self.ids[self.levels.index(1)], texts_of("drafting")["names"]["level_weight"]
        shown = Counter[str]()
        for text in dict.fromkeys(firsts):
            name, points = level1_label(text)
            flat = text.strip() if name in text else "".join(text.split())
            shown[flat.replace(name, f"{{{column}}}").replace(f"{points or 0:.15g}", f"{{{weight}}}")] += 1
        form = shown.most_common(1)[0][0]
        if len(shown) > 1:
            self._ask("weight_text", self._at(1), value="、".join(dict.fromkeys(firsts)))
        if f"{{{weight}}}" in form:
            table["columns"][column]["display"] = form
            table["columns"][weight] = {"type": "score", "derive": "level_weight", "from": column}

    def _print_rows(self, table: Json, names: Sequence[str], seconds: Sequence[str]) -> None:
        """A preset where the rows that the profile's indicators give are not what is printed."""
        printed = [list(row) for row in preset_rows(self.grid, self._narrowed())]
        for row, name in zip(printed, names, strict=True):
            row[self.levels.index(1)] = name
        merging = {self.levels.index(1), self.levels.index(2)}
        given = [(level["level1"], child) for level in self.form.indicators for child in level["level2"]]
        others = any(text for row in printed for at, text in enumerate(row) if at not in merging)
        if others or len(table["levels"]) > len(merging) or given != list(zip(names, seconds, strict=True)):
            self._preset(table, printed)
