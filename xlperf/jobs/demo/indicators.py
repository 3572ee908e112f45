"""A profile's levels and weights → the indicator rows of a made-up form, scored by the rules."""

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from xlperf.declarations.model import LevelOne
from xlperf.expressions.value_types import general
from xlperf.jobs.demo.words import words
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
