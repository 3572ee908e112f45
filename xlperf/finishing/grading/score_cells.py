"""A scored unit → its score sheet in the workbook, with native formulas; what a person has written on it.

Figures lie below the rows: ratios are formulas over them, points formulas over the ratios.
"""

from collections.abc import Mapping

from openpyxl.worksheet.worksheet import Worksheet

from xlperf.checks.grading.score_sheet import (
    EACH,
    LIMIT,
    POINTS,
    RATE,
    DeclaredScoreSheet,
    ScoredItem,
    ScoredUnit,
)
from xlperf.declarations.fields import parsed
from xlperf.declarations.forms_and_rules import PARAMETERS, Profile
from xlperf.declarations.source import text_of, texts_of
from xlperf.expressions import Value, native
from xlperf.intake.book import Book
from xlperf.notation.typed_values import parse_number
from xlperf.outputs.problem_cells import (
    CAPTION,
    CENTRE,
    FIGURE,
    HEADING,
    PLAIN,
    TEXT,
    TITLE,
    TOTAL,
    TOTAL_FIGURE,
    fit_height,
    lay_out,
)
from xlperf.outputs.sheet_writing import SheetWriter

TOP = 3
"""The row of the headings."""
_DIMENSION, _ITEM, _POINTS, _RATE, _SCORE, _STANDARD = range(1, 7)


def write_score_sheet(
    cells: SheetWriter, unit: ScoredUnit, title: str, profile: Profile, entries: Mapping[str, float]
) -> None:
    """Fill a sheet; of the ``entries`` of a person those that cannot be points stay, as texts."""
    words, sheet = texts_of("grading")["scores"], cells.sheet
    widths = list(words["columns"].values())
    cells.write(1, 1, unit.sheet.name, TITLE)
    cells.write(2, 1, text_of("grading", "scores", "unit", unit=title), PLAIN)
    cells.write_row(TOP, list(words["columns"]), HEADING)
    first, last = TOP + 1, TOP + len(unit.items)
    places = {name: f"D{number}" for number, name in enumerate(unit.figures, start=last + 4)}
    for number, scored in enumerate(unit.items, start=first):
        _row(cells, number, scored, places, profile)
        if is_beyond(scored):
            cells.put(number, _SCORE, f"{entries[scored.item.id]:g}", FIGURE)
        texts = [(scored.item.standard, widths[-1]), (scored.item.id, widths[1])]
        if sum(other.item.dimension == scored.item.dimension for other in unit.items) == 1:
            texts.append((_dimension(scored.item.dimension, scored.item.points), widths[0]))
        fit_height(sheet, number, texts)
    _merge_dimensions(sheet, unit, first)
    cells.write_row(last + 1, [words["total"], "", "", "", "", ""], TOTAL)
    for column, total in ((_POINTS, unit.sheet.points), (_SCORE, unit.total)):
        letter = "ABCDEF"[column - 1]
        cells.formula(last + 1, column, f"SUM({letter}{first}:{letter}{last})", total, TOTAL_FIGURE)
    cells.write(last + 3, 1, words["figures"], CAPTION)
    for number, (name, value) in enumerate(unit.figures.items(), start=last + 4):
        source = words["from_forms"] if name in unit.from_forms else words["typed"]
        cells.write_row(number, ["", name, "", "" if value is None else value, "", source], TEXT)
    lay_out(sheet, widths, unit.sheet.name, landscape=False, repeats_heading=False)
    sheet.freeze_panes = f"A{first}"


def _row(
    cells: SheetWriter, number: int, scored: ScoredItem, places: Mapping[str, str], profile: Profile
) -> None:
    item = scored.item
    cells.write(number, _DIMENSION, item.dimension, CENTRE)
    cells.write(number, _ITEM, item.id, TEXT)
    cells.write(number, _POINTS, item.points, FIGURE)
    cells.write(number, _RATE, "", FIGURE)
    cells.write(number, _STANDARD, item.standard, TEXT)
    figures = {POINTS: f"C{number}", RATE: f"D{number}", EACH: f"{item.each:g}", LIMIT: f"{item.limit:g}"}

    def locate(name: str) -> str:
        """The cell of a figure, or the text of a parameter."""
        scope, _, parameter = name.rpartition("!")
        if scope == PARAMETERS:
            return f'"{profile.parameters[parameter]}"'
        return figures.get(name) or places[name]

    if item.ratio:
        formula = native(parsed(item.ratio.formula, item.ratio.id), locate)
        cells.formula(number, _RATE, formula, scored.rate, FIGURE, "0.00%")
    if scored.typed or item.formula is None:
        cells.put(number, _SCORE, scored.score, FIGURE)
    else:
        cells.formula(number, _SCORE, native(item.formula, locate), scored.score)


def is_beyond(scored: ScoredItem) -> bool:
    """Whether a person wrote a number that cannot be the points of a row."""
    return scored.typed and scored.score is None


def _dimension(name: str, points: float) -> str:
    return text_of("grading", "scores", "dimension", name=name, points=points)


def _merge_dimensions(sheet: Worksheet, unit: ScoredUnit, first: int) -> None:
    names = [scored.item.dimension for scored in unit.items]
    start = 0
    for at in range(1, len(names) + 1):
        if at == len(names) or names[at] != names[start]:
            points = sum(scored.item.points for scored in unit.items[start:at])
            sheet.cell(first + start, 1).value = _dimension(names[start], points)
            if at - start > 1:
                sheet.merge_cells(
                    start_row=first + start, end_row=first + at - 1, start_column=1, end_column=1
                )
            start = at


def score_entries(book: Book | None, sheet: DeclaredScoreSheet) -> dict[str, float]:
    """The points and figures that a person has written on the score sheet of an earlier run, by name."""
    words = texts_of("grading")["scores"]
    found = book.tabs().get(words["title"]) if book else None
    if found is None:
        return {}
    items, figures = {item.id for item in sheet.items}, set(sheet.figures)
    entries: dict[str, float] = {}
    last = max((row for row, _, _ in found.texts()), default=0)
    for number in range(TOP + 1, last + 1):
        name = found.value(f"B{number}") if f"B{number}" in found.cells else None
        at = f"E{number}" if name in items else f"D{number}" if name in figures else ""
        if not at or at not in found.cells or found.formula(at) is not None:
            continue
        is_given = name in figures and found.value(f"F{number}") == words["from_forms"]
        value = number_of(found.value(at))
        if value is not None and not is_given:
            entries[str(name)] = value
    return entries


def number_of(value: Value) -> float | None:
    """The number that a person has written, as a number or as text; None for none."""
    if isinstance(value, float | int):
        return float(value)
    read = parse_number(value) if isinstance(value, str) else None
    return read[0] if read else None
