"""Places of ledger rows and cells → findings there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.ledgers import ledger_text
from xlperf.ledgers.grids import shown
from xlperf.ledgers.tables import LedgerTable
from xlperf.ledgers.units import UnitRow

_LONGEST_SHOWN, _LONGEST_LISTED = 200, 40
_MOST_RUNS, _MOST_LISTED = 3, 5
NOBODY = UnitRow("", "", "")


@dataclass(slots=True)
class Reporter:
    """Makes the findings of one ledger; ``file`` is what they call it, ``findings`` grows."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def cell(  # noqa: PLR0913 — one for each part of a place
        self,
        code: str,
        table: LedgerTable,
        index: int,
        head: str,
        value: str = "",
        expected: str = "",
        *,
        unit: UnitRow = NOBODY,
        row_key: str = "",
        **context: object,
    ) -> None:
        """A finding at the cell under ``head`` of the row at ``index``."""
        location = self.location(table, index, head, unit, row_key)
        names = {"head": head, "row": table.numbers[index], **context}
        self.findings.append(finding(code, location, _brief(value), expected, **names))

    def rows(
        self,
        code: str,
        table: LedgerTable,
        indexes: Sequence[int],
        head: str,
        value: str = "",
        **context: object,
    ) -> None:
        """One finding for several rows, at the first of them."""
        row = rows_text(table.numbers[index] for index in indexes)
        self.cell(code, table, indexes[0], head, value, **{"row": row, **context})  # type: ignore[arg-type]

    def repeated(
        self,
        table: LedgerTable,
        index: int,
        earlier: tuple[LedgerTable, int],
        refused: Sequence[str],
        *key: str,
    ) -> list[str]:
        """A finding for a row that repeats an ``earlier`` one, with the cells of both that differ.

        ``refused`` are the headings whose value contradicts another. Those of them that the earlier row
        leaves blank come back: what they contradict is elsewhere.
        """
        first, at = earlier
        was = {head: shown(first.text(head, at)) for head in refused}
        now = {head: shown(table.text(head, index)) for head in refused}
        differing = [head for head in was if was[head] and was[head] != now[head]]
        place = "row_here" if first.name == table.name else "row_there"
        cells = [
            ledger_text(
                "two_cells",
                head=head,
                first=first.address(head, at),
                was=_brief(was[head], _LONGEST_LISTED),
                cell=table.address(head, index),
                now=_brief(now[head], _LONGEST_LISTED),
            )
            for head in differing
        ]
        words = "、".join(key)
        self.cell(
            "L111" if cells else "L142",
            table,
            index,
            table.layout.keys[-1],
            words,
            key=words,
            first=ledger_text(place, sheet=first.name, row=first.numbers[at]),
            cells=few(cells),
        )
        return [head for head in was if not was[head]]

    def location(
        self, table: LedgerTable, index: int, head: str, unit: UnitRow = NOBODY, row_key: str = ""
    ) -> Location:
        """The place of a cell."""
        column = table.layout.columns.get(head)
        return Location(
            file=self.file,
            sheet=table.name,
            cell=table.address(head, index),
            field=column.field.id if column and column.field else head,
            label=head,
            row_key=row_key or str(table.numbers[index]),
            unit_code=unit.code,
            unit_name=unit.name,
        )


def _brief(value: str, longest: int = _LONGEST_SHOWN) -> str:
    return value if len(value) <= longest else f"{value[:longest]}…"


def rows_text(numbers: Iterable[int]) -> str:
    """Sheet rows as people write them: 3, 3–28, 3、5、9–12 等 9 行."""
    ordered = sorted(numbers)
    runs: list[list[int]] = []
    for number in ordered:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    text = "、".join(shown[:_MOST_RUNS])
    if len(shown) <= _MOST_RUNS:
        return text
    return ledger_text("more_rows", shown=text, count=len(ordered))


def areas_text(areas: Sequence[str]) -> str:
    """Merged ranges as a person lists them: the first three, and that there are more."""
    first = "、".join(areas[:_MOST_RUNS])
    return ledger_text("and_more", shown=first) if len(areas) > _MOST_RUNS else first


def few(texts: Sequence[str]) -> str:
    """Several phrases as a person lists them: the first five, and how many there are."""
    shown = "；".join(texts[:_MOST_LISTED])
    if len(texts) <= _MOST_LISTED:
        return shown
    return ledger_text("join_few", shown=shown, count=len(texts))
