"""A grid → its growing blocks: indicator tables, numbered or repeated rows, rows that say ……."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xlperf.drafting.slot_grid import Slot, SlotGrid
from xlperf.drafting.wording import is_more, is_total, level_of

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
