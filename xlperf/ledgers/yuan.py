"""The amounts of a ledger → those that must be in 元 where 万元 is meant: single, rows, columns, sheets.

They become findings, questions, and gaps in place of wrong amounts. A unit of which a whole row is in doubt
waits for an answer; single amounts and columns are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.expressions.value_types import general
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.layout import LedgerLayout
from xlperf.ledgers.reports import Reporter
from xlperf.ledgers.tables import LedgerTable
from xlperf.ledgers.units import UnitDraft
from xlperf.ledgers.values import ColumnValues, converted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]
else:
    np = LazyModule("numpy")


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
    given = np.array([[given_amount(draft, place) for place in places] for draft in drafts], dtype=float)
    given[~(given > 0)] = np.nan
    result = np.empty((len(drafts), len(columns)))
    for at, found in enumerate(columns):
        kept = [place not in found.column.targets[:1] for place in places]
        result[:, at] = row_medians(given[:, kept])
    return result


def _others(values: "Numbers", columns: Sequence[ColumnValues]) -> "Numbers":
    """For each amount the largest of those in its row that are of one magnitude with it, NaN without any."""
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
        known = typical[~np.isnan(typical)]
        if len(known) <= self._rule.peers:
            return np.zeros(len(typical), bool)
        low = np.sort(known)[: max(len(known) // 2, self._rule.peers)]
        flags: Flags = typical >= self._rule.times * np.median(low)
        return flags

    def _beyond_staff(self, found: Amounts) -> "Flags":
        """Rows with more for each of the unit's people than there can be."""
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
        """Mark the amounts of this year where ``fewest`` subjects have so many times those of last year."""
        columns = [column.column for column in found.columns]
        last = [at for at, column in enumerate(columns) if self._rule.last_year in column.head]
        common = np.zeros(len(found.indexes), int)
        grown: list[tuple[int, Flags]] = []
        for before in last:
            limit = self._rule.times * np.abs(found.values[:, before])
            of_subject = [
                (at, filled[:, before] & filled[:, at] & (found.values[:, at] >= limit))
                for at, column in enumerate(columns)
                if at not in last and column.compare and column.compare == columns[before].compare
            ]
            if of_subject:
                common += np.any([flags for _, flags in of_subject], axis=0)
            grown += of_subject
        for at, flags in grown:
            found.likely[:, at] |= flags & (common >= self._rule.fewest)

    def _is_whole(self, found: Amounts) -> bool:
        count = len(found.indexes)
        units = {found.part.placed[index].row.code for index in found.indexes}
        return len(units) > 1 and found.rows.sum() >= self._rule.row_share * count


class MoneyDoubts:
    """What follows from a search. ``held`` are the codes of the units that wait."""

    def __init__(
        self, search: YuanSearch, layout: LedgerLayout, reporter: Reporter, answers: Answers
    ) -> None:
        self._search, self._layout, self._rule = search, layout, layout.suspicion
        self._reporter, self._answers = reporter, answers
        self.held = set(search.held)

    def findings(self) -> Iterator[Finding]:
        """One finding for the ledger, else one for each sheet, row, column or amount that looks like 元."""
        parts, whole = self._search.parts, self._search.whole
        is_all = len(whole) > 1 and len(whole) == len(parts)
        if is_all:
            yield finding("L129", Location(self._reporter.file), what="", **self._example(whole[0]))
        for found in parts:
            if found in whole:
                self._ask(found, "")
                self.held.update(found.part.placed[index].row.code for index in found.indexes)
                if not is_all:
                    yield self._of_sheet(found)
            else:
                yield from self._of_columns(found)
                yield from self._of_rows(found)

    def _ask(self, found: Amounts, of: str, *, may_be_yuan: bool = True) -> None:
        """Ask for the money unit of a unit or a column, "" for the whole sheet."""
        units = [self._rule.unit, self._layout.base_unit]
        self._answers.ask(units if may_be_yuan else units[1:], "money", found.part.table.layout.name, of)

    def _of_columns(self, found: Amounts) -> Iterator[Finding]:
        """Columns of which most amounts are in doubt, rows apart that are so as a whole."""
        filled = (found.values != 0) & ~np.isnan(found.values) & ~found.rows[:, None]
        likely = found.likely & filled
        counts, of = likely.sum(axis=0), filled.sum(axis=0)
        many = (counts >= self._rule.fewest) & (counts >= self._rule.row_share * of)
        for at in np.flatnonzero(many).tolist():
            rows = np.flatnonzero(filled[:, at]).tolist()
            found.likely[:, at] = False
            head, first = found.columns[at].column.head, int(np.flatnonzero(likely[:, at])[0])
            self._ask(found, head)
            for row in rows:
                self._leave_out(found, row, at)
            place = self._reporter.location(found.part.table, found.indexes[first], head)
            amount = self._amount(float(found.values[first, at]))
            yield finding("L139", place, *amount, head=head, count=len(rows))

    def _leave_out(self, found: Amounts, row: int, at: int) -> None:
        index = found.indexes[row]
        found.part.placed[index].leave_out(found.part.table, index, found.columns[at].column)

    def _of_sheet(self, found: Amounts) -> Finding:
        place = Location(self._reporter.file, found.part.table.name)
        return finding("L129", place, what=found.part.table.name, **self._example(found))

    def _of_rows(self, found: Amounts) -> Iterator[Finding]:
        for row in np.flatnonzero(found.rows | found.likely.any(axis=1)).tolist():
            index = found.indexes[row]
            draft = found.part.placed[index]
            if found.rows[row]:
                self.held.add(draft.row.code)
                self._ask(found, draft.row.code)
                head = found.columns[int(np.nanargmax(np.abs(found.values[row])))].column.head
                place = self._reporter.location(found.part.table, index, head, draft.row)
                number = found.part.table.numbers[index]
                yield finding("L128", place, unit=draft.row.name, row=number, **self._example(found, row))
                continue
            for at in np.flatnonzero(found.likely[row]).tolist():
                yield self._of_amount(found, row, at)
                self._ask(found, draft.row.code, may_be_yuan=False)
                self._leave_out(found, row, at)

    def _example(self, found: Amounts, row: int = -1) -> dict[str, str]:
        """The largest amount of a row, else of the first in doubt: as given and as it may be meant."""
        row = row if row >= 0 else int(np.flatnonzero(found.rows)[0])
        at = int(np.nanargmax(np.abs(found.values[row])))
        value, expected = self._amount(float(found.values[row, at]))
        return {"head": found.columns[at].column.head, "value": value, "expected": expected}

    def _amount(self, value: float) -> tuple[str, str]:
        """An amount as given, and what it is in 万元 if it was given in 元."""
        unit = self._layout.base_unit
        return f"{general(value)}{unit}", f"{general(converted(value, self._rule.factor))}{unit}"

    def _of_amount(self, found: Amounts, row: int, at: int) -> Finding:
        index, unit = found.indexes[row], self._layout.base_unit
        draft, head, table = found.part.placed[index], found.columns[at].column.head, found.part.table
        value = float(found.values[row, at])
        near, total = float(found.others[row, at]), float(found.totals[row, at])
        other = near if value >= self._rule.times * near else total
        place = self._reporter.location(table, index, head, draft.row, table.row_key(index))
        return finding(
            "L123",
            place,
            *self._amount(value),
            head=head,
            other=f"{general(other)}{unit}",
            times=general(float(round(value / other))),
            amount_unit=unit,
        )
