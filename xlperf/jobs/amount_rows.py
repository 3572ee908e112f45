"""The exported values of one file → rows with budget and spending of a line next to each other."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from xlperf.declarations.source import texts_of
from xlperf.jobs.filing_rows import ValueRow

_SEPARATOR = "_"


class AmountRow(NamedTuple):
    """A row of the table amounts; the columns are explained in docs/导出.md."""

    unit_code: str
    unit_name: str
    year: int | None
    profile: str
    form: str
    item: str
    line: str
    earlier: float | None
    initial: float | None
    budget: float | None
    spent: float | None
    file: str
    sheet: str


def amount_rows(values: Iterable[ValueRow]) -> list[AmountRow]:
    """The amounts among ``values`` that are sure, by form and line, in the order of the values.

    Which part of a field's name makes it an amount of which column is declared in schemas/tables.json.
    """
    lines: dict[tuple[Any, ...], dict[str, float]] = {}
    for value in values:
        line, _, ending = value.field.rpartition(_SEPARATOR)
        column = _columns().get(ending)
        if column is None or value.number is None or value.doubt or value.row_name:
            continue
        lead = value.unit_code, value.unit_name, value.year, value.profile, value.form, value.item, line
        lines.setdefault((*lead, value.file, value.sheet), {})[column] = value.number
    return [AmountRow(*line[:-2], *map(found.get, _AMOUNTS), *line[-2:]) for line, found in lines.items()]


_AMOUNTS = ("earlier", "initial", "budget", "spent")


@cache
def _columns() -> Mapping[str, str]:
    """Ending of a field's name → column."""
    declared = texts_of("tables")["amounts"]
    return {ending: column for column, endings in declared.items() for ending in endings}
