"""HelperPlan copies for tests: official sheets as stamped, helper sheets put in by openpyxl."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from xlperf.declarations.evaluation import complete
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Profile, Table
from xlperf.declarations.records import Filing, Record, Row
from xlperf.workbooks.workbook_writer import plan_working, writer_of
from xlperf.workbooks.working.helper_plan import NO_SLOT, HelperPlan, SheetInstance

Cells = dict[tuple[str, str], Any]
CHECK, SCORE, DIRECTORY = "校验", "计分", "目录"


def whole(filing: Filing, profile: Profile) -> Filing:
    """``filing`` with a record for every form, each with only what a ledger gives, titled as its sheet is."""
    records = []
    for form in profile.forms.values():
        for index, record in enumerate(filing.of(form.alias) or [Record(form.alias, "")]):
            fields = {name: value for name, value in record.fields.items() if not form.fields[name].virtual}
            tables = {name: _given(rows, form.tables[name]) for name, rows in record.tables.items()}
            records.append(Record(form.alias, form.sheet_name(index), fields, tables))
    return Filing(filing.unit_code, filing.unit_name, filing.profile, records)


def _given(rows: list[Row], table: Table) -> list[Row]:
    return [{name: row[name] for name in row if not table.columns[name].virtual} for row in rows]


def sites_of(filing: Filing, profile: Profile) -> tuple[SheetInstance, ...]:
    """The official sheets that the writer makes of a whole ``filing``."""
    made = []
    for number, record in enumerate(filing.records, 1):
        form = profile.forms[record.form]
        counts = {table: len(rows) for table, rows in record.tables.items() if rows}
        made.append(SheetInstance(number, form, record.sheet, place(form, counts)))
    return tuple(made)


def completed(filing: Filing, profile: Profile) -> list[Record]:
    """The records of ``filing`` as its sheets show them."""
    return [complete(record, profile).record for record in filing.records]


def planned(filing: Filing, profile: Profile) -> HelperPlan:
    """The helper sheets of ``filing``."""
    return plan_working(profile, sites_of(filing, profile))


def shown(working: HelperPlan, records: list[Record]) -> Cells:
    """What the cells of the helper sheets show: (sheet, address) → value, empty ones left out."""
    values = dict(working.values(records))
    found: Cells = {}
    for sheet in working.sheets:
        for number, row in enumerate(sheet.rows, 1):
            for cell in row.cells:
                value = values.get(cell.slot, cell.value) if cell.slot != NO_SLOT else cell.value
                if value not in (None, ""):
                    found[sheet.title, f"{get_column_letter(cell.column)}{number}"] = value
    return found


def write(
    filing: Filing,
    profile: Profile,
    path: Path,
    planned_for: Filing | None = None,
    edit: Callable[[str], str] = str,
) -> HelperPlan:
    """Save the working copy of ``filing``, without cached values; give back its plan.

    With ``planned_for``, its helper sheets are those of another filing; ``edit`` does to their formulas
    and names what a spreadsheet program does when rows or sheets are moved.
    """
    book = openpyxl.load_workbook(BytesIO(writer_of(profile, working=False).workbook(filing)))
    working = planned(planned_for or filing, profile)
    for sheet in working.sheets:
        page = book.create_sheet(sheet.title)
        for number, row in enumerate(sheet.rows, 1):
            for cell in row.cells:
                if cell.formula or cell.value is not None:
                    value = f"={edit(cell.formula)}" if cell.formula else cell.value
                    page.cell(number, cell.column).value = value
        for name, area in sheet.names.items():
            book.defined_names[name] = DefinedName(name, attr_text=area)
    for name, area in working.defined_names(sites_of(planned_for or filing, profile)).items():
        book.defined_names[name] = DefinedName(name, attr_text=edit(area))
    book.save(path)
    return working


def lines(cells: Cells) -> list[dict[str, Any]]:
    """The lines of the list of rules: heading → what its cell shows."""
    _, first = _headings(cells)
    return _shown(cells, first, max(int(at.lstrip(_LETTERS)) for sheet, at in cells if sheet == CHECK))


def problems(cells: Cells) -> list[dict[str, Any]]:
    """The problems at the top: heading → what its cell shows."""
    first, after = _headings(cells)
    return [line for line in _shown(cells, first, after - 3) if line["序号"] != ""]


_LETTERS = "ABCDEFGHIJKLMNO"


def _headings(cells: Cells) -> tuple[int, int]:
    """The rows of the headings of the problems and of the list of rules."""
    first, after = sorted(
        int(at[1:]) for (sheet, at), value in cells.items() if (sheet, at[0], value) == (CHECK, "A", "序号")
    )
    return first, after


def _shown(cells: Cells, heading: int, last: int) -> list[dict[str, Any]]:
    headings = {letter: cells[CHECK, f"{letter}{heading}"] for letter in _LETTERS}
    return [
        {text: cells.get((CHECK, f"{letter}{row}"), "") for letter, text in headings.items()}
        for row in range(heading + 1, last + 1)
    ]


def wrong(cells: Cells) -> list[dict[str, Any]]:
    """The lines that report a problem."""
    return [line for line in lines(cells) if line["结论"] in ("有问题", "尾差")]
