"""The grid of an official sheet → a FormDraft: each row declared, empty cells taken for fields."""

import re
from collections.abc import Iterable

from xlperf.declarations.source import Json, texts_of
from xlperf.drafting.draft import DraftField, DraftRow, FormDraft
from xlperf.drafting.slot_grid import Slot, SlotGrid
from xlperf.drafting.table_draft import GrowingBlock, draft_table, find_blocks
from xlperf.drafting.wording import FieldIds, as_id, as_line, guess_type, label, pattern, question, templated
from xlperf.notation import label_key

_HEAD_ROWS = 6


def draft_form(grid: SlotGrid, year: int, reserved: Iterable[str] = ()) -> FormDraft:
    """Draft the sheet ``grid``; ``reserved`` are the field ids of other forms."""
    return _Drafter(grid, year, FieldIds(reserved)).draft()


class _Drafter:
    def __init__(self, grid: SlotGrid, year: int, names: FieldIds) -> None:
        self.grid = grid
        self.form = FormDraft(grid, year)
        self.names = names
        self.row_names = FieldIds()
        self.blocks = {block.first: block for block in self._growing(find_blocks(grid))}

    def draft(self) -> FormDraft:
        """The draft of the whole sheet, row by row."""
        row = 1
        while row <= self.grid.rows:
            block = self.blocks.get(row)
            if block:
                self.form.rows.append(draft_table(self.form, block, self.row_names))
            else:
                self.form.rows.append(self._row(row))
            row = block.last + 1 if block else row + 1
        if not self.form.title:
            self.form.title = self.grid.name
            self.form.questions.append(question("title", self.grid.name, value=self.grid.name))
        self._cover_blocks()
        return self.form

    def _ask(self, key: str, cell: str, **values: object) -> None:
        self.form.questions.append(question(key, self.grid.name, cell, **values))

    def _growing(self, blocks: Iterable[GrowingBlock]) -> Iterable[GrowingBlock]:
        """The blocks that no label next to them goes beyond: other rows cannot be added."""
        for block in blocks:
            side_labels = [slot for slot in self.grid.across(block.first) if slot.top < block.first]
            if not block.has_levels and any(slot.bottom > block.last for slot in side_labels):
                self._ask("block_inside", block.columns[0].address, value=block.columns[0].text)
            else:
                yield block

    def _cover_blocks(self) -> None:
        """Let labels next to a block reach through its table; ask about those that end elsewhere."""
        tables = {row.top: row.table for row in self.form.rows if row.table}
        for cell in (cell for row in self.form.rows for cell in row.cells.values()):
            if isinstance(cell, dict) and "through" in cell:
                cell["through"] = tables[cell["through"]]
        for block in self.blocks.values():
            for slot in self.grid.across(block.first):
                if slot.top < block.first and slot.bottom != block.last:
                    self._ask("side_label", slot.address, last=slot.bottom)

    def _row(self, row: int) -> DraftRow:
        slots = tuple(self.grid.starting(row))
        made = DraftRow("", row, row, slots)
        head = self._head(row, slots)
        texts = [slot for slot in slots if slot.is_label]
        for slot in slots:
            if head and not slot.text:
                continue
            made.cells[slot.span] = self._cell(slot, made, head)
        wide = len(slots) == 1 and slots[0].columns == (1, self.grid.columns)
        if wide and texts and not head:
            made.style = "signature" if made.fields else "note"
        made.style = made.style or (head or "")
        made.id = self._row_id(made, texts, head)
        return made

    def _row_id(self, made: DraftRow, texts: list[Slot], head: str) -> str:
        words = texts_of("drafting")
        if head:
            return self.row_names.take(
                words["head"]["attachment_row" if head == "attachment" else "title_row"]
            )
        row_labels = [slot for slot in self.grid.across(made.top) if slot.is_label]
        named = (texts or row_labels)[:1]
        first = as_id(re.split("[：:]\\s", named[0].text)[0], self.form.year) if named else ""
        heading = words["head"]["heading_row"].replace("$", first)
        return self.row_names.take(
            heading if first and not made.fields and len(texts) > 1 else first,
            otherwise=f"{words['names']['row']}{made.top}",
        )

    def _head(self, row: int, slots: tuple[Slot, ...]) -> str:
        """``attachment`` or ``title`` where the row is that, else ""; sets both on the form."""
        texts = [slot for slot in slots if slot.text]
        if self.form.title or row > _HEAD_ROWS or len(texts) != 1:
            return ""
        text, words = texts[0].text, texts_of("drafting")["head"]
        if pattern(words["number"]).search(label_key(text)):
            return ""
        if pattern(words["attachment"]).search(label_key(text)):
            self.form.attachment = text
            return "attachment"
        merged = len(slots) > 1 and any(slot.left != slot.right for slot in slots)
        if merged or as_line(text, lambda name: name):
            return ""
        self.form.title = templated(text, self.form.year)
        return "title"

    def _cell(self, slot: Slot, row: DraftRow, head: str) -> str | Json:
        text = texts_of("drafting")["head"]["texts"].get(head) or self._text(slot, row)
        spec: Json = {"text": text}
        across = [block for block in self.blocks.values() if slot.top < block.first <= slot.bottom]
        block = next((block for block in across if block.has_levels or slot.bottom == block.last), None)
        if block:
            spec["through"] = block.first
        elif slot.bottom > slot.top:
            spec["down"] = slot.bottom - slot.top + 1
        return spec if len(spec) > 1 else text

    def _text(self, slot: Slot, row: DraftRow) -> str:
        if slot.is_label:
            line = as_line(slot.text, lambda name: self.names.take(as_id(name, self.form.year)))
            alone = slot.columns == (1, self.grid.columns)
            if line and (alone or len(line.labels) > 1):
                self._line_fields(slot, row, line.labels)
                for printed_label in line.filled:
                    self._ask("line", slot.address, value=printed_label)
                return templated(line.text, self.form.year)
        if slot.text and not slot.is_number:
            if row.slots[0] is not slot and pattern(texts_of("drafting")["prompt"]).search(slot.text):
                self._ask("prompt", slot.address, value=slot.text)
            return templated(slot.text, self.form.year)
        field = self._field(slot)
        if field is None:
            return slot.text
        row.fields[slot] = field.id
        return f"@{field.id}"

    def _line_fields(self, slot: Slot, row: DraftRow, labels: dict[str, str]) -> None:
        for name, text in labels.items():
            self.form.fields[name] = DraftField(
                name, slot, text, "", {"type": guess_type([text], ()) or "text"}
            )
        row.fields[slot] = next(iter(labels))

    def _field(self, slot: Slot) -> DraftField | None:
        """The field of an empty cell; None for one that nothing labels, a corner or a spacer."""
        left, over = self.grid.left_of(slot), self.grid.above(slot)
        if over is None and (left is None or left.right + 1 != slot.left):
            return None
        if self._is_corner(slot) or self._is_spacer(slot, over):
            return None
        left_text, heading = (neighbour.text if neighbour else "" for neighbour in (left, over))
        year = self.form.year
        own, top = as_id(left_text, year), as_id(heading, year)
        both = f"{own}_{top}" if own and top else ""
        is_group = bool(left and over and left.bottom - left.top > slot.bottom - slot.top)
        name = self.names.take(*((top, both) if is_group else (both, own or top)))
        kind = guess_type([heading, left_text], self._around(slot, left))
        if kind is None:
            self._ask("type", slot.address, value=name)
        spec: Json = {"type": kind or "text"}
        if heading and left_text and is_group:
            spec["label"] = f"{label(left_text)}·{label(heading)}"
        if slot.is_number:
            spec["default"] = slot.text
            self._ask("default", slot.address, value=slot.text)
        field = self.form.fields[name] = DraftField(name, slot, label(left_text), label(heading), spec)
        return field

    def _around(self, slot: Slot, left: Slot | None) -> list[str]:
        """Texts whose unit may hold for a cell: labels to its left, those over its label, the page's."""
        found = [
            neighbour.text for neighbour in reversed(self.grid.across(slot.top)) if neighbour.left < slot.left
        ]
        for row in range(left.top - 1, 0, -1) if left else ():
            found.append(self.grid.at(row, left.left).text if left else "")
        return found

    def _is_corner(self, slot: Slot) -> bool:
        """An empty cell over the labels of rows and next to the headings of columns."""
        right = [neighbour for neighbour in self.grid.starting(slot.top) if neighbour.left > slot.right]
        if slot.bottom == self.grid.rows or not right or not right[0].is_label:
            return False
        below = self.grid.at(slot.bottom + 1, slot.left)
        return below.is_label and below.columns == slot.columns

    def _is_spacer(self, slot: Slot, over: Slot | None) -> bool:
        """A cell of a row without any label that is not right below headings."""
        if any(neighbour.is_label for neighbour in self.grid.across(slot.top)):
            return False
        return over is None or over.bottom != slot.top - 1
