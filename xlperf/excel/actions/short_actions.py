"""The short actions of the ribbon: 设置, 新建, 导入, 生成上报件, 诊断."""

import tempfile
from collections.abc import Set
from itertools import count
from pathlib import Path

import xlwings as xw

from xlperf.core.files import atomic_write, ensure_writable_dir, safe_name
from xlperf.core.user_files import Settings, read_settings, write_settings
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.forms_and_rules import Profile, Severity
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.excel.actions.excel_ui import ExcelUI, brief, files_or_folder, first_few, text
from xlperf.excel.actions.open_books import free_to_write, full_name, open_book, saved_copy, with_password
from xlperf.excel.doctor.examination import examine, summary
from xlperf.jobs.copies import CopiesResult
from xlperf.jobs.import_filings import import_filings
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.strip import strip
from xlperf.outputs.report_formats import render
from xlperf.workbooks.workbook_writer import new as write_new

_YEARS = range(2000, 2101)


def chosen_profile() -> Profile | None:
    """The profile of the settings; None when none was chosen or it is not declared."""
    name = read_settings().profile
    return load_profile(name) if name in profile_ids() else None


def profile_to_use(ui: ExcelUI) -> Profile | None:
    """The chosen profile, else the one that the person picks now; None when cancelled."""
    return chosen_profile() or pick_profile(ui)


def pick_profile(ui: ExcelUI, given: str = "") -> Profile | None:
    """Ask for a profile from the numbered list of all; ``given`` is the id proposed."""
    names = profile_ids()
    shown = [text("profile", id=name, name=load_profile(name).name) for name in names]
    proposed = str(names.index(given) + 1) if given in names else ""
    number = ui.pick(text("which_profile"), shown, proposed)
    return None if number is None else load_profile(names[number])


def change(ui: ExcelUI) -> None:
    """设置: choose profile and year and keep them."""
    before = read_settings()
    profile = pick_profile(ui, before.profile)
    if profile is None:
        return
    proposed = before.year if before.year and before.profile == profile.id else profile.year
    year = ui.number(
        text("which_year"), str(proposed), _YEARS, lambda answer: text("no_such_year", answer=answer)
    )
    if year is None:
        return
    write_settings(Settings(profile.id, year))
    ui.say(text("settings_kept", name=profile.name, id=profile.id, year=year))


_MOST_PROJECTS = 50


def new(ui: ExcelUI) -> None:
    """Write a blank working copy where the person chooses and open it; no file is replaced unasked."""
    profile = profile_to_use(ui)
    if profile is None:
        return
    projects: int | None = 1
    if any(form.repeated for form in profile.forms.values()):
        question = text("how_many_projects", most=_MOST_PROJECTS)
        projects = ui.number(
            question,
            "1",
            range(1, _MOST_PROJECTS + 1),
            lambda answer: text("no_such_count", answer=answer, most=_MOST_PROJECTS),
        )
    if projects is None:
        return
    name = f"{safe_name(text('new_name', name=profile.name))}.xlsx"
    target = free_to_write(ui, ui.save_as(text("save_new"), Path(name)), to_open=True)
    if target is None:
        return
    write_new(profile.id, target, projects=projects)
    ui.app.books.open(str(target))
    ui.say(text("made_new", name=profile.name, path=target, projects=projects))


def upload(ui: ExcelUI) -> None:
    """Check the workbook as it is now and write its upload copy where the person chooses.

    Errors are shown and the person decides; no file is replaced unasked.
    """
    book = open_book(ui)
    ui.status(text("checking"))
    with saved_copy(ui, book) as path, tempfile.TemporaryDirectory(prefix="xlperf-") as folder:
        result = with_password(
            ui,
            lambda limits: strip([path], folder, options=RunOptions(limits=limits)),
            lambda made: made.findings,
        )
        data = result.files[0].read_bytes() if result.files else b""
    ui.status()
    errors = [finding for finding in result.findings if finding.severity is Severity.ERROR]
    listed = first_few([*map(brief, errors)])
    if not data:
        ui.say("\n".join([text("no_upload"), *listed]), bad=True)
        return
    if errors and not ui.ask("\n".join([text("upload_errors", count=len(errors)), *listed])):
        return
    target = free_to_write(ui, ui.save_as(text("save_upload"), _suggested(book, ui)))
    if target is not None:
        atomic_write(target, data)
        ui.say(text("uploaded", path=target))


def _suggested(book: xw.Book, ui: ExcelUI) -> Path:
    stem = Path(book.name).stem if ui.has_file(book) else book.name
    name = text("upload_name", stem=stem)
    return Path(full_name(book)).with_name(name)


def doctor(ui: ExcelUI) -> None:
    """Examine this machine and say what works, what does not, and what to do."""
    results = examine()
    faults = [result for result in results if not result.ok]
    bad = [text("examined_bad", title=fault.title, found=fault.found, cure=fault.cure) for fault in faults]
    good = [
        text("examined_good", title=result.title, found=result.found)
        if result.is_known
        else text("not_examined", title=result.title, found=result.found)
        for result in results
        if result.ok
    ]
    ui.say("\n".join([summary(results), *bad, *good]), bad=bool(faults))


def import_(ui: ExcelUI) -> None:
    """Make working copies of the chosen files or folder; no file is replaced unasked."""
    captions = text("import_files"), text("import_which"), text("import_folder")
    sources = files_or_folder(ui, *captions, several=True)
    if not sources:
        return
    folder = ui.folder(text("import_where"))
    if folder is None:
        return
    ensure_writable_dir(folder)
    ui.status(text("importing"))
    with tempfile.TemporaryDirectory(prefix="xlperf-") as made:
        result = import_filings(sources, made, chosen_profile())
        originals = {
            path.resolve()
            for source in sources
            for path in (source.rglob("*") if source.is_dir() else [source])
        }
        written = [target for file in result.files if (target := _moved(ui, file, folder, originals))]
    ui.status()
    problems = _write_problems(result, folder)
    lines = [text("imported", count=len(written), folder=folder)]
    lines += [text("imported_as", name=path.name) for path in written[:10]]
    if result.skipped:
        names = "、".join(path.name for path in result.skipped[:5])
        lines.append(text("not_imported", count=len(result.skipped), names=names))
    if problems:
        lines.append(text("import_findings", count=len(result.findings), name=problems.name))
    if len(written) == 1:
        ui.app.books.open(str(written[0]))
    ui.say("\n".join(lines))


def _moved(ui: ExcelUI, made: Path, folder: Path, originals: Set[Path]) -> Path | None:
    """Write a working copy into ``folder``; returns its path, None when the person keeps an existing file."""
    target = folder / made.name
    open_names = {book.name.casefold() for book in ui.app.books}
    while target.resolve() in originals or target.name.casefold() in open_names:
        target = target.with_name(text("working_name", stem=target.stem))
    free = free_to_write(ui, target)
    if free is not None:
        atomic_write(free, made.read_bytes())
    return free


def _write_problems(result: CopiesResult, folder: Path) -> Path | None:
    """Write a list of problems into the folder of the working copies; returns its path, None without any."""
    if not result.findings:
        return None
    names = sorted({finding.location.file for finding in result.findings})
    report = Report("", files=[CheckedFile(name) for name in names]).holding(result.findings)
    targets = (folder / text("import_list", number=number) for number in count(1))
    target = next(path for path in targets if not path.exists())
    atomic_write(target, render(report, "xlsx", target))
    return target
