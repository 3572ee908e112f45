"""schemas/schemes and the ``grading`` of a profile → the items that filings are graded by, with formulas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from xlperf.core.paths import schemas_dir
from xlperf.declarations.fields import parsed
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.profile import load_form
from xlperf.declarations.source import Json, read, text_of
from xlperf.expressions import Node, compile_expression

COUNT, POINTS, EACH, STANDARD = "数", "分值", "每项", "标准"
"""The names that the formulas of a scheme speak of: what was measured, and the figures of a part."""


@dataclass(frozen=True, slots=True)
class Band:
    """A printed band of points, both ends in it; the bands of a part may overlap."""

    first: float
    last: float
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class GradedPart:
    """A part of an item that is graded by itself: what is measured, and the formula of its points.

    ``formula`` is None for what only a person judges; ``suggest`` gives points to begin with where the
    formula gives none. ``options`` are as declared.
    """

    id: str
    measure: str
    points: float
    formula: Node | None
    suggest: Node | None
    options: Mapping[str, Any]

    @property
    def figures(self) -> Mapping[str, float]:
        """The names of the formulas, without what is measured."""
        named = {EACH: self.options.get("each", 0), STANDARD: self.options.get("standard", 0)}
        return {POINTS: self.points, **named}

    @property
    def bands(self) -> Sequence[Band]:
        """The printed bands, none for most parts."""
        return [Band(band["from"], band["to"], band["text"]) for band in self.options.get("bands", ())]

    def score(self, measured: float | None) -> float | None:
        """The points for what was measured; None where a person has to say."""
        return self._value(self.formula, measured)

    def suggested(self, measured: float | None) -> float | None:
        """Points to begin with, where the rule leaves them to a person; None without any."""
        return self._value(self.suggest, measured)

    def _value(self, formula: Node | None, measured: float | None) -> float | None:
        if formula is None or measured is None:
            return None
        result = compile_expression(formula)({**self.figures, COUNT: measured})
        return result if isinstance(result, float) else None


@dataclass(frozen=True, slots=True, eq=False)
class GradedItem:
    """A row of the grading table."""

    id: str
    level: str
    title: str
    points: float
    standard: str
    parts: tuple[GradedPart, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """All items in their order. ``deadlines`` by the name of a date; ``received`` says which day of several
    counts, ``first`` or ``last``; ``grades`` are names of ranges of totals with their lower ends.
    """

    id: str
    name: str
    form: Form
    items: tuple[GradedItem, ...]
    deadlines: Mapping[str, date]
    received: str
    sections: Mapping[str, Sequence[str]]
    topics: Mapping[str, Sequence[str]]
    grades: Sequence[tuple[str, float]]

    @property
    def points(self) -> float:
        """The points of all items."""
        return sum(item.points for item in self.items)

    @property
    def levels(self) -> Mapping[str, Sequence[GradedItem]]:
        """The items by their first level."""
        found: dict[str, list[GradedItem]] = {}
        for item in self.items:
            found.setdefault(item.level, []).append(item)
        return found

    @property
    def dates(self) -> Sequence[str]:
        """The names of the dates that are needed."""
        return [part.options["date"] for item in self.items for part in item.parts if "date" in part.options]


@cache
def scheme_of(profile: Profile, deadlines: tuple[tuple[str, date], ...] = ()) -> Scheme:
    """The scheme by which filings of ``profile`` are graded; ``deadlines`` take the place of declared ones.

    Raises DeclarationError for a scheme or formula that is wrong.
    """
    declared = profile.grading
    spec = read(schemas_dir() / "schemes" / f"{declared['scheme']}.json", "scheme")
    days = {name: date.fromisoformat(day) for name, day in declared.get("dates", {}).items()}
    days |= dict(deadlines)
    texts = {**declared.get("texts", {}), "年度": profile.year, **_worded(spec, days)}
    place = f"schemes/{spec['id']}.json"
    items = tuple(
        _item(item, level["name"], spec["formulas"], texts, place)
        for level in spec["levels"]
        for item in level["items"]
    )
    return Scheme(
        spec["id"],
        spec["name"],
        load_form(spec["form"], profile.id),
        items,
        days,
        declared.get("received", "first"),
        spec["sections"],
        spec["topics"],
        [(grade["name"], grade["from"]) for grade in spec["grades"]],
    )


def _worded(spec: Json, days: Mapping[str, date]) -> Mapping[str, str]:
    """``{…截止}`` of the standards: the day as it is printed, or that it is the one prescribed."""
    parts = (part for level in spec["levels"] for item in level["items"] for part in item["parts"])
    names = {part["date"] for part in parts if "date" in part}
    prescribed = text_of("grading", "prescribed")
    return {f"{name}截止": written_day(days[name]) if name in days else prescribed for name in names}


def written_day(day: date) -> str:
    """A day as grading tables print it: 2025年7月15日."""
    return text_of("grading", "day", year=day.year, month=day.month, day=day.day)


def _item(
    spec: Json, level: str, formulas: Mapping[str, str], texts: Mapping[str, Any], place: str
) -> GradedItem:
    parts = tuple(_part(part, formulas, f"{place}：{spec['id']}") for part in spec["parts"])
    standard = str(spec["standard"]).format_map(texts)
    return GradedItem(spec["id"], level, spec["title"], spec["points"], standard, parts)


def _part(spec: Json, formulas: Mapping[str, str], place: str) -> GradedPart:
    formula = parsed(formulas[spec["formula"]], place) if "formula" in spec else None
    suggest = parsed(spec["suggest"], place) if "suggest" in spec else None
    return GradedPart(spec["id"], spec["measure"], spec["points"], formula, suggest, spec)
