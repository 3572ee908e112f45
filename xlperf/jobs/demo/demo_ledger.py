"""A profile → its demo ledger: the real unit's published figures and made-up units around it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.declarations.model import Profile
from xlperf.jobs.demo.units import made_up_units
from xlperf.jobs.demo.words import (
    Json,
    head,
    published,
    words,
)
from xlperf.ledgers.layout import LedgerLayout, SheetLayout, load_layout
from xlperf.ledgers.template import Rows, write_ledger

__all__ = ["DEMO_LEDGERS", "demo_rows", "write_demo_ledger"]

DEMO_LEDGERS: Mapping[str, tuple[str, int]] = {
    "hunan-yueyang-2024": ("演示台账.xlsx", 300),
    "hunan-hengyang-2023": ("演示台账-衡阳.xlsx", 21),
}
"""Profile id → file name under workbooks/ and number of units of the committed demo ledgers."""

_SEED = 2024


def write_demo_ledger(path: str | Path, profile: Profile, units: int = 300) -> None:
    """Write a ledger of ``units`` units, the first of them real; the same values every time.

    Raises InputError for a profile without demo figures or too many units, OutputError when
    ``path`` cannot be written.
    """
    write_ledger(profile, path, demo_rows(profile, units), words()["notice"])


def demo_rows(profile: Profile, units: int) -> Rows:
    """The rows of that ledger: sheet → rows of head → value."""
    real = published(profile.id)
    if real is None:
        raise InputError(f"口径“{profile.id}”没有演示数据，可用：{'、'.join(DEMO_LEDGERS)}。")
    most = len(words()["kinds"]) * len(words()["stems"])
    if not 1 <= units <= most:
        raise InputError(f"演示台账的单位数应在 1 至 {most} 之间。")
    layout = load_layout(profile)
    rows: dict[str, list[Json]] = {name: [] for name in layout.sheets}
    for index, filing in enumerate([real, *made_up_units(profile, units - 1, _SEED)], 1):
        for sheet, row in _rows_of(filing, layout):
            rows[sheet].append({head("unit_code"): f"{index:03}", **row})
    return rows


def _rows_of(filing: Json, layout: LedgerLayout) -> Iterator[tuple[str, Json]]:
    for name, content in filing.items():
        if name not in layout.sheets:
            continue
        sheet = layout.sheets[name]
        if name == head("indicators"):
            yield from ((name, row) for row in _indicator_rows(content, sheet))
        else:
            for entry in content if isinstance(content, list) else [content]:
                yield name, _spread(entry, sheet)


def _indicator_rows(content: Mapping[str, Sequence[Sequence[object]]], sheet: SheetLayout) -> Iterator[Json]:
    heads = [name for name in sheet.columns if name not in sheet.keys]
    for project, indicators in content.items():
        for cells in indicators:
            yield {head("number"): project or None, **dict(zip(heads, cells, strict=False))}


def _spread(entry: Json, sheet: SheetLayout) -> Json:
    """Write out lists: over the columns named ``head·…``, or, without such, from that column on."""
    row: Json = {}
    heads = list(sheet.columns)
    for name, value in entry.items():
        if isinstance(value, list):
            group = [column for column in heads if column.startswith(f"{name}·")]
            row |= dict(zip(group or heads[heads.index(name) :], value, strict=bool(group)))
        else:
            row[name] = value
    return row
