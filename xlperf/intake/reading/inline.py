"""Labels and values in one cell or paragraph: 填报单位：…　填表人：…, 年初预算数：86万元."""

import re
import unicodedata
from collections.abc import Sequence

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.amount_candidates import matrix_row, own_row_path
from xlperf.intake.reading.board import Board, Draft, points, seen
from xlperf.intake.reading.form_readings import PageValue, Role, reason
from xlperf.intake.reading.lexicon import Label, Lexicon
from xlperf.intake.reading.recognition import column_figure, is_dash
from xlperf.intake.reading.sight import looked_left
from xlperf.intake.reading.texts import PrintedFigure, flat, neat, tidy
from xlperf.intake.reading.values import put_single

_KINDS = ("field", "row", "group_row", "basic_row", "goal", "unit_line", "total")
_UNKNOWN = re.compile(r"\s*([\u4e00-\u9fff]{2,8})\s*:\s*([^\s:,。;]{1,40})\s*")
_WIDE_BLANK = re.compile(r"\s{2,}")
_LONGEST_LINE, _LONGEST_VALUE = 160, 40
_LOOKED_AT, _MOST_PIECES = 4000, 16
Piece = tuple[Label, str, str]
"""Label, the text behind its colon, and both together as printed."""
_POINTS = (names.WEIGHT, names.SCORE)
_Pair = tuple[PageCell, Label, PrintedFigure]


def read_inline(board: Board) -> None:
    """Read the cells that hold known labels with colons, then pairs of unknown words and a short text."""
    for cell in [cell for cell in board.cells if board.is_free(cell)]:
        pieces = pieces_of(board.lex, cell.text)
        if pieces:
            _read_pieces(board, cell, pieces)
    for cell in [cell for cell in board.cells if board.is_free(cell)]:
        if pair := _unknown_pair(board.lex, cell.text):
            board.unknown.append(pair[0])
            board.put(pair[0], seen(cell, pair[1], [board.lex.label(pair[0])]))
    for cell in [cell for cell in board.cells if board.is_free(cell)]:
        label = board.read(cell)
        if label.colon and 2 <= len(label.core) <= 20 and cell.number is None:
            board.be(cell)


def pieces_of(lex: Lexicon, text: str) -> list[Piece]:
    """The known labels with colons of a text and what follows each; none where it begins with other words."""
    plain = unicodedata.normalize("NFKC", tidy(text[:_LOOKED_AT]))
    if ":" not in plain:
        return []
    plain = lex.marks.patterns["unit_inside"].sub(" ", plain)
    starts = [
        (match, label)
        for match in lex.marks.patterns["label_starts"].finditer(plain)
        if (label := lex.label(match[1])).of(*_KINDS)
    ]
    if not starts or len(starts) > _MOST_PIECES or tidy(plain[: starts[0][0].start()]):
        return []
    ends = [match.start() for match, _ in starts[1:]] + [len(plain)]
    return [
        (label, tidy(plain[match.end() : end]), plain[match.start() : end])
        for (match, label), end in zip(starts, ends, strict=True)
    ]


def _read_pieces(board: Board, cell: PageCell, pieces: Sequence[Piece]) -> None:
    if len(pieces) == 1 and not pieces[0][1]:
        board.be(cell, label=pieces[0][0])
        return
    is_signed = any(label.of("field") in names.SIGNATURES for label, _, _ in pieces)
    board.take(cell, Role.SIGNATURE if is_signed else Role.VALUE)
    for label, text, part in pieces:
        if text and not is_dash(board.lex, text):
            _put(board, cell, label, text, part)


def _put(board: Board, cell: PageCell, label: Label, text: str, part: str) -> None:
    value = seen(cell, text, [label])
    value.part = part
    name = label.of("field")
    if name:
        path = label.printed if name == names.OWN_NAME else name
        _put_single(board, path, text, value)
    elif label.of("goal"):
        board.put(f"{names.GOALS}/{label.of('goal')}", value)
    else:
        shown = board.figure(PageCell(0, 0, 0, 0, text))
        path = own_row_path(board, cell, label) or ""
        if shown and path:
            _put_amount(board, path, shown, value, label)
        elif not label.of("unit_line"):
            board.account.entries[id(cell)].reason = reason("not_number", label=label.printed)


def _put_amount(board: Board, path: str, shown: PrintedFigure, value: PageValue, label: Label) -> None:
    value.value, notes, value.doubt = board.money(shown, [label])
    value.notes, value.unit, value.decimals = (*value.notes, *notes), shown.unit, shown.decimals
    board.put(path, value)


def _put_single(board: Board, path: str, text: str, value: PageValue) -> None:
    """As put_single, for a piece of a cell: what is no value leaves the cell as it is."""
    if path == names.TOTAL_SCORE and board.figure(PageCell(0, 0, 0, 0, text)) is None:
        return
    put_single(board, path, text, value)


def _unknown_pair(lex: Lexicon, text: str) -> tuple[str, str] | None:
    """(label, value) of a text that is nothing but "short words：short text" with words nobody knows."""
    if len(text) > _LONGEST_LINE:
        return None
    match = _UNKNOWN.fullmatch(text.replace("：", ":").replace("，", ",").replace("；", ";"))
    if match is None or lex.label(match[1]).means or is_dash(lex, match[2]):
        return None
    if lex.label(text).of("unit_line") or lex.marks.patterns["bare_among"].match(match[1]):
        return None
    return match[1], match[2]


def read_paragraph(lex: Lexicon, draft: Draft, text: str, is_above: bool) -> None:
    """填报单位：…　填表人：… in a paragraph near a Word table; below a table only signatures count."""
    if len(text) > _LONGEST_LINE:
        return
    if is_above and (pair := _unknown_pair(lex, text)):
        draft.put(pair[0], PageValue(pair[1], raw=text, part=text, labels=(pair[0],)))
        return
    pieces = pieces_of(lex, text)
    for label, following, part in pieces:
        name = label.of("field")
        value = _WIDE_BLANK.split(following)[0]
        if not name or not value or is_dash(lex, value) or len(value) > _LONGEST_VALUE:
            continue
        if name == names.DEPARTMENT and draft.form.kind not in (names.UNIT, names.ASSESSMENT):
            draft.form.organisation = draft.form.organisation or value
        elif name == names.OWN_NAME and is_above and len(pieces) == 1:
            draft.put(label.printed, PageValue(value, raw=text, part=part, labels=(label.printed,)))
        elif name in names.SIGNATURES or (is_above and name in names.NAME_FIELDS):
            path = (
                names.UNIT_NAME if draft.form.kind == names.ASSESSMENT and name == names.DEPARTMENT else name
            )
            draft.put(path, PageValue(value, raw=text, part=part, labels=(label.printed,)))


def read_inline_amounts(board: Board) -> None:
    """Read the cells that are nothing but a column's name, a colon and a figure."""
    lines: dict[int, list[_Pair]] = {}
    for cell in board.cells:
        pair = column_figure(board.lex, cell.text) if board.is_free(cell) else None
        if pair:
            lines.setdefault(cell.r0, []).append((cell, *pair))
    for line in lines.values():
        for cell, label, shown in line:
            if path := _row(board, cell, label, line):
                _put_figure(board, f"{path}/{_column(board, label)}", seen(cell, None, [label]), shown, label)
            elif label.of("field") is None:
                board.unused(cell, "whose", label=label.printed)


def _row(board: Board, cell: PageCell, label: Label, line: Sequence[_Pair]) -> str:
    """The path of the row that an amount belongs to, by the label on its left; "" where nothing says."""
    if board.form.kind not in (names.PROJECT, names.UNIT):
        return ""
    left, _ = looked_left(board, cell, cell.r0)
    total = f"{names.FUND_ROOTS[board.form.kind]}/{names.TOTAL_FUNDS}"
    if not left:
        said = {other.of("money_column") for _, other, _ in line}
        return total if len(said) > 1 and said - {*_POINTS} else ""
    nearest = board.labels[id(left[0])]
    if nearest.of("total"):
        return names.TOTAL if label.of("money_column") in _POINTS else ""
    if nearest.of("row", "sum"):
        return matrix_row(board, left[0], nearest)
    return total if nearest.of("block") == "money" else ""


def _column(board: Board, label: Label) -> str:
    if board.is_of_another_year(label):
        return label.printed
    name = str(label.of("money_column"))
    return names.ADJUSTED if name == names.SOME_BUDGET else name


def _put_figure(board: Board, path: str, value: PageValue, shown: PrintedFigure, label: Label) -> None:
    value.unit, value.decimals, value.part = shown.unit, shown.decimals, value.raw
    name = label.of("money_column")
    if name in _POINTS:
        value.value = points(shown)
    elif name == names.RATE:
        value.value = neat(shown.number)
        if shown.percent:
            value.notes = (*value.notes, reason("from_percent", text=flat(value.raw)))
        else:
            board.draft.bare_rates.add(path)
    else:
        value.value, notes, value.doubt = board.money(shown, [label])
        value.notes = (*value.notes, *notes)
    board.put(path, value)
