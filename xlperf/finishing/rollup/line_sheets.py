"""The lines of units and of projects → sheets with a row for each, totals above them; where they lie."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from xlperf.declarations.forms_and_rules import Severity
from xlperf.expressions import native
from xlperf.finishing.rollup.layout import Columns, load_rollup, texts
from xlperf.finishing.rollup.rollup_figures import Line, RollUp, Total
from xlperf.outputs.finding_texts import file_target
from xlperf.outputs.problem_cells import (
    CAPTION,
    CENTRE,
    FIGURE,
    HEADING,
    TEXT,
    TOTAL,
    TOTAL_FIGURE,
    CellRole,
    fit_height,
)
from xlperf.outputs.sheet_writing import BookWriter, SheetWriter

TOTALS_ROW = 3
"""Below the title and the headings."""
FIRST_ROW = 7
DOUBTFUL = CellRole(fill="FCE4D6", align="right", colour="833C0B")
FLAGGED = CellRole(fill="FFF2CC", align="right")
LINKED = CellRole(colour="0563C1", underline=True)
LINKED_FIGURE = CellRole(colour="0563C1", underline=True, align="right")
_SEVERITIES = {"errors": Severity.ERROR, "warnings": Severity.WARNING, "notes": Severity.NOTE}
IS_NUMBER = '">-1E+300"'
"""The criterion that every number meets and no text."""


@dataclass(frozen=True, slots=True)
class LinePlaces:
    """Where lines lie: rows ``first`` to ``last``, and for each column its sheet and letter."""

    columns: Columns
    first: int
    last: int
    letters: Mapping[str, tuple[str, str]]

    def cell(self, column: str, row: int) -> str:
        """The address of a value."""
        sheet, letter = self.letters[column]
        return f"{quoted(sheet)}!{letter}{row}"

    def area(self, column: str) -> str:
        """The address of all values of a column."""
        sheet, letter = self.letters[column]
        return f"{quoted(sheet)}!${letter}${self.first}:${letter}${self.last}"

    def line_formula(self, column: str, row: int) -> str:
        """The formula of a computed value of one line."""
        return self._native(column, lambda name: self.cell(name, row))

    def total_formula(self, column: str) -> str:
        """The sum of a column; of a rate, the rate of the sums over the lines that have all its parts."""
        if not self.columns.is_rate(column):
            return f"SUM({self.area(column)})"
        parts = self.columns.parts(column)

        def summed(name: str) -> str:
            """The sum of one part."""
            others = [f"{self.area(part)},{IS_NUMBER}" for part in parts if part != name]
            area = self.area(name)
            return f"SUMIFS({area},{','.join(others)})" if others else f"SUM({area})"

        return self._native(column, summed)

    def mean_formula(self, column: str) -> str:
        """The mean of the numbers of a column, nothing where there are none."""
        area = self.area(column)
        return f'IF(COUNT({area})=0,"",AVERAGE({area}))'

    def counted_formula(self, column: str) -> str:
        """How many lines are in the total of a column."""
        if not self.columns.is_rate(column):
            return f"COUNT({self.area(column)})"
        return (
            f"COUNTIFS({','.join(f'{self.area(part)},{IS_NUMBER}' for part in self.columns.parts(column))})"
        )

    def doubtful_formula(self, column: str) -> str:
        """How many lines have a doubt in a column."""
        start = texts()["doubtful"].partition("{")[0]
        parts, counts = self.columns.parts(column), []
        for number, part in enumerate(parts):
            others = [f',{self.area(other)},"<>{start}*"' for other in parts[:number]]
            counts.append(f'COUNTIFS({self.area(part)},"{start}*"{"".join(others)})')
        return "+".join(counts)

    def _native(self, column: str, locate: Any) -> str:
        formula, fields = self.columns.fields[column].formula, self.columns.fields
        assert formula is not None
        given = load_rollup().parameters
        return native(formula, lambda name: locate(name) if name in fields else f'"{given[name]}"')


def quoted(sheet: str) -> str:
    """A sheet's name as formulas have it."""
    escaped = sheet.replace("'", "''")
    return f"'{escaped}'"


def place_of(sheet: str, row: int, column: int = 1) -> str:
    """A place in the workbook, for links."""
    return f"{quoted(sheet)}!{get_column_letter(column)}{row}"


def width_of(kind: str) -> float:
    """How wide a column of some type is."""
    return float(texts()["widths"][kind])


def unit_places(rollup: RollUp) -> LinePlaces:
    """Where the units will lie on their sheets."""
    letters = {
        column: (sheet, get_column_letter(number))
        for sheet, spec in texts()["sheets"].items()
        for number, column in enumerate(rollup.shown(spec["columns"]), start=4)
    }
    return _places(load_rollup().units, len(rollup.units), letters)


def project_places(rollup: RollUp) -> LinePlaces:
    """Where the projects will lie on their sheet."""
    spec = texts()["projects"]
    letters = {
        column: (spec["sheet"], get_column_letter(number))
        for number, column in enumerate(rollup.shown(spec["columns"], projects=True), start=6)
    }
    return _places(load_rollup().projects, len(rollup.projects), letters)


def _places(columns: Columns, count: int, letters: dict[str, tuple[str, str]]) -> LinePlaces:
    return LinePlaces(columns, FIRST_ROW, FIRST_ROW + max(count, 1) - 1, letters)


def write_units(
    book: BookWriter, rollup: RollUp, places: LinePlaces, problem_rows: Mapping[int, int], target: Path
) -> None:
    """Add the sheets that have a row a unit; ``target`` is where the workbook will lie.

    ``problem_rows`` leads from the index of a unit to its first problem.
    """
    project_rows = {unit: FIRST_ROW + project for project, unit in reversed(rollup.owners().items())}
    for name, spec in texts()["sheets"].items():
        if not (columns := rollup.shown(spec["columns"])):
            continue
        writer = book.sheet(name)
        problems = [*_SEVERITIES, "remarks"] if spec.get("problems") else []
        _head(writer, book.title, ["number", "code", "name"], columns, places.columns, problems)
        _totals(writer, 3, columns, places, lambda column: (rollup.total(column), rollup.mean(column)))
        for index, line in enumerate(rollup.units):
            row = FIRST_ROW + index
            writer.put(row, 1, float(index + 1), CENTRE)
            writer.put(row, 2, line.code, CENTRE)
            writer.put(row, 3, line.name, LINKED, file=file_target(line.file, target))
            _values(writer, row, 4, line, columns, places)
            counted = load_rollup().counts["projects"]
            if counted in columns and index in project_rows:
                at = place_of(texts()["projects"]["sheet"], project_rows[index])
                shown = line.values[counted]
                writer.put(row, 4 + columns.index(counted), shown, LINKED_FIGURE, "0", link=at)
            fit_height(writer.sheet, row, [(line.name, width_of("name"))])
            if problems:
                _problems(writer, row, 4 + len(columns), line, rollup, problem_rows.get(index, 0))
        end = get_column_letter(3 + len(columns) + len(problems))
        writer.sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:{end}{places.last}"


def _head(
    writer: SheetWriter,
    book_title: str,
    lead: Sequence[str],
    columns: Sequence[str],
    declared: Columns,
    tail: Sequence[str],
) -> None:
    """The title, the headings, widths and how the sheet is printed."""
    fields, words = [declared.fields[column] for column in columns], texts()
    titles = [
        *(words[kind] for kind in lead),
        *(field.label for field in fields),
        *(words[kind] for kind in tail),
    ]
    kinds = [*lead, *(field.type.id for field in fields)]
    kinds += ["severity" if kind in _SEVERITIES else kind for kind in tail]
    widths = [width_of(kind) for kind in kinds]
    writer.put(1, 1, f"{book_title}·{writer.sheet.title}", CAPTION)
    writer.sheet.row_dimensions[1].height = 24
    writer.write_row(2, titles, HEADING)
    fit_height(writer.sheet, 2, zip(titles, widths, strict=True))
    writer.finish(widths, book_title, f"{get_column_letter(len(lead) + 1)}{FIRST_ROW}", "1:2")


def _totals(
    writer: SheetWriter,
    lead: int,
    columns: Sequence[str],
    places: LinePlaces,
    figures: Callable[[str], tuple[Total, Total]],
    captions: dict[str, str] | None = None,
) -> None:
    """The rows of totals: sum, mean, how many lines are in them, how many are in doubt."""
    names = {**texts()["rows"], **(captions or {})}
    for offset, name in enumerate(("total", "mean", "counted", "doubtful")):
        row = TOTALS_ROW + offset
        for place in range(1, lead + 1):
            writer.put(row, place, names[name] if place == lead else "", TOTAL)
        for number, column in enumerate(columns, start=lead + 1):
            declared = places.columns.fields[column]
            if not declared.type.number:
                writer.put(row, number, "", TOTAL)
                continue
            total, mean = figures(column)
            form = declared.type.format
            formula, value, shown = {
                "total": (places.total_formula(column), total.value, form),
                "mean": (places.mean_formula(column), mean.value, _of_mean(form)),
                "counted": (places.counted_formula(column), float(total.units), "0"),
                "doubtful": (places.doubtful_formula(column), float(total.doubtful), "0"),
            }[name]
            if name == "total" and (declared.type.id == "score" or column in places.columns.stated):
                writer.put(row, number, "", TOTAL)
                continue
            writer.formula(row, number, formula, value, TOTAL_FIGURE, shown)


def _of_mean(form: str) -> str:
    return "0.00" if form in {"0", "General"} else form


def _values(
    writer: SheetWriter, row: int, start: int, line: Line, columns: Sequence[str], places: LinePlaces
) -> None:
    for number, column in enumerate(columns, start=start):
        declared, value = places.columns.fields[column], line.values.get(column)
        form, role = declared.type.format, FLAGGED if column in line.flags else FIGURE
        if not declared.type.number:
            form, role = "General", CENTRE
        if column in line.doubts:
            shown = texts()["doubtful"].format(shown=line.doubts[column].shown)
            writer.put(row, number, shown, DOUBTFUL)
        elif declared.formula is not None and value is not None:
            writer.formula(row, number, places.line_formula(column, row), value, role, form)
        else:
            writer.put(row, number, value, role, form if isinstance(value, float) else "General")


def _problems(writer: SheetWriter, row: int, start: int, line: Line, rollup: RollUp, at: int) -> None:
    link = place_of(texts()["problems"]["sheet"], at) if at else ""
    for number, severity in enumerate(_SEVERITIES.values(), start=start):
        count = line.of(severity, rollup.kinds)
        role = LINKED_FIGURE if count and link else FIGURE
        writer.put(row, number, float(count), role, "0", link=link if count else "")
    writer.put(row, start + len(_SEVERITIES), "；".join(line.remarks), TEXT)


def write_projects(book: BookWriter, rollup: RollUp, places: LinePlaces, target: Path) -> None:
    """Add the sheet that has a row a project."""
    spec = texts()["projects"]
    writer, columns = book.sheet(spec["sheet"]), rollup.shown(spec["columns"], projects=True)
    lead = ["number", "code", "name", "item", "department"]
    _head(writer, book.title, lead, columns, places.columns, [])

    def figures(column: str) -> tuple[Total, Total]:
        """Sum and mean of a column."""
        return rollup.total(column, projects=True), rollup.mean(column, projects=True)

    _totals(writer, 5, columns, places, figures, texts()["project_rows"])
    units_sheet, owners = next(iter(texts()["sheets"])), rollup.owners()
    for index, line in enumerate(rollup.projects):
        row = FIRST_ROW + index
        writer.put(row, 1, float(index + 1), CENTRE)
        writer.put(row, 2, line.code, CENTRE)
        link = place_of(units_sheet, FIRST_ROW + owners[index], 3) if index in owners else ""
        writer.put(row, 3, line.name, LINKED if link else TEXT, link=link)
        writer.put(row, 4, line.item, LINKED, file=file_target(line.file, target))
        writer.put(row, 5, line.department, TEXT)
        _values(writer, row, 6, line, columns, places)
        named = [(line.item, width_of("item")), (line.department, width_of("department"))]
        fit_height(writer.sheet, row, [(line.name, width_of("name")), *named])
    writer.sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:{get_column_letter(5 + len(columns))}{places.last}"
