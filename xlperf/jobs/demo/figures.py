"""A random generator → the money of a made-up unit, every sum and limit right; the vocabulary of such units.

Amounts are whole cents of 万元 (12345 is 123.45万元) until they are written to a ledger. Words and the
published figures of real units are in schemas/demo/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import text_of, texts_of

Json = dict[str, Any]


@cache
def words() -> Json:
    """The vocabulary of made-up units."""
    return texts_of("demo/words")


def message(name: str, **values: object) -> str:
    """A text about the demo, its gaps filled with ``values``."""
    return text_of("demo/spoilt", "messages", name, **values)


def heading(name: str) -> str:
    """The ledger's heading or sheet for an English name; DeclarationError for one without."""
    try:
        return str(words()["headings"][name])
    except KeyError:
        raise DeclarationError("demo/words.json：headings", f"缺少“{name}”") from None


def named(values: Json) -> Json:
    """``values`` with headings of the ledger in place of English names."""
    return {heading(name): value for name, value in values.items()}


def published(profile_id: str) -> Json | None:
    """The filing of the real unit of a profile, None when there is none."""
    path = schemas_dir() / "demo" / f"{profile_id}.json"
    return texts_of(f"demo/{profile_id}") if path.is_file() else None


Three = tuple[int, int, int]

MAX_PROJECTS = 6
MAX_FUNDS = 4
CATEGORIES = ("business", "maintenance", "special")
_NOTHING: Three = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """A project's sources, each at the start of the year, adjusted, and spent; ``last`` year's total."""

    category: str
    sources: Mapping[str, Three]
    last: int

    @property
    def total(self) -> Three:
        """Start, adjusted and spent over all sources."""
        return add(*self.sources.values())

    @property
    def yearly(self) -> Three:
        """Last year's spending, this year's adjusted budget and spending."""
        return (self.last, *self.total[1:])


@dataclass(frozen=True, slots=True)
class UnitMoney:
    """All amounts of a unit by English name, and its projects.

    ``yearly`` are last year's spending, budget, spending; ``single`` groups have the number of
    columns that the ledger gives them.
    """

    projects: tuple[ProjectMoney, ...]
    yearly: Mapping[str, Three]
    single: Mapping[str, tuple[int | None, ...]]


def add(*parts: Three) -> Three:
    """The sums of the three columns."""
    first, second, third = (sum(column) for column in zip(*parts, strict=True)) if parts else _NOTHING
    return first, second, third


def share(chance: Random, amount: int, low: float, high: float) -> int:
    """A random part of ``amount`` between the fractions ``low`` and ``high``."""
    return round(amount * chance.uniform(low, high))


def unit_money(chance: Random, staff: int) -> UnitMoney:
    """Random figures for a unit with ``staff`` people."""
    projects = tuple(_project(chance, category) for category in _categories(chance))
    running = _falling(chance, staff * chance.randint(11000, 26000) // 100)
    meetings = _part(chance, running, 0.02, 0.06)
    office, utilities = _part(chance, running, 0.3, 0.45), _part(chance, running, 0.12, 0.25)
    personnel = _spent(chance, staff * chance.randint(110000, 160000) // 100, unchanged=0)
    basic = add(personnel, (running[1], running[1], running[2]))
    by_project = add(*(project.total for project in projects))
    total = add(basic, by_project)
    yearly = {
        **_hospitality(chance, running),
        **{name: _of_category(projects, name) for name in CATEGORIES[:2]},
        "public": running,
        "office": office,
        "utilities": utilities,
        "meetings": meetings,
    }
    single: dict[str, tuple[int | None, ...]] = {
        "purchasing": _purchasing(chance, running[1]),
        "basic_change": (basic[1] - basic[0],) * 2,
        "total": total,
        "income": _income(chance, total[2]),
        "spending": (basic[2], by_project[2]),
        **_building(chance),
    }
    return UnitMoney(projects, yearly, single)


def _categories(chance: Random) -> list[str]:
    chosen = [chance.choice(CATEGORIES) for _ in range(chance.randint(1, MAX_PROJECTS))]
    funds = [index for index, category in enumerate(chosen) if category == "special"]
    for index in funds[MAX_FUNDS:]:
        chosen[index] = CATEGORIES[index % 2]
    return sorted(chosen, key=CATEGORIES.index)


def _project(chance: Random, category: str) -> ProjectMoney:
    start = chance.choice(
        (chance.randint(300, 4000), chance.randint(3000, 30000), chance.randint(3, 200) * 100)
    )
    sources = {"finance": _spent(chance, start)}
    if chance.random() < 0.25:
        carried = share(chance, start, 0.05, 0.2)
        sources["carried"] = (carried, carried, carried)
    if chance.random() < 0.15:
        other = share(chance, start, 0.02, 0.15)
        sources["other"] = (other, other, share(chance, other, 0.9, 1))
    budget = sum(source[1] for source in sources.values())
    return ProjectMoney(category, sources, share(chance, budget, 0.8, 1.15))


def _spent(chance: Random, start: int, *, unchanged: float = 0.5) -> Three:
    adjusted = start if chance.random() < unchanged else share(chance, start, 0.94, 1.12)
    spent = adjusted if chance.random() < 0.4 else share(chance, adjusted, 0.9, 0.9999)
    return start, adjusted, spent


def _falling(chance: Random, last: int) -> Three:
    budget = share(chance, last, 0.92, 1.0)
    return last, budget, share(chance, budget, 0.92, 1.0)


def _part(chance: Random, whole: Three, low: float, high: float) -> Three:
    ratio = chance.uniform(low, high)
    first, second, third = (round(amount * ratio) for amount in whole)
    return first, second, third


def _of_category(projects: tuple[ProjectMoney, ...], category: str) -> Three:
    return add(_NOTHING, *(project.yearly for project in projects if project.category == category))


def _hospitality(chance: Random, running: Three) -> dict[str, Three]:
    some = chance.random() < 0.75
    vehicles = some and chance.random() < 0.6
    return {
        "vehicle_purchase": _NOTHING,
        "vehicle_running": _falling(chance, share(chance, running[0], 0.02, 0.06)) if vehicles else _NOTHING,
        "abroad": _NOTHING,
        "reception": _falling(chance, share(chance, running[0], 0.005, 0.03)) if some else _NOTHING,
    }


def _purchasing(chance: Random, public: int) -> tuple[int, int]:
    if chance.random() < 0.3:
        return 0, 0
    budget = share(chance, public, 0.1, 0.5)
    return budget, share(chance, budget, 0.85, 1)


def _income(chance: Random, spent: int) -> tuple[int | None, ...]:
    fund = share(chance, spent, 0.02, 0.1) if chance.random() < 0.2 else None
    fees = share(chance, spent, 0.02, 0.08) if chance.random() < 0.2 else None
    other = share(chance, spent, 0.01, 0.05) if chance.random() < 0.3 else None
    return spent - (fund or 0) - (fees or 0) - (other or 0), fund, fees, other


def _building(chance: Random) -> dict[str, tuple[int | None, ...]]:
    if chance.random() > 0.06:
        return {}
    area, money = chance.randint(200, 3000) * 100, chance.randint(80, 900) * 100
    return {
        "area_approved": (area,),
        "area_actual": (share(chance, area, 0.95, 1),),
        "investment_budget": (money,),
        "investment_actual": (share(chance, money, 0.9, 1),),
    }
