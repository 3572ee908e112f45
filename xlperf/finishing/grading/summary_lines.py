"""A graded unit → its line of the summary: points by level, what is still to be judged, reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from xlperf.declarations.unit_findings import packed, unpacked, values_of
from xlperf.finishing.grading.unit_workbook import GradedUnit

NOISE = 9
"""Decimals to which sums are rounded: what is beyond them comes of binary fractions."""


class ItemLine(NamedTuple):
    """An item of a unit: its points, the score or None, points to begin with, reasons, what else to know."""

    id: str
    level: str
    title: str
    points: float
    score: float | None
    suggestion: float | None
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class GradedLine:
    """One unit of the summary; ``file`` is its workbook next to the summary, "" where none was written.

    ``dimensions`` are the points of its score sheet, None where nothing of one is settled, ``unscored`` those
    still to be given there.
    """

    code: str
    name: str
    scheme: str
    year: int
    items: Sequence[ItemLine]
    file: str
    remarks: Sequence[str]
    dimensions: dict[str, float | None] = field(default_factory=dict)
    unscored: float = 0.0

    @classmethod
    def of(cls, unit: GradedUnit, file: str, remarks: Sequence[str]) -> "GradedLine":
        """The line of a graded unit."""
        items = [
            ItemLine(
                row.assessed.item.id,
                row.assessed.item.level,
                row.assessed.item.title,
                row.assessed.item.points,
                row.score,
                row.assessed.suggestion,
                row.reason,
                "\n".join(row.assessed.evidence),
            )
            for row in unit.rows
        ]
        package = unit.package
        line = cls(
            package.code, package.name, unit.scheme.name, package.profile.year, items, file, list(remarks)
        )
        if unit.scores is None:
            return line
        dimensions: dict[str, float | None] = {}
        for scored in unit.scores.items:
            name = scored.item.dimension
            before = dimensions.setdefault(name, None)
            if scored.score is not None:
                dimensions[name] = (before or 0.0) + scored.score
        return replace(line, dimensions=dimensions, unscored=unit.scores.pending)

    @property
    def title(self) -> str:
        """Code and name, as users see them."""
        return " ".join(part for part in (self.code, self.name) if part)

    @property
    def levels(self) -> dict[str, float]:
        """The points so far by first level; a level of which nothing is settled is not in it."""
        found: dict[str, float] = {}
        for item in self.items:
            if item.score is not None:
                found[item.level] = found.get(item.level, 0.0) + item.score
        return found

    @property
    def total(self) -> float:
        """The points so far."""
        return round(sum(item.score or 0.0 for item in self.items), NOISE)

    @property
    def pending(self) -> float:
        """The points that are still to be given or withheld."""
        return sum(item.points for item in self.items if item.score is None)

    @property
    def rate(self) -> float | None:
        """The share of the points that are settled, 0 to 1; None where none is."""
        settled = sum(item.points for item in self.items if item.score is not None)
        return self.total / settled if settled else None

    @property
    def lost(self) -> Sequence[ItemLine]:
        """The items with fewer points than there are, or with a reason against them."""
        return [
            item
            for item in self.items
            if item.reason or (item.score is not None and item.score < item.points)
        ]


def stored_line(line: GradedLine) -> bytes:
    """A line as bytes of packed JSON."""
    return packed(values_of(line))


def line_of_stored(data: bytes) -> GradedLine:
    """The line that ``stored_line`` wrote; raises ValueError or TypeError for other bytes."""
    code, name, scheme, year, items, *rest = unpacked(data)
    return GradedLine(code, name, scheme, year, [ItemLine(*item) for item in items], *rest)


@dataclass(frozen=True, slots=True)
class Summary:
    """All units with what is to be said besides; ``missing`` are units of the register that sent nothing."""

    lines: Sequence[GradedLine]
    remarks: Sequence[tuple[str, str]]
    missing: Sequence[tuple[str, str]]

    @property
    def ranked(self) -> list[GradedLine]:
        """The units by their points, those that are settled first."""
        return sorted(self.lines, key=lambda line: (line.pending > 0, -line.total, line.code, line.name))
