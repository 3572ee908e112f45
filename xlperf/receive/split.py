"""A figure whose sign and unit stand in columns of their own → one text, as the form has it in one cell.

Which columns these are is declared in schemas/synonyms.json.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from xlperf.expressions import Value
from xlperf.forms.source import Json, read
from xlperf.notation import label_key, parse_number, parse_quantity
from xlperf.paths import schemas_dir
from xlperf.receive.align import Alignment
from xlperf.receive.anchors import anchors
from xlperf.receive.sheets import Sheet
from xlperf.records import Provenance

JOINED = "与旁边写符号、单位的列合读"
Split = Mapping[str, Mapping[str, str]]
"""Column id → ``sign`` and ``unit`` → the column letters where they stand."""


def split_columns(sheet: Sheet, alignment: Alignment, table: str) -> Split:
    """The columns of ``table`` that the sheet splits; empty for nearly all sheets."""
    if alignment.is_as_declared:
        return {}
    found: dict[str, dict[str, str]] = {}
    for column, parts in _declared()["columns"].items():
        _, guide = anchors(alignment.form).guides.get((table, column), ("", None))
        row = alignment.rows.get(guide[0]) if guide else None
        heads = {label_key(text): letters for at, letters, text in sheet.texts() if at == row}
        for part in parts:
            letter = next((heads[name] for name in _declared()[part] if name in heads), None)
            if letter:
                found.setdefault(column, {})[part] = letter
    return found


def joined(
    read_cell: tuple[Value, Provenance], sheet: Sheet, row: int, parts: Mapping[str, str] | None
) -> tuple[Value, Provenance]:
    """A bare figure with the sign and unit of its row; anything else as it was read."""
    value, found = read_cell
    if not parts or not isinstance(value, str) or parse_number(value) is None:
        return read_cell
    sign, unit = (sheet.value(f"{parts[name]}{row}") if name in parts else "" for name in ("sign", "unit"))
    for text in (f"{sign or ''}{value}{unit or ''}", f"{value}{unit or ''}"):
        if text != value and parse_quantity(text):
            return text, replace(found, note=JOINED)
    return read_cell


@cache
def _declared() -> Json:
    declared: Json = read(schemas_dir() / "synonyms.json", "synonyms")["split"]
    return declared
