"""The values of a form: JSON fields and tables to Field and Table, formulas parsed."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import core_text, schemas_dir
from xlperf.core.user_files import user_cache
from xlperf.declarations.forms_and_rules import Field, FieldType, LevelOne, Limit, Table
from xlperf.declarations.source import Json, expand, filled, read, text_of
from xlperf.expressions import (
    ExpressionError,
    Mistake,
    Node,
    compile_expression,
    name_problem,
    parse,
    references,
)
from xlperf.expressions.parse import from_lists, to_lists

_MOST_TREES = 4096
"""Trees kept: the profiles of one folder have most formulas in common."""
_LEVELS = 2


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What field declarations may refer to: types, ratios with their quotient, scorings."""

    types: Mapping[str, FieldType]
    quotient: str
    ratios: Mapping[str, Json]
    scorings: Mapping[str, Json]


def load_vocabulary() -> Vocabulary:
    """Read types.json, ratios.json and scoring.json."""
    root = schemas_dir()
    types = {
        name: _type(name, spec) for name, spec in read(root / "types.json", "types").items() if name[0] != "$"
    }
    ratios = read(root / "ratios.json", "ratios")
    scorings = {name: spec for name, spec in read(root / "scoring.json", "scoring").items() if name[0] != "$"}
    return Vocabulary(types, ratios["quotient"], ratios["ratios"], scorings)


def _type(name: str, spec: Json) -> FieldType:
    limit = spec.get("limit")
    return FieldType(
        id=name,
        name=spec["name"],
        unit=spec.get("unit", ""),
        number=spec.get("number", False),
        format=spec["format"],
        digits=spec.get("digits", 0),
        align=spec["align"],
        limit=Limit(limit["kind"], limit["min"], limit["max"]) if limit else None,
        prompt=spec.get("prompt", ""),
        error=spec.get("error", ""),
    )


def parsed(text: str, place: str) -> Node:
    """Parse an expression; a mistake becomes a DeclarationError that names its place."""
    try:
        return _tree(text)
    except ExpressionError as error:
        raise DeclarationError(place, explained(error)) from None


def explained(error: ExpressionError) -> str:
    """The sentence for a formula that cannot be read: where the mistake is, and what it is."""
    why = mistake_text(error.mistake)
    return text_of("expressions", "place", text=error.text, position=error.position + 1, why=why)


def mistake_text(mistake: Mistake) -> str:
    """The declared sentence for a mistake in a formula or a name."""
    values = {
        key: "、".join(value) if isinstance(value, tuple) else value for key, value in mistake.values.items()
    }
    if "kind" in values:
        values["kind"] = text_of("expressions", "kinds", str(values["kind"]))
    return text_of("expressions", "mistakes", mistake.code, **values)


@lru_cache(_MOST_TREES)
def _tree(text: str) -> Node:
    """The parse tree of a declared formula, from the user's cache where it is there."""
    kept = user_cache()
    if text in kept.trees:
        with suppress(ValueError, TypeError, LookupError, RecursionError):
            return from_lists(kept.trees[text])
    tree = parse(text)
    kept.add_tree(text, to_lists(tree))
    return tree


def build_fields(form: Json, labels: Mapping[str, str], words: Vocabulary, place: str) -> dict[str, Field]:
    """All fields of a form; those that the layout does not show are marked virtual."""
    specs = expand(form["fields"])
    shown = {name for name in specs if name in labels}
    return {
        name: _field(name, spec, name in shown, labels, words, f"{place}：fields/{name}")
        for name, spec in specs.items()
    }


def build_tables(
    form: Json, labels: Mapping[str, str], words: Vocabulary, levels: tuple[LevelOne, ...], place: str
) -> dict[str, Table]:
    """All tables of a form; a table with level columns gets a blank row for each second level."""
    tables = {}
    for name, spec in form["tables"].items():
        where = f"{place}：tables/{name}"
        _check_name(name, where)
        columns = {
            column: _field(column, entry, column in labels, labels, words, f"{where}/{column}")
            for column, entry in expand(spec["columns"]).items()
        }
        level_columns = tuple(spec.get("levels", ()))
        tables[name] = Table(
            name,
            spec["label"],
            columns,
            level_columns,
            evaluation_order(columns, where),
            tuple(_preset(spec, level_columns, levels, f"{where}/levels")),
        )
    return tables


def evaluation_order(fields: Mapping[str, Field], place: str) -> tuple[str, ...]:
    """Ids of the computed fields, each after those it refers to; a cycle is a DeclarationError."""
    graph = {
        name: {
            other
            for other in references(field.formula)
            if other in fields and fields[other].formula is not None
        }
        for name, field in fields.items()
        if field.formula is not None
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        why = core_text("wrong", "formula_circle", names=" → ".join(error.args[1]))
        raise DeclarationError(place, why) from None


def _preset(
    spec: Json, columns: tuple[str, ...], levels: tuple[LevelOne, ...], place: str
) -> Iterator[Mapping[str, str]]:
    if "preset" in spec:
        yield from spec["preset"]
        return
    if not columns:
        yield from ({} for _ in range(spec.get("rows", 1)))
        return
    if len(columns) != _LEVELS:
        raise DeclarationError(place, core_text("wrong", "levels", most=_LEVELS))
    for level in levels:
        for child in level.children:
            yield dict(zip(columns, (level.name, child), strict=True))


def _field(
    name: str, spec: Json, shown: bool, labels: Mapping[str, str], words: Vocabulary, place: str
) -> Field:
    _check_name(name, place)
    kind = spec.get("type", "text")
    if kind not in words.types:
        raise DeclarationError(
            place, core_text("wrong", "field_type", name=kind, known="、".join(words.types))
        )
    formula_text, basis = formula_of(spec, words, place)
    formula = parsed(formula_text, place) if formula_text else None
    default = parsed(spec["default"], place) if "default" in spec else None
    return Field(
        id=name,
        label=spec.get("label") or labels.get(name) or name,
        type=words.types[kind],
        required=spec.get("required", False),
        formula=formula,
        formula_text=formula_text,
        function=compile_expression(formula) if formula else None,
        default=default,
        default_function=compile_expression(default) if default else None,
        basis=basis,
        merge=spec.get("merge", False),
        display=spec.get("display", ""),
        placeholder=spec.get("placeholder", ""),
        indent=spec.get("indent", 0),
        align=spec.get("align", ""),
        derive=spec.get("derive", ""),
        source=spec.get("from", ""),
        suggest=spec.get("suggest", ""),
        ratio=spec.get("ratio", ""),
        virtual=not shown,
    )


def formula_of(spec: Json, words: Vocabulary, place: str) -> tuple[str, str]:
    """The formula and basis of ``spec``: its own, or those of the ratio or scoring it binds names to.

    Raises DeclarationError for an unknown ratio or scoring and for a name that is not bound.
    """
    if name := spec.get("ratio"):
        ratio = _known(words.ratios, name, "ratio", place)
        parts = {"分子": ratio["numerator"], "分母": ratio["denominator"]}
        return filled(filled(words.quotient, parts, place), spec["with"], place, "bound"), ratio["basis"]
    if name := spec.get("scoring"):
        scoring = _known(words.scorings, name, "scoring", place)
        return filled(scoring["formula"], spec["with"], place, "bound"), scoring["basis"]
    return spec.get("formula", ""), spec.get("basis", "")


def _known(table: Mapping[str, Json], name: str, kind: str, place: str) -> Json:
    if name not in table:
        raise DeclarationError(place, core_text("wrong", kind, name=name, known="、".join(table)))
    return table[name]


def _check_name(name: str, place: str) -> None:
    if problem := name_problem(name):
        raise DeclarationError(place, mistake_text(problem))
