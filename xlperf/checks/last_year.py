"""What a unit filed this year and the year before → the contradictions between the two, by declared rules.

``上年.字段`` in a rule is what the same unit, project or row had last year. What is in doubt in either
year is not compared.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xlperf.checks.context import declared_field, item_name, value_place
from xlperf.checks.rules_stage import finding_for
from xlperf.checks.scopes import Scope, Scopes
from xlperf.checks.unit_filing import UnitFiling
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import LAST_YEAR, Field, Form, Profile, Table
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record, Row
from xlperf.declarations.verdicts import RuleSet
from xlperf.intake.received import ValueAddress
from xlperf.notation import label_key
from xlperf.notation.text import name_key

_FILE, _YEAR, _PROJECTS = "文件", "年度", "项目数"


@dataclass(frozen=True, slots=True)
class YearRules:
    """The rules that compare years: once a filing, once a sheet of a form, once a row of a table."""

    once: RuleSet
    sheets: Mapping[str, RuleSet]
    rows: Mapping[tuple[str, str], RuleSet]


@cache
def year_rules(profile: Profile) -> YearRules:
    """The rules of ``profile`` by the place where they are judged."""
    rules = profile.year_rules.values()
    return YearRules(
        RuleSet(rule for rule in rules if not rule.forms and not rule.each),
        {alias: RuleSet(rule for rule in rules if rule.each == alias) for alias in profile.forms},
        {
            (form.alias, table): RuleSet(
                rule for rule in rules if form.alias in rule.forms and rule.each == table
            )
            for form in profile.forms.values()
            for table in form.tables
        },
    )


def check_last_year(this: UnitFiling, last: UnitFiling) -> Iterator[Finding]:
    """The contradictions between two years of one unit, at the places of this year."""
    yield from _Comparison(this, last).findings()


class _Comparison:
    def __init__(self, this: UnitFiling, last: UnitFiling) -> None:
        self._profile = load_profile(this.filing.profile)
        self._earlier = load_profile(last.filing.profile)
        self._filing, self._last = without_doubts(this), without_doubts(last)
        self._homes = dict(zip(map(id, self._filing.records), this.homes, strict=True))
        self._scopes = Scopes(self._filing, self._profile)
        self._old = Scopes(self._last, self._earlier)
        repeated = [form.alias for form in self._earlier.forms.values() if form.repeated]
        projects = sum(len(self._last.of(alias)) for alias in repeated)
        self._facts = {_YEAR: float(last.year), _PROJECTS: float(projects)}
        self._files = dict(zip(map(id, self._last.records), last.homes, strict=True))
        self._first = last.files[0]

    def findings(self) -> Iterator[Finding]:
        """What the rules find, in the order filing, forms, rows."""
        rules, common = year_rules(self._profile), self._scopes.filing
        single = [form for form in self._profile.forms.values() if not form.repeated]
        names = {name for form in single for name in form.fields}
        once = {**common, **self._earlier_names(names, self._old.filing, None)}
        yield from self._found(rules.once, once, None)
        for record in self._filing.records:
            form, old = self._form(record), self._record_of_last_year(record)
            scope = self._old.record(old) if old else {}
            own = names | form.fields.keys()
            if form.repeated:
                known = {**self._scopes.record(record), **self._earlier_names(own, scope, old)}
                yield from self._found(rules.sheets[form.alias], known, record)
            for table in form.tables.values():
                if rules.rows[form.alias, table.id].cases:
                    yield from self._rows(rules.rows[form.alias, table.id], record, old, table)

    def _rows(self, rules: RuleSet, record: Record, old: Record | None, table: Table) -> Iterator[Finding]:
        known = _by_name(table, old.tables.get(table.id, ())) if old else {}
        for index, scope in self._scopes.rows(record, table):
            earlier = known.get(_row_key(table, scope))
            names = self._earlier_names(table.columns.keys(), earlier or {}, old)
            yield from self._found(rules, {**scope, **names}, record, (table.id, index))

    def _earlier_names(self, names: Any, scope: Mapping[str, Any], record: Record | None) -> dict[str, Any]:
        """``上年.名称`` → value for each of ``names``, and what is said of last year as a whole."""
        file = self._files.get(id(record), self._first) if record else self._first
        found = {f"{LAST_YEAR}{name}": scope.get(name) for name in names}
        facts = {**self._facts, _FILE: Path(file).name}
        return {**found, **{f"{LAST_YEAR}{name}": value for name, value in facts.items()}}

    def _record_of_last_year(self, record: Record) -> Record | None:
        """The same form of last year; of a repeated one that with the same name, where there is just one."""
        form, earlier = self._form(record), self._earlier.forms.get(record.form)
        if earlier is None:
            return None
        found = self._last.of(record.form)
        if form.repeated:
            key = name_key(item_name(form, record))
            found = [old for old in found if key and name_key(item_name(earlier, old)) == key]
        return found[0] if len(found) == 1 else None

    def _found(
        self,
        rules: RuleSet,
        names: Scope,
        record: Record | None,
        row: tuple[str, int] | None = None,
    ) -> Iterator[Finding]:
        for rule, instance, verdict in rules.complaints(names):
            if record is not None:
                at: ValueAddress = (*row, instance.at) if row else instance.at
                yield finding_for(rule, instance, verdict, names, self, record, at)
            elif (home := self._holder(instance.at)) is not None:
                yield finding_for(rule, instance, verdict, names, self, home, instance.at)

    def _holder(self, field: str) -> Record | None:
        """The record of a single form that has a field."""
        records = (record for record in self._filing.records if not self._form(record).repeated)
        return next((record for record in records if field in self._form(record).fields), None)

    def _form(self, record: Record) -> Form:
        return self._profile.forms[record.form]

    def field(self, record: Record, at: ValueAddress) -> Field:
        """The declaration of a value."""
        return declared_field(self._form(record), at)

    def place(self, record: Record, at: ValueAddress) -> Location:
        """The place of a value of this year."""
        return value_place(self._homes[id(record)], self._form(record), record, at, self._filing)


def without_doubts(unit: UnitFiling) -> Filing:
    """The filing of a unit with nothing in place of the values that are not sure."""
    records = []
    for record, doubts in zip(unit.filing.records, unit.doubts, strict=True):
        fields = {name: None if name in doubts else value for name, value in record.fields.items()}
        tables = {
            table: [
                {column: None if (table, index, column) in doubts else value for column, value in row.items()}
                for index, row in enumerate(rows)
            ]
            for table, rows in record.tables.items()
        }
        records.append(Record(record.form, record.sheet, fields, tables, record.provenance))
    return Filing(unit.code, unit.name, unit.filing.profile, records)


def _row_key(table: Table, row: Mapping[str, Any]) -> str:
    """By what a row is known: the text of its first column that is no level."""
    column = next(name for name in table.columns if name not in table.levels)
    value = row.get(column)
    return label_key(value) if isinstance(value, str) else ""


def _by_name(table: Table, rows: Sequence[Row]) -> dict[str, Row]:
    """The rows that are known by a name that no other has."""
    counts = Counter(_row_key(table, row) for row in rows)
    return {key: row for row in rows if (key := _row_key(table, row)) and counts[key] == 1}
