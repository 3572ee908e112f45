"""schemas/scores → score sheets by dimensions; a filing and a few entries → the ratios and points of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from xlperf.core.errors import InputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.evaluation import Ratio, declared_ratios, parameters
from xlperf.declarations.fields import parsed
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing
from xlperf.declarations.source import Json, read, text_of
from xlperf.expressions import Node, Value, compile_expression

RATE, POINTS, EACH, LIMIT = "率", "分值", "每点", "标准"
"""The names that the formulas of a sheet speak of."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoreItem:
    """A row of a score sheet. Without a ``ratio`` and ``formula`` a person gives the points."""

    id: str
    dimension: str
    points: float
    standard: str
    ratio: Ratio | None
    formula: Node | None
    each: float
    limit: float


@dataclass(frozen=True, slots=True, eq=False)
class DeclaredScoreSheet:
    """All rows in their order; ``fields`` says of figures which form and field they are in."""

    id: str
    name: str
    items: tuple[ScoreItem, ...]
    fields: Mapping[str, tuple[str, str]]

    @property
    def points(self) -> float:
        """The points of all rows."""
        return sum(item.points for item in self.items)

    @property
    def figures(self) -> Sequence[str]:
        """The figures that the ratios need, each once."""
        return list(dict.fromkeys(name for item in self.items if item.ratio for name in item.ratio.names))


def score_sheet_ids() -> list[str]:
    """The ids of all declared score sheets, sorted."""
    return sorted(path.stem for path in (schemas_dir() / "scores").glob("*.json"))


@cache
def score_sheet(name: str) -> DeclaredScoreSheet:
    """The score sheet ``name``; InputError for one that is not declared, DeclarationError for a wrong one."""
    if name not in score_sheet_ids():
        raise InputError(
            text_of("grading", "scores", "unknown", name=name, known="、".join(score_sheet_ids()))
        )
    spec = read(schemas_dir() / "scores" / f"{name}.json", "score")
    items = tuple(
        _item(item, dimension["name"], spec["formulas"], f"scores/{name}.json")
        for dimension in spec["dimensions"]
        for item in dimension["items"]
    )
    fields = {figure: (where["form"], where["field"]) for figure, where in spec["figures"].items()}
    return DeclaredScoreSheet(spec["id"], spec["name"], items, fields)


def _item(spec: Json, dimension: str, formulas: Mapping[str, str], place: str) -> ScoreItem:
    ratio = declared_ratios()[spec["ratio"]] if "ratio" in spec else None
    formula = parsed(formulas[spec["formula"]], place) if "formula" in spec else None
    figures = spec.get("each", 0.0), spec.get("limit", 0.0)
    return ScoreItem(spec["id"], dimension, spec["points"], spec["standard"], ratio, formula, *figures)


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """A row with its ratio (a number, a word for one that does not apply, None where a figure is missing)
    and its score, None where a person or a figure is still to say; ``typed``: a person's own points.
    """

    item: ScoreItem
    rate: float | str | None
    score: float | None
    typed: bool = False


@dataclass(frozen=True, slots=True)
class ScoredUnit:
    """The rows of a unit, its figures, and which of them come from its forms."""

    sheet: DeclaredScoreSheet
    items: Sequence[ScoredItem]
    figures: Mapping[str, float | None]
    from_forms: frozenset[str]

    @property
    def total(self) -> float:
        """The points so far."""
        return sum(item.score or 0.0 for item in self.items)

    @property
    def pending(self) -> float:
        """The points that are still to be given or withheld."""
        return sum(scored.item.points for scored in self.items if scored.score is None)


def scored(
    sheet: DeclaredScoreSheet, filing: Filing | None, profile: Profile, entries: Mapping[str, float]
) -> ScoredUnit:
    """Score a filing; ``entries`` are figures that no form has, and points that a person gives, by name."""
    known = {name: _field(filing, *where) for name, where in sheet.fields.items()}
    own = {name: value for name, value in known.items() if value is not None}
    figures = {name: own.get(name, entries.get(name)) for name in sheet.figures}
    items = [_scored(item, figures, profile, entries.get(item.id)) for item in sheet.items]
    return ScoredUnit(sheet, items, figures, frozenset(own))


def _field(filing: Filing | None, alias: str, field: str) -> float | None:
    for record in filing.of(alias) if filing else ():
        value = record.fields.get(field)
        if isinstance(value, float) and field not in record.unknown:
            return value
    return None


def _scored(
    item: ScoreItem, figures: Mapping[str, float | None], profile: Profile, typed: float | None
) -> ScoredItem:
    rate = item.ratio.value(dict(figures), profile) if item.ratio else None
    if typed is not None:
        return ScoredItem(item, rate, typed if 0 <= typed <= item.points else None, typed=True)
    return ScoredItem(item, rate, points_for(item, rate, profile))


def points_for(item: ScoreItem, rate: Value, profile: Profile) -> float | None:
    """The points of a row for its ratio; None where a person judges, and where the ratio is missing."""
    if item.formula is None:
        return None
    names: dict[str, Value] = {RATE: rate, POINTS: item.points, EACH: item.each, LIMIT: item.limit}
    score = compile_expression(item.formula)({**parameters(profile), **names})
    return score if isinstance(score, float) else None
