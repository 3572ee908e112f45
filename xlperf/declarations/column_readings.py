"""The text columns of a table → formulas that read them as notation does, without this program.

What they need of schemas/notation.json: lists to search, characters to replace, words. Where a formula
cannot be sure to read what notation reads, it says so instead of reading otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import core_text
from xlperf.declarations.forms_and_rules import Form, Profile, Table
from xlperf.declarations.source import Json, texts_of
from xlperf.expressions import Node, parse, references
from xlperf.notation.declared_words import notation
from xlperf.notation.text import formula_spellings
from xlperf.notation.typed_values import scale

Pairs = Sequence[tuple[str, str]]
_DIGITS = "0123456789"
_SHIFT = ord("０") - ord("0")
_SYMBOLS = "%=<>."
_LONGEST_LITERAL = 255
_CONTROL = 32
_MEANINGS = {">=": "at_least", "<=": "at_most", ">": "greater", "<": "less"}


@cache
def lists() -> Mapping[str, str]:
    """Formula texts for the holes of readings.json: "|次|个|" and single words, as literals."""
    declared, words = notation(), notation()["comparators"]["before"]
    brackets = declared["levels"]["brackets"][0]
    calendar = declared["unit_phrases"]["calendar"]
    found = {
        "before": _searched(word for meaning in words.values() for word in meaning),
        "units": _searched(unit for unit in declared["units"] if unit not in calendar),
        "calendar": _searched(calendar),
        "money": _searched(_money()),
        "money_unit": literal(declared["money"]["unit"]),
        "points": _searched(declared["levels"]["points"]),
        "opening": literal(brackets[0]),
        "closing": literal(brackets[1]),
    }
    return found | {f"before_{name}": _searched(words[sign]) for sign, name in _MEANINGS.items()}


@cache
def replacements(name: str) -> Pairs:
    """Pairs of formula texts, old and new, to be replaced one after the other."""
    characters = notation()["characters"]
    blank, dropped = characters["blank"], characters["dropped"]
    wide = "".join(chr(ord(digit) + _SHIFT) for digit in _DIGITS)
    match name:
        case "blanks":
            breaks = "".join(mark for mark in dropped if mark.splitlines() == [""])  # they keep figures apart
            unseen = "".join(mark for mark in dropped if mark not in breaks)
            return [*_each(blank + breaks, " "), *_each(unseen, "")]
        case "blanks_out":
            return _each(f" {blank}{dropped}", "")
        case "half_width":
            same = {char: chr(ord(char) + _SHIFT) + characters["same_as"].get(char, "") for char in _SYMBOLS}
            digits = zip(wide, _DIGITS, strict=True)
            return [
                *((literal(old), literal(new)) for old, new in digits),
                *(pair for new, others in same.items() for pair in _each(others, new)),
            ]
        case "figures_out":
            return _each(f"{_DIGITS}.", "")
        case "any_digits_out":
            return _each(_DIGITS + wide, "")
        case "brackets":
            first, *others = notation()["levels"]["brackets"]
            return [pair for other in others for side in (0, 1) for pair in _each(other[side], first[side])]
    raise KeyError(name)


@cache
def choices(name: str) -> Pairs:
    """Pairs of formula texts, a value and what it means."""
    numbers = notation()["numbers"]
    if name == "spelled":
        return [(literal(word), literal(meaning)) for word, meaning in numbers["spelled"].items()]
    return [(literal(part), str(divisor)) for part, divisor in numbers["parts"].items()]


def plain_name(text: str) -> str:
    """The formula of a name, which ``text`` yields, in the spelling by which formulas compare names."""
    return _replaced(text, [(_character(old), literal(new)) for old, new in formula_spellings()])


def _replaced(text: str, pairs: Pairs) -> str:
    for old, new in pairs:
        text = f"SUBSTITUTE({text},{old},{new})"
    return text


def literal(text: str) -> str:
    """``text`` as a formula: one string, or several joined where Excel takes none so long."""
    starts = range(0, max(len(text), 1), _LONGEST_LITERAL)
    pieces = (text[start : start + _LONGEST_LITERAL] for start in starts)
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def _searched(words: Iterable[str]) -> str:
    return literal(f"|{'|'.join(words)}|")


def _each(characters: str, new: str) -> Pairs:
    return [(_character(char), literal(new)) for char in characters if char != new]


def _character(char: str) -> str:
    """Control characters do not survive in the text of a file."""
    return f"CHAR({ord(char)})" if ord(char) < _CONTROL else literal(char)


def _money() -> list[str]:
    """What is written behind an amount that is in the standard unit of money already."""
    money = notation()["money"]
    return [
        multiplier + word
        for multiplier in money["bare_multipliers"]
        for word in ("", *money["words"])
        if scale(multiplier, word) == (Decimal(1), money["unit"])
    ]


_parsed = cache(parse)
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
        if name in made or (name in table.columns and name not in _read_columns(table)):
            raise DeclarationError(
                "readings.json", core_text("wrong", "column_name", name=name, table=table.label)
            )
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


def _read_columns(table: Table) -> set[str]:
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
        return _replaced(text, replacements(step["replace"]))
    pairs = levels if step["choose"] == "levels" else choices(step["choose"])
    return _chosen(text, pairs, step["else"].format_map(holes))


def _chosen(value: str, pairs: Sequence[tuple[str, str]], otherwise: str) -> str:
    for key, meaning in reversed(pairs):
        otherwise = f"IF({value}={key},{meaning},{otherwise})"
    return otherwise
