"""报告: the open workbook → its 自评报告.docx next to it; a ledger or a folder → reports of all units."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import xlwings as xw

from xlperf.core.files import atomic_write
from xlperf.declarations.findings import Finding
from xlperf.declarations.profile import load_profile
from xlperf.excel.actions.district import WORKERS, pick_comparison, received_folder, rolled_up
from xlperf.excel.actions.excel_ui import ExcelUI, files, first_few, text
from xlperf.excel.actions.open_books import home_of, numbered, output_folder, saved_copy, with_password
from xlperf.excel.actions.short_actions import chosen_profile
from xlperf.finishing.reports.filings_source import SourceFilings, source_filings
from xlperf.finishing.reports.report_paragraphs import prompt
from xlperf.finishing.reports.run import ReportsResult, write_reports
from xlperf.finishing.reports.summary_report import write_summary
from xlperf.jobs.run_options import RunOptions
from xlperf.report_text.report_reading import read_report

_MOST_PLACES = 20
"""Places that are named in a message."""
_MOST_FOUND = 5
"""Reports next to the workbook that are offered; others are chosen in a dialog."""


def report(ui: ExcelUI) -> None:
    """Write the report of the open workbook, or those of a ledger or a folder, as the person chooses."""
    book = ui.book()
    options = {"ledger": _of_ledger, "folder": _of_folder, "summary": _of_district}
    shown = [text(f"report_{name}") for name in options]
    if book is not None:
        shown.insert(0, text("report_open", name=book.name))
    number = ui.pick(text("report_of"), shown, "1" if book else "")
    if number is None:
        return
    if book is not None and number == 0:
        _of_book(ui, book)
    else:
        [*options.values()][number - bool(book)](ui)


def _of_book(ui: ExcelUI, book: xw.Book) -> None:
    """The report of the unit whose workbook is open, in the folder of the workbook."""
    with saved_copy(ui, book) as path:
        source = with_password(
            ui,
            lambda limits: source_filings([path], _profile_id(), options=RunOptions(limits=limits)),
            lambda made: made.findings,
        )
        if not source.filings:
            findings = _messages(source.findings)
            ui.say("\n".join([text("report_no_form", name=book.name), *findings]), bad=True)
            return
        folder = _writable_home(ui, book)
        earlier = _pick_earlier(ui, source, folder) if folder else None
        if folder is None or earlier is None:
            return
        grades = _pick_grades(ui, source)
        ui.status(text("writing_reports"))
        written, result = _written(source, folder, earlier, grades)
        places = [*_places_left(written)]
    ui.status()
    lines = [text("report_written"), *map(str, written), *_messages(result.findings)]
    if places:
        lines += [text("report_places", count=len(places)), *first_few(places, _MOST_PLACES)]
    for document in written:
        ui.open_document(document)
    ui.say("\n".join(lines))


def _profile_id() -> str | None:
    profile = chosen_profile()
    return profile.id if profile else None


def _messages(findings: Iterable[Finding]) -> list[str]:
    """The first of what was found, with the names of the files."""
    names = ((Path(found.location.file).name, found.message) for found in findings)
    return first_few([text("brief", place=name, message=message) for name, message in names])


def _writable_home(ui: ExcelUI, book: xw.Book) -> Path | None:
    """The folder of the workbook, else one that the person chooses: it has none, or none that takes files."""
    home = home_of(ui, book)
    return home if home and _takes_files(home) else output_folder(ui, text("report_where"), home)


def _takes_files(folder: Path) -> bool:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _pick_earlier(ui: ExcelUI, source: SourceFilings, folder: Path) -> list[Path] | None:
    """Earlier reports whose paragraphs are taken over, none for none; None when cancelled."""
    unit, found = source.filings[0].unit_name, _newest(folder.glob(f"[!~]*{text('report_word')}*.doc*"))
    own = [path for path in found if unit and unit in path.name]
    offered = [*own, *(path for path in found if path not in own)][:_MOST_FOUND]
    options = [text("earlier_none"), *(path.name for path in offered), text("earlier_other")]
    number = ui.pick(text("earlier"), options, "2" if own else "1")
    if number is None or number == 0:
        return None if number is None else []
    if number <= len(offered):
        return [offered[number - 1]]
    return ui.open_files(text("earlier_which"), files("report"), several=True) or None


def _pick_grades(ui: ExcelUI, source: SourceFilings) -> Path | None:
    """The folder of grading tables whose points go into the reports; None where no report has points."""
    has_points = any(load_profile(filing.profile).grading.get("scores") for filing in source.filings)
    return ui.folder(text("grades_folder")) if has_points and ui.ask(text("grades")) else None


def _newest(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)


def _written(
    source: SourceFilings, folder: Path, earlier: Sequence[Path], grades: Path | None
) -> tuple[list[Path], ReportsResult]:
    """The reports, written into ``folder`` under names that are free."""
    with tempfile.TemporaryDirectory(prefix="xlperf-") as made:
        result = write_reports(source, made, earlier=earlier, grades=grades)
        targets = [numbered(folder / file.name) for file in result.files]
        for file, target in zip(result.files, targets, strict=True):
            atomic_write(target, file.read_bytes())
    return targets, result


def _places_left(written: Sequence[Path]) -> Iterator[str]:
    """The places of the reports where a person has to write: the section, and what is to be written."""
    start, _, end = prompt("\n").partition("\n")
    for document in written:
        section = ""
        for paragraph in read_report(document).paragraphs:
            section = paragraph.text if paragraph.style == 1 else section
            for asked in paragraph.text.split(start)[1:]:
                yield text("report_place", section=section, what=asked.partition(end)[0])


def _of_ledger(ui: ExcelUI) -> None:
    """The reports of the units of a ledger."""
    chosen = ui.open_files(text("which_ledger"), files("ledger"), several=False)
    if chosen:
        _many(ui, chosen[0])


def _of_folder(ui: ExcelUI) -> None:
    """The reports of the units that filed what lies in a folder."""
    if folder := received_folder(ui):
        _many(ui, folder)


def _many(ui: ExcelUI, path: Path) -> None:
    """The reports of a ledger or folder, in a new folder of their own."""
    earlier = ui.folder(text("earlier_folder")) if ui.ask(text("earlier_many")) else None
    chosen = output_folder(ui, text("report_where"), path.parent, path)
    if chosen is None:
        return
    output = numbered(chosen / text("reports_folder"))
    options = RunOptions(WORKERS, ui.progress(text("reading_filings")))
    source = source_filings([path], _profile_id(), options=options)
    grades = _pick_grades(ui, source)
    options, old = RunOptions(WORKERS, ui.progress(text("writing_reports"))), [earlier] if earlier else []
    result = write_reports(source, output, earlier=old, grades=grades, options=options)
    ui.status()
    if not result.files:
        ui.say("\n".join([text("no_units", folder=path), *_messages(result.findings)]), bad=True)
        return
    lines = [text("reports_written", count=len(result.files), folder=output)]
    if result.skipped:
        lines.append(text("reports_skipped", count=len(result.skipped), names="、".join(result.skipped[:5])))
    ui.say("\n".join([*lines, *_messages(result.findings)]))


def _of_district(ui: ExcelUI) -> None:
    """The bureau's own report of the season, from the roll-up of a folder."""
    folder = received_folder(ui)
    compared = pick_comparison(ui) if folder else None
    if folder is None or compared is None:
        return
    chosen = output_folder(ui, text("report_where"), folder.parent, folder)
    if chosen is None:
        return
    rolled = rolled_up(ui, folder, compared)
    with tempfile.TemporaryDirectory(prefix="xlperf-") as made:
        document = write_summary(rolled, Path(made))
        target = numbered(chosen / document.name)
        atomic_write(target, document.read_bytes())
    places = [*_places_left([target])]
    ui.open_document(target)
    lines = [text("report_written"), str(target), text("report_places", count=len(places))]
    ui.say("\n".join([*lines, *first_few(places, _MOST_PLACES)]))
