"""Equal neighbours in the level columns of a table: one merged cell each, with its label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlperf.declarations.cell_display import display
from xlperf.declarations.model import Profile, Table
from xlperf.declarations.placement import Placement, run_starts
from xlperf.declarations.records import Row
from xlperf.expressions import Value

Levels = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Runs:
    """Merges of the level columns as A1 ranges; for each row, what its level cells show (None inside
    a run), and those labels that have only this row for their height.
    """

    merges: tuple[str, ...]
    labels: tuple[Mapping[str, Value], ...]
    lone: tuple[Mapping[str, str], ...]


def level_runs(placement: Placement, table: Table, keys: Sequence[Levels], profile: Profile) -> Runs:
    """The runs of ``table`` when its rows have the level values ``keys``, highest level first."""
    rows: list[Row] = [dict(zip(table.levels, key, strict=True)) for key in keys]
    labels: list[dict[str, Value]] = [dict.fromkeys(table.levels) for _ in rows]
    lone: list[dict[str, str]] = [{} for _ in rows]
    for depth, level in enumerate(table.levels, 1):
        starts = run_starts([key[:depth] for key in keys])
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
            shown = display(table.columns[level], rows[start][level], rows[start], profile, placement.form)
            labels[start][level] = shown
            if end - start == 1 and isinstance(shown, str):
                lone[start][level] = shown
    return Runs(tuple(placement.run_merges(table.id, rows)), tuple(labels), tuple(lone))
