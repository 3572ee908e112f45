"""汇总, 评分: a folder of what units filed → 汇总.xlsx, or grading tables and their summary, opened."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlperf.core.files import ensure_writable_dir
from xlperf.declarations.source import texts_of
from xlperf.excel.actions.excel_ui import ExcelUI, brief, files, first_few, text
from xlperf.excel.actions.open_books import (
    free_to_write,
    home_of,
    is_among,
    is_in_use,
    namesakes,
    output_folder,
)
from xlperf.excel.actions.short_actions import chosen_profile
from xlperf.finishing.grading.grade import DaySources, GradeResult
from xlperf.finishing.grading.grade import grade as grade_all
from xlperf.finishing.rollup.collect import roll_up
from xlperf.finishing.rollup.overview import summary
from xlperf.finishing.rollup.rollup_figures import RollUp
from xlperf.finishing.rollup.workbook import write_workbook
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.sources import survey

WORKERS = os.cpu_count() or 1
"""Processes that read what was received, as many as the commands use."""
_MANY = 100
"""Files for which the person is asked: Excel does nothing else until they are read."""


def received_folder(ui: ExcelUI) -> Path | None:
    """The folder of what was received, beginning with that of the open workbook; None when cancelled.

    Raises InputError for a folder that cannot be read or holds nothing to read.
    """
    folder = ui.folder(text("which_received"), home_of(ui, ui.book()))
    if folder is None:
        return None
    count = len(survey([folder]).paths)
    return folder if count <= _MANY or ui.ask(text("many_files", folder=folder, count=count)) else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """With what a roll-up is compared: the ledger that lists who should have filed, last year's folder."""

    ledger: Path | None = None
    last_year: Sequence[Path] = ()


def pick_comparison(ui: ExcelUI) -> Comparison | None:
    """Ask with what to compare, and for the files; None when cancelled."""
    kinds = [text(f"compare_{name}") for name in ("nothing", "ledger", "last_year", "both")]
    number = ui.pick(text("compare"), kinds, "1")
    if number is None:
        return None
    ledgers = ui.open_files(text("which_roster"), files("ledger"), several=False) if number in (1, 3) else []
    if number in (1, 3) and not ledgers:
        return None
    folder = ui.folder(text("which_last_year")) if number in (2, 3) else None
    if number in (2, 3) and folder is None:
        return None
    return Comparison(next(iter(ledgers), None), [folder] if folder else [])


def rolled_up(ui: ExcelUI, folder: Path, compared: Comparison) -> RollUp:
    """The roll-up of a folder, its progress in the status bar; raises as ``roll_up`` does."""
    rolled = roll_up(
        [folder],
        chosen_profile(),
        last_year=compared.last_year,
        ledger=compared.ledger,
        options=RunOptions(WORKERS, ui.progress(text("rolling_up"))),
    )
    ui.status()
    return rolled


def rollup(ui: ExcelUI) -> None:
    """汇总: roll up a folder into the workbook that the person names, and open it."""
    folder = received_folder(ui)
    compared = pick_comparison(ui) if folder else None
    if folder is None or compared is None:
        return
    suggested = folder.parent / text("rollup_name", folder=folder.name)
    while (chosen := ui.save_as(text("save_rollup"), suggested)) and is_among(ui, chosen, folder):
        pass
    target = free_to_write(ui, chosen, to_open=True)
    if target is None:
        return
    ensure_writable_dir(target.parent)
    rolled = rolled_up(ui, folder, compared)
    lines = summary(rolled)[:-1]
    if not rolled.units:
        ui.say("\n".join([text("no_units", folder=folder), *lines]), bad=True)
        return
    write_workbook(rolled, target)
    ui.app.books.open(str(target))
    ui.say("\n".join([*lines, text("rolled_up", path=target)]))


_DAYS = ("none", "table", "register", "files")


def _pick_days(ui: ExcelUI) -> DaySources | None:
    """Ask where the days of filing come from, and for the file; None when cancelled."""
    number = ui.pick(text("which_days"), [text(f"days_{name}") for name in _DAYS], "1")
    if number is None:
        return None
    name = _DAYS[number]
    if name not in ("table", "register"):
        return DaySources(of_files=name == "files")
    chosen = ui.open_files(text(f"days_{name}"), files(name), several=False)
    if not chosen:
        return None
    return DaySources(table=chosen[0]) if name == "table" else DaySources(register=chosen[0])


def grade(ui: ExcelUI) -> None:
    """评分: grade every unit of a folder; what a person has written into earlier tables stays."""
    folder = received_folder(ui)
    days = _pick_days(ui) if folder else None
    if folder is None or days is None:
        return
    output = output_folder(ui, text("grade_where"), folder.parent, folder)
    if output is None:
        return
    used = [path.name for path in sorted(output.glob("*.*")) if is_in_use(ui, path)]
    if used:
        ui.say("\n".join([text("close_first", folder=output), *first_few(used)]), bad=True)
        return
    summary_file = output / texts_of("grading")["summary"]["file"]
    if namesakes(ui, summary_file):
        ui.say(text("target_open", name=summary_file.name), bad=True)
        return
    options = RunOptions(WORKERS, ui.progress(text("grading")))
    result = grade_all([folder], output, chosen_profile(), days=days, options=options)
    ui.status()
    if result.files:
        ui.app.books.open(str(result.summary))
    ui.say("\n".join(_graded(result, folder)), bad=not result.files)


def _graded(result: GradeResult, folder: Path) -> list[str]:
    """What became of the units, and the first of what is to be said besides."""
    units = result.settled + result.pending
    counts = {"count": units, "settled": result.settled, "pending": result.pending}
    first = text("graded", **counts, path=result.summary) if units else text("no_units", folder=folder)
    remarks = [
        text("graded_remark", unit=unit, remark=remark) if unit else remark for unit, remark in result.remarks
    ]
    return [first, *first_few([*remarks, *map(brief, result.findings)])]
