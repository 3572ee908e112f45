"""What a unit filed last year → the beginning of next year's filing, and what of the forms has changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.declarations.codes import finding
from xlperf.declarations.evaluation import complete
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.records import Filing, Record, Row
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.value_display import printed
from xlperf.expressions import Value

Key = str | tuple[str, int, str]
Doubts = Sequence[Mapping[Key, str]]


@dataclass(slots=True)
class Carried:
    """The beginning of a filing, and remarks on what was not taken over or should be looked at."""

    filing: Filing
    findings: list[Finding] = field(default_factory=list)


def carry_over(last: Filing, year: int, doubts: Doubts, profile: Profile, file: str) -> Carried:
    """Next year's filing of a unit by the forms of ``profile``: what stays, and last year's results.

    ``doubts`` are for each record of ``last``, of ``year``, the values that are not sure: they are not taken
    over. ``file`` is where ``last`` came from.
    """
    made = Carried(Filing(last.unit_code, last.unit_name, profile.id))
    dated: list[str] = []
    for form in profile.forms.values():
        found = [pair for pair in zip(last.records, doubts, strict=True) if pair[0].form == form.alias]
        for index, (record, unsure) in enumerate(found if form.repeated else found[:1]):
            place = Location(file, record.sheet, unit_code=last.unit_code, unit_name=last.unit_name)
            taken = _Taken(record, unsure, place, str(year))
            made.filing.records.append(taken.record(form, form.sheet_name(index)))
            made.findings += taken.findings
            dated += taken.dated
        if not found and not form.repeated:
            made.filing.records.append(Record(form.alias, form.sheet_name(0)))
    if dated:
        place = Location(file, unit_code=last.unit_code, unit_name=last.unit_name)
        made.findings.append(finding("L154", place, _listed(dated), count=len(dated), year=year))
    return made


def _listed(names: Sequence[str]) -> str:
    """The first of some names, and that there are more."""
    texts = texts_of("carry")
    shown: str = texts["listed"].join(dict.fromkeys(names[: texts["shown"]]))
    return str(texts["and_more"].format(shown=shown)) if len(names) > texts["shown"] else shown


@dataclass(slots=True)
class _Taken:
    """The values of one record that go over into next year's; ``dated`` texts have last year's number."""

    old: Record
    unsure: Mapping[Key, str]
    place: Location
    year: str
    findings: list[Finding] = field(default_factory=list)
    dated: list[str] = field(default_factory=list)

    def record(self, form: Form, sheet: str) -> Record:
        """Next year's record of ``form``."""
        made = Record(form.alias, sheet)
        for name, declared in form.fields.items():
            source = source_of(name, texts_of("carry")["same"].get(form.alias, ()))
            if source and not declared.virtual:
                value = self._value(source, self.old.fields.get(source), declared.label)
                if value is not None:
                    made.fields[name] = value
        for table in form.tables.values():
            same = texts_of("carry")["columns"].get(table.id, ())
            rows: list[Row] = []
            for index, old in enumerate(self.old.tables.get(table.id, ())):
                row: Row = {}
                for name, declared in table.columns.items():
                    source = source_of(name, same)
                    if source and not declared.virtual:
                        key = table.id, index, source
                        value = self._value(key, old.get(source), declared.label)
                        row |= {} if value is None else {name: value}
                if any(name in row for name in same):
                    rows.append(row)
            made.tables[table.id] = rows
        return made

    def _value(self, key: Key, value: Value, label: str) -> Value:
        if value is None or value == "" or not isinstance(value, str | float):
            return None
        if key in self.unsure:
            self.findings.append(finding("L153", self.place, str(value), label=label, why=self.unsure[key]))
            return None
        if isinstance(value, str) and self.year in value:
            self.dated.append(" ".join(f"{label} {value}".split()))
        return value


def source_of(name: str, same: Sequence[str]) -> str:
    """The name of last year's value that a field or column takes over, "" for none."""
    if name in same:
        return name
    for ending, source in texts_of("carry")["periods"].items():
        if name == ending or name.endswith(f"_{ending}"):
            return name.removesuffix(ending) + str(source)
    return ""


def fill_blanks(filing: Filing, carried: Filing, profile: Profile, file: str) -> Iterator[Finding]:
    """Put the values of ``carried`` where ``filing`` of the same unit has none; which those are.

    Projects and rows of tables go by their names; those that ``filing`` does not have stay away, and are
    named. Where a table has no rows at all, it takes all those of ``carried``.
    """
    labels: list[str] = []
    place = Location(file, unit_code=filing.unit_code, unit_name=filing.unit_name)
    for old in carried.records:
        form = profile.forms[old.form]
        record = _same_record(filing, old, form)
        if record is None:
            yield finding("L152", place, str(old.fields.get(_name_of(form), "")))
            continue
        for name, value in old.fields.items():
            if record.fields.get(name) is None and not _is_computable(record, name, form, profile):
                record.fields[name] = value
                labels.append(_shown(form, form.fields[name].label, value, name))
        for table, rows in old.tables.items():
            labels += _fill_rows(record, table, rows, form)
    if labels:
        yield finding("L150", place, _listed(labels), count=len(labels))


def _shown(form: Form, label: str, value: Value, name: str) -> str:
    return f"{label} {printed(value, form.fields[name].type)}" if isinstance(value, float) else label


def _is_computable(record: Record, name: str, form: Form, profile: Profile) -> bool:
    """Whether the formula of a field gives a value of what is filled in."""
    if form.fields[name].formula is None:
        return False
    return complete(record, profile).record.fields.get(name) is not None


def _same_record(filing: Filing, old: Record, form: Form) -> Record | None:
    found = filing.of(form.alias)
    if form.repeated:
        field_id = _name_of(form)
        found = [record for record in found if record.fields.get(field_id) == old.fields.get(field_id)]
    return found[0] if len(found) == 1 else None


def _name_of(form: Form) -> str:
    """The field by which the sheets of a repeated form differ: the first that is taken over."""
    return next(iter(texts_of("carry")["same"][form.alias]), "")


def _fill_rows(record: Record, table: str, rows: Sequence[Row], form: Form) -> Iterator[str]:
    own = record.tables.setdefault(table, [])
    if not own and rows:
        own += [dict(row) for row in rows]
        yield form.tables[table].label
        return
    key = next(name for name in form.tables[table].columns if name not in form.tables[table].levels)
    known = {row[key]: row for row in rows if row.get(key)}
    for row in own:
        for name, value in known.get(row.get(key), {}).items():
            if row.get(name) is None:
                row[name] = value
                yield f"{row[key]}·{form.tables[table].columns[name].label}"


def form_changes(old: Profile, new: Profile) -> Iterator[str]:
    """What is different in the forms of two years, field by field."""
    for alias in dict.fromkeys((*old.forms, *new.forms)):
        before, after = old.forms.get(alias), new.forms.get(alias)
        if before is None or after is None:
            known = before or after
            assert known is not None
            yield text_of("carry", "changes", "new_form" if before is None else "no_form", form=known.id)
            continue
        yield from _field_changes(before, after)
        yield from _level_changes(alias, after.id, old, new)


def _field_changes(before: Form, after: Form) -> Iterator[str]:
    old, new = _fields(before), _fields(after)
    for name, label in old.items():
        if name not in new:
            yield text_of("carry", "changes", "no_field", form=after.id, label=label)
        elif _without_years(new[name]) != _without_years(label):
            yield text_of("carry", "changes", "label", form=after.id, label=label, other=new[name])
    for name in [name for name in new if name not in old]:
        yield text_of("carry", "changes", "new_field", form=after.id, label=new[name])


def _fields(form: Form) -> dict[str, str]:
    shown = {name: declared.label for name, declared in form.fields.items() if not declared.virtual}
    for table in form.tables.values():
        columns = table.columns.items()
        shown |= {f"{table.id}_{name}": column.label for name, column in columns if not column.virtual}
    return shown


def _without_years(label: str) -> str:
    return "".join(char for char in label if not char.isdecimal())


def _level_changes(alias: str, form: str, old: Profile, new: Profile) -> Iterator[str]:
    before = {level.name: level.weight for level in old.indicators.get(alias, ())}
    after = {level.name: level.weight for level in new.indicators.get(alias, ())}
    for name, points in before.items():
        if name not in after:
            yield text_of("carry", "changes", "no_level", form=form, name=name, points=points)
        elif after[name] != points:
            yield text_of("carry", "changes", "level", form=form, name=name, points=points, other=after[name])
    for name in [name for name in after if name not in before]:
        yield text_of("carry", "changes", "new_level", form=form, name=name, points=after[name])
