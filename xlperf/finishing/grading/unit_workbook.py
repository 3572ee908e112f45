"""The rows of one unit → its workbook: the official grading table, what it rests on, a record for next time.

The scores of the table are formulas over the basis, their totals over them; all carry what they give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.checks.grading.assessment import AssessedPart
from xlperf.checks.grading.package import GradedPackage
from xlperf.checks.grading.scheme import COUNT, EACH, POINTS, STANDARD, GradedItem, Scheme
from xlperf.checks.grading.score_sheet import ScoredUnit
from xlperf.declarations.form_layout import Placement, place
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Record, Row
from xlperf.declarations.source import Texts, text_of, texts_of
from xlperf.expressions import Value, native
from xlperf.finishing.grading.entries import FinalItem
from xlperf.finishing.grading.own_changes import digest_as_written
from xlperf.finishing.grading.score_cells import write_score_sheet
from xlperf.ooxml.openpyxl_writing import workbook_bytes
from xlperf.outputs.problem_cells import (
    CENTRE,
    FIGURE,
    HEADING,
    PLAIN,
    TEXT,
    TITLE,
    CellWriter,
    fit_height,
    lay_out,
)
from xlperf.workbooks.blank_workbook import WRITTEN, fill_sheet

_TABLE, _FIRST, _SECOND, _POINTS = "评分", "一级标准", "二级标准", "分值"
_STANDARD, _SCORE, _REASON, _LEVEL_POINTS = "评分标准", "评分", "扣分理由", "一级分值"
_UNIT, _ALL_POINTS, _TOTAL = "单位名称", "合计_分值", "合计_评分"
_LONGEST_PROMPT = 250
_ABOVE = 3
"""Rows above the first part on the sheet of the basis."""


@dataclass(frozen=True, slots=True)
class GradedUnit:
    """One unit with its rows, as they are written, and its score sheet where the profile has one."""

    package: GradedPackage
    scheme: Scheme
    rows: Sequence[FinalItem]
    scores: ScoredUnit | None = None

    @property
    def total(self) -> float:
        """The points so far."""
        return sum(row.score for row in self.rows if row.score is not None)

    @property
    def pending(self) -> float:
        """The points that are still to be given or withheld."""
        return sum(row.assessed.item.points for row in self.rows if row.score is None)


def unit_workbook(unit: GradedUnit, document_digest: str = "") -> bytes:
    """The workbook as bytes; ``document_digest`` is kept in it, to know a Word file that a person changed."""
    book = Workbook()
    book.remove(book.worksheets[0])
    words = texts_of("grading")["workbook"]
    book.properties.creator, book.properties.title = "xlperf", unit.scheme.name
    book.properties.created = book.properties.modified = WRITTEN
    marks: list[StringProperty] = book.custom_doc_props  # type: ignore[attr-defined]
    marks.append(StringProperty(name=words["property"], value=unit.scheme.id))
    form = unit.scheme.form
    table = book.create_sheet(form.sheet)
    basis = book.create_sheet(words["basis"]["title"])
    places, basis_values = _basis(basis, unit, words)
    table_values = _table(table, unit, places, words)
    cached = {table.title: table_values, basis.title: basis_values}
    if unit.scores:
        scores = book.create_sheet(texts_of("grading")["scores"]["title"], 1)
        cached[scores.title] = write_score_sheet(
            scores, unit.scores, unit.package.title, unit.package.profile
        )
    digests = document_digest, digest_as_written(book, unit.scheme)
    _record(book.create_sheet(words["record"]["title"]), unit, digests, words)
    book.active = 0
    return workbook_bytes(book, cached)


def _table(
    sheet: Worksheet, unit: GradedUnit, places: Mapping[str, tuple[int, int]], words: Texts
) -> dict[str, str | float]:
    """Draw the official table; returns what its formulas give."""
    form, scheme = unit.scheme.form, unit.scheme
    profile: Profile = replace(unit.package.profile, forms={form.alias: form})
    fields: dict[str, Value] = {
        _UNIT: unit.package.name,
        _ALL_POINTS: float(scheme.points),
        _TOTAL: unit.total,
    }
    rows = [_row(row, scheme) for row in unit.rows]
    placement = place(form, {_TABLE: len(rows)})
    fill_sheet(sheet, placement, Record(form.alias, sheet.title, fields, {_TABLE: rows}), profile)
    sheet.data_validations.dataValidation.clear()
    values: dict[str, str | float] = {}
    for index, row in enumerate(unit.rows):
        cell = sheet[placement.column_cell(_TABLE, index, _SCORE)]
        _limit(sheet, cell.coordinate, row.assessed.item, words)
        if row.by_person or places.get(row.assessed.item.id) is None:
            continue
        first, last = places[row.assessed.item.id]
        area = f"{words['basis']['title']}!G{first}:G{last}"
        cell.value = f'=IF(COUNT({area})={last - first + 1},SUM({area}),"")'
        values[cell.coordinate] = "" if row.score is None else row.score
    values |= _totals(sheet, placement, unit)
    return values


def _row(row: FinalItem, scheme: Scheme) -> Row:
    item = row.assessed.item
    level_points = sum(other.points for other in scheme.levels[item.level])
    return {
        _FIRST: item.level,
        _SECOND: item.title,
        _POINTS: float(item.points),
        _STANDARD: item.standard,
        _SCORE: row.entry.text or row.score if row.entry.score is None else row.entry.score,
        _REASON: row.reason,
        _LEVEL_POINTS: float(level_points),
    }


def _limit(sheet: Worksheet, address: str, item: GradedItem, words: Texts) -> None:
    """Say on the cell what a person may write, with the printed bands."""
    bands = "；".join(
        text_of("grading", "judged", "band", range=f"{band.first:g}-{band.last:g}", text=band.text)
        for part in item.parts
        for band in part.bands
    )
    limit = DataValidation("decimal", formula1="0", formula2=f"{item.points:g}", allow_blank=True)
    limit.operator, limit.showInputMessage, limit.showErrorMessage = "between", True, True
    limit.promptTitle = limit.errorTitle = words["prompt_title"]
    limit.prompt = words["prompt"].format(points=item.points, bands=bands)[:_LONGEST_PROMPT]
    limit.error = words["error"].format(points=item.points)
    limit.sqref = address
    sheet.add_data_validation(limit)


def _totals(sheet: Worksheet, placement: Placement, unit: GradedUnit) -> dict[str, str | float]:
    """Put the sums of points and scores; returns what they give."""
    last = len(unit.rows) - 1
    values: dict[str, str | float] = {}
    for name, column in ((_ALL_POINTS, _POINTS), (_TOTAL, _SCORE)):
        area = [placement.column_cell(_TABLE, index, column) for index in (0, last)]
        cell = sheet[placement.fields[name]]
        cell.value = f"=SUM({area[0]}:{area[1]})"
        values[cell.coordinate] = unit.total if name == _TOTAL else float(unit.scheme.points)
    return values


def _basis(
    sheet: Worksheet, unit: GradedUnit, words: Texts
) -> tuple[dict[str, tuple[int, int]], dict[str, str | float]]:
    """Write what was measured; returns the rows of each item's parts, and what the formulas give."""
    texts = words["basis"]
    widths = dict(texts["columns"])
    cells = CellWriter(sheet)
    cells.write(1, 1, texts["heading"].format(unit=unit.package.title), TITLE)
    cells.write(2, 1, texts["note"], PLAIN)
    cells.write_row(_ABOVE, list(widths), HEADING)
    places: dict[str, tuple[int, int]] = {}
    values: dict[str, str | float] = {}
    number = _ABOVE
    for row in unit.rows:
        first = number + 1
        for assessed in row.assessed.parts:
            number += 1
            _part(cells, number, row, assessed, list(widths.values()))
            if assessed.part.formula is not None:
                values[f"G{number}"] = "" if assessed.score is None else assessed.score
        if all(assessed.part.formula is not None for assessed in row.assessed.parts):
            places[row.assessed.item.id] = first, number
    lay_out(sheet, list(widths.values()), unit.scheme.name, repeats_heading=False)
    sheet.freeze_panes = f"A{_ABOVE + 1}"
    sheet.print_title_rows = f"{_ABOVE}:{_ABOVE}"
    return places, values


def _part(
    cells: CellWriter, number: int, row: FinalItem, assessed: AssessedPart, widths: Sequence[float]
) -> None:
    part, found = assessed.part, assessed.found
    each, standard = part.options.get("each", ""), part.options.get("standard", "")
    cells.write(number, 1, row.assessed.item.title, TEXT)
    cells.write(number, 2, part.id, TEXT)
    shape = "0.00%" if standard or (found.number is not None and found.number % 1) else "General"
    cells.write(number, 3, "" if found.number is None else found.number, FIGURE, shape)
    cells.write(number, 4, part.points, FIGURE)
    cells.write(number, 5, each, FIGURE)
    cells.write(number, 6, standard, FIGURE, "0%")
    if part.formula is None:
        cells.write(number, 7, "", FIGURE)
    else:
        named = {COUNT: f"C{number}", POINTS: f"D{number}", EACH: f"E{number}", STANDARD: f"F{number}"}
        cells.write_formula(number, 7, f"={native(part.formula, named.__getitem__)}")
    cells.write(number, 8, "" if assessed.suggestion is None else assessed.suggestion, CENTRE)
    shown = "\n".join((*found.reasons, *found.evidence))
    cells.write(number, 9, shown, TEXT)
    fit_height(cells.sheet, number, [(row.assessed.item.title, widths[0]), (shown, widths[-1])])


def _record(sheet: Worksheet, unit: GradedUnit, digests: Sequence[str], words: Texts) -> None:
    """What was computed, for the next run to compare with; nobody needs to see it."""
    cells = CellWriter(sheet)
    cells.write_row(1, [words["record"]["document"], *digests], TEXT)
    for number, row in enumerate(unit.rows, start=2):
        score = row.assessed.score
        written = replace(row, entry=row.entry._replace(reason="")).reason
        cells.write_row(number, [row.assessed.item.id, "" if score is None else score, written], TEXT)
    sheet.sheet_state = "hidden"
