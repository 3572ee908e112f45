"""A figure whose sign and unit stand in columns of their own → one text, as the form has it in one cell.

Which columns these are is declared in schemas/synonyms.json.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from xlperf.declarations.records import Provenance
from xlperf.declarations.source import texts_of
from xlperf.expressions import Value
from xlperf.intake.align import Alignment
from xlperf.intake.label_index import anchors
from xlperf.notation import label_key, parse_number, parse_quantity
from xlperf.ooxml.sheet_cells import Sheet

Spot = TypeVar("Spot")
JOINED = "与旁边写符号、单位的列合读"
Split = Mapping[str, Mapping[str, str]]
"""Column id → ``sign`` and ``unit`` → the column letters where they stand."""


def split_columns(sheet: Sheet, alignment: Alignment, table: str) -> Split:
    """The columns of ``table`` that the sheet splits; empty for nearly all sheets."""
    if alignment.is_as_declared:
        return {}
    found: dict[str, Mapping[str, str]] = {}
    for column in texts_of("synonyms")["split"]["columns"]:
        _, guide = anchors(alignment.form).guides.get((table, column), ("", None))
        row = alignment.rows.get(guide[0]) if guide else None
        heads = {label_key(text): letters for at, letters, text in sheet.texts() if at == row}
        if parts := parts_among(heads).get(column):
            found[column] = parts
    return found


def parts_among(heads: Mapping[str, Spot]) -> dict[str, dict[str, Spot]]:
    """Column id → ``sign`` and ``unit`` → where ``heads``, headings by their label key, have them."""
    found: dict[str, dict[str, Spot]] = {}
    for column, parts in texts_of("synonyms")["split"]["columns"].items():
        for part in parts:
            spot = next((heads[name] for name in texts_of("synonyms")["split"][part] if name in heads), None)
            if spot is not None:
                found.setdefault(column, {})[part] = spot
    return found


def joined(
    read_cell: tuple[Value, Provenance], sheet: Sheet, row: int, parts: Mapping[str, str] | None
) -> tuple[Value, Provenance]:
    """A bare figure with the sign and unit of its row; anything else as it was read."""
    value, found = read_cell
    if not parts:
        return read_cell
    sign, unit = (sheet.value(f"{parts[name]}{row}") if name in parts else "" for name in ("sign", "unit"))
    text = whole(value, sign, unit)
    return read_cell if text is None else (text, replace(found, note=JOINED))


def whole(value: object, sign: object, unit: object) -> str | None:
    """The text of a bare figure with its sign and unit; None where these do not make a quantity of it."""
    if not isinstance(value, str) or parse_number(value) is None:
        return None
    texts = (f"{sign or ''}{value}{unit or ''}", f"{value}{unit or ''}")
    return next((text for text in texts if text != value and parse_quantity(text)), None)
