"""Who is behind a figure → sheets of names: members of classes, problems, what is left out or marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlperf.declarations.source import texts_of
from xlperf.finishing.rollup.layout import UnitClass, load_rollup, texts
from xlperf.finishing.rollup.line_sheets import FIRST_ROW, LINKED, LINKED_FIGURE, LinePlaces, place_of
from xlperf.finishing.rollup.rollup_figures import Line, RollUp
from xlperf.outputs.finding_texts import file_target
from xlperf.outputs.problem_cells import (
    CAPTION,
    CENTRE,
    FIGURE,
    HEADING,
    SEVERITY,
    TEXT,
    TOTAL,
    TOTAL_FIGURE,
    fit_height,
)
from xlperf.outputs.sheet_writing import BookWriter, SheetWriter


@dataclass(frozen=True, slots=True)
class MemberRows:
    """The rows of the sheet of names at which the blocks begin."""

    classes: dict[UnitClass, int]
    kinds: dict[str, int]


def plan_members(rollup: RollUp) -> MemberRows:
    """Where the block of each class and each kind of problem begins; classes without units have none."""
    row, classes, kinds = 1, dict[UnitClass, int](), dict[str, int]()
    for known in load_rollup().classes:
        if members := rollup.members(known):
            classes[known] = row
            row += len(members) + 3
    for code, units in rollup.by_kind().items():
        kinds[code] = row
        row += len(units) + 3
    return MemberRows(classes, kinds)


def titles_of(known: UnitClass) -> str:
    """What a class is called outside of its distribution."""
    for declared in load_rollup().distributions.values():
        if known in declared.classes:
            return f"{declared.title} {known.label}"
    return known.label


def write_members(book: BookWriter, rollup: RollUp, places: LinePlaces, rows: MemberRows) -> None:
    """Add the sheet that names the units of every class and of every kind of problem."""
    spec = texts()["members"]
    writer = book.sheet(spec["sheet"])
    index = {id(line): number for number, line in enumerate(rollup.units)}
    for known, row in rows.classes.items():
        found = rollup.members(known)
        if known.above is not None:
            found = sorted(found, key=lambda line: -(line.number(known.column) or 0))
        label = places.columns.fields[known.column].label
        _block(writer, row, titles_of(known), found, index, label)
        for offset, line in enumerate(found):
            formula = places.cell(known.column, FIRST_ROW + index[id(line)])
            form = places.columns.fields[known.column].type
            value = line.values[known.column]
            role = FIGURE if form.number else CENTRE
            writer.formula(
                row + 2 + offset, 4, formula, value, role, form.format if form.number else "General"
            )
    by_kind = rollup.by_kind()
    for code, row in rows.kinds.items():
        units = by_kind[code]
        title = spec["problem"].format(code=code, name=rollup.kinds[code].name)
        _block(writer, row, title, [line for line, _ in units], index, texts()["kinds"]["head"][3])
        for offset, (_, count) in enumerate(units):
            writer.put(row + 2 + offset, 4, float(count), FIGURE, "0")
    writer.finish(spec["widths"], book.title, "", "")


def _block(
    writer: SheetWriter, row: int, what: str, lines: Sequence[Line], index: dict[int, int], label: str
) -> None:
    spec, sheet = texts()["members"], next(iter(texts()["sheets"]))
    writer.put(row, 1, spec["title"].format(what=what, count=len(lines)), CAPTION)
    writer.write_row(row + 1, [*spec["head"][:3], label], HEADING)
    for offset, line in enumerate(lines):
        at, number = row + 2 + offset, index[id(line)]
        writer.put(at, 1, float(number + 1), CENTRE)
        writer.put(at, 2, line.code, CENTRE)
        writer.put(at, 3, line.name, LINKED, link=place_of(sheet, FIRST_ROW + number, 3))
        fit_height(writer.sheet, at, [(line.name, spec["widths"][2])])


def problem_rows(rollup: RollUp) -> dict[int, int]:
    """Index of a unit → the row of its first problem on the sheet of problems."""
    rows, row = {}, 2
    for number, line in enumerate(rollup.units):
        if line.problems:
            rows[number] = row
            row += len(line.problems)
    return rows


def write_problems(book: BookWriter, rollup: RollUp) -> None:
    """Add the sheet with a row for each kind of problem of each unit."""
    spec, units = texts()["problems"], next(iter(texts()["sheets"]))
    writer, row = book.sheet(spec["sheet"]), 2
    writer.write_row(1, spec["head"], HEADING)
    for number, line in enumerate(rollup.units):
        for code, count in sorted(line.problems.items()):
            kind = rollup.kinds[code]
            writer.put(row, 1, float(number + 1), CENTRE)
            writer.put(row, 2, line.code, CENTRE)
            writer.put(row, 3, line.name, LINKED, link=place_of(units, FIRST_ROW + number, 3))
            writer.put(row, 4, code, CENTRE)
            writer.put(row, 5, kind.name, TEXT)
            writer.put(row, 6, kind.severity.value, SEVERITY[kind.severity])
            writer.put(row, 7, float(count), FIGURE, "0")
            named = [(line.name, spec["widths"][2]), (kind.name, spec["widths"][4])]
            fit_height(writer.sheet, row, named)
            row += 1
    writer.finish(spec["widths"], f"{book.title}·{spec['sheet']}", "D2", "1:1")
    writer.sheet.auto_filter.ref = f"A1:G{max(row - 1, 1)}"


def write_kinds(book: BookWriter, rollup: RollUp, rows: MemberRows) -> None:
    """Add the sheet with a row for each kind of problem; counts are formulas over the sheet of problems."""
    spec, found = texts()["kinds"], rollup.by_kind()
    listed = texts()["problems"]["sheet"]
    last = 1 + sum(map(len, (line.problems for line in rollup.units)))
    codes, counts = (f"'{listed}'!${letter}$2:${letter}${max(last, 2)}" for letter in "DG")
    writer = book.sheet(spec["sheet"])
    writer.write_row(1, spec["head"], HEADING)
    for row, (code, units) in enumerate(found.items(), start=2):
        kind = rollup.kinds[code]
        link = place_of(texts()["members"]["sheet"], rows.kinds[code])
        writer.put(row, 1, code, CENTRE)
        writer.put(row, 2, kind.name, TEXT)
        writer.put(row, 3, kind.severity.value, SEVERITY[kind.severity])
        total = float(sum(count for _, count in units))
        writer.formula(row, 4, f"SUMIF({codes},A{row},{counts})", total, FIGURE, "0")
        formula = f"COUNTIF({codes},A{row})"
        writer.formula(row, 5, formula, float(len(units)), LINKED_FIGURE, "0", link=link)
    end = len(found) + 1
    if found:
        writer.write_row(end + 1, ["", spec["total"], ""], TOTAL)
        everything = float(sum(count for units in found.values() for _, count in units))
        writer.formula(end + 1, 4, f"SUM(D2:D{end})", everything, TOTAL_FIGURE, "0")
        writer.put(end + 1, 5, "", TOTAL)
    writer.finish(spec["widths"], f"{book.title}·{spec['sheet']}", "A2", "1:1")


def write_left_out(book: BookWriter, rollup: RollUp, target: Path) -> None:
    """Add the sheet of units and files that are in no figure."""
    spec, kinds = texts()["left_out"], texts_of("rollup")["left_out"]
    writer, widths = book.sheet(spec["sheet"]), spec["widths"]
    writer.write_row(1, spec["head"], HEADING)
    for row, left in enumerate(rollup.left_out, start=2):
        shown = [kinds[left.kind], left.code, left.name, left.why, Path(left.file).name]
        for column, text in enumerate(shown[:4], start=1):
            writer.put(row, column, text, CENTRE if column < 3 else TEXT)
        writer.put(row, 5, shown[4], TEXT, file=file_target(left.file, target))
        fit_height(writer.sheet, row, zip(shown, widths, strict=True))
    if not rollup.left_out:
        writer.put(2, 1, spec["none"], CAPTION)
    writer.finish(widths, f"{book.title}·{spec['sheet']}", "A2", "1:1")


def write_marks(book: BookWriter, rollup: RollUp, places: LinePlaces, projects: LinePlaces) -> None:
    """Add the sheet of values in doubt, of wrong ones that are counted, and of remarks."""
    spec = texts()["marks"]
    writer, widths, row = book.sheet(spec["sheet"]), spec["widths"], 2
    writer.write_row(1, spec["head"], HEADING)
    for lines, where in ((rollup.units, places), (rollup.projects, projects)):
        fields = where.columns.fields
        for number, line in enumerate(lines):
            marks = [
                (spec["doubt"], column, doubt.shown, doubt.reason) for column, doubt in line.doubts.items()
            ]
            marks += [(spec["flag"], column, "", text) for column, text in line.flags.items()]
            marks += [(spec["remark"], "", "", text) for text in line.remarks]
            for kind, column, shown, reason in marks:
                label = fields[column].label if column else ""
                values = [kind, line.code, line.name, line.item, label, shown, reason]
                for at, text in enumerate(values, start=1):
                    writer.put(row, at, text, CENTRE if at < 3 else TEXT)
                if column in where.letters:
                    link = where.cell(column, FIRST_ROW + number)
                    writer.put(row, 5, label, LINKED, link=link)
                fit_height(writer.sheet, row, zip(values, widths, strict=True))
                row += 1
    if row == 2:
        writer.put(2, 1, spec["none"], CAPTION)
    writer.finish(widths, f"{book.title}·{spec['sheet']}", "D2", "1:1")
    writer.sheet.auto_filter.ref = f"A1:G{max(row - 1, 1)}"
