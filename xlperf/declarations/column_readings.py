"""The text columns of a table → formulas, column by column, that read them without this program.

Where a formula cannot be sure to read what notation reads, it says so instead of reading otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from xlperf.core.errors import DeclarationError
from xlperf.declarations.model import Form, Profile, Table
from xlperf.declarations.source import Json
from xlperf.declarations.spellings import (
    Pairs,
    choices,
    lists,
    literal,
    replacements,
)
from xlperf.declarations.texts import texts_of
from xlperf.expressions import Node, parse, references

READABLE = "!可读"
ROW_FILLED = "行_有"
"""The helper column that is TRUE where the row holds anything but a level; the batch sees no others."""
_OF_TEXT = frozenset({"comparator", "number", "unit", "date_end"})


def native_columns(form: Form, table: Table, profile: Profile) -> Mapping[str, Node]:
    """Column → its formula over one row, each after what it depends on.

    There are the level columns filled down, ``S!可读`` for each text S that is read, derived and virtual
    columns; names that are no columns of ``table`` are steps in between. ``原!x`` is the cell of a level
    column, ``上!x`` the same column one row above ("" in the first row).
    """
    levels = [
        (literal(level.name), f"{level.weight:.15g}") for level in profile.indicators.get(form.alias, ())
    ]
    made: dict[str, Node] = {}
    for name, text in _columns(table, levels):
        if name in made or (name in table.columns and name not in _read_anew(table)):
            raise DeclarationError("readings.json", f"“{name}”与表“{table.label}”的另一列同名")
        made[name] = _parsed(text)
    virtual = ((name, table.columns[name]) for name in table.computed if table.columns[name].virtual)
    return made | {name: column.formula for name, column in virtual if column.formula is not None}


def unread_sources(nodes: Iterable[Node | None], table: Table) -> tuple[str, ...]:
    """The texts on whose reading formulas rest, directly or through virtual columns.

    ``x`` is the text of the row (its ``x!可读`` must be TRUE), ``表_x`` the texts of all rows.
    """
    found: dict[str, None] = {}
    for node in nodes:
        for name in sorted(references(node)) if node is not None else ():
            own = name.removeprefix(f"{table.id}_")
            prefix = name[: len(name) - len(own)]
            column = name if name in table.columns else own
            found |= dict.fromkeys(
                f"{prefix if column is own else ''}{source}" for source in _sources(column, table)
            )
    return tuple(found)


def _sources(name: str, table: Table) -> Iterator[str]:
    column = table.columns.get(name)
    if column is None:
        return
    if column.derive in _OF_TEXT:
        yield column.source
    elif column.derive:
        yield from _sources(column.source, table)
    elif name in table.levels and column.display:
        yield name
    elif column.virtual and column.formula is not None:
        for other in sorted(references(column.formula)):
            yield from _sources(other, table)


def _read_anew(table: Table) -> set[str]:
    return {*table.levels, *(name for name, column in table.columns.items() if column.derive)}


def _columns(table: Table, levels: Pairs) -> Iterator[tuple[str, str]]:
    """Names and formula texts; nothing for a table without levels and derived columns."""
    declared, derived = texts_of("readings"), [column for column in table.columns.values() if column.derive]
    if not derived and not table.levels:
        return
    plain = [
        name for name, column in table.columns.items() if not column.virtual and name not in table.levels
    ]
    yield from _steps(declared["row"], {"all_empty": ",".join(f'{name}=""' for name in plain)}, levels)
    for depth, level in enumerate(table.levels):
        higher = [f'{name}_净<>""' for name in table.levels[:depth]]
        holes = {"x": level, "higher_filled": f"OR({','.join(higher)})" if higher else "FALSE"}
        kind = "level_with_points" if table.columns[level].display else "level"
        yield from _steps(declared[kind], holes, levels)
    for source in dict.fromkeys(column.source for column in derived if column.derive in _OF_TEXT):
        yield from _steps(declared["text"], {"x": source}, levels)
    for column in derived:
        steps = {column.id: declared["derivations"][column.derive]}
        yield from _steps(steps, {"x": column.source}, levels)


def _steps(steps: Json, holes: Mapping[str, str], levels: Pairs) -> Iterator[tuple[str, str]]:
    known = {**lists(), **holes}
    for name, step in steps.items():
        yield name.format_map(known), _written(step, known, levels)


def _written(step: str | Json, holes: Mapping[str, str], levels: Pairs) -> str:
    if isinstance(step, str):
        return step.format_map(holes)
    text = str(step["value"]).format_map(holes)
    if "replace" in step:
        for old, new in replacements(step["replace"]):
            text = f"SUBSTITUTE({text},{old},{new})"
        return text
    pairs = levels if step["choose"] == "levels" else choices(step["choose"])
    return _chosen(text, pairs, step["else"].format_map(holes))


def _chosen(value: str, pairs: Sequence[tuple[str, str]], otherwise: str) -> str:
    for key, meaning in reversed(pairs):
        otherwise = f"IF({value}={key},{meaning},{otherwise})"
    return otherwise


@cache
def _parsed(text: str) -> Node:
    return parse(text)
