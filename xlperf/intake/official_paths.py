"""The official paths by which pages are read ↔ the fields of a profile's form, by schemas/exported.json."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from xlperf.declarations.model import Form
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import Json, texts_of

_HOLE = re.compile(r"\{(\w+)\}")
_THIS_YEAR, _LAST_YEAR = "年度", "上年度"
_LABEL_END = "·"


@dataclass(frozen=True, slots=True)
class RowPaths:
    """Rows of ``table``: ``path``, the printed name (column ``name``), and the ends of its ``columns``."""

    table: str
    path: str
    name: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OfficialPaths:
    """``fields``: path → field id. ``rows``: tables whose rows go by their printed name.

    ``indicators`` is the table of indicators ("" for a form without) and ``columns`` its keys → column ids.
    """

    fields: Mapping[str, str]
    rows: tuple[RowPaths, ...]
    indicators: str
    columns: Mapping[str, str]


@lru_cache(256)
def official_paths(profile_id: str, alias: str, year: int) -> OfficialPaths:
    """What a form of a profile calls the values of a page of ``year``."""
    form = load_profile(profile_id).forms[alias]
    declared = texts_of("exported")["forms"][alias]
    words = {_THIS_YEAR: str(year), _LAST_YEAR: str(year - 1)}
    listed = declared.get("indicators", {})
    rows = tuple(
        RowPaths(
            table,
            _filled(block["path"], form, words),
            block["name"],
            {_filled(label, form, words): column for column, label in block["cells"].items()},
        )
        for table, block in declared.get("rows", {}).items()
        if table in form.tables
    )
    columns = {key: column for key, column in listed.get("columns", {}).items() if column}
    return OfficialPaths(dict(_fields(form, declared, words)), rows, listed.get("table", ""), columns)


def _fields(form: Form, declared: Json, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    rows = {row.id: row for row in form.rows}
    for block in declared["blocks"]:
        for row_id, path in block["rows"].items():
            if row_id not in rows:
                continue
            start = _filled(path, form, words)
            by_letter = {chr(ord("A") + cell.first - 1): cell.field for cell in rows[row_id].cells}
            for letter, name in block.get("cells", {}).items():
                if field := by_letter.get(letter):
                    yield _joined(start, _filled(name, form, words)), field
            for name, field in {**block.get("line", {}), **block.get("besides", {})}.items():
                if field in form.fields:
                    yield _joined(start, name), field


def _filled(text: str, form: Form, words: Mapping[str, str]) -> str:
    """``text`` with the year, and what the place calls a row, filled in."""
    return _HOLE.sub(lambda hole: words.get(hole[1]) or _label(form, hole[1]), text)


def _label(form: Form, row_id: str) -> str:
    """The label of a declared row, as its fields bear it in front."""
    cells = next(row.cells for row in form.rows if row.id == row_id)
    field = next(cell.field for cell in cells if cell.field)
    return form.fields[field].label.partition(_LABEL_END)[0]


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path and name else path or name
