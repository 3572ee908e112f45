"""Derived columns: what the text of an indicator column says, read by notation, one value a row."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from xlperf.declarations.placement import run_starts
from xlperf.expressions import Value
from xlperf.notation import parse_date, parse_quantity

Weights = Mapping[str, float]
Derivation = Callable[[Sequence[Value], Weights], list[Value]]
_EPOCH = date(1899, 12, 30)


def _quantity_part(part: str) -> Derivation:
    def derive(values: Sequence[Value], _: Weights) -> list[Value]:
        readings = [parse_quantity(value) if isinstance(value, str | float) else None for value in values]
        return [None if reading is None else getattr(reading, part) for reading in readings]

    return derive


def _date_end(values: Sequence[Value], _: Weights) -> list[Value]:
    spans = [parse_date(value) if isinstance(value, str) else None for value in values]
    return [None if span is None else float((span.end - _EPOCH).days) for span in spans]


def _first_of_run(values: Sequence[Value], _: Weights) -> list[Value]:
    starts = set(run_starts(values))
    return [index in starts for index in range(len(values))]


def _level_weight(values: Sequence[Value], weights: Weights) -> list[Value]:
    return [weights.get(value) if isinstance(value, str) else None for value in values]


DERIVATIONS: Mapping[str, Derivation] = {
    "comparator": _quantity_part("comparator"),
    "number": _quantity_part("value"),
    "unit": _quantity_part("unit"),
    "date_end": _date_end,
    "first_of_run": _first_of_run,
    "level_weight": _level_weight,
}
"""Readings that a column may declare; each takes the whole source column and the level weights."""
