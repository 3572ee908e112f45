"""A random generator and a profile → made-up units, in the shape of the published filings."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from xlperf.declarations.model import Profile
from xlperf.jobs.demo.figures import (
    CATEGORIES,
    ProjectMoney,
    UnitMoney,
    unit_money,
)
from xlperf.jobs.demo.indicators import IndicatorWriter
from xlperf.jobs.demo.words import (
    Json,
    head,
    named,
    words,
)


@dataclass(frozen=True, slots=True)
class _Project:
    name: str
    goal: str
    done: str
    money: ProjectMoney


def made_up_units(profile: Profile, count: int, seed: int) -> Iterator[Json]:
    """``count`` filings under ledger heads; the same arguments give the same filings."""
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
            head("units"): _unit(chance, profile, index, kind, staff),
            head("amounts"): _amounts(money),
            head("projects"): [_project(number, project) for number, project in enumerate(projects, 1)],
            head("indicators"): indicators,
            head("funds"): [
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
    return {head("fund"): [project.name, *_in_unit(project.money.yearly)]}
