"""The rows of one unit → its workbook: the official grading table, what it rests on, a record for next time.

The scores of the table are formulas over the basis, their totals over them; all carry what they give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from openpyxl.packaging.custom import StringProperty
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.checks.grading.assessment import AssessedPart
from xlperf.checks.grading.package import GradedPackage
from xlperf.checks.grading.scheme import COUNT, EACH, POINTS, STANDARD, GradedItem, Scheme
from xlperf.checks.grading.score_sheet import ScoredUnit
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Record, Row
from xlperf.declarations.source import Texts, text_of, texts_of
from xlperf.expressions import Value, native
from xlperf.finishing.grading.entries import FinalItem, digest_as_written
from xlperf.finishing.grading.score_cells import write_score_sheet
from xlperf.outputs.problem_cells import CENTRE, FIGURE, HEADING, PLAIN, TEXT, TITLE, fit_height
from xlperf.outputs.sheet_writing import BookWriter, SheetWriter
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
    typed: Mapping[str, float] = field(default_factory=dict)
    """What a person wrote on the score sheet, by the names of its rows."""

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
    words = texts_of("grading")["workbook"]
    book = marked_book(unit.scheme.name, unit.scheme.id)
    table = book.sheet(unit.scheme.form.sheet)
    places = _basis(book.sheet(words["basis"]["title"]), unit, words)
    _table(table, unit, places, words)
    if unit.scores:
        scores = book.sheet(texts_of("grading")["scores"]["title"], 1)
        write_score_sheet(scores, unit.scores, unit.package.title, unit.package.profile, unit.typed)
    digests = document_digest, digest_as_written(book.book, unit.scheme)
    _record(book.sheet(words["record"]["title"]), unit, digests, words)
    book.book.active = 0
    return book.data()


def marked_book(title: str, mark: str) -> BookWriter:
    """A workbook without sheets that is known again by ``mark``, with the same date at each run."""
    made = BookWriter(title)
    made.book.properties.created = made.book.properties.modified = WRITTEN
    marks: list[StringProperty] = made.book.custom_doc_props  # type: ignore[attr-defined]
    marks.append(StringProperty(name=texts_of("grading")["workbook"]["property"], value=mark))
    return made


def _table(cells: SheetWriter, unit: GradedUnit, places: Mapping[str, tuple[int, int]], words: Texts) -> None:
    """Draw the official table."""
    form, scheme, sheet = unit.scheme.form, unit.scheme, cells.sheet
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
    for index, row in enumerate(unit.rows):
        address = placement.column_cell(_TABLE, index, _SCORE)
        _limit(sheet, address, row.assessed.item, words)
        if row.by_person or places.get(row.assessed.item.id) is None:
            continue
        first, last = places[row.assessed.item.id]
        area = f"{words['basis']['title']}!G{first}:G{last}"
        score = "" if row.score is None else row.score
        cells.calculate(address, f'IF(COUNT({area})={last - first + 1},SUM({area}),"")', score)
    points, scores = (
        ":".join(placement.column_cell(_TABLE, at, column) for at in (0, len(rows) - 1))
        for column in (_POINTS, _SCORE)
    )
    cells.calculate(placement.fields[_ALL_POINTS], f"SUM({points})", float(scheme.points))
    is_valid = f"({scores}>=0)*({scores}<={points})"
    has_beyond = any(row.is_beyond for row in unit.rows)
    total = f"SUMPRODUCT({is_valid},{scores})" if has_beyond else f"SUM({scores})"
    cells.calculate(placement.fields[_TOTAL], total, unit.total)


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


def _basis(cells: SheetWriter, unit: GradedUnit, words: Texts) -> dict[str, tuple[int, int]]:
    """Write what was measured; returns the rows of each item's parts."""
    texts = words["basis"]
    widths = dict(texts["columns"])
    cells.write(1, 1, texts["heading"].format(unit=unit.package.title), TITLE)
    cells.write(2, 1, texts["note"], PLAIN)
    cells.write_row(_ABOVE, list(widths), HEADING)
    places: dict[str, tuple[int, int]] = {}
    number = _ABOVE
    for row in unit.rows:
        first = number + 1
        for assessed in row.assessed.parts:
            number += 1
            _part(cells, number, row, assessed, list(widths.values()))
        if all(assessed.part.formula is not None for assessed in row.assessed.parts):
            places[row.assessed.item.id] = first, number
    cells.finish(list(widths.values()), unit.scheme.name, f"A{_ABOVE + 1}", f"{_ABOVE}:{_ABOVE}")
    return places


def _part(
    cells: SheetWriter, number: int, row: FinalItem, assessed: AssessedPart, widths: Sequence[float]
) -> None:
    part, found = assessed.part, assessed.found
    each, standard = part.options.get("each", ""), part.options.get("standard", "")
    cells.write(number, 1, row.assessed.item.title, TEXT)
    cells.write(number, 2, part.id, TEXT)
    shape = "0.00%" if standard or (found.number is not None and found.number % 1) else "General"
    cells.put(number, 3, found.number, FIGURE, shape)
    cells.write(number, 4, part.points, FIGURE)
    cells.write(number, 5, each, FIGURE)
    cells.write(number, 6, standard, FIGURE, "0%")
    if part.formula is None:
        cells.write(number, 7, "", FIGURE)
    else:
        named = {COUNT: f"C{number}", POINTS: f"D{number}", EACH: f"E{number}", STANDARD: f"F{number}"}
        cells.formula(number, 7, native(part.formula, named.__getitem__), assessed.score)
    cells.put(number, 8, assessed.suggestion, CENTRE)
    shown = "\n".join((*found.reasons, *found.evidence))
    cells.write(number, 9, shown, TEXT)
    fit_height(cells.sheet, number, [(row.assessed.item.title, widths[0]), (shown, widths[-1])])


def _record(cells: SheetWriter, unit: GradedUnit, digests: Sequence[str], words: Texts) -> None:
    """What was computed, for the next run to compare with; nobody needs to see it."""
    cells.write_row(1, [words["record"]["document"], *digests], TEXT)
    for number, row in enumerate(unit.rows, start=2):
        score = row.assessed.score
        written = replace(row, entry=row.entry._replace(reason="")).reason
        cells.write_row(number, [row.assessed.item.id, "" if score is None else score, written], TEXT)
    cells.sheet.sheet_state = "hidden"
