"""Filings → the rows of a ledger that says the same, sheet by sheet; formula columns where they differ."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from xlperf.declarations.evaluation import complete
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing, Record
from xlperf.expressions import Value
from xlperf.ledgers.layout import Column, LedgerLayout, SheetLayout, load_layout

LedgerRow = dict[str, Value]


def ledger_rows(filings: Iterable[Filing], profile: Profile) -> dict[str, list[LedgerRow]]:
    """Sheet → its rows, heading → value; a unit without a code gets a number that no other has."""
    layout = load_layout(profile)
    rows: dict[str, list[LedgerRow]] = defaultdict(list)
    known = [*filings]
    taken = {filing.unit_code for filing in known}
    free = (f"{number:03}" for number in range(1, 10**6))
    for filing in known:
        code = filing.unit_code or next(number for number in free if number not in taken)
        for sheet in layout.sheets.values():
            rows[sheet.name] += _rows(sheet, filing, code, profile, layout)
    return dict(rows)


def _rows(
    sheet: SheetLayout, filing: Filing, code: str, profile: Profile, layout: LedgerLayout
) -> Iterator[LedgerRow]:
    unit, project = sheet.head_of("unit"), sheet.head_of("project")
    if sheet.row in {"unit", "fields"}:
        records = {record.form: record for record in filing.records}
        row = {unit: code, **_values(sheet, records, profile)}
        if name := sheet.head_of("name"):
            row[name] = filing.unit_name
        if department := sheet.head_of("department"):
            row[department] = _department(filing, layout)
        yield row
    elif sheet.row == "record":
        for number, record in enumerate(filing.of(sheet.form), start=1):
            yield {unit: code, project: str(number), **_values(sheet, {sheet.form: record}, profile)}
    else:
        numbered: list[tuple[str | None, Record]] = [(None, record) for record in filing.of(sheet.form)]
        if sheet.project_form:
            numbered += [
                (str(number), record) for number, record in enumerate(filing.of(sheet.project_form), start=1)
            ]
        for number_of, record in numbered:
            for values in record.tables.get(sheet.table, ()):
                lead: LedgerRow = {unit: code}
                if project:
                    lead[project] = number_of
                yield lead | {column.head: values.get(_name(column)) for column in _given(sheet)}


def _values(sheet: SheetLayout, records: dict[str, Record], profile: Profile) -> LedgerRow:
    differing = {alias: complete(record, profile).published for alias, record in records.items()}
    row: LedgerRow = {}
    for column in _given(sheet):
        for alias, name in column.targets:
            record = records.get(alias)
            value = record.fields.get(name) if record else None
            if value is not None and (not column.computed or name in differing[alias]):
                row[column.head] = value
                break
    return row


def _given(sheet: SheetLayout) -> list[Column]:
    return [column for column in sheet.columns.values() if column.targets]


def _name(column: Column) -> str:
    return column.targets[0][1]


def _department(filing: Filing, layout: LedgerLayout) -> Value:
    """The office above the unit, as its projects name it."""
    all_columns = ((sheet, column) for sheet in layout.sheets.values() for column in sheet.columns.values())
    fields = {
        column.targets[0]
        for sheet, column in all_columns
        if sheet.row == "record" and column.fallback == "department" and column.targets
    }
    for alias, name in fields:
        for record in filing.of(alias):
            if value := record.fields.get(name):
                return value
    return None
