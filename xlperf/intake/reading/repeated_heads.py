"""Heads printed again where a form goes on over the sheet of paper → their cells, which say nothing new."""

from collections.abc import Sequence, Set
from itertools import groupby

from xlperf.intake.page import Cell
from xlperf.intake.reading.grid import Grid
from xlperf.intake.reading.labels import squeeze
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.regions import parts_of
from xlperf.intake.reading.texts import concept

_HEAD_ROWS = 12
"""Rows of a form within which its head stands."""
_HEADINGS = 3
"""Headings of columns in a row that make it one of headings."""
_ONCE = ("row", "group_row", "basic_row", "field", "goal", "fact", "total")
"""Kinds of labels that a form has once."""

Line = Sequence[Cell]


def repeated_heads(grid: Grid, lex: Lexicon) -> list[Cell]:
    """The cells of heads that are printed again in a form: as a part of the page that begins as the one above
    it does, and has none of the labels of that one, is the rest of it.
    """
    found: list[Cell] = []
    above: list[Line] = []
    for top, bottom in parts_of(grid, lex):
        rows = groupby(grid.starting_in(top, bottom), key=lambda cell: cell.r0)
        lines: list[Line] = [list(line) for _, line in rows]
        again = _again(above, lines, lex) if above else []
        rest = [line for line in lines if not any(line is other for other in again)]
        if again and rest and _labels(rest, lex).isdisjoint(_labels(above, lex)):
            found += [cell for line in again for cell in line]
            above = [*above, *rest]
        else:
            above = lines
    return found


def _again(above: Sequence[Line], lines: Sequence[Line], lex: Lexicon) -> list[Line]:
    """The rows at the beginning of ``lines`` that read as rows at the head of ``above``, and rows of headings
    that are there again.
    """
    before = [_key(line, lex) for line in above]
    first = _key(lines[0], lex) if lines else ()
    if first not in before[:_HEAD_ROWS]:
        return []
    start = before.index(first)
    count = 0
    for line, key in zip(lines, before[start:], strict=False):
        if _key(line, lex) != key:
            break
        count += 1
    known = set(before)
    headings = [line for line in lines[count:] if _is_heading(line, lex) and _key(line, lex) in known]
    return [*lines[:count], *headings]


def _key(line: Line, lex: Lexicon) -> tuple[str, ...]:
    """What a row says, whether or not it is marked as continued."""
    continued = lex.marks.patterns["continued"]
    return tuple(continued.sub("", squeeze(cell.text)) for cell in line)


def _is_heading(line: Line, lex: Lexicon) -> bool:
    return sum(concept(lex.label(cell.text)) is not None for cell in line) >= _HEADINGS


def _labels(lines: Sequence[Line], lex: Lexicon) -> Set[tuple[str, str]]:
    """What the labels mean that a form has once; rows of headings aside."""
    return {
        (kind, name)
        for line in lines
        if not _is_heading(line, lex)
        for cell in line
        for kind, name in lex.label(cell.text).means
        if kind in _ONCE
    }
