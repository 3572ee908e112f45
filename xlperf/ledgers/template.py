"""A profile → the workbook of its ledger: sheets, headings, comments, validations, instructions, rows.

Without rows it is the empty ledger to fill in. Filings become the rows of a ledger that says the same, with
what formulas give only where it differs.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.core.files import atomic_write
from xlperf.declarations.evaluation import complete
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.source import texts_of
from xlperf.expressions import Value
from xlperf.ledgers import ledger_text
from xlperf.ledgers.layout import Column, LedgerLayout, SheetLayout, load_layout
from xlperf.ledgers.sources import LEDGER_PROPERTY, titled
from xlperf.ooxml.openpyxl_writing import fit_to_width, workbook_bytes
from xlperf.ooxml.text_heights import text_height

Rows = Mapping[str, Sequence[Mapping[str, Value]]]
LedgerRow = dict[str, Value]

_LAST_ROW = 20000
_AUTHOR = "xlperf"
_GUIDE_WIDTH = 96
_SIZE = 11
"""Points of the letters."""
_KEY_FILL = PatternFill("solid", fgColor="FFD9E2F3")
_FILL = PatternFill("solid", fgColor="FFEDEDED")
_COMPUTED_FILL = PatternFill("solid", fgColor="FFFFF2CC")
_THIN = Side(style="thin", color="FF9E9E9E")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRED = Alignment(vertical="center")
_WIDTHS = {"prose": 40, "notation": 22, "text": 24, "date": 14}


def write_ledger_template(profile: Profile, path: str | Path) -> None:
    """Write the empty ledger of ``profile``; OutputError when ``path`` cannot be written."""
    write_ledger(profile, path, {})


def write_ledger(profile: Profile, path: str | Path, rows: Rows, notice: str = "") -> None:
    """Write a ledger with ``rows``: sheet → rows of head → value (None leaves the cell empty).

    ``notice`` is printed below the title of the instructions.
    """
    layout = load_layout(profile)
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)
    _write_guide(guide, layout, titled(profile.name), notice)
    for sheet in layout.sheets.values():
        _write_sheet(book.create_sheet(sheet.name), sheet, layout, profile, rows.get(sheet.name, ()))
    book.active = 1
    book.custom_doc_props.append(StringProperty(name=LEDGER_PROPERTY, value=profile.id))  # type: ignore[attr-defined]
    atomic_write(path, workbook_bytes(book))


def _write_guide(page: Worksheet, layout: LedgerLayout, title: str, notice: str) -> None:
    page.title = layout.guide_sheet
    page.column_dimensions["A"].width = 12
    page.column_dimensions["B"].width = _GUIDE_WIDTH
    fit_to_width(page, "landscape")
    page["A1"] = title
    page["A1"].font = Font(_font(), size=16, bold=True)
    page.row_dimensions[1].height = 30
    lines = [("", line) for line in (notice, *layout.guide) if line]
    lines += [(sheet.name, sheet.about) for sheet in layout.sheets.values()]
    for number, (name, line) in enumerate(lines, 3):
        page.cell(number, 1, name).font = Font(_font(), bold=True)
        cell = page.cell(number, 2, line)
        cell.font = Font(_font())
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.row_dimensions[number].height = text_height(line, _GUIDE_WIDTH, _SIZE)


def _write_sheet(
    page: Worksheet,
    sheet: SheetLayout,
    layout: LedgerLayout,
    profile: Profile,
    rows: Sequence[Mapping[str, Value]],
) -> None:
    page.freeze_panes = page.cell(2, len(sheet.keys) + 1).coordinate
    for index, column in enumerate(sheet.columns.values(), 1):
        _write_head(page, index, column, layout, is_key=column.head in sheet.keys)
        _add_validation(page, index, column, sheet, profile)
        style = _number_format(column)
        for number, row in enumerate(rows, 2):
            value = row.get(column.head)
            if value is not None:
                cell = page.cell(number, index, value)  # type: ignore[arg-type]
                cell.number_format = style
                if isinstance(value, str):
                    cell.data_type = "s"
                cell.alignment = _CENTRED
        page.column_dimensions[get_column_letter(index)].number_format = style
    page.row_dimensions[1].height = max(
        text_height(column.head, _width(column), _SIZE) for column in sheet.columns.values()
    )
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{max(len(rows) + 1, 2)}"
    fit_to_width(page, "landscape")
    page.print_title_rows = "1:1"


def _font() -> str:
    return str(texts_of("styles")["normal"]["name"])


def _write_head(page: Worksheet, index: int, column: Column, layout: LedgerLayout, *, is_key: bool) -> None:
    cell = page.cell(1, index, column.head)
    cell.font = Font(_font(), bold=True)
    cell.fill = _KEY_FILL if is_key else _COMPUTED_FILL if column.computed else _FILL
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    text = "\n".join(_explanation(column, layout))
    if text:
        cell.comment = Comment(text, _AUTHOR, height=90, width=260)
    page.column_dimensions[get_column_letter(index)].width = _width(column)


def _width(column: Column) -> float:
    return _WIDTHS.get(column.field.type.id if column.field else "text", 13)


def _explanation(column: Column, layout: LedgerLayout) -> Iterator[str]:
    if column.about:
        yield column.about
    if column.field is None:
        return
    if column.field.label != column.head:
        yield ledger_text("column_place", label=column.field.label)
    if column.field.type.unit:
        yield ledger_text("column_unit", unit=column.field.type.unit)
    if column.computed:
        yield ledger_text("column_computed")


def _number_format(column: Column) -> str:
    return column.field.type.format if column.field else "@"


def _add_validation(
    page: Worksheet, index: int, column: Column, sheet: SheetLayout, profile: Profile
) -> None:
    field = column.field
    if field is None:
        return
    choices = _choices(column, sheet, profile)
    if choices:
        rule = DataValidation("list", allow_blank=True, errorStyle="warning")
        rule.formula1 = f'"{",".join(choices)}"'
    elif limit := field.type.limit:
        rule = DataValidation(limit.kind, operator="between", allow_blank=True)  # type: ignore[arg-type]
        rule.formula1, rule.formula2 = f"{limit.min:.15g}", f"{limit.max:.15g}"
        rule.errorTitle, rule.error = field.type.name, field.type.error
        rule.promptTitle, rule.prompt = field.type.name, field.type.prompt
    else:
        return
    rule.showErrorMessage = rule.showInputMessage = True
    letter = get_column_letter(index)
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    page.add_data_validation(rule)


def _choices(column: Column, sheet: SheetLayout, profile: Profile) -> list[str]:
    """The level indicators of all forms that the sheet feeds, each once; empty for other columns."""
    assert column.field is not None
    forms = [alias for alias in (sheet.form, sheet.project_form) if alias in profile.forms]
    levels = profile.forms[sheet.form].tables[sheet.table].levels if sheet.table else ()
    if column.field.id not in levels:
        return []
    depth = levels.index(column.field.id)
    tree = [level for alias in forms for level in profile.indicators.get(alias, ())]
    names = [[level.name] if depth == 0 else level.children for level in tree]
    return list(dict.fromkeys(name for group in names for name in group))


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
