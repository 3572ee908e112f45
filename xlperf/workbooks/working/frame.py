"""The records of a filing → the names that formulas of the helper sheets see, as the cells show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from xlperf.declarations.evaluation import parameters
from xlperf.declarations.model import Form, Profile, Table
from xlperf.declarations.placement import Placement, place
from xlperf.declarations.records import Record, Row
from xlperf.expressions import Value
from xlperf.workbooks.working.blocks import Block, block_of
from xlperf.workbooks.working.locate import ROW_SLOT
from xlperf.workbooks.working.sizes import Counts, slots_for

Scope = dict[str, Any]
_DIGITS = "digits!"
_KEPT = 512


@dataclass(slots=True)
class Seen:
    """What one sheet lets see: ``scope`` its names, ``rows`` by table what the score sheet shows of each
    row, or the row itself where that shows none. ``placement`` says where it all stands.
    """

    scope: Scope
    placement: Placement
    rows: dict[str, list[Scope]] = field(default_factory=dict)
    _entered: dict[str, Scope] = field(default_factory=dict)

    def row(self, table: Table, slot: int) -> Scope:
        """The names of the row ``slot`` (from 1) of ``table``, good until the next row is asked for."""
        scope = self._entered.get(table.id)
        if scope is None:
            digits = {f"{_DIGITS}{name}": one.type.digits for name, one in table.columns.items()}
            scope = {**self.scope, **dict.fromkeys(table.columns), **digits}
            self._entered[table.id] = scope
        scope.update(self.rows[table.id][slot - 1])
        scope[ROW_SLOT] = float(slot)
        return scope


class Frame:
    """The names of filings of one profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._placement = lru_cache(_KEPT)(self._place)
        self._common: Scope = dict(parameters(profile))
        for form in profile.single_forms():
            self._common |= _blank(form)

    def seen(
        self, records: Sequence[Record], lists: Mapping[str, Sequence[Value]]
    ) -> tuple[Scope, list[Seen]]:
        """The names of the whole filing, and what each record lets see; ``lists`` are those of 目录."""
        common: Scope = {**self._common, **lists}
        forms = [self._profile.forms[record.form] for record in records]
        made: list[Seen | None] = [None] * len(records)
        for repeated in (False, True):
            for number, (record, form) in enumerate(zip(records, forms, strict=True)):
                if form.repeated is repeated:
                    one = made[number] = self._sheet(record, form, common)
                    if not repeated:
                        common.update(one.scope)
        seen = [one for one in made if one is not None]
        for one, form in zip(seen, forms, strict=True):
            if not form.repeated:
                one.scope = {**common, **one.scope}
        return common, seen

    def _sheet(self, record: Record, form: Form, common: Scope) -> Seen:
        """A record's own names; those of a repeated form before all others."""
        own = (
            {**_blank(form), **record.fields}
            if form.repeated
            else {**dict.fromkeys(form.fields), **record.fields}
        )
        scope = {**common, **own}
        for name in form.computed:
            declared = form.fields[name]
            if declared.virtual and declared.function:
                own[name] = scope[name] = declared.function(scope)
        shown = {table.id: rows_shown(record, table) for table in form.tables.values()}
        counts = tuple((name, len(rows)) for name, rows in shown.items())
        seen = Seen(scope, self._placement(form.alias, counts))
        for table in form.tables.values():
            rows = shown[table.id]
            block = block_of(self._profile, form, table)
            seen.rows[table.id] = block.rows(rows, scope) if block else [dict(row) for row in rows]
            own |= self._lists(block, table, seen.rows[table.id])
        scope |= own
        if not form.repeated:
            seen.scope = own
        return seen

    def _place(self, alias: str, counts: Counts) -> Placement:
        return place(self._profile.forms[alias], dict(counts))

    def _lists(self, block: Block | None, table: Table, rows: list[Scope]) -> Scope:
        if block is None:
            return {f"{table.id}_{name}": [row.get(name) for row in rows] for name in table.columns}
        beyond = [""] * (slots_for(len(rows)) - len(rows))
        return {f"{table.id}_{name}": [row[name] for row in rows] + beyond for name in block.listed}


def rows_shown(record: Record, table: Table) -> Sequence[Row]:
    """The rows of ``table`` on its sheet: those of the blank where the record has none."""
    return record.tables.get(table.id) or [dict(row) for row in table.default_rows] or [{}]


def _blank(form: Form) -> Scope:
    return {
        **dict.fromkeys(form.fields),
        **{f"{_DIGITS}{name}": one.type.digits for name, one in form.fields.items()},
    }
