"""Places of ledger rows and cells → findings there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.ledgers.cleaning import rows_text
from xlperf.ledgers.tables import LedgerTable
from xlperf.ledgers.units import UnitRow

_LONGEST_SHOWN = 200
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


def _brief(value: str) -> str:
    return value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
