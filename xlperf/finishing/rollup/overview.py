"""The roll-up → the first sheet: main figures, classes of units, limits, lowest rates, frequent problems.

Every count is a formula and leads to the units behind it; the charts are drawn from these tables.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.worksheet.pagebreak import Break

from xlperf.declarations.source import texts_of
from xlperf.expressions import round_half_up
from xlperf.finishing.rollup.layout import UnitClass, load_rollup, texts
from xlperf.finishing.rollup.line_sheets import (
    FIRST_ROW,
    LINKED,
    LINKED_FIGURE,
    TOTALS_ROW,
    LinePlaces,
    place_of,
    quoted,
)
from xlperf.finishing.rollup.list_sheets import MemberRows
from xlperf.finishing.rollup.rollup_figures import RollUp, change_rate
from xlperf.finishing.rollup.years_sheet import both_cell
from xlperf.outputs.problem_cells import CAPTION, FIGURE, HEADING, PLAIN, TEXT, TITLE, fit_height
from xlperf.outputs.sheet_writing import BookWriter, SheetWriter

SHORT_NAME = 3
"""The column of what units are called in the chart of the lowest rates."""


Tables = Mapping[str, tuple[int, int]]
"""Where the tables of the sheet are: name → first and last row; headings are in the row above."""


@dataclass(slots=True)
class _Overview:
    writer: SheetWriter
    rollup: RollUp
    places: LinePlaces
    members: MemberRows
    tables: dict[str, tuple[int, int]] = field(default_factory=dict)
    row: int = 1

    def table(self, name: str, title: str, head: Sequence[str], count: int) -> int:
        """Begin a table of ``count`` rows; the first of them."""
        self.writer.put(self.row, 1, title, CAPTION)
        self.writer.write_row(self.row + 1, head, HEADING)
        first = self.row + 2
        self.tables[name] = first, first + max(count, 1) - 1
        self.row = first + max(count, 1) + 1
        return first

    def link(self, known: UnitClass) -> str:
        """The place of the names of a class, "" where it has no units."""
        row = self.members.classes.get(known)
        return place_of(texts()["members"]["sheet"], row) if row else ""


def write_overview(book: BookWriter, rollup: RollUp, places: LinePlaces, members: MemberRows) -> Tables:
    """Add the sheet; where its tables are."""
    spec = texts()["overview"]
    writer = book.sheet(spec["sheet"])
    made = _Overview(writer, rollup, places, members)
    writer.put(1, 1, book.title, TITLE)
    writer.sheet.row_dimensions[1].height = 28
    for number, line in enumerate(summary(rollup), start=2):
        writer.put(number, 1, line, PLAIN)
        made.row = number + 2
    _main(made)
    _spending(made)
    if rollup.last:
        _years(made, rollup.last.year)
    writer.sheet.row_breaks.append(Break(id=made.row - 1))
    for name, declared in load_rollup().distributions.items():
        _classes(made, name, declared.title, declared.classes)
    writer.sheet.row_breaks.append(Break(id=made.row - 1))
    _limits(made)
    _lowest(made)
    _kinds(made)
    writer.finish(spec["widths"], book.title, "A2", "1:1")
    return made.tables


def summary(rollup: RollUp) -> list[str]:
    """The sentences below the title: how many units are in the figures, and who is not."""
    spec, kinds = texts()["overview"], texts_of("rollup")["left_out"]
    counts = {"expected": rollup.expected, "units": len(rollup.units), "projects": len(rollup.projects)}
    lines = [spec["summary_expected" if rollup.expected else "summary"].format(**counts)]
    if rollup.left_out:
        found = Counter(left.kind for left in rollup.left_out)
        named = "、".join(
            spec["summary_kind"].format(kind=kinds[kind], count=count) for kind, count in found.items()
        )
        lines.append(spec["summary_left_out"].format(kinds=named))
    doubtful = [line for line in rollup.units if line.doubts]
    if doubtful:
        count = sum(len(line.doubts) for line in doubtful)
        lines.append(spec["summary_doubts"].format(units=len(doubtful), count=count))
    return [*lines, spec["note"]]


def _main(made: _Overview) -> None:
    spec, rollup, places = texts()["overview"]["main"], made.rollup, made.places
    compared = spec["last"] if rollup.last else []
    head = [*spec["head"], *(spec["head_last"] if rollup.last else [])]
    columns = rollup.shown(spec["columns"])
    for row, column in enumerate(columns, made.table("main", spec["title"], head, len(columns))):
        declared = places.columns.fields[column]
        total, mean, form = rollup.total(column), rollup.mean(column), declared.type.format
        sheet, letter = places.letters[column]
        link = f"{quoted(sheet)}!{letter}{places.first}:{letter}{places.last}"
        made.writer.put(row, 1, declared.label, TEXT)
        values = [total.value, mean.value, float(total.units), float(total.doubtful)]
        forms = [form, "0.00" if form in {"0", "General"} else form, "0", "0"]
        for offset, (value, shown) in enumerate(zip(values, forms, strict=True)):
            if offset == 0 and declared.type.id == "score":
                made.writer.put(row, 2, "", TEXT)
                continue
            formula = f"{quoted(sheet)}!{letter}{TOTALS_ROW + offset}"
            role = LINKED_FIGURE if offset in {0, 2} else FIGURE
            made.writer.formula(row, 2 + offset, formula, value, role, shown, link=link)
        if column in compared:
            _last(made, row, column, form)
        elif rollup.last:
            made.writer.put(row, 6, "", TEXT)
            made.writer.put(row, 7, "", TEXT)


def _last(made: _Overview, row: int, column: str, form: str) -> None:
    last, this = made.rollup.change(column)
    made.writer.formula(row, 6, both_cell(column, 0), last, FIGURE, form)
    made.writer.formula(row, 7, both_cell(column, 2), change_rate(last, this), FIGURE, "0.00%")


def _spending(made: _Overview) -> None:
    spec = texts()["overview"]
    lines, periods = spec["charts"]["spending"]["lines"], spec["charts"]["spending"]["periods"]
    first = made.table("spending", spec["charts"]["spending"]["title"], spec["spending_head"], len(lines))
    for row, line in enumerate(lines, first):
        made.writer.put(row, 1, line, TEXT)
        for number, period in enumerate(periods, start=2):
            column = f"{line}_{period}"
            sheet, letter = made.places.letters[column]
            value = made.rollup.total(column).value
            formula = f"{quoted(sheet)}!{letter}{TOTALS_ROW}"
            made.writer.formula(row, number, formula, value, FIGURE, "#,##0.00")


def _years(made: _Overview, last: int) -> None:
    spec = texts()["overview"]["charts"]["years"]
    head = spec["title"], spec["last"].format(year=last), spec["this"].format(year=made.rollup.year)
    columns = spec["columns"]
    for row, column in enumerate(columns, made.table("years", spec["title"], head, len(columns))):
        made.writer.put(row, 1, made.places.columns.fields[column].label, TEXT)
        for offset, value in enumerate(made.rollup.change(column)):
            made.writer.formula(row, 2 + offset, both_cell(column, offset), value, FIGURE, "#,##0.00")


def _classes(made: _Overview, name: str, title: str, classes: Sequence[UnitClass]) -> None:
    head = [title, *texts()["overview"]["classes"]["head"][1:]]
    made.table(name, title, head, len(classes))
    first, last = made.tables[name]
    counts = [len(made.rollup.members(known)) for known in classes]
    for row, (known, count) in enumerate(zip(classes, counts, strict=True), first):
        made.writer.put(row, 1, known.label, TEXT)
        _count(made, row, known, count)
        total = f"SUM($B${first}:$B${last})"
        share = round_half_up(count / sum(counts), 4) if sum(counts) else ""
        made.writer.formula(row, 3, f'IF({total}=0,"",ROUND(B{row}/{total},4))', share, FIGURE, "0.00%")


def _count(made: _Overview, row: int, known: UnitClass, count: int) -> None:
    area = made.places.area(known.column)
    criteria = ",".join(f'{area},"{criterion}"' for criterion in known.criteria())
    role = LINKED_FIGURE if count else FIGURE
    made.writer.formula(row, 2, f"COUNTIFS({criteria})", float(count), role, "0", link=made.link(known))


def _limits(made: _Overview) -> None:
    spec, limits = texts()["overview"]["limits"], load_rollup().limits
    first = made.table("limits", spec["title"], [spec["title"], *spec["head"][1:]], len(limits))
    for row, (name, known) in enumerate(limits.items(), first):
        found = made.rollup.over(name)
        made.writer.put(row, 1, known.label, TEXT)
        _count(made, row, known, len(found))
        if found:
            area = made.places.area(known.column)
            made.writer.formula(row, 3, f"MAX({area})", found[0].values[known.column], FIGURE, "0.00%")
        else:
            made.writer.put(row, 3, "", TEXT)


def _lowest(made: _Overview) -> None:
    spec, places = texts()["overview"]["lowest"], made.places
    column = spec["column"]
    found = made.rollup.lowest(column, spec["count"])
    title = spec["title"].format(count=len(found))
    first = made.table("lowest", title, spec["head"], len(found))
    for row, (value, number) in enumerate(found, first):
        at = FIRST_ROW + number
        sheet, _ = places.letters[column]
        name = made.rollup.units[number].name
        made.writer.put(row, 1, name, LINKED, link=place_of(sheet, at, 3))
        made.writer.formula(row, 2, places.cell(column, at), value, FIGURE, "0.00%")
        most = spec["longest"]
        short = f"{name[: most - 1]}{spec['cut']}" if len(name) > most else name
        formula = f'IF(LEN(A{row})>{most},LEFT(A{row},{most - 1})&"{spec["cut"]}",A{row})'
        made.writer.formula(row, SHORT_NAME, formula, short, TEXT)
        fit_height(made.writer.sheet, row, [(name, texts()["overview"]["widths"][0])])


def _kinds(made: _Overview) -> None:
    spec, kinds = texts()["overview"]["kinds"], made.rollup.by_kind()
    found = [*kinds.items()][: spec["count"]]
    first = made.table("kinds", spec["title"].format(count=len(found)), spec["head"], len(found))
    sheet = quoted(texts()["kinds"]["sheet"])
    for number, (code, units) in enumerate(found, start=2):
        row = first + number - 2
        kind = made.rollup.kinds[code]
        title = texts()["members"]["problem"].format(code=code, name=kind.name)
        made.writer.put(row, 1, title, TEXT)
        total, link = float(sum(count for _, count in units)), made.members.kinds[code]
        made.writer.formula(row, 2, f"{sheet}!D{number}", total, FIGURE, "0")
        place = place_of(texts()["members"]["sheet"], link)
        made.writer.formula(row, 3, f"{sheet}!E{number}", float(len(units)), LINKED_FIGURE, "0", link=place)
        fit_height(made.writer.sheet, row, [(title, texts()["overview"]["widths"][0])])
