"""Targets of indicators: one cell, or sign, value and unit in columns of their own or below one heading."""

import re
from collections.abc import Mapping, Sequence

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board, seen, short
from xlperf.intake.reading.form_readings import Indicator, Role, reason
from xlperf.intake.reading.indicator_headings import IndicatorColumns
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.texts import figure, squeeze, tidy

_LONGEST_SIGN = 6
_SIGNS = "≥≤=＝<>＜＞≧≦ "
_DIGIT = re.compile(r"[0-9０-９]")
_NUMBERS_ONLY = re.compile(r"[(（]?[0-9一二三四五六七八九十.]{1,6}[.、)）]?")


def parts_apart(
    board: Board, columns: IndicatorColumns, kind: str, cells: Sequence[PageCell]
) -> dict[str, PageCell]:
    """Several cells under one heading by what they say themselves: a number in front of a name is none; sign,
    value and unit of a target are each in their place. Nothing where they leave a choice.
    """
    if kind in names.LEVELS:
        named = [cell for cell in cells if not _NUMBERS_ONLY.fullmatch(short(cell))]
        for cell in cells if len(named) == 1 else ():
            if cell is not named[0]:
                board.take(cell, Role.LABEL)
        return {kind: named[0]} if len(named) == 1 else {}
    if kind not in (names.TARGET, names.NEW_TARGET) or {names.SIGN, names.MEASURE} & columns.kinds():
        return {}
    parts: dict[str, PageCell] = {}
    rest = list(cells)
    if rest and _is_sign(board.lex, rest[0]):
        parts[names.SIGN] = rest.pop(0)
    if len(rest) == 2 and rest[0].number is not None and not _DIGIT.search(rest[1].text):
        parts[names.MEASURE] = rest.pop()
    return {**parts, kind: rest[0]} if len(rest) == 1 else {}


def _is_sign(lex: Lexicon, cell: PageCell) -> bool:
    """Whether a cell holds nothing but the sign of a target, or says of what quality it is."""
    text = short(cell)
    is_sign = text.startswith(lex.compared) or text.startswith(lex.qualities)
    return is_sign and len(text) <= _LONGEST_SIGN and not _DIGIT.search(text)


def read_target(board: Board, indicator: Indicator, parts: Mapping[str, PageCell], adjusted: bool) -> None:
    """Put the target of the row; where targets were adjusted it is the adjusted one.

    A unit in a column of its own goes behind the target and behind what was reached.
    """
    cell = parts.get(names.NEW_TARGET if adjusted else names.TARGET)
    sign, unit = parts.get(names.SIGN), parts.get(names.MEASURE)
    body = board.text(cell) if cell else None
    if cell is not None:
        board.take(cell, Role.VALUE)
    first = parts.get(names.TARGET)
    if first is not None and first is not cell:
        board.take(first, Role.VALUE, reason("first_aim"))
    for other in (sign, unit):
        if other is not None:
            board.take(other, Role.VALUE)
    if sign is None and unit is None:
        if cell is not None and body is not None:
            indicator.values["target"] = seen(cell, body)
        return
    mark, measure = (_said(board, other) for other in (sign, unit))
    number = cell.number if cell is not None else None
    parts_printed = (mark or None, number if number is not None else body, measure or None)
    indicator.parts = dict(zip(names.TARGET_PARTS, parts_printed, strict=True))
    if cell is not None and body is not None:
        indicator.values["target"] = seen(cell, joined(board.lex, mark, body, measure))
    if actual := indicator.values.get("actual"):
        actual.value = joined(board.lex, "", str(actual.value), measure)


def joined(lex: Lexicon, mark: str, body: str, measure: str) -> str:
    """Sign, value and unit as one text; 定性 is no sign, a unit that is there is not repeated."""
    text = body
    if mark and len(mark) <= _LONGEST_SIGN and not any(word in mark for word in lex.qualities):
        text = body if body.startswith(lex.compared) else mark + body
    if (
        not measure
        or text.endswith(measure)
        or (names.PERCENT_SIGN in measure and text.endswith(names.PERCENT_SIGN))
    ):
        return text
    bare = figure(squeeze(text.lstrip(_SIGNS)), frozenset())
    return text + measure if bare and not bare.percent else text


def _said(board: Board, cell: PageCell | None) -> str:
    return "" if cell is None or board.dash(cell) else tidy(cell.text)
