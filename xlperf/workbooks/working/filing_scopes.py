"""The records of a filing → the names that formulas of the helper sheets see, as the cells show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from xlperf.declarations.evaluation import parameters
from xlperf.declarations.form_layout import Placement, place
from xlperf.declarations.forms_and_rules import Form, Profile, Table
from xlperf.declarations.records import Record, Row
from xlperf.expressions import Value
from xlperf.workbooks.working.helper_plan import TableSizes, slots_for
from xlperf.workbooks.working.locate import ROW_SLOT
from xlperf.workbooks.working.score_blocks import ScoreBlock, block_of

NameValues = dict[str, Any]
_DIGITS = "digits!"
_KEPT = 512


@dataclass(slots=True)
class SheetScope:
    """The names that formulas about one sheet see: ``scope``; ``rows`` by table: what the score sheet shows
    of each row, or the row itself where it shows none; ``placement``: the addresses.
    """

    scope: NameValues
    placement: Placement
    rows: dict[str, list[NameValues]] = field(default_factory=dict)
    _entered: dict[str, NameValues] = field(default_factory=dict)

    def row(self, table: Table, slot: int) -> NameValues:
        """The names of the row ``slot`` (from 1) of ``table``, good until the next row is asked for."""
        scope = self._entered.get(table.id)
        if scope is None:
            digits = {f"{_DIGITS}{name}": column.type.digits for name, column in table.columns.items()}
            scope = {**self.scope, **dict.fromkeys(table.columns), **digits}
            self._entered[table.id] = scope
        scope.update(self.rows[table.id][slot - 1])
        scope[ROW_SLOT] = float(slot)
        return scope


class FilingScopes:
    """The names of filings of one profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._placement = lru_cache(_KEPT)(self._place)
        self._common: NameValues = dict(parameters(profile))
        for form in profile.single_forms():
            self._common |= _blank(form)

    def scopes(
        self, records: Sequence[Record], lists: Mapping[str, Sequence[Value]]
    ) -> tuple[NameValues, list[SheetScope]]:
        """The names of the whole filing, and those of each record's sheet; ``lists`` are those of 目录."""
        common: NameValues = {**self._common, **lists}
        forms = [self._profile.forms[record.form] for record in records]
        found: dict[int, SheetScope] = {}
        for repeated in (False, True):
            for number, (record, form) in enumerate(zip(records, forms, strict=True)):
                if form.repeated is repeated:
                    sheet = found[number] = self._sheet(record, form, common)
                    if not repeated:
                        common.update(sheet.scope)
        sheets = [found[number] for number in range(len(records))]
        for sheet, form in zip(sheets, forms, strict=True):
            if not form.repeated:
                sheet.scope = {**common, **sheet.scope}
        return common, sheets

    def _sheet(self, record: Record, form: Form, common: NameValues) -> SheetScope:
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
        sheet = SheetScope(scope, self._placement(form.alias, counts))
        for table in form.tables.values():
            rows = shown[table.id]
            block = block_of(self._profile, form, table)
            sheet.rows[table.id] = block.rows(rows, scope) if block else [dict(row) for row in rows]
            own |= self._lists(block, table, sheet.rows[table.id])
        scope |= own
        if not form.repeated:
            sheet.scope = own
        return sheet

    def _place(self, alias: str, counts: TableSizes) -> Placement:
        return place(self._profile.forms[alias], dict(counts))

    def _lists(self, block: ScoreBlock | None, table: Table, rows: list[NameValues]) -> NameValues:
        if block is None:
            return {f"{table.id}_{name}": [row.get(name) for row in rows] for name in table.columns}
        beyond = [""] * (slots_for(len(rows)) - len(rows))
        return {f"{table.id}_{name}": [row[name] for row in rows] + beyond for name in block.listed}


def rows_shown(record: Record, table: Table) -> Sequence[Row]:
    """The rows of ``table`` on its sheet: those of the blank where the record has none."""
    return record.tables.get(table.id) or [dict(row) for row in table.default_rows] or [{}]


def _blank(form: Form) -> NameValues:
    return {
        **dict.fromkeys(form.fields),
        **{f"{_DIGITS}{name}": field.type.digits for name, field in form.fields.items()},
    }
