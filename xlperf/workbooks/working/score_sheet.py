"""The tables with levels and readings of all sheets → 计分: one row for each of theirs, then level totals."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count

from openpyxl.utils import get_column_letter

from xlperf.declarations.forms_and_rules import LevelOne, Profile
from xlperf.declarations.source import Json, texts_of
from xlperf.expressions import Evaluator, Node, Value, compile_expression, native, parse
from xlperf.workbooks.working.directory_sheet import HEADING, ROW, TALL, DirectorySheet
from xlperf.workbooks.working.filing_scopes import ABOVE, RAW, NameValues, ScoreBlock, SheetScope, block_of
from xlperf.workbooks.working.helper_plan import (
    PlannedCell,
    PlannedRow,
    PlannedSheet,
    SheetInstance,
    block_prefix,
    fewest,
    in_sight,
    size,
    slots_for,
)
from xlperf.workbooks.working.locate import (
    BLOCK,
    FIRST,
    LAST,
    SHEET,
    SLOT,
    BlockColumns,
    Locator,
    filled,
    finish,
)

LEVEL, WEIGHT = "级别!名称", "级别!权重"
_UP = "\x07"
"""On each side of a column's letter: the cell of that column one row above."""
_BETWEEN = "\N{IDEOGRAPHIC SPACE}"
_SLOT = 26.0
"""Height in points of a row of a block: two lines."""
_PLANNED_TOTAL = 0.0
_ABOVE = re.compile(f"{_UP}([A-Z]+){_UP}")


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block on the sheet: its ``number`` there (from 1), its site, what the names of that begin with, its
    first row, its number of rows and how many of these are filled as planned.
    """

    number: int
    site: SheetInstance
    prefix: str
    block: ScoreBlock
    first: int
    count: int
    present: int

    @property
    def last(self) -> int:
        """The last row of the block."""
        return self.first + self.count - 1

    @property
    def marks(self) -> dict[str, str]:
        """The texts that replace the marks of a whole block in formulas of other sheets."""
        return {SHEET: self.prefix, BLOCK: block_prefix(self.number)}

    @property
    def own_marks(self) -> dict[str, str]:
        """Those in formulas of the score sheet."""
        return {SHEET: self.prefix, FIRST: str(self.first), LAST: str(self.last)}

    @property
    def names(self) -> dict[str, str]:
        """The names of its columns and what they refer to."""
        title, letters = (
            texts_of("working")["score"]["title"],
            map(get_column_letter, range(1, self.width + 1)),
        )
        start = block_prefix(self.number)
        return {f"{start}{at}": f"{title}!${at}${self.first}:${at}${self.last}" for at in letters}

    @property
    def width(self) -> int:
        """The number of its columns."""
        return len(self.block.order) + 1


def block_columns(block: ScoreBlock, *, named: bool) -> BlockColumns:
    """The letters of a block's columns on the score sheet; see ``BlockColumns``."""
    letters = {name: get_column_letter(number) for number, name in enumerate(block.order, 2)}
    return BlockColumns(letters, named)


class ScoreSheet:
    """计分 for ``sites``."""

    def __init__(self, profile: Profile, sites: Sequence[SheetInstance], directory: DirectorySheet) -> None:
        self._profile = profile
        self._directory = directory
        self.placed = tuple(self._place(sites))

    def on(self, site: SheetInstance) -> list[PlacedBlock]:
        """The blocks of one official sheet."""
        return [placed for placed in self.placed if placed.site is site]

    def marks(self, site: SheetInstance) -> Mapping[str, str]:
        """The texts that replace the marks of a sheet in formulas; at most one of its tables has a block."""
        return next((placed.marks for placed in self.on(site)), {SHEET: self._directory.prefix(site)})

    def _place(self, sites: Sequence[SheetInstance]) -> Iterator[PlacedBlock]:
        row, numbers = len(texts_of("working")["score"]["notes"]) + 2, count(1)
        for site in sites:
            for table in site.form.tables.values():
                block = block_of(self._profile, site.form, table)
                if block:
                    rows = size(site.placement, table)
                    planned, start = slots_for(rows), self._directory.prefix(site)
                    yield PlacedBlock(next(numbers), site, start, block, row + 2, planned, fewest(rows))
                    row += 2 + planned + len(_totals(block)) + 2

    def sheet(self, slots: "count[int]") -> PlannedSheet:
        """The sheet as planned."""
        texts = texts_of("working")["score"]
        rows = [PlannedRow(HEADING, (PlannedCell(1, "title", texts["heading"]),))]
        rows += [PlannedRow(TALL, (PlannedCell(1, "note", note),)) for note in texts["notes"]]
        for placed in self.placed:
            rows += self._block_rows(placed, slots)
        widest = max(
            (placed.block for placed in self.placed), key=lambda block: len(block.order), default=None
        )
        order = widest.order if widest else ()
        wide = len(widest.official) + len(widest.shown) + 1 if widest else 1
        return PlannedSheet(
            title=texts["title"],
            widths=(texts["slot"]["width"], *(_look(widest, name)["width"] for name in order if widest)),
            rows=tuple(rows),
            merges=tuple(
                f"A{row}:{get_column_letter(wide)}{row}"
                for row in (*range(2, len(texts["notes"]) + 2), *(placed.first - 2 for placed in self.placed))
            ),
            hidden=frozenset(range(wide + 1, len(order) + 2)),
            names={name: area for placed in self.placed for name, area in placed.names.items()},
        )

    def with_used_names(self, sheet: PlannedSheet, formulas: Iterable[str]) -> PlannedSheet:
        """``sheet`` with those names only that ``formulas`` use."""
        starts = "|".join(re.escape(block_prefix(placed.number)) for placed in self.placed)
        name = re.compile(rf"(?:{starts})[A-Z]+")
        used = {found for text in formulas for found in name.findall(text)} if starts else set()
        return replace(sheet, names={name: area for name, area in sheet.names.items() if name in used})

    def values(self, scopes: Sequence[SheetScope], slot: int) -> Iterator[tuple[int, Value]]:
        """The values of the sheet, whose first slot is ``slot``, as ``sheet`` numbers them."""
        for placed in self.placed:
            sheet, order = scopes[placed.site.number - 1], placed.block.order
            for index, cells in enumerate(sheet.rows[placed.block.table.id]):
                start = slot + index * (len(order) + 1)
                if index >= placed.present:
                    yield start, index + 1.0
                for number, name in enumerate(order, start + 1):
                    if (value := cells[name]) != "":
                        yield number, value
            slot += placed.count * (len(order) + 1)
            for line in _totals(placed.block):
                yield from line.values(sheet.scope, slot)
                slot += len(line.cells)

    def unused_rows(self, sites: Sequence[SheetInstance]) -> Iterator[range]:
        """The rows of the sheet that tables of these sizes do not need."""
        for placed in self.placed:
            shown = in_sight(sites[placed.site.number - 1].placement, placed.block.table)
            yield range(placed.first + shown, placed.last + 1)

    def _block_rows(self, placed: PlacedBlock, slots: "count[int]") -> Iterator[PlannedRow]:
        block, texts = placed.block, texts_of("working")["score"]
        label = f"{_BETWEEN}{block.table.label}"
        title = f'{self._directory.cell("title", placed.site)}&"{label}"'
        yield PlannedRow(ROW, (PlannedCell(1, "section", f"{placed.site.title}{label}", title),))
        columns = block.table.columns
        headings = [texts["slot"]["heading"]]
        headings += [columns[name].label if name in columns else name for name in block.order]
        yield PlannedRow(
            HEADING, tuple(PlannedCell(at, "heading", text) for at, text in enumerate(headings, 1))
        )
        formulas = [finish(text, placed.own_marks) for text in _formulas(self._profile, placed)]
        for number in range(1, placed.count + 1):
            yield _slot_row(placed, formulas, number, slots)
        yield from self._total_rows(placed, slots)

    def _total_rows(self, placed: PlacedBlock, slots: "count[int]") -> Iterator[PlannedRow]:
        levels = texts_of("working")["score"]["levels"]
        if totals := _totals(placed.block):
            texts = [column["heading"] for column in levels["columns"].values()]
            cells = (PlannedCell(at, "heading", text) for at, text in enumerate(texts, 2))
            yield PlannedRow(ROW, tuple(cells))
            blocks = {placed.block.table.id: block_columns(placed.block, named=False)}
            locator = Locator(self._profile, placed.site.form, blocks=blocks)
            for line in totals:
                yield PlannedRow(ROW, tuple(line.planned(locator, placed.own_marks, slots)))
        yield PlannedRow(ROW, ())


@dataclass(frozen=True, slots=True)
class BlockTotal:
    """A line under a block: its name and, column by column, a formula or nothing."""

    name: str
    cells: tuple[tuple[int, Node, Evaluator], ...]
    level: LevelOne | None

    def values(self, scope: NameValues, slot: int) -> Iterator[tuple[int, Value]]:
        """The values of its formulas."""
        names = {**scope, LEVEL: self.name, WEIGHT: self.level.weight} if self.level else scope
        for number, (_, _, evaluate) in enumerate(self.cells, slot):
            if (value := evaluate(names)) != _PLANNED_TOTAL:
                yield number, value

    def planned(
        self, locator: Locator, marks: Mapping[str, str], slots: "count[int]"
    ) -> Iterator[PlannedCell]:
        """Its cells."""
        yield PlannedCell(2, "text", self.name)
        known = {LEVEL: f'"{self.name}"', WEIGHT: f"{self.level.weight:.15g}"} if self.level else {}
        look = texts_of("working")["score"]["numbers"]
        for column, node, _ in self.cells:
            formula = finish(native(node, lambda name: known.get(name) or locator(name)), marks)
            yield PlannedCell(column, look["style"], _PLANNED_TOTAL, formula, next(slots))


@cache
def _totals(block: ScoreBlock) -> list[BlockTotal]:
    """The lines under a block: the levels of the profile, then what is declared; none under other tables."""
    texts = texts_of("working")["score"]["levels"]
    if block.table.id != texts["table"]:
        return []
    formulas = {role: column["formula"] for role, column in texts["columns"].items() if "formula" in column}
    levels = block.profile.indicators.get(block.form.alias, ())
    lines = [_total(level.name, formulas, level) for level in levels]
    return lines + [_total(next(iter(line.values())), line, None) for line in texts["lines"]]


def _total(name: str, formulas: Mapping[str, str], level: LevelOne | None) -> BlockTotal:
    roles = list(texts_of("working")["score"]["levels"]["columns"])
    nodes = {role: parse(formulas[role]) for role in roles[1:] if role in formulas}
    cells = tuple((roles.index(role) + 2, node, compile_expression(node)) for role, node in nodes.items())
    return BlockTotal(name, cells, level)


def _look(block: ScoreBlock, name: str) -> Json:
    column = block.table.columns.get(name)
    look: Json = texts_of("working")["score"]["numbers" if column and column.type.number else "texts"]
    return look


def _formulas(profile: Profile, placed: PlacedBlock) -> list[str]:
    """The formula of each column with marks for its row, and that of the row number first."""
    block, columns = placed.block, block_columns(placed.block, named=False)
    special = {f"{ABOVE}{name}": f"{_UP}{letter}{_UP}" for name, letter in columns.letters.items()}
    plain = Locator(profile, placed.site.form, block.table, special=special)
    special |= {f"{RAW}{level}": plain.cell(level) for level in block.table.levels}
    locator = Locator(profile, block.form, block.table, {block.table.id: columns}, special=special)
    number = f"ROW()-{placed.first - 1}"
    texts = [f'IF({number}>ROWS({plain.rows()}),"",{number})']
    for name in block.order:
        node = block.columns.get(name)
        shown = native(node, locator) if node else filled(plain.cell(name))
        texts.append(finish(f'IF({columns.number()}="","",{shown})', {SLOT: columns.number()}))
    return texts


def _slot_row(placed: PlacedBlock, formulas: Sequence[str], number: int, slots: "count[int]") -> PlannedRow:
    block, row = placed.block, placed.first + number - 1
    above = '""' if number == 1 else rf"$\g<1>{row - 1}"
    texts = [_ABOVE.sub(above, text).replace(BLOCK, str(row)) for text in formulas]
    shared = [text if number > 1 or _UP not in text else "" for text in formulas]
    look = texts_of("working")["score"]["slot"]["style"]
    shown = float(number) if number <= placed.present else ""
    cells = [PlannedCell(1, look, shown, texts[0], next(slots), shared=shared[0])]
    for column, name in enumerate(block.order, 1):
        style = str(_look(block, name)["style"])
        cells.append(PlannedCell(column + 1, style, "", texts[column], next(slots), shared=shared[column]))
    return PlannedRow(_SLOT, tuple(cells))
