"""A profile → its blank workbook as openpyxl writes it: a sheet for each form, named, protected; its parts.

Protection has no password: formula cells and labels are locked, inputs and whole table rows are not, so that
rows can be added and removed. The sheets are protected against accidents, not people.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import canonicalize
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.cell import rows_from_range
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.evaluation import compute
from xlperf.declarations.form_layout import PlacedRow, Placement, place
from xlperf.declarations.forms_and_rules import Cell, Field, Form, Profile
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
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.package_writing import OFFICE, SPREADSHEET, relative_target
from xlperf.ooxml.parts import RELATIONS, TYPES, WORKBOOK, open_zip, resolved, sheet_part
from xlperf.workbooks.cell_styles import add_helper_styles, colour, look_of, paint
from xlperf.workbooks.sheet_setup import (
    define_names,
    one_page,
    protect,
    row_height,
    set_print_ranges,
    set_up_page,
    validations,
)
from xlperf.workbooks.sheet_xml import Relocation

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
        helper_styles = add_helper_styles(book)
        for form in profile.forms.values():
            colour(book[form.sheet_name(0)], place(form).print_area.replace("$", ""), helper_styles)
    return book


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
    height = sum(dimension.height or 0 for dimension in sheet.row_dimensions.values())
    sheet.page_setup.fitToHeight = int(one_page(form, height))
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


_SHEETS = re.compile(r"<sheets>.*</sheets>", re.DOTALL)
_NAMES = re.compile(r"<definedNames>.*</definedNames>", re.DOTALL)
_NAME = re.compile(r"<definedName ([^>]*)>(.*?)</definedName>", re.DOTALL)
_LOCAL = re.compile(r'\s*localSheetId="(\d+)"')
_SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
_RELATION = re.compile(r'<Relationship [^>]*relationships/worksheet"[^>]*/>')
_TARGET = re.compile(r'Target="([^"]*)"')
_IDENTITY = re.compile(r'\bId="([^"]*)"')
_TYPE = re.compile(r'<Override [^>]*PartName="/xl/worksheets/[^>]*/>')
_SHEET_RELATION = f"{OFFICE}/worksheet"
_EMPTY = re.compile(r"<([\w:]+)([^<>]*)></\1>")


def canonical_parts(workbook: bytes) -> dict[str, str]:
    """The parts of a workbook of ours by name, each as canonical XML: openpyxl writes otherwise where lxml
    is installed.
    """
    package = open_zip("", workbook, LIMITS)
    return {name: _EMPTY.sub(r"<\1\2/>", canonicalize(package.part(name).decode())) for name in package.parts}


@dataclass(frozen=True, slots=True)
class _BlankName:
    """A defined name of the blank: its attributes without the sheet, and what it refers to."""

    attributes: str
    local: bool
    text: str


class WorkbookIndex:
    """The listing parts of a blank, ready to be written for other sheets."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        workbook = parts[WORKBOOK]
        head, rest = _SHEETS.split(workbook)
        self._head = head.replace("<workbook ", f'<workbook xmlns:r="{OFFICE}" ', 1)
        self._between, self._tail = _NAMES.split(rest)
        self._relations, self._types = parts[RELATIONS], parts[TYPES]
        targets = {
            _IDENTITY.findall(relation)[0]: resolved(WORKBOOK, _TARGET.findall(relation)[0])
            for relation in _RELATION.findall(self._relations)
        }
        self._titles = [unescape(title) for title, _ in _SHEET.findall(workbook)]
        self.sheet_parts = {unescape(title): targets[key] for title, key in _SHEET.findall(workbook)}
        self._names = self._by_sheet(workbook)
        self.sheet_names = lru_cache(1024)(self._sheet_names)

    def _by_sheet(self, workbook: str) -> dict[str, list[_BlankName]]:
        """The defined names under the title of the sheet they belong to or refer to."""
        names: dict[str, list[_BlankName]] = {title: [] for title in self._titles}
        for attributes, text in _NAME.findall(workbook):
            local = _LOCAL.search(attributes)
            refers = unescape(text)
            title = next(
                title
                for number, title in enumerate(self._titles)
                if (number == int(local[1]) if local else refers.startswith(f"{quote_sheetname(title)}!"))
            )
            names[title].append(_BlankName(_LOCAL.sub("", attributes), local is not None, refers))
        return names

    def _sheet_names(self, origin: str, title: str, index: int, relocation: Relocation) -> str:
        """The ``definedName`` elements of the ``index``-th sheet, made from the blank's ``origin``."""
        own, new = f"{quote_sheetname(origin)}!", f"{quote_sheetname(title)}!"
        local = f' localSheetId="{index}"'
        return "".join(
            f"<definedName {name.attributes}{local if name.local else ''}>"
            f"{escape(relocation.reference(name.text).replace(own, new))}</definedName>"
            for name in self._names[origin]
        )

    def workbook(self, titles: Sequence[str], names: Sequence[str]) -> str:
        """workbook.xml for sheets with these titles and ``definedName`` elements."""
        sheets = "".join(
            f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="{_sheet_id(number)}"/>'
            for number, title in enumerate(titles, 1)
        )
        return (
            f"{self._head}<sheets>{sheets}</sheets>{self._between}"
            f"<definedNames>{''.join(names)}</definedNames>{self._tail}"
        )

    def relations(self, count: int) -> str:
        """The relations of workbook.xml with ``count`` sheets."""
        sheets = "".join(
            f'<Relationship Type="{_SHEET_RELATION}"'
            f' Target="{relative_target(sheet_part(number), "xl")}" Id="{_sheet_id(number)}"/>'
            for number in range(1, count + 1)
        )
        return _RELATION.sub("", self._relations).replace("</Relationships>", f"{sheets}</Relationships>")

    def types(self, count: int) -> str:
        """[Content_Types].xml with ``count`` sheets."""
        sheets = "".join(
            f'<Override PartName="/{sheet_part(number)}" ContentType="{SPREADSHEET}.worksheet+xml"/>'
            for number in range(1, count + 1)
        )
        return _TYPE.sub("", self._types).replace("</Types>", f"{sheets}</Types>")


def _sheet_id(number: int) -> str:
    return f"rIdSheet{number}"
