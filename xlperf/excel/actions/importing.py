"""导入文件: received files of any kind → working copies in a folder, and a list of the problems found."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write, ensure_writable_dir
from xlperf.declarations.check_report import CheckedFile, Report
from xlperf.excel.actions.action_texts import files, text
from xlperf.excel.actions.excel_ui import ExcelUI, free_to_write
from xlperf.excel.actions.short_actions import chosen_profile
from xlperf.jobs.import_filings import ImportResult, import_filings
from xlperf.outputs.report_formats import render


def import_(ui: ExcelUI) -> None:
    """Make working copies of the chosen files or folder; no file is replaced unasked."""
    sources = _sources(ui)
    if not sources:
        return
    folder = ui.folder(text("import_where"))
    if folder is None:
        return
    ensure_writable_dir(folder)
    ui.status(text("importing"))
    with tempfile.TemporaryDirectory(prefix="xlperf-") as made:
        result = import_filings(sources, made, chosen_profile())
        written = [target for file in result.files if (target := _moved(ui, file, folder, sources))]
    ui.status()
    problems = _write_problems(result, folder)
    lines = [text("imported", count=len(written), folder=folder)]
    lines += [text("imported_as", name=path.name) for path in written[:10]]
    if result.skipped:
        lines.append(text("not_imported", count=len(result.skipped), names=_names(result.skipped)))
    if problems:
        lines.append(text("import_findings", count=len(result.findings), name=problems.name))
    if len(written) == 1:
        ui.app.books.open(str(written[0]))
    ui.say("\n".join(lines))


def _sources(ui: ExcelUI) -> list[Path]:
    if ui.ask(text("import_files")):
        return ui.open_files(text("import_which"), files("received"), several=True)
    folder = ui.folder(text("import_folder"))
    return [folder] if folder else []


def _moved(ui: ExcelUI, made: Path, folder: Path, sources: Sequence[Path]) -> Path | None:
    """Write a working copy into ``folder``; returns its path, None when the person keeps an existing file."""
    target = folder / made.name
    open_names = {book.name.casefold() for book in ui.app.books}
    originals = {source.resolve() for source in _all_files(sources)}
    while target.resolve() in originals or target.name.casefold() in open_names:
        target = target.with_name(text("working_name", stem=target.stem))
    free = free_to_write(ui, target)
    if free is not None:
        atomic_write(free, made.read_bytes())
    return free


def _all_files(sources: Sequence[Path]) -> list[Path]:
    return [path for source in sources for path in (source.rglob("*") if source.is_dir() else [source])]


def _write_problems(result: ImportResult, folder: Path) -> Path | None:
    """Write a list of problems into the folder of the working copies; returns its path, None without any."""
    if not result.findings:
        return None
    names = sorted({finding.location.file for finding in result.findings})
    report = Report("", files=[CheckedFile(name) for name in names]).holding(result.findings)
    for number in range(1, 1000):
        target = folder / text("import_list", number=number)
        if not target.exists():
            atomic_write(target, render(report, "xlsx", target))
            return target
    raise InputError(text("too_many_lists", folder=folder))


def _names(paths: Sequence[Path]) -> str:
    return "、".join(path.name for path in paths[:5])
