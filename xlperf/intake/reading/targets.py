"""The target of an indicator: one cell, or sign, value and unit in columns of their own."""

from collections.abc import Mapping

from xlperf.intake.page import Cell
from xlperf.intake.reading import names
from xlperf.intake.reading.account import Role, reason
from xlperf.intake.reading.board import Board, seen
from xlperf.intake.reading.figures import figure
from xlperf.intake.reading.labels import squeeze, tidy
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.model import Indicator

_LONGEST_SIGN = 6
_SIGNS = "≥≤=＝<>＜＞≧≦ "


def read_target(board: Board, indicator: Indicator, parts: Mapping[str, Cell], adjusted: bool) -> None:
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
    indicator.parts = {
        "指标性质": mark or None,
        "指标值": number if number is not None else body,
        "度量单位": measure or None,
    }
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


def _said(board: Board, cell: Cell | None) -> str:
    return "" if cell is None or board.dash(cell) else tidy(cell.text)
