"""A growing block of a grid (indicators, numbered or repeated rows, rows that say ……) → a declared table.

The table has its columns and its declared row.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.declarations.source import Json, texts_of
from xlperf.drafting.draft import DraftRow, FormDraft
from xlperf.drafting.slot_grid import Slot, SlotGrid
from xlperf.drafting.wording import FieldIds, as_id, guess_type, is_more, is_total, level_of, question
from xlperf.notation import level1_label

_COUNTED = re.compile(r"(?P<stem>\D*?)(?P<number>[0-9]{1,3})[、.．:：)）]?")


@dataclass(frozen=True, slots=True)
class GrowingBlock:
    """Sheet rows ``first`` to ``last`` that are one table; ``columns`` are the slots that give its columns.

    These are its headings where ``has_levels``, the level columns first, else its first row.
    """

    first: int
    last: int
    columns: tuple[Slot, ...]
    has_levels: bool = False


def find_blocks(grid: SlotGrid) -> list[GrowingBlock]:
    """The blocks of ``grid``, top to bottom."""
    found: list[GrowingBlock] = []
    row = 1
    while row <= grid.rows:
        block = _levels(grid, row) or _repeated(grid, row)
        if block:
            found.append(block)
        row = block.last + 1 if block else row + 1
    return found


def _levels(grid: SlotGrid, row: int) -> GrowingBlock | None:
    """The indicator rows below a heading row that names at least two levels."""
    named = [slot for slot in grid.starting(row) if level_of(slot.text)]
    if len(named) < 2:
        return None
    headings = [slot for slot in grid.starting(row) if slot.left >= named[0].left]
    first = 1 + max(slot.bottom for slot in headings)
    if first > grid.rows:
        return None
    columns = tuple(grid.across(first - 1, named[0].left))
    last = first - 1
    while last < grid.rows and _goes_on(grid, columns, first, last + 1):
        last += 1
    return GrowingBlock(first, last, columns, has_levels=True) if last >= first else None


def _goes_on(grid: SlotGrid, columns: tuple[Slot, ...], first: int, row: int) -> bool:
    slots = [grid.at(row, column.left) for column in columns]
    alike = all(
        slot.columns == column.columns and slot.top >= first
        for slot, column in zip(slots, columns, strict=True)
    )
    return alike and not is_total(slots[0].text) and not level_of(slots[0].text)


def _repeated(grid: SlotGrid, row: int) -> GrowingBlock | None:
    """Rows of one shape from ``row`` on that are numbered, empty or end in ……."""
    if len(grid.shape(row)) < 2:
        return None
    last = row
    while last < grid.rows and _follows(grid, row, last + 1):
        last += 1
    own = tuple(slot for slot in grid.starting(row) if slot.top == slot.bottom)
    lone_more = last == row and any(is_more(slot.text) for slot in own)
    return GrowingBlock(row, last, own) if lone_more or (last > row and _is_series(grid, row, last)) else None


def _follows(grid: SlotGrid, first: int, row: int) -> bool:
    """Whether ``row`` is another row of the series that begins with ``first``."""
    if grid.shape(row) != grid.shape(first):
        return False
    texts, before = (_texts(grid, number) for number in (row, row - 1))
    if any(texts[1:]) and not any(map(is_more, texts)):
        return False
    if is_more(texts[0]):
        return is_more(before[0]) or _count(before[0]) is not None
    earlier, later = _count(before[0]), _count(texts[0])
    if earlier and later:
        return earlier[0] == later[0] and later[1] == earlier[1] + 1
    return not any(texts) and not any(before)


def _is_series(grid: SlotGrid, first: int, last: int) -> bool:
    """Numbered rows, or …… rows; empty ones only right below a row of headings of the same shape."""
    texts = _texts(grid, first)
    if any(texts[1:]) and not any(map(is_more, texts)):
        return False
    if texts[0]:
        return _count(texts[0]) is not None or is_more(texts[0])
    headings = [grid.at(first - 1, left) for left, _ in grid.shape(first)] if first > 1 else []
    return bool(headings) and all(
        heading.is_label and heading.columns == columns
        for heading, columns in zip(headings, grid.shape(first), strict=True)
    )


def _texts(grid: SlotGrid, row: int) -> list[str]:
    return [grid.at(row, left).text for left, _ in grid.shape(row)]


def _count(text: str) -> tuple[str, int] | None:
    found = _COUNTED.fullmatch("".join(text.split()))
    return (found["stem"], int(found["number"])) if found else None


def preset_rows(grid: SlotGrid, block: GrowingBlock) -> Iterator[list[str]]:
    """What the official file has printed into each row of a block, column by column."""
    for row in range(block.first, block.last + 1):
        yield [grid.at(row, column.left).text for column in block.columns]


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
        """Enter the table into the form; returns its declared row."""
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
