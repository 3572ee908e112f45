"""schemas/statements.json → the grammar that sentences are read with, its formulas compiled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from xlperf.declarations.fields import parsed
from xlperf.declarations.source import Json, texts_of
from xlperf.expressions import Evaluator, compile_expression, references
from xlperf.notation.declared_words import notation, one_of

FILE = "statements.json"


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula, the names it reads and its text."""

    text: str
    names: frozenset[str]
    function: Evaluator


@dataclass(frozen=True, slots=True)
class TableValue:
    """A field of a form that must say the same, where ``when`` holds."""

    field: str
    when: Formula | None


@dataclass(frozen=True, slots=True)
class Concept:
    """A kind of figure that a report names alike everywhere: 基本支出, 编制.

    ``complete`` are sets of concepts that make up all of it; ``tables`` maps a role to the fields
    of a filing that say the same; ``default`` says that a figure of the whole year without a name is meant.
    """

    id: str
    unit: str
    whole: str
    complete: tuple[frozenset[str], ...]
    tables: Mapping[str, tuple[TableValue, ...]]
    default: bool


@dataclass(frozen=True, slots=True)
class Derived:
    """A kind of figure that follows from others: its unit (``*`` any) and the formulas that may hold.

    ``least`` is a code and the formula of what it must at least be, where the others cannot be worked out.
    """

    id: str
    code: str
    unit: str
    formulas: tuple[Formula, ...]
    least: tuple[str, Formula] | None


Meaning = tuple[str, str]
"""Class of a word (role, concept, derived, modifier, …) and what it means there."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """All that is declared: each word's meanings, the concepts and derivations, the rest as written."""

    lexicon: Mapping[str, tuple[Meaning, ...]]
    pattern: re.Pattern[str]
    concepts: Mapping[str, Concept]
    derived: Mapping[str, Derived]
    roles: Mapping[str, str]
    asides: tuple[str, ...]
    raw: Json


@cache
def grammar() -> Grammar:
    """The grammar of this installation; DeclarationError where its declaration is wrong."""
    raw = texts_of("statements")
    lexicon = _lexicon(raw)
    return Grammar(
        lexicon,
        re.compile(one_of(lexicon)),
        {name: _concept(name, entry) for name, entry in _entries(raw["concepts"])},
        {
            name: Derived(
                name,
                entry.get("code", ""),
                entry["unit"],
                tuple(_formula(name, text) for text in entry["formulas"]),
                _least(name, entry.get("least")),
            )
            for name, entry in _entries(raw["derived"])
        },
        {name: entry["of"] for name, entry in _entries(raw["roles"])},
        tuple(notation()["sums"]["asides"]),
        raw,
    )


@cache
def implied_role(concept: str) -> str:
    """The role that the name of a concept says by itself: 基本支出 is spent. "" for most."""
    names = grammar().raw["concepts"][concept]["names"]
    for role, entry in _entries(grammar().raw["roles"]):
        if any(name.endswith(tuple(entry["words"])) for name in names):
            return role
    return ""


def _entries(table: Json) -> list[tuple[str, Any]]:
    return [(name, entry) for name, entry in table.items() if not name.startswith("$")]


def _concept(name: str, entry: Json) -> Concept:
    return Concept(
        name,
        entry["unit"],
        entry.get("whole", ""),
        tuple(frozenset(concepts) for concepts in entry.get("complete", ())),
        {
            role: tuple(_table(name, value) for value in values)
            for role, values in entry.get("tables", {}).items()
        },
        entry.get("default", False),
    )


def _table(name: str, entry: Json) -> TableValue:
    return TableValue(entry["field"], _formula(name, entry["when"]) if "when" in entry else None)


def _least(name: str, entry: Json | None) -> tuple[str, Formula] | None:
    return (entry["code"], _formula(name, entry["formula"])) if entry else None


def _formula(name: str, text: str) -> Formula:
    node = parsed(text, f"{FILE}：{name}")
    return Formula(text, frozenset(references(node)), compile_expression(node))


def _lexicon(raw: Json) -> dict[str, tuple[Meaning, ...]]:
    """Every declared word with all its meanings."""
    marks, splits = raw["marks"], raw["splits"]
    groups: list[tuple[str, str, list[str]]] = [
        ("text", "", raw["plain"]["words"]),
        ("whole-year", "", raw["modifiers"]["whole"]),
        ("modifier", "", raw["modifiers"]["others"]),
        ("filler", "", [*raw["fillers"], *marks["times_whole"], *marks["quotes"]]),
        ("total", "", raw["totals"]),
        ("opener", "", raw["lists"]["openers"]),
        *(("split", kind, splits[kind]) for kind in ("whole", "open", "part")),
        *(("mark", kind, list(marks[kind])) for kind in ("ends", "groups", "items", "leads")),
        *(("role", name, entry["words"]) for name, entry in _entries(raw["roles"])),
        *(("concept", name, entry["names"]) for name, entry in _entries(raw["concepts"])),
        *(("derived", name, entry["words"]) for name, entry in _entries(raw["derived"])),
    ]
    found: dict[str, tuple[Meaning, ...]] = {}
    for kind, meaning, words in groups:
        for word in words:
            found[word] = (*found.get(word, ()), (kind, meaning))
    return found
