"""A random generator and a profile → made-up units in the shape of the published filings, and their ledger.

Indicator rows are scored by the rules; the real unit's published figures come first in the ledger.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

from xlperf.core.errors import InputError
from xlperf.declarations.forms_and_rules import LevelOne, Profile
from xlperf.expressions.value_types import general
from xlperf.jobs.demo.figures import (
    CATEGORIES,
    Json,
    ProjectMoney,
    UnitMoney,
    heading,
    message,
    named,
    published,
    unit_money,
    words,
)
from xlperf.ledgers.layout import LedgerLayout, SheetLayout, load_layout
from xlperf.ledgers.template import Rows, write_ledger
from xlperf.notation.declared_words import notation

Cell = str | float | None
Row = list[Cell]

_MOST = {"count": 6, "full": 4}
_MISSED = 0.05
_LOWER = 0.04


class IndicatorWriter:
    """Makes the rows of one form: ``budget`` and ``spent`` in 万元 are its cost target and result."""

    def __init__(self, chance: Random, year: int, budget: float, spent: float) -> None:
        self._chance = chance
        self._year = year
        money = notation()["money"]["unit"]
        self._cost = (f"≤{general(budget)}{money}", f"{general(spent)}{money}")
        self._makers: dict[str, Callable[..., tuple[str, str]]] = {
            "count": self._counted,
            "rate": self._rated,
            "full": lambda: ("=100%", "100%"),
            "day": self._on_a_day,
            "year": self._all_year,
            "cost": lambda: self._cost,
            "words": self._in_words,
        }

    def rows(self, levels: Sequence[LevelOne]) -> Iterator[Row]:
        """Rows of [一级, 二级, 三级, target, result, points, score, reason], weights adding up."""
        for level in levels:
            chosen = [(child, spec) for child in level.children for spec in self._specs(child)]
            points = _split(level.weight, len(chosen))
            for (child, spec), worth in zip(chosen, points, strict=True):
                yield [level.name, child, *self._row(spec, worth)]

    def _specs(self, child: str) -> list[list[Any]]:
        pool = words()["indicators"][child]
        most = max(_MOST.get(spec[1], 1) for spec in pool)
        return self._chance.sample(pool, self._chance.randint(1, min(most, len(pool))))

    def _row(self, spec: list[Any], worth: float) -> Row:
        name, kind, *limits = spec
        if kind == "count" and self._chance.random() < _MISSED:
            return [name, *self._missed(limits, worth)]
        if kind == "words" and self._chance.random() < _LOWER:
            return [name, *self._weaker(worth)]
        target, result = self._makers[kind](*limits)
        return [name, target, result, worth, worth, None]

    def _missed(self, limits: list[Any], worth: float) -> Row:
        unit, low, high = limits
        target = self._chance.randint(max(low, 10), max(high, 20))
        result = target - max(1, target // 10)
        score = Decimal(str(worth)) * result / target
        rounded = float(score.quantize(Decimal("0.01"), ROUND_HALF_UP))
        return [f"≥{target}{unit}", f"{result}{unit}", worth, rounded, words()["reasons"]["short"]]

    def _weaker(self, worth: float) -> Row:
        target, _, result = self._chance.choice(words()["qualities"])
        return [target, result, worth, round(worth * 0.9, 2), words()["reasons"]["words"]]

    def _counted(self, unit: str, low: int, high: int) -> tuple[str, str]:
        target = self._chance.randint(low, high)
        return f"≥{target}{unit}", f"{target + self._chance.randint(0, target // 5)}{unit}"

    def _rated(self, low: int) -> tuple[str, str]:
        return f"≥{low}%", f"{self._chance.randint(low, 100)}%"

    def _on_a_day(self) -> tuple[str, str]:
        month, day = self._chance.randint(10, 12), self._chance.randint(1, 28)
        target = words()["day_target"].format(year=self._year)
        return target, words()["day_result"].format(year=self._year, month=month, day=day)

    def _all_year(self) -> tuple[str, str]:
        text = words()["year_target"].format(year=self._year)
        return text, text

    def _in_words(self) -> tuple[str, str]:
        target, result, _ = self._chance.choice(words()["qualities"])
        return target, result


def _split(weight: float, parts: int) -> list[float]:
    """``weight`` in ``parts`` portions of whole half points, what is left over going to the first."""
    portion = int(weight * 2 // parts) / 2
    return [weight - portion * (parts - 1), *[portion] * (parts - 1)]


@dataclass(frozen=True, slots=True)
class _Project:
    name: str
    goal: str
    done: str
    money: ProjectMoney


def made_up_units(profile: Profile, count: int, seed: int) -> Iterator[Json]:
    """``count`` filings under headings of the ledger; the same arguments give the same filings."""
    single = next(form.alias for form in profile.single_forms() if form.alias in profile.indicators)
    repeated = next(form.alias for form in profile.forms.values() if form.repeated)
    kinds = words()["kinds"]
    for index in range(count):
        chance = Random(f"{seed}-{profile.id}-{index}")
        kind = kinds[index % len(kinds)]
        money = unit_money(chance, staff := chance.randint(*kind["staff"]))
        projects = list(_projects(chance, money))
        total = money.single["total"]
        levels = profile.indicators
        indicators = {"": _indicators(chance, profile.year, total, levels[single])}
        for number, project in enumerate(projects, 1):
            indicators[str(number)] = _indicators(chance, profile.year, project.money.total, levels[repeated])
        yield {
            heading("units"): _unit(chance, profile, index, kind, staff),
            heading("amounts"): _amounts(money),
            heading("projects"): [_project(number, project) for number, project in enumerate(projects, 1)],
            heading("indicators"): indicators,
            heading("funds"): [
                _fund(project) for project in projects if project.money.category == CATEGORIES[2]
            ],
        }


def _indicators(chance: Random, year: int, total: Any, levels: Any) -> list[list[Any]]:
    return list(IndicatorWriter(chance, year, total[1] / 100, total[2] / 100).rows(levels))


def _unit(chance: Random, profile: Profile, index: int, kind: Json, staff: int) -> Json:
    place = words()["places"][profile.id]
    stems = words()["stems"]
    name = f"{place}{stems[index // len(words()['kinds']) % len(stems)]}{kind['suffix']}"
    goal, done = chance.choice(words()["goals"])
    return named(
        {
            "name": name,
            "department": f"{place}{kind['department']}" if "department" in kind else name,
            "quota": staff + chance.randint(0, staff // 10),
            "staff": staff,
            "filed": words()["filed"].format(year=profile.year + 1, day=chance.randint(1, 28)),
            "frugality": chance.choice(words()["frugality"]),
            "goal": goal,
            "done": done,
        }
    )


def _amounts(money: UnitMoney) -> Json:
    return named({name: _in_unit(values) for name, values in (*money.yearly.items(), *money.single.items())})


def _in_unit(cents: tuple[int | None, ...]) -> list[float | None]:
    return [None if amount is None else amount / 100 for amount in cents]


def _projects(chance: Random, money: UnitMoney) -> Iterator[_Project]:
    for category in CATEGORIES:
        of_category = [project for project in money.projects if project.category == category]
        texts = chance.sample(words()["projects"][category], len(of_category))
        for (name, goal, done), project in zip(texts, of_category, strict=True):
            yield _Project(name, goal, done, project)


def _project(number: int, project: _Project) -> Json:
    texts = {"number": str(number), "project": project.name, "goal": project.goal, "done": project.done}
    sources = {name: _in_unit(amounts) for name, amounts in project.money.sources.items()}
    return named({**texts, **sources})


def _fund(project: _Project) -> Json:
    return {heading("fund"): [project.name, *_in_unit(project.money.yearly)]}


DEMO_LEDGERS: Mapping[str, tuple[str, int]] = {
    "hunan-yueyang-2024": ("演示台账.xlsx", 300),
    "hunan-hengyang-2023": ("演示台账-衡阳.xlsx", 21),
}
"""Profile id → file name under workbooks/ and number of units of the committed demo ledgers."""

_SEED = 2024


def write_demo_ledger(path: str | Path, profile: Profile, units: int = 300) -> None:
    """Write a ledger of ``units`` units, the first of them real; the same values every time.

    Raises InputError for a profile without demo figures or too many units, OutputError when
    ``path`` cannot be written.
    """
    write_ledger(profile, path, demo_rows(profile, units), words()["notice"])


def demo_rows(profile: Profile, units: int, seed: int = _SEED) -> Rows:
    """The rows of that ledger: sheet → rows of heading → value. Another ``seed`` makes other units up."""
    real = published(profile.id)
    if real is None:
        raise InputError(message("no_figures", profile=profile.id, known="、".join(DEMO_LEDGERS)))
    most = len(words()["kinds"]) * len(words()["stems"])
    if not 1 <= units <= most:
        raise InputError(message("units", most=most))
    layout = load_layout(profile)
    rows: dict[str, list[Json]] = {name: [] for name in layout.sheets}
    for index, filing in enumerate([real, *made_up_units(profile, units - 1, seed)], 1):
        for sheet, row in _rows_of(filing, layout):
            rows[sheet].append({heading("unit_code"): f"{index:03}", **row})
    return rows


def _rows_of(filing: Json, layout: LedgerLayout) -> Iterator[tuple[str, Json]]:
    for name, content in filing.items():
        if name not in layout.sheets:
            continue
        sheet = layout.sheets[name]
        if name == heading("indicators"):
            yield from ((name, row) for row in _indicator_rows(content, sheet))
        else:
            for entry in content if isinstance(content, list) else [content]:
                yield name, _spread(entry, sheet)


def _indicator_rows(content: Mapping[str, Sequence[Sequence[object]]], sheet: SheetLayout) -> Iterator[Json]:
    headings = [name for name in sheet.columns if name not in sheet.keys]
    for project, indicators in content.items():
        for cells in indicators:
            yield {heading("number"): project or None, **dict(zip(headings, cells, strict=False))}


def _spread(entry: Json, sheet: SheetLayout) -> Json:
    """Write out lists: over the columns named ``heading·…``, or, without such, from that column on."""
    row: Json = {}
    headings = list(sheet.columns)
    for name, value in entry.items():
        if isinstance(value, list):
            group = [column for column in headings if column.startswith(f"{name}·")]
            row |= dict(zip(group or headings[headings.index(name) :], value, strict=bool(group)))
        else:
            row[name] = value
    return row
