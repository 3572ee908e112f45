"""Amounts that look like 元 → findings, questions, and gaps in place of wrong amounts.

A unit of which a whole row is in doubt waits for an answer; single amounts and columns are left out.
"""

from collections.abc import Iterator

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.expressions.value_types import general
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.layout import LedgerLayout
from xlperf.ledgers.reports import Reporter
from xlperf.ledgers.values import converted
from xlperf.ledgers.yuan import Amounts, YuanSearch


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
        import numpy as np  # noqa: PLC0415 — comes with pandas

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
        import numpy as np  # noqa: PLC0415

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
        import numpy as np  # noqa: PLC0415

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
        draft, head = found.part.placed[index], found.columns[at].column.head
        value = float(found.values[row, at])
        near, total = float(found.others[row, at]), float(found.totals[row, at])
        other = near if value >= self._rule.times * near else total
        place = self._reporter.location(found.part.table, index, head, draft.row, self._row_key(found, index))
        return finding(
            "L123",
            place,
            *self._amount(value),
            head=head,
            other=f"{general(other)}{unit}",
            times=general(float(round(value / other))),
            amount_unit=unit,
        )

    @staticmethod
    def _row_key(found: Amounts, index: int) -> str:
        table = found.part.table
        label = next((head for head, column in table.layout.columns.items() if column.is_label), "")
        key = table.text(label or table.layout.head_of("project"), index)
        return "" if key is None else general(key) if isinstance(key, float) else " ".join(key.split())
