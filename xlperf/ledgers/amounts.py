"""Tables that were read → their amounts as arrays, with what each can be compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.ledgers.layout import LedgerLayout
from xlperf.ledgers.tables import LedgerTable
from xlperf.ledgers.units import UnitDraft
from xlperf.ledgers.values import ColumnValues

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
