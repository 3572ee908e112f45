"""A profile to its blank workbook: one sheet for each form, laid out, named, limited, protected.

Everything comes from the declarations. Protection has no password: formula cells and labels are
locked, inputs and whole table rows are not, so that rows can be added and removed; formatting,
column widths and row heights stay free. The sheets are protected against accidents, not people.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import rows_from_range
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from xlperf.declarations.evaluation import compute
from xlperf.declarations.form_layout import PlacedRow, Placement, place
from xlperf.declarations.model import (
    Cell,
    Field,
    Form,
    Profile,
)
from xlperf.declarations.native_formulas import field_formula, row_formula
from xlperf.declarations.records import Record
from xlperf.declarations.source import texts_of
from xlperf.declarations.template_fingerprint import (
    FINGERPRINT_PROPERTY,
    PROFILE_PROPERTY,
    VERSION_PROPERTY,
    template_fingerprint,
)
from xlperf.declarations.value_display import display, line_text
from xlperf.expressions import Value
from xlperf.workbooks.cell_styles import colour, look_of, mix, paint
from xlperf.workbooks.page_setup import define_names, protect, row_height, set_print_ranges, set_up_page
from xlperf.workbooks.validations import validations

WRITTEN = datetime(2000, 1, 1)
"""The date that generated workbooks carry, so that the same declarations give the same bytes."""
_CALCULATED_BY = 191029
"""Excel's calculation engine of 2019 and later: a file marked so is not recalculated on opening."""


def build_blank(profile: Profile, *, working: bool = False, functions: bool = False) -> Workbook:
    """The blank workbook of ``profile``, sheets in attachment order, one of the repeated form.

    Formula cells hold formulas without cached values: openpyxl cannot write both. For a ``working``
    copy the cells that break a rule are coloured; the writer adds the helper sheets that list them.
    A workbook with ``functions`` of the add-in is recalculated on opening: what they yield is not stored.
    """
    book = _new_book(profile)
    book.calculation.fullCalcOnLoad = functions
    for form in profile.forms.values():
        sheet = book.create_sheet(form.sheet_name(0))
        fill_sheet(sheet, place(form), blank_record(form, profile), profile)
        define_names(book, sheet, place(form))
    book.active = 0
    if working:
        palette = mix(book)
        for form in profile.forms.values():
            colour(book[form.sheet_name(0)], place(form).print_area.replace("$", ""), palette)
    return book


def file_bytes(book: Workbook) -> bytes:
    """``book`` as an .xlsx file; the writer adds the cached values."""
    stream = BytesIO()
    ExcelWriter(book, ZipFile(stream, "w", ZIP_DEFLATED)).save()
    return stream.getvalue()


def _new_book(profile: Profile) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    normal = texts_of("styles")["normal"]
    book._fonts = IndexedList([Font(name=normal["name"], size=normal["size"])])  # type: ignore[attr-defined]
    book.calculation = CalcProperties(calcId=_CALCULATED_BY, fullCalcOnLoad=False)
    book.properties.creator = "xlperf"
    book.properties.title = profile.name
    book.properties.created = book.properties.modified = WRITTEN
    marks: list[StringProperty] = book.custom_doc_props  # type: ignore[attr-defined]
    marks.append(StringProperty(name=PROFILE_PROPERTY, value=profile.id))
    marks.append(StringProperty(name=VERSION_PROPERTY, value=profile.version))
    marks.append(StringProperty(name=FINGERPRINT_PROPERTY, value=template_fingerprint(profile)))
    return book


def blank_record(form: Form, profile: Profile) -> Record:
    """The record of a blank form: preset table rows, defaults, and the formulas over them."""
    rows: dict[str, list[dict[str, Value]]] = {
        table.id: [dict(row) for row in table.default_rows] for table in form.tables.values()
    }
    record = Record(form.alias, form.sheet_name(0), tables=rows)
    compute(record, profile)
    return record


def fill_sheet(sheet: Worksheet, placement: Placement, record: Record, profile: Profile) -> None:
    """Write one form onto an empty sheet: ``record`` has as many table rows as ``placement``."""
    form = placement.form
    for number, width in enumerate(form.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    runs = [area for table in form.tables for area in placement.run_merges(table, record.tables[table])]
    _write_cells(sheet, placement, record, profile, runs)
    for area in (*placement.static_merges(), *runs):
        sheet.merge_cells(area)
    _paint_cells(sheet, placement)
    for validation in validations(placement, profile):
        sheet.add_data_validation(validation)
    set_print_ranges(sheet, placement)
    set_up_page(sheet, form.page)
    protect(sheet)


def _write_cells(
    sheet: Worksheet, placement: Placement, record: Record, profile: Profile, runs: Sequence[str]
) -> None:
    """Write texts, values and formulas; what a level cell of several rows shows lifts none of them."""
    spread = {address for area in runs for row in rows_from_range(area) for address in row}
    for placed in placement.rows:
        lifting: dict[int, Value] = {}
        for cell in placed.row.cells:
            corner = sheet.cell(placed.number, cell.first)
            shown = _shown(placed, cell, record, profile)
            corner.value = _formula(placed, cell, placement, profile) or shown  # type: ignore[assignment]
            if corner.coordinate not in spread:
                lifting[cell.first] = shown
        sheet.row_dimensions[placed.number].height = row_height(placement.form, placed.row, lifting)


def _shown(placed: PlacedRow, cell: Cell, record: Record, profile: Profile) -> Value:
    form = profile.forms[record.form]
    if cell.line:
        return line_text(cell, record.fields)
    if not cell.field:
        return cell.text or None
    row = record.fields if placed.index is None else record.tables[placed.row.table][placed.index]
    return display(_fields_of(placed, form)[cell.field], row.get(cell.field), row, profile, form)


def _formula(placed: PlacedRow, cell: Cell, placement: Placement, profile: Profile) -> str:
    field = _fields_of(placed, placement.form).get(cell.field)
    if field is None or field.formula is None:
        return ""
    if placed.index is None:
        return field_formula(field, placement.form, profile)
    return row_formula(field, placement.form.tables[placed.row.table], placed.index, placement, profile)


def _paint_cells(sheet: Worksheet, placement: Placement) -> None:
    growing = {number for first, last in placement.spans.values() for number in range(first, last + 1)}
    for placed in placement.rows:
        fields = _fields_of(placed, placement.form)
        for cell in placed.row.cells:
            field = fields.get(cell.field)
            look = look_of(placed.row, cell, field)
            computed = field is not None and field.formula is not None
            given = field is not None or bool(cell.line)
            bottom = placement.spans[cell.through][1] if cell.through else placed.number + cell.down - 1
            for number in range(placed.number, bottom + 1):
                locked = computed or not (given or number in growing)
                for column in range(cell.first, cell.last + 1):
                    paint(sheet.cell(number, column), look, locked=locked)


def _fields_of(placed: PlacedRow, form: Form) -> Mapping[str, Field]:
    return form.fields if placed.index is None else form.tables[placed.row.table].columns
