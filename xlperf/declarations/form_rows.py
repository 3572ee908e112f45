"""The layout part of a form: JSON rows to Row and Cell, and the labels that cells give to fields."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from xlperf.core.cell_addresses import column_index_from_string
from xlperf.core.errors import DeclarationError
from xlperf.declarations.model import Cell, Row
from xlperf.declarations.texts import texts_of

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LINE = re.compile(r"@(\w+)")
_UNLABELLED = frozenset({"title", "attachment", "note", "signature"})
DEFAULT_HEIGHT = 20.0


def build_rows(form: Mapping[str, Any], texts: Mapping[str, str], place: str) -> tuple[Row, ...]:
    """The rows of ``form`` in their declared order; raises DeclarationError on an unknown row."""
    rows = []
    for name in form["order"]:
        if name not in form["rows"]:
            raise DeclarationError(f"{place}：order", f"没有声明行“{name}”")
        rows.append(_row(name, form["rows"][name], texts, f"{place}：rows/{name}"))
    _check_overlap(rows, len(form["columns"]), place)
    return tuple(rows)


def _row(name: str, spec: Mapping[str, Any], texts: Mapping[str, str], place: str) -> Row:
    cells = tuple(_cell(span, content, texts, f"{place}/{span}") for span, content in spec["cells"].items())
    return Row(
        id=name,
        cells=cells,
        height=float(spec.get("height", DEFAULT_HEIGHT)),
        style=spec.get("style", ""),
        table=spec.get("table", ""),
        indent=spec.get("indent", 0),
    )


def _cell(span: str, content: str | Mapping[str, Any], texts: Mapping[str, str], place: str) -> Cell:
    first, _, last = span.partition(":")
    spec: Mapping[str, Any] = {"text": content} if isinstance(content, str) else content
    text = _fill(spec.get("text", ""), texts, place)
    common = {
        "first": column_index_from_string(first),
        "last": column_index_from_string(last or first),
        "down": spec.get("down", 1),
        "through": spec.get("through", ""),
        "style": spec.get("style", ""),
        "indent": spec.get("indent", 0),
    }
    parts = _LINE.split(text)
    if len(parts) == 1:
        return Cell(text=text, **common)
    if len(parts) == 3 and not parts[0] and not parts[2]:
        return Cell(field=parts[1], **common)
    return Cell(line=tuple(zip(parts[::2], [*parts[1::2], ""], strict=True)), **common)


def _fill(text: str, texts: Mapping[str, str], place: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in texts:
            raise DeclarationError(place, f"文字里用到的 {{{match[1]}}} 没有在口径的 texts 中声明")
        return str(texts[match[1]])

    return _PLACEHOLDER.sub(value, text)


def _check_overlap(rows: list[Row], width: int, place: str) -> None:
    covered: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        for cell in row.cells:
            if cell.last > width:
                raise DeclarationError(f"{place}：rows/{row.id}", f"第 {cell.last} 列超出表样的 {width} 列")
            for line in range(number, number + cell.down):
                for column in range(cell.first, cell.last + 1):
                    other = covered.setdefault((line, column), row.id)
                    if other != row.id or (line == number and _taken(row, cell, column)):
                        raise DeclarationError(
                            f"{place}：rows/{row.id}", f"与行“{other}”的单元格重叠（第 {column} 列）"
                        )


def _taken(row: Row, cell: Cell, column: int) -> bool:
    return any(other is not cell and other.first <= column <= other.last for other in row.cells)


def layout_labels(rows: tuple[Row, ...]) -> dict[str, str]:
    """Field id → official wording, read off the layout as a person reads it.

    The text left of a cell and the heading above it with the same columns, joined by “·”;
    columns of tables get the heading alone. Dashes in place of a value label nothing.
    """
    labels: dict[str, str] = {}
    above: dict[tuple[int, int], str] = {}
    labels_below: dict[int, str] = {}
    for row in rows:
        left = labels_below.pop(0, "")
        labels_below = {rows - 1: text for rows, text in labels_below.items()}
        headings: dict[tuple[int, int], str] = {}
        for cell in row.cells:
            span = (cell.first, cell.last)
            if label := clean(cell.text):
                left = label
                headings[span] = label
                if cell.down > 1:
                    labels_below.update(dict.fromkeys(range(cell.down - 1), left))
            elif cell.field:
                parts = (above.get(span, ""),) if row.table else (left, above.get(span, ""))
                labels.setdefault(cell.field, "·".join(filter(None, parts)))
            for text, field in cell.line:
                if field:
                    labels.setdefault(field, clean(text))
        if row.style not in _UNLABELLED:
            above.update(headings)
    return labels


def clean(text: str) -> str:
    """A label without blanks, numbering, units and the colon at its end."""
    for pattern in _noise():
        text = pattern.sub("", text)
    return text


@cache
def _noise() -> tuple[re.Pattern[str], ...]:
    declared = texts_of("labels")["noise"]
    try:
        return tuple(re.compile(pattern) for pattern in declared)
    except re.error as error:
        raise DeclarationError("labels.json：noise", f"不是合法的正则表达式（{error}）") from None
