"""Every kind of spoiling, on as many good workbooks as asked for, in a format → found, missed, made up."""

from collections.abc import Iterable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.spoilings import cells, figures, layouts, packages
from tests.spoilings.formats import converted
from tests.spoilings.judging import Verdict, judge
from tests.spoilings.sources import Good, any_good
from tests.spoilings.spoilt import KINDS, Kind, Spoilt

__all__ = ["KINDS", "run"]

_MODULES = (cells, figures, layouts, packages)
"""Importing them registers their kinds."""
_TRIES = 40


def spoilings(kind: Kind, rounds: Iterable[int]) -> list[tuple[Good, Spoilt]]:
    """One a round, the same every time; a workbook that has nothing to spoil is passed over."""
    made = []
    for number in rounds:
        chance = Random(f"{kind.name}{number}")
        for _ in range(_TRIES):
            good = any_good(chance, kind.working)
            spoilt = kind.spoils(good, chance)
            if spoilt is not None:
                made.append((good, spoilt))
                break
    return made


def run(kinds: Iterable[Kind], rounds: Iterable[int], suffix: str = "xlsx") -> dict[str, Verdict]:
    """The verdict of each kind over all rounds."""
    numbers = list(rounds)
    jobs = [(kind, *made) for kind in kinds if suffix in kind.formats for made in spoilings(kind, numbers)]
    verdicts: dict[str, Verdict] = {kind.name: Verdict() for kind, _, _ in jobs}
    with TemporaryDirectory() as place:
        goods = {(good.profile.id, good.file_name, good.working): good for _, good, _ in jobs}
        bases = dict(zip(goods, _files(goods.values(), suffix, Path(place, "good")), strict=True))
        paths = converted(
            [(f"{n}", spoilt.content) for n, (_, _, spoilt) in enumerate(jobs)], suffix, Path(place, "bad")
        )
        for number, ((kind, good, spoilt), path) in enumerate(zip(jobs, paths, strict=True)):
            name = (spoilt.name or good.file_name).replace(".xlsx", f".{suffix}")
            there = Path(place, "judged", str(number), name)
            there.parent.mkdir(parents=True)
            path.rename(there)
            base = bases[good.profile.id, good.file_name, good.working]
            verdicts[kind.name] += judge(spoilt, there, base, good.profile)
    return verdicts


def _files(goods: Iterable[Good], suffix: str, folder: Path) -> list[Path]:
    """The good workbooks in the format, each in a folder of its own under its unit's name."""
    listed = list(goods)
    made = converted([(f"{n}", good.content) for n, good in enumerate(listed)], suffix, folder)
    paths = []
    for number, (good, path) in enumerate(zip(listed, made, strict=True)):
        there = folder / f"unit{number}" / good.file_name.replace(".xlsx", f".{suffix}")
        there.parent.mkdir()
        path.rename(there)
        paths.append(there)
    return paths
