"""The readings of one unit's package → rows of the exported tables.

Each value has one, each line of indicators, and each line with a budget and what was spent of it.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from xlperf.checks.context import CheckContext, item_name, row_name
from xlperf.checks.file_reading import FileReading
from xlperf.checks.merged_filing import merged
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.records import Record
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.value_display import printed
from xlperf.expressions import Value
from xlperf.intake.printed_labels import OfficialPaths, official_paths
from xlperf.intake.reading.form_readings import FormReading, PageValue
from xlperf.intake.received import Received, SheetReading, ValueAddress

_NUMBERS = ("weight", "score")
_LEVEL = "level1"
_JOINED = "；"


class ValueRow(NamedTuple):
    """A row of the table filled_values; the columns are explained in docs/导出.md."""

    unit_code: str
    unit_name: str
    year: int | None
    profile: str
    form: str
    item: str
    field: str
    path: str
    label: str
    row_name: str
    number: float | None
    text: str | None
    unit: str
    note: str
    doubt: str
    certainty: float
    file: str
    sheet: str
    cell: str


class IndicatorRow(NamedTuple):
    """A row of the table indicators."""

    unit_code: str
    unit_name: str
    year: int | None
    profile: str
    form: str
    item: str
    row: int
    level1: str | None
    level1_points: float | None
    level2: str | None
    level3: str | None
    target: str | None
    actual: str | None
    weight: float | None
    score: float | None
    deviation: str | None
    doubt: str
    certainty: float
    file: str
    sheet: str
    cell: str


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


FilingRow = ValueRow | IndicatorRow


@dataclass(frozen=True, slots=True)
class _Origin:
    """What all rows of one form on one sheet have in common."""

    unit: tuple[str, str]
    year: int | None
    profile: str
    form: str
    item: str
    certainty: float
    file: str
    sheet: str

    def value(
        self, names: tuple[str, str, str, str], value: Value, unit: str, found: tuple[str, str, str]
    ) -> ValueRow:
        """A value: ``names`` are field, path, label and row, ``found`` note, doubt and cell."""
        number, text = _number_and_text(value)
        measure, (note, doubt, cell) = unit if number is not None else "", found
        lead = *self.unit, self.year, self.profile, self.form, self.item
        end = self.certainty, self.file, self.sheet, cell
        return ValueRow(*lead, *names, number, text, measure, note, doubt, *end)

    def page_value(self, path: str, value: PageValue) -> ValueRow:
        """A value that no form of the profile has."""
        label, cell = path.rpartition("/")[2], value.cell.place if value.cell else ""
        plain = float(value.value) if isinstance(value.value, int) else value.value
        found = _JOINED.join(value.notes), value.doubt, cell
        return self.value(("", path, label, ""), plain, value.unit, found)

    def indicator(
        self,
        index: int,
        values: Mapping[str, Value],
        points: float | None,
        doubts: Iterable[str],
        cells: Iterable[str],
    ) -> IndicatorRow:
        """A line of indicators; a weight or score that is no number is said among the doubts."""
        reasons = dict.fromkeys(filter(None, doubts))
        numbers: dict[str, float | None] = {}
        for key in _NUMBERS:
            numbers[key], text = _number_and_text(values.get(key))
            reasons |= {text_of("export", "no_number", what=key, text=text): None} if text else {}
        texts = {key: _text(value) for key, value in values.items() if key not in _NUMBERS}
        lead = *self.unit, self.year, self.profile, self.form, self.item, index + 1
        level = texts.get(_LEVEL), points, texts.get("level2"), texts.get("level3")
        figures = texts.get("target"), texts.get("actual"), numbers["weight"], numbers["score"]
        end = self.certainty, self.file, self.sheet, next(filter(None, cells), "")
        return IndicatorRow(*lead, *level, *figures, texts.get("deviation"), _JOINED.join(reasons), *end)


def filing_rows(readings: Sequence[FileReading], profile: Profile | None) -> dict[str, list[FilingRow]]:
    """File → the rows of all forms on it, by the profile and with the unit of its package."""
    unit = merged(readings, profile) if len(readings) > 1 else None
    together = {file.path: file for file in unit.files} if unit else {}
    rows: dict[str, list[FilingRow]] = {}
    for reading in readings:
        received = together.get(reading.path, reading.received)
        of_package = (unit.code, unit.name) if unit and reading.path in together else None
        rows[reading.path] = list(_rows(received, of_package))
    return rows


def _rows(received: Received, of_package: tuple[str, str] | None) -> Iterator[FilingRow]:
    context, known = CheckContext.of(received), set()
    unit = of_package or ("", received.document.organisation if received.document else "")
    if context is not None:
        unit = of_package or (context.filing.unit_code, context.filing.unit_name)
        for sheet in context.reading.sheets:
            known |= {id(sheet.page.form)} if sheet.page else set()
            yield from _of_form(context, sheet, unit)
    for form in received.document.forms if received.document else ():
        if id(form) not in known:
            yield from _of_page(form, unit, received)


def _of_form(context: CheckContext, sheet: SheetReading, unit: tuple[str, str]) -> Iterator[FilingRow]:
    """The rows of a form that the profile has: its values, what its page has besides, its indicators."""
    record, page, profile = sheet.record, sheet.page, context.profile
    form = context.form(record)
    year = (page.form.year if page else None) or profile.year
    paths = official_paths(profile.id, record.form, year)
    sure, _ = sheet.certainty
    origin = _Origin(
        unit, year, profile.id, record.form, item_name(form, record), sure, context.path, record.sheet
    )
    by_field = {field: path for path, field in paths.fields.items()}
    for at, found in record.provenance.items():
        value, doubt = _value(record, at), page.doubts.get(at, "") if page else ""
        if (value is None and not doubt) or (not isinstance(at, str) and at[0] == paths.indicators):
            continue
        declared = context.field(record, at)
        if isinstance(at, str):
            names = at, by_field.get(at, ""), declared.label, ""
        else:
            row = row_name(form, record, at)
            names = f"{at[0]}_{at[2]}", _row_path(at, row, paths), declared.label, row
        yield origin.value(names, value, declared.type.unit, (found.note, doubt, found.cell))
    if page:
        yield from (origin.page_value(path, page.form.fields[path]) for path in page.more)
    yield from _indicators(sheet, form, profile, paths, origin)


def _indicators(
    sheet: SheetReading, form: Form, profile: Profile, paths: OfficialPaths, origin: _Origin
) -> Iterator[IndicatorRow]:
    record, page = sheet.record, sheet.page
    levels = {level.name: level.weight for level in profile.indicators.get(record.form, ())}
    for index, row in enumerate(record.tables.get(paths.indicators, ())):
        values = {}
        for key, column in paths.columns.items():
            value, kind = row.get(column), form.tables[paths.indicators].columns[column].type
            is_text = isinstance(value, float) and key not in _NUMBERS
            values[key] = printed(value, kind) if is_text else value
        keys = [(paths.indicators, index, column) for column in paths.columns.values()]
        cells = [record.provenance[at].cell for at in keys if at in record.provenance]
        doubts = [page.doubts.get(at, "") for at in keys] if page else []
        points: float | None = levels.get(str(values[_LEVEL]))
        if page:
            points = _float(page.form.indicators[index].level1_points)
        yield origin.indicator(index, values, points, doubts, cells)


def _of_page(form: FormReading, unit: tuple[str, str], received: Received) -> Iterator[FilingRow]:
    """The rows of a form that the profile does not have."""
    profile = received.profile.id if received.profile else ""
    listed = [*form.fields.values(), *(value for row in form.indicators for value in row.values.values())]
    sure = sum(value.sure for value in listed) / max(len(listed), 1)
    origin = _Origin(unit, form.year, profile, form.kind, "", sure, received.path, form.page.name)
    for path, value in form.fields.items():
        if value.value is not None or value.doubt:
            yield origin.page_value(path, value)
    for index, row in enumerate(form.indicators):
        values = {key: _plain(value, key) for key, value in row.values.items()}
        cells = [value.cell.place for value in row.values.values() if value.cell]
        doubts = [value.doubt for value in row.values.values()]
        yield origin.indicator(index, values, _float(row.level1_points), doubts, cells)


def _row_path(at: tuple[str, int, str], row: str, paths: OfficialPaths) -> str:
    for rows in paths.rows:
        heading = next((text for text, column in rows.columns.items() if column == at[2]), "")
        if rows.table == at[0] and heading:
            return f"{rows.path}/{row}/{heading}"
    return ""


def _value(record: Record, at: ValueAddress) -> Value:
    return record.fields.get(at) if isinstance(at, str) else record.tables[at[0]][at[1]].get(at[2])


def _plain(value: PageValue, key: str) -> Value:
    """A value of a page: a number only where one belongs, else the text that is printed."""
    if isinstance(value.value, str) or value.value is None:
        return value.value
    return float(value.value) if key in _NUMBERS else value.raw


def _float(number: float | None) -> float | None:
    return None if number is None else float(number)


def _number_and_text(value: Value) -> tuple[float | None, str | None]:
    """A value as the one or the other; a number that is none, such as infinity, is a text."""
    if isinstance(value, float) and math.isfinite(value):
        return value, None
    return None, _text(value)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def amount_rows(values: Iterable[ValueRow]) -> list[AmountRow]:
    """The amounts among ``values`` that are sure, by form and line, in the order of the values.

    Which part of a field's name makes it an amount of which column is declared in schemas/tables.json.
    """
    lines: dict[tuple[Any, ...], dict[str, float]] = {}
    for value in values:
        line, _, ending = value.field.rpartition("_")
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
