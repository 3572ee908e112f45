"""A package → the points of every item of its scheme, what they rest on, and what is left to a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.checks.grading.measures import Grounds, Measured, measured
from xlperf.checks.grading.package import GradedPackage
from xlperf.checks.grading.scheme import GradedItem, GradedPart, Scheme
from xlperf.checks.grading.sections import sections_of


@dataclass(frozen=True, slots=True)
class AssessedPart:
    """A part with what was measured; without a ``score`` a person has to say, ``suggestion`` then helps."""

    part: GradedPart
    found: Measured
    score: float | None
    suggestion: float | None


@dataclass(frozen=True, slots=True)
class AssessedItem:
    """A row of the grading table as far as the rules give it."""

    item: GradedItem
    parts: tuple[AssessedPart, ...]

    @property
    def score(self) -> float | None:
        """The points, None while one of its parts has none."""
        scores = [part.score for part in self.parts]
        return None if None in scores else sum(score for score in scores if score is not None)

    @property
    def suggestion(self) -> float | None:
        """Points to begin with where there is no score; None without any."""
        begin = [part.suggestion if part.score is None else part.score for part in self.parts]
        return None if None in begin or self.score is not None else sum(filter(None, begin))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reason for each deduction."""
        return tuple(reason for part in self.parts for reason in part.found.reasons)

    @property
    def evidence(self) -> tuple[str, ...]:
        """What else a person should know."""
        return tuple(line for part in self.parts for line in part.found.evidence)


@dataclass(frozen=True, slots=True)
class Assessment:
    """All items of one unit."""

    package: GradedPackage
    scheme: Scheme
    items: tuple[AssessedItem, ...]


def assess(package: GradedPackage, scheme: Scheme) -> Assessment:
    """Measure and score ``package`` by ``scheme``."""
    sections = sections_of(package.report, package.profile, scheme.sections) if package.report else {}
    grounds = Grounds(package, scheme, sections)
    return Assessment(package, scheme, tuple(_item(item, grounds) for item in scheme.items))


def _item(item: GradedItem, grounds: Grounds) -> AssessedItem:
    return AssessedItem(item, tuple(_parts(item.parts, grounds)))


def _parts(parts: Sequence[GradedPart], grounds: Grounds) -> Iterator[AssessedPart]:
    for part in parts:
        found = measured(part, grounds)
        score = part.score(found.number)
        yield AssessedPart(part, found, score, part.suggested(found.number) if score is None else None)
