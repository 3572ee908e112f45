"""schemas/rollup.json → what is rolled up: the columns of units and projects, classes, limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from xlperf.declarations.fields import build_fields, evaluation_order, load_vocabulary
from xlperf.declarations.forms_and_rules import PARAMETERS, Field
from xlperf.declarations.source import Texts, expand, texts_of
from xlperf.expressions import references

_PLACE = "rollup.json"


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns of one kind of line: those read, with (form alias, field), and those computed, in order.

    ``stated`` are rates that are read from the indicator of this name, ``earlier`` the columns whose values
    of last year are taken. Both, and what is computed of them, are shown only where some line has them.
    """

    fields: Mapping[str, Field]
    sources: Mapping[str, tuple[str, str]]
    computed: tuple[str, ...]
    stated: Mapping[str, str]
    earlier: Mapping[str, str]

    def parts(self, column: str) -> list[str]:
        """The columns that a figure follows from: those of its formula, or itself where it has none."""
        formula = self.fields[column].formula
        found = [column] if formula is None else references(formula)
        return sorted(name for name in found if name in self.fields)

    def is_rate(self, column: str) -> bool:
        """Whether a column is a rate that is computed."""
        return column in self.computed and self.fields[column].type.unit == "%"

    @property
    def optional(self) -> frozenset[str]:
        """The columns that are shown only where some line has them."""
        follow = (name for name in self.computed if not self.earlier.keys().isdisjoint(self.parts(name)))
        return frozenset((*self.stated, *self.earlier, *follow))


@dataclass(frozen=True, slots=True)
class UnitClass:
    """The units whose value in ``column`` is ``equals``, or lies in a range; bounds that are None are open.

    ``least`` and ``most`` are in the range, ``below`` and ``above`` outside of it.
    """

    label: str
    column: str
    equals: str | None = None
    least: float | None = None
    most: float | None = None
    below: float | None = None
    above: float | None = None

    def holds(self, value: object) -> bool:
        """Whether a unit with this value is in the class."""
        if self.equals is not None:
            return value == self.equals
        return (
            isinstance(value, float)
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.below is None or value < self.below)
            and (self.above is None or value > self.above)
        )

    def criteria(self) -> list[str]:
        """The same as criteria of COUNTIFS."""
        if self.equals is not None:
            return [self.equals]
        bounds = {">=": self.least, "<=": self.most, "<": self.below, ">": self.above}
        return [f"{sign}{bound:.15g}" for sign, bound in bounds.items() if bound is not None]


@dataclass(frozen=True, slots=True)
class Distribution:
    """A column's values in classes that exclude each other."""

    id: str
    title: str
    column: str
    classes: Sequence[UnitClass]


@dataclass(frozen=True, slots=True, eq=False)
class RollUpLayout:
    """All of rollup.json that decides figures. ``limits`` are the classes of units that went too far.

    ``indicator`` names the table of indicators, the column of their names and that of their results.
    """

    units: Columns
    projects: Columns
    project_form: str
    department: str
    overall_form: str
    indicator: tuple[str, str, str]
    distributions: Mapping[str, Distribution]
    limits: Mapping[str, UnitClass]
    suspicious: frozenset[str]
    parameters: Mapping[str, str]
    counts: Mapping[str, str]

    @property
    def classes(self) -> list[UnitClass]:
        """The classes of all distributions, and the limits."""
        return [
            *(known for each in self.distributions.values() for known in each.classes),
            *self.limits.values(),
        ]


def texts() -> Texts:
    """What rollup.json says of the workbook."""
    found: Texts = texts_of("rollup")["workbook"]
    return found


@cache
def load_rollup() -> RollUpLayout:
    """The declared roll-up; raises DeclarationError when rollup.json is wrong."""
    spec = texts_of("rollup")
    return RollUpLayout(
        _columns(spec["units"], "units"),
        _columns(spec["projects"], "projects"),
        spec["projects"]["form"],
        spec["projects"]["department"],
        spec["units"]["form"],
        (spec["indicator"]["table"], spec["indicator"]["title"], spec["indicator"]["result"]),
        {name: _distribution(name, entry) for name, entry in spec["distributions"].items()},
        {name: _class(entry["title"], entry["column"], entry) for name, entry in spec["limits"].items()},
        frozenset(spec["suspicious"]),
        {f"{PARAMETERS}!{name}": value for name, value in spec["parameters"].items()},
        spec["counts"],
    )


def _columns(spec: Mapping[str, Any], name: str) -> Columns:
    place = f"{_PLACE}：{name}"
    fields = build_fields({"fields": spec["fields"]}, {}, load_vocabulary(), place)
    sources: dict[str, tuple[str, str]] = {}
    stated: dict[str, str] = {}
    earlier: dict[str, str] = {}
    for field, entry in expand(spec["fields"]).items():
        stated |= {field: entry["indicator"]} if "indicator" in entry else {}
        earlier |= {field: entry["last_year"]} if "last_year" in entry else {}
        if "from" in entry:
            form, _, source = entry["from"].partition("!")
            sources[field] = form, source
    return Columns(fields, sources, evaluation_order(fields, place), stated, earlier)


def _distribution(name: str, spec: Mapping[str, Any]) -> Distribution:
    column = spec["column"]
    classes = [_class(entry["label"], column, entry) for entry in spec["classes"]]
    return Distribution(name, spec["title"], column, classes)


def _class(label: str, column: str, spec: Mapping[str, Any]) -> UnitClass:
    bounds = (spec.get(name) for name in ("from", "to", "below", "above"))
    return UnitClass(label, column, spec.get("equals"), *bounds)
