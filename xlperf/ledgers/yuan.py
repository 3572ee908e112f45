"""The amounts of a ledger as arrays → those that must be in 元 where 万元 is meant: single, rows, sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.expressions.value_types import general
from xlperf.ledgers.layout import LedgerLayout
from xlperf.ledgers.tables import LedgerTable
from xlperf.ledgers.units import UnitDraft
from xlperf.ledgers.values import ColumnValues, converted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """A table that was read: the drafts of its rows by place, and its columns of amounts."""

    table: LedgerTable
    placed: Mapping[int, UnitDraft]
    columns: Sequence[ColumnValues]


@dataclass(slots=True)
class Amounts:
    """The amounts of one part, a row for each placed row; ``likely`` are those that look like 元."""

    part: Part
    indexes: Sequence[int]
    columns: Sequence[ColumnValues]
    values: "Numbers"
    others: "Numbers"
    totals: "Numbers"
    likely: "Flags"
    rows: "Flags"


def amounts_of(part: Part, layout: LedgerLayout) -> Amounts | None:
    """The amounts of ``part``; None where it has none."""
    import numpy as np  # noqa: PLC0415 — comes with pandas

    columns, indexes = part.columns, list(part.placed)
    if not columns or not indexes:
        return None
    values = np.array([[found.values[index] for found in columns] for index in indexes], dtype=float)
    others = _others(values, columns)
    totals = _totals([part.placed[index] for index in indexes], columns, layout.suspicion.total)
    shape = np.zeros(values.shape, bool)
    return Amounts(part, indexes, columns, values, others, totals, shape, shape[:, 0].copy())


def _totals(
    drafts: Sequence[UnitDraft], columns: Sequence[ColumnValues], places: Sequence[tuple[str, str]]
) -> "Numbers":
    """For each amount the median of the unit's totals, which are at ``places``, but itself."""
    import numpy as np  # noqa: PLC0415

    given = np.array([[given_amount(draft, place) for place in places] for draft in drafts], dtype=float)
    given[~(given > 0)] = np.nan
    result = np.empty((len(drafts), len(columns)))
    for at, found in enumerate(columns):
        kept = [place not in found.column.targets[:1] for place in places]
        result[:, at] = row_medians(given[:, kept])
    return result


def _others(values: "Numbers", columns: Sequence[ColumnValues]) -> "Numbers":
    """For each amount the largest of those in its row that are of one magnitude with it, NaN without any."""
    import numpy as np  # noqa: PLC0415

    positive = np.where(values > 0, values, np.nan)
    groups: dict[str, list[int]] = {}
    for at, found in enumerate(columns):
        groups.setdefault(found.column.compare or found.column.head, []).append(at)
    result = np.full(values.shape, np.nan)
    for group in groups.values():
        for at in group:
            rest = [other for other in group if other != at]
            if rest:
                result[:, at] = np.fmax.reduce(positive[:, rest], axis=1)
    return result


def row_medians(values: "Numbers") -> "Numbers":
    """The median of each row without NaN, NaN for rows of nothing else."""
    import numpy as np  # noqa: PLC0415

    result = np.full(len(values), np.nan)
    some = ~np.isnan(values).all(axis=1) if values.shape[1] else np.zeros(len(values), bool)
    if some.any():
        result[some] = np.nanmedian(values[some], axis=1)
    return result


def given_amount(draft: UnitDraft, place: tuple[str, str]) -> float:
    """The number that a unit has at (form, field), 0 for none."""
    alias, name = place
    value = draft.singles[alias].fields.get(name) if alias in draft.singles else None
    return value if isinstance(value, float) else 0.0


_SIGNIFICANT = 4
_PLACES = 6


class YuanSearch:
    """Marks, in ``parts``, the amounts and rows of a ledger that look like 元.

    ``held`` are the codes of units with such a row; ``whole`` are the parts that are in 元 altogether.
    """

    def __init__(self, parts: Sequence[Part], drafts: Mapping[str, UnitDraft], layout: LedgerLayout) -> None:
        self._rule, self._drafts = layout.suspicion, drafts
        ordered = sorted(parts, key=lambda part: part.table.layout.row != "fields")
        self.parts = [found for part in ordered if (found := amounts_of(part, layout)) is not None]
        self.held: set[str] = set()
        for found in self.parts:
            self._judge(found)
        self.whole = [found for found in self.parts if self._is_whole(found)]

    def _judge(self, found: Amounts) -> None:
        """Mark single amounts, then the rows that are in 元 as a whole."""
        import numpy as np  # noqa: PLC0415

        rule, values = self._rule, found.values
        if found.part.table.layout.row != "fields":
            scaled = [found.part.placed[index].row.code in self.held for index in found.indexes]
            found.totals[scaled] /= rule.factor
        with np.errstate(invalid="ignore"):
            beyond = ~(values <= found.totals) & ~(np.isnan(found.others) & np.isnan(found.totals))
            found.likely = beyond & (
                (values >= rule.times * found.others) | (values >= rule.share * found.totals)
            )
            filled = (values != 0) & ~np.isnan(values)
            counts = filled.sum(axis=1)
            many = counts >= rule.fewest
            typical = row_medians(np.where(filled, np.abs(values), np.nan))
            found.rows = many & ((found.likely & filled).sum(axis=1) >= rule.row_share * counts)
            if found.part.table.layout.row == "fields":
                large = many & (np.nanmin(np.where(filled, np.abs(values), np.inf), axis=1) >= rule.least)
                found.rows |= large & (self._beyond_peers(typical) | self._matches_others(found))
                found.rows |= many & self._beyond_staff(found)
                doubtful = (index for index, flag in zip(found.indexes, found.rows, strict=True) if flag)
                self.held.update(found.part.placed[index].row.code for index in doubtful)
        self._mark_years(found, filled)

    def _beyond_peers(self, typical: "Numbers") -> "Flags":
        """Rows whose typical amount is so many times that of most other rows."""
        import numpy as np  # noqa: PLC0415

        known = typical[~np.isnan(typical)]
        if len(known) <= self._rule.peers:
            return np.zeros(len(typical), bool)
        low = np.sort(known)[: max(len(known) // 2, self._rule.peers)]
        flags: Flags = typical >= self._rule.times * np.median(low)
        return flags

    def _beyond_staff(self, found: Amounts) -> "Flags":
        """Rows with more for each of the unit's people than there can be."""
        import numpy as np  # noqa: PLC0415

        flags = np.zeros(len(found.indexes), bool)
        limits = {
            at: most
            for at, column in enumerate(found.columns)
            for place, most in self._rule.per_head.items()
            if place in column.column.targets
        }
        for row, index in enumerate(found.indexes):
            draft = found.part.placed[index]
            staff = next(
                (count for place in self._rule.staff if (count := given_amount(draft, place)) > 0), 0
            )
            given = {at: most for at, most in limits.items() if found.values[row, at] > 0}
            if staff and len(given) > 1:
                flags[row] = all(found.values[row, at] >= most * staff for at, most in given.items())
        return flags

    def _matches_others(self, found: Amounts) -> "Flags":
        """Rows with an amount that is, by the factor, one of the same unit's on other sheets."""
        import numpy as np  # noqa: PLC0415

        elsewhere: dict[str, set[float]] = {}
        for other in self.parts:
            if other is not found:
                for row, index in enumerate(other.indexes):
                    own = elsewhere.setdefault(other.part.placed[index].row.code, set())
                    own.update(round(float(value), _PLACES) for value in other.values[row] if value > 0)
        flags = np.zeros(len(found.indexes), bool)
        for row, index in enumerate(found.indexes):
            own = elsewhere.get(found.part.placed[index].row.code, set())
            values = [float(value) for value in found.values[row] if value >= self._rule.factor]
            scaled = [round(converted(value, self._rule.factor), _PLACES) for value in values]
            significant = {
                value for value in scaled if len(general(value).strip("0").replace(".", "")) >= _SIGNIFICANT
            }
            flags[row] = bool(significant & own) and len(values) >= self._rule.fewest
        return flags

    def _mark_years(self, found: Amounts, filled: "Flags") -> None:
        """Mark the amounts of this year where most are so many times those of last year."""
        last = [at for at, column in enumerate(found.columns) if self._rule.last_year in column.column.head]
        for at, column in enumerate(found.columns):
            if at in last or not column.column.compare:
                continue
            for before in last:
                if found.columns[before].column.compare == column.column.compare:
                    pair = filled[:, at] & filled[:, before]
                    grown = pair & (found.values[:, at] >= self._rule.times * abs(found.values[:, before]))
                    found.likely[:, at] |= grown & self._is_common(found, filled, last)

    def _is_common(self, found: Amounts, filled: "Flags", last: Sequence[int]) -> "Flags":
        """Rows in which at least ``fewest`` subjects have grown so since last year."""
        import numpy as np  # noqa: PLC0415

        counts = np.zeros(len(found.indexes), int)
        for before in last:
            group = found.columns[before].column.compare
            same = [
                at
                for at, column in enumerate(found.columns)
                if column.column.compare == group and at not in last
            ]
            with np.errstate(invalid="ignore"):
                limit = self._rule.times * np.abs(found.values[:, before])
                grown = [filled[:, before] & filled[:, at] & (found.values[:, at] >= limit) for at in same]
            counts += np.any(grown, axis=0) if grown else 0
        flags: Flags = counts >= self._rule.fewest
        return flags

    def _is_whole(self, found: Amounts) -> bool:
        count = len(found.indexes)
        units = {found.part.placed[index].row.code for index in found.indexes}
        return len(units) > 1 and found.rows.sum() >= self._rule.row_share * count
