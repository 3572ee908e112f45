"""Recomputed results that differ from the saved ones → those of them that rest on doubtful input.

The engine reads some inputs otherwise than Excel (texts like 1,234.50, the sixteenth digit, errors
inside text functions): a difference is told only where none of these is read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from xlperf.core.cell_addresses import coordinate_to_tuple
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.recompute import Place, Recomputed
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.sheet_cells import Sheet

AS_TEXT = "引用的格里有写成文字的数"
ERRORS = "引用的格或结果是错误值"
UNCERTAIN = "引用的格没有重新计算"
SIXTEENTH = "比较的数第十六位才有差别"
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_CLOSE = 1e-9


def same(saved: Value, computed: Value) -> bool:
    """Whether a saved result is what was computed; an empty text and nothing are alike."""
    if isinstance(saved, float) and isinstance(computed, float):
        return abs(saved - computed) <= _CLOSE * max(1.0, abs(saved), abs(computed))
    return ("" if saved is None else saved) == ("" if computed is None else computed)


def leave_doubtful(book: Book, result: Recomputed) -> None:
    """Move results that differ, but rest on doubtful input, from ``values`` to ``left``."""
    sheets = book.tabs()
    differing = [
        (title, address)
        for (title, address), value in result.values.items()
        if not same(sheets[title].value(address), value)
    ]
    inputs = {
        title: list(_doubtful_inputs(sheets[title])) for title in _titles(differing, result) & sheets.keys()
    }
    while differing:
        doubtful = {place: reason for place in differing if (reason := _doubt(inputs, place, result))}
        if not doubtful:
            return
        for (title, address), reason in doubtful.items():
            result.left[title, address] = reason
            del result.values[title, address]
            inputs[title].append((*coordinate_to_tuple(address), UNCERTAIN))
        differing = [place for place in differing if place not in doubtful]


def _titles(places: Iterable[Place], result: Recomputed) -> set[str]:
    return {title for place in places for title, _ in (place, *result.readings[place].areas)}


def _doubtful_inputs(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    """Row, column and reason for each cell that the engine may read otherwise than Excel."""
    for address in sheet.cells:
        value = sheet.value(address)
        if isinstance(value, str):
            reason = AS_TEXT if any(map(str.isdigit, value)) and not _PLAIN.fullmatch(value.strip()) else ""
        elif isinstance(value, float):
            reason = SIXTEENTH if float(f"{value:.15g}") != value else ""
        else:
            reason = ERRORS if isinstance(value, ErrorValue) else ""
        if reason:
            yield *coordinate_to_tuple(address), reason


def _doubt(inputs: Mapping[str, Sequence[tuple[int, int, str]]], place: Place, result: Recomputed) -> str:
    """Why a difference at ``place`` may be the engine's, "" where it is not."""
    reading = result.readings[place]
    for title, (top, left, bottom, right) in reading.areas:
        for row, column, reason in inputs.get(title, ()):
            if not (top <= row <= bottom and left <= column <= right):
                continue
            if (reason != AS_TEXT or (title, (top, left, bottom, right)) in reading.texts) and (
                reason != SIXTEENTH or reading.compares
            ):
                return reason
    computed = result.values[place]
    return ERRORS if isinstance(computed, ErrorValue) and computed is not ErrorValue.DIV0 else ""
