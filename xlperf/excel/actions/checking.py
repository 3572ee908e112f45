"""一键校验: the findings of the batch on the open workbook → the sheet of findings, colours, a selection."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import xlwings as xw

from xlperf.core.settings import read_settings
from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import Finding
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import texts_of
from xlperf.excel.actions.action_texts import FEW, brief, text
from xlperf.excel.actions.cell_colours import Painted, SheetFills, read_fills, repaint
from xlperf.excel.actions.excel_ui import ExcelUI, is_shown, open_book, saved_copy, sheet_of
from xlperf.excel.actions.finding_navigation import go_to_first
from xlperf.excel.actions.list_sheets import write_listing
from xlperf.excel.actions.short_actions import chosen_profile
from xlperf.jobs.check import check as check_files
from xlperf.ooxml.limits import LIMITS

_LOCKED = "F103"
"""The file has a password, and so has every copy that Excel saves of it."""
_WRONG = "F117"


@dataclass(slots=True)
class Shown:
    """What was done to the workbook: whether findings are listed on a sheet; sentences for the message."""

    listed: bool = True
    remarks: list[str] = field(default_factory=list)


def check(ui: ExcelUI) -> None:
    """Check the workbook as it is now, list and colour what is found, and select the first of it."""
    book = open_book(ui)
    ui.status(text("checking"))
    with saved_copy(ui, book) as path:
        report = checked(path, ui)
        fills = read_fills(path)
    with ui.quiet():
        shown = _show(book, ui, report.findings, fills)
    shown.remarks += _other_year(report)
    ui.status()
    selected = shown.listed and go_to_first(book, ui)
    if not report.findings:
        ui.say("\n".join([text("no_findings"), *shown.remarks]))
        return
    counts = text(
        "counts",
        count=len(report.findings),
        errors=report.errors,
        warnings=report.warnings,
        notes=report.notes,
    )
    where = text("selected") if selected else ""
    ui.say("\n".join(filter(None, [counts, *shown.remarks, where])))


def checked(path: Path, ui: ExcelUI) -> Report:
    """The report of the batch on the file at ``path``; asks for the password of a protected file."""
    report = check_files([path], chosen_profile())
    while any(finding.code in (_LOCKED, _WRONG) for finding in report.findings):
        password = ui.enter(text("which_password"))
        if not password:
            return report
        report = check_files([path], chosen_profile(), limits=replace(LIMITS, passwords=(password,)))
    return report


def _show(
    book: xw.Book, ui: ExcelUI, findings: Sequence[Finding], fills: dict[str, SheetFills] | None
) -> Shown:
    shown, usual = Shown(), str(texts_of("annotate")["sheet"]["name"])
    if fills is None:
        shown.remarks.append(text("not_coloured"))
    else:
        shown.remarks += _uncoloured(repaint(book, ui, findings, fills))
    if ui.is_fixed(book):
        shown.listed = False
        shown.remarks.append(text("not_listed"))
        shown.remarks += map(brief, findings[:FEW])
    else:
        sheet = write_listing(book, ui, findings)
        if sheet.name != usual and sheet_of(book, usual):
            shown.remarks.append(text("listed_as", name=sheet.name))
    if ui.is_read_only(book):
        shown.remarks.append(text("read_only"))
    shown.remarks += _hidden(book, findings)
    return shown


def _uncoloured(painted: Painted) -> list[str]:
    remarks = []
    if painted.locked:
        remarks.append(text("locked", sheets="、".join(painted.locked)))
    if painted.own:
        remarks.append(text("own_fill", count=painted.own))
    return remarks


def _other_year(report: Report) -> list[str]:
    """A sentence for a workbook of another year than the chosen one, such as last year's forms."""
    chosen = read_settings().year
    profiles = [load_profile(file.profile) for file in report.files if file.profile]
    others = [profile for profile in profiles if chosen and profile.year != chosen]
    return [text("other_year", name=profile.name, year=profile.year, chosen=chosen) for profile in others]


def _hidden(book: xw.Book, findings: Sequence[Finding]) -> list[str]:
    titles = dict.fromkeys(finding.location.sheet for finding in findings)
    sheets = [sheet_of(book, title) for title in titles]
    hidden = [sheet.name for sheet in sheets if sheet and not is_shown(sheet)]
    return [text("hidden", sheets="、".join(hidden))] if hidden else []
