"""A plan of what to fill in → cells of the open workbook, written by rows and ranges."""

import re
from collections.abc import Sequence
from itertools import groupby

import xlwings as xw
from openpyxl.utils import column_index_from_string

from xlperf.excel.actions.excel_ui import ExcelUI
from xlperf.excel.actions.fill_plan import FillPlan, Put
from xlperf.excel.actions.table_plan import Block, Column
from xlperf.expressions import Value

_TEXT_FORMAT = "@"
_BEGINNINGS = re.compile(r"\s*[=+\-@'#]")
"""Beginnings for which Excel takes a text for a formula or for one with a prefix."""
_NUMBERLIKE = re.compile(r"[0-9０-９]|^\s*(?:true|false)\s*$", re.IGNORECASE)
_LONGEST_NUMBER = 60
"""Longer texts are not taken for numbers, dates or truth values."""


def write_plan(book: xw.Book, ui: ExcelUI, plan: FillPlan) -> None:
    """Write everything that ``plan`` says; formulas, formats and all other cells stay as they are.

    The protection of a sheet is lifted while it is written: protected sheets take no merged cells.
    """
    for sheet_plan in plan.sheets:
        sheet = book.sheets[sheet_plan.title]
        with ui.unlocked(sheet):
            for run in _runs(sheet_plan.puts):
                first, last = run[0], run[-1]
                area = sheet.range((first.row, first.column), (last.row, last.column))
                area.value = [_safe(area, [put.value for put in run])]
            for block in sheet_plan.blocks:
                _write_block(book, sheet, block)


def _runs(puts: Sequence[Put]) -> list[list[Put]]:
    """The values of neighbouring cells of one row together."""
    ordered = sorted(puts, key=lambda put: (put.row, put.column))
    by_run = groupby(enumerate(ordered), key=lambda pair: (pair[1].row, pair[1].column - pair[0]))
    return [[put for _, put in run] for _, run in by_run]


def _write_block(book: xw.Book, sheet: xw.Sheet, block: Block) -> None:
    end = block.last
    for runs in block.runs:
        sheet.range((block.first, runs.first), (end, runs.last)).unmerge()
    if block.grown:
        _grow(book, sheet, block)
        end += block.grown
    for column in block.columns:
        number = column_index_from_string(column.letter)
        area = sheet.range((block.first, number), (end, number))
        area.value = [[value] for value in _safe(area, column.values)]
    for runs in block.runs:
        for top, bottom in runs.areas:
            sheet.range((top, runs.first), (bottom, runs.last)).merge()


def _grow(book: xw.Book, sheet: xw.Sheet, block: Block) -> None:
    """Insert rows formatted like those of the table, and extend the defined names of its columns to them."""
    at, left, right = block.insert_at, *block.sides
    like = at - 1
    sheet.range(f"{at}:{at + block.grown - 1}").insert("down", "format_from_left_or_above")
    added = sheet.range((at, left), (at + block.grown - 1, right))
    sheet.range((like, left), (like, right)).copy(added)
    height = sheet.range((like, left)).row_height
    if height is not None:
        added.row_height = height
    if block.last == block.first:
        for column in block.columns:
            _stretch(book, sheet, block, column)


def _stretch(book: xw.Book, sheet: xw.Sheet, block: Block, column: Column) -> None:
    """Extend the defined name of a column of one row: rows added below it do not extend the name."""
    name = f"{block.table}_{column.name}"
    names = sheet.names if name in sheet.names else book.names
    if name in names:
        quoted = sheet.name.replace("'", "''")
        last = block.last + block.grown
        names[name].refers_to = f"='{quoted}'!${column.letter}${block.first}:${column.letter}${last}"


def _safe(area: xw.Range, values: Sequence[Value]) -> list[object]:
    """The values to write; a text that Excel may take for something else gets an apostrophe."""
    if any(map(is_risky, values)) and area.number_format != _TEXT_FORMAT:
        return [f"'{value}" if is_risky(value) else value for value in values]
    return list(values)


def is_risky(value: Value) -> bool:
    """Whether Excel may take a text for a formula, number, date or truth value in a cell not set to text."""
    if not isinstance(value, str):
        return False
    short = len(value) <= _LONGEST_NUMBER
    return bool(_BEGINNINGS.match(value) or (short and _NUMBERLIKE.search(value)))
