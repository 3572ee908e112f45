"""一键校验: the verdict of the batch on the open workbook → the sheet of findings, colours, a selection."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import xlwings as xw

from xlperf.core.settings import read_settings
from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import Finding
from xlperf.declarations.profile import load_profile
from xlperf.declarations.texts import texts_of
from xlperf.excel.actions.action_texts import text
from xlperf.excel.actions.desk import (
    is_shown,
    open_book,
    saved_copy,
    sheet_of,
)
from xlperf.excel.actions.host import Host
from xlperf.excel.actions.listing import write_listing
from xlperf.excel.actions.marks import Marks, read_marks
from xlperf.excel.actions.painting import Painted, repaint
from xlperf.excel.actions.preferences import chosen_profile
from xlperf.excel.actions.walking import go_to_first
from xlperf.jobs.check import check as check_files
from xlperf.ooxml.limits import LIMITS

_LOCKED = "F103"
"""The file has a password; so has every copy that Excel saves of it."""
_WRONG = "F117"


@dataclass(slots=True)
class Shown:
    """What was done to the workbook, as clauses for the message; ``listed`` when the list is there."""

    listed: bool = True
    remarks: list[str] = field(default_factory=list)


def check(host: Host) -> None:
    """Check the workbook as it is now, list and colour what is found, and select the first of it."""
    book = open_book(host)
    host.status(text("checking"))
    with saved_copy(host, book) as path:
        report = checked(path, host)
        marks = read_marks(path)
    with host.quiet():
        shown = _show(book, host, report.findings, marks)
    shown.remarks += _other_year(report)
    host.status()
    selected = shown.listed and go_to_first(book, host)
    if not report.findings:
        host.say("\n".join([text("no_findings"), *shown.remarks]))
        return
    counts = text(
        "counts",
        count=len(report.findings),
        errors=report.errors,
        warnings=report.warnings,
        notes=report.notes,
    )
    where = text("selected") if selected else ""
    host.say("\n".join(filter(None, [counts, *shown.remarks, where])))


def checked(path: Path, host: Host) -> Report:
    """The report of the batch on one file; a password is asked for where the file has one."""
    report = check_files([path], chosen_profile())
    while any(one.code in (_LOCKED, _WRONG) for one in report.findings):
        password = host.enter(text("which_password"))
        if not password:
            return report
        report = check_files([path], chosen_profile(), limits=replace(LIMITS, passwords=(password,)))
    return report


def _show(book: xw.Book, host: Host, findings: Sequence[Finding], marks: dict[str, Marks] | None) -> Shown:
    shown, usual = Shown(), str(texts_of("annotate")["sheet"]["name"])
    if marks is None:
        shown.remarks.append(text("not_coloured"))
    else:
        shown.remarks += _told(repaint(book, host, findings, marks))
    if host.is_fixed(book):
        shown.listed = False
        shown.remarks.append(text("not_listed"))
        shown.remarks += [text("brief", place=_place(one), message=one.message) for one in findings[:5]]
    else:
        sheet = write_listing(book, host, findings)
        if sheet.name != usual and sheet_of(book, usual):
            shown.remarks.append(text("listed_as", name=sheet.name))
    if host.is_read_only(book):
        shown.remarks.append(text("read_only"))
    shown.remarks += _hidden(book, findings)
    return shown


def _told(painted: Painted) -> list[str]:
    remarks = []
    if painted.locked:
        remarks.append(text("locked", sheets="、".join(painted.locked)))
    if painted.own:
        remarks.append(text("own_fill", count=painted.own))
    return remarks


def _other_year(report: Report) -> list[str]:
    """That the workbook is of another year than the one chosen: last year's forms, perhaps."""
    wanted = read_settings().year
    profiles = [load_profile(file.profile) for file in report.files if file.profile]
    other = [one for one in profiles if wanted and one.year != wanted]
    return [text("other_year", name=one.name, year=one.year, wanted=wanted) for one in other]


def _hidden(book: xw.Book, findings: Sequence[Finding]) -> list[str]:
    titles = dict.fromkeys(one.location.sheet for one in findings)
    sheets = [sheet_of(book, title) for title in titles]
    hidden = [sheet.name for sheet in sheets if sheet and not is_shown(sheet)]
    return [text("hidden", sheets="、".join(hidden))] if hidden else []


def _place(one: Finding) -> str:
    return " ".join(filter(None, (one.location.sheet, one.location.cell)))
