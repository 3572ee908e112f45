"""照上年填报: what a unit filed last year → the blank cells of the open workbook, or new working copies."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import xlwings as xw

from xlperf.checks.context import naming_field
from xlperf.checks.unit_filing import UnitFiling
from xlperf.checks.unit_naming import named_unit
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing
from xlperf.excel.actions.excel_ui import ExcelUI, brief, files_or_folder, first_few, text
from xlperf.excel.actions.fill_places import bare
from xlperf.excel.actions.fill_plan import fill_plan
from xlperf.excel.actions.filling import carry_out, locked_sheets, open_filing, pick_unit, units_like
from xlperf.excel.actions.open_books import namesakes, numbered, output_folder, saved_copy
from xlperf.excel.actions.short_actions import profile_to_use
from xlperf.intake.received import Received
from xlperf.jobs.carry_over import begin_year, last_years_filings
from xlperf.jobs.run_options import RunOptions
from xlperf.ledgers.carrying import Carried, carry_over, fill_blanks


def fill_from_last_year(ui: ExcelUI) -> None:
    """Fill the blank cells of the open workbook, once the person has agreed; nothing filled in is changed.

    A workbook that holds none of the forms stays as it is; new working copies are offered.
    """
    book = ui.book()
    if book is None:
        _offer_copies(ui, text("no_book"))
        return
    with saved_copy(ui, book) as path:
        received = open_filing(ui, path)
    if received.filing is None or received.profile is None:
        _offer_copies(ui, text("not_a_form", name=book.name))
        return
    sources = _sources(ui)
    unit = _unit(ui, book, received, sources) if sources else None
    if unit is None:
        return
    carried = carry_over(unit.filing, unit.year, unit.doubts, received.profile, unit.files[0])
    begun = _begun(received.filing, carried, received.profile)
    plan = fill_plan(received, begun, locked_sheets(book, ui), suggests=False)
    remarks = [found.message for found in carried.findings]
    if unit.year >= received.profile.year:
        remarks.insert(0, text("not_last_year", year=unit.year, this=received.profile.year))
    carry_out(ui, book, plan, text("as_last_year", unit=unit.name, year=unit.year), first_few(remarks))


def _sources(ui: ExcelUI) -> list[Path]:
    """Last year's file or folder, none when cancelled."""
    captions = text("last_year_files"), text("which_last_year_file"), text("which_last_year")
    return files_or_folder(ui, *captions, several=False)


def _unit(ui: ExcelUI, book: xw.Book, received: Received, sources: Sequence[Path]) -> UnitFiling | None:
    """What the unit of the open workbook filed last year; the person chooses where it is not clear."""
    units, unread = last_years_filings(sources, RunOptions(progress=ui.progress(text("reading_last_year"))))
    ui.status()
    if not units:
        ui.say("\n".join([text("no_units", folder=sources[0]), *first_few([*map(brief, unread)])]), bad=True)
        return None
    filings = [unit.filing for unit in units]
    code = named_unit(book.name)[0]
    like = units_like(book, received, filings) or [
        last for last in filings if code and last.unit_code == code
    ]
    chosen = pick_unit(ui, filings, like)
    return next((unit for unit in units if unit.filing is chosen), None)


def _begun(filing: Filing, carried: Carried, profile: Profile) -> Filing:
    """The filing of the open workbook with last year's values where it has none; last year's projects that
    it does not have are added, so that they go onto blank project sheets; spaces in a name do not make two.
    """
    begun = deepcopy(filing)
    for form in (form for form in profile.forms.values() if form.repeated):
        name, last = naming_field(form), carried.filing.of(form.alias)
        spelt = {bare(old.fields.get(name)): old.fields.get(name) for old in last}
        begun.records = [
            record for record in begun.records if record.form != form.alias or record.fields.get(name)
        ]
        for record in begun.of(form.alias):
            record.fields[name] = spelt.get(bare(record.fields[name]), record.fields[name])
        known = {record.fields.get(name) for record in begun.of(form.alias)}
        begun.records += [old for old in last if old.fields.get(name) not in known]
    for _ in fill_blanks(begun, carried.filing, profile, ""):
        pass
    return begun


def _offer_copies(ui: ExcelUI, reason: str) -> None:
    """Begin next year's working copies from last year's filings, in a new folder."""
    if not ui.ask("\n".join([reason, text("offer_begin")])):
        return
    profile = profile_to_use(ui)
    sources = _sources(ui) if profile else []
    chosen = output_folder(ui, text("begin_where")) if sources else None
    if profile is None or chosen is None:
        return
    output = numbered(chosen / text("begin_folder", name=profile.name))
    options = RunOptions(progress=ui.progress(text("reading_last_year")))
    result = begin_year(profile.id, sources, output, options=options)
    ui.status()
    if not result.files:
        ui.say(text("no_units", folder=sources[0]), bad=True)
        return
    lines = [text("begun", count=result.units, folder=output)]
    if result.changes:
        lines += [text("form_changes", count=len(result.changes)), *first_few(result.changes)]
    lines += first_few([found.message for found in result.findings])
    if len(result.files) == 1 and not namesakes(ui, result.files[0]):
        ui.app.books.open(str(result.files[0]))
    ui.say("\n".join(lines))
