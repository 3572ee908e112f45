"""A RollUp → 汇总.xlsx: figures as formulas that lead back to the units, charts, lists, ready to print."""

from pathlib import Path

from xlperf.core.files import atomic_write
from xlperf.finishing.rollup.chart_sheet import write_charts
from xlperf.finishing.rollup.layout import texts
from xlperf.finishing.rollup.line_sheets import project_places, unit_places, write_projects, write_units
from xlperf.finishing.rollup.list_sheets import (
    plan_members,
    problem_rows,
    write_kinds,
    write_left_out,
    write_marks,
    write_members,
    write_problems,
)
from xlperf.finishing.rollup.overview import write_overview
from xlperf.finishing.rollup.rollup_figures import RollUp
from xlperf.finishing.rollup.years_sheet import write_years
from xlperf.outputs.sheet_writing import BookWriter


def title_of(rollup: RollUp) -> str:
    """What the roll-up is called."""
    return str(texts()["title"].format(place=rollup.place, year=rollup.year))


def write_workbook(rollup: RollUp, path: Path) -> None:
    """Write the workbook to ``path``; raises OutputError where it cannot be written."""
    book = BookWriter(title_of(rollup))
    units, projects = unit_places(rollup), project_places(rollup)
    members = plan_members(rollup)
    tables = write_overview(book, rollup, units, members)
    write_units(book, rollup, units, problem_rows(rollup), path)
    write_projects(book, rollup, projects, path)
    if rollup.last:
        write_years(book, rollup, units)
    write_kinds(book, rollup, members)
    write_problems(book, rollup)
    write_members(book, rollup, units, members)
    write_left_out(book, rollup, path)
    write_marks(book, rollup, units, projects)
    write_charts(book, rollup, tables)
    book.book.active = 0
    atomic_write(path, book.data())
