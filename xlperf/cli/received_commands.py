"""``xlperf import``, ``annotate``, ``strip``: what was received → working, annotated, upload copies; JSON."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, message
from xlperf.cli.option_types import (
    Output,
    Word,
    due_option,
    expanded,
    functions_option,
    notice_option,
    password_option,
    resume_option,
    sender_option,
    sources_argument,
    workers_option,
)
from xlperf.cli.outcome import (
    FAIL_ON,
    NEVER,
    Meter,
    ReportFilter,
    kept_run,
    print_findings,
    run_options,
    status,
)

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report
    from xlperf.jobs.annotate import AnnotateResult
    from xlperf.jobs.copies import CopiesResult
    from xlperf.jobs.originals import Originals
    from xlperf.jobs.run_options import RunOptions
    from xlperf.jobs.sources import Sources
    from xlperf.ooxml.limits import Limits


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


_JSON = "json"
_CONVERTED = "I101"


@click.command("import", cls=Command)
@sources_argument
@click.option("-o", "--output", type=Output())
@click.option("-p", "--profile")
@click.option("--format", "name", type=Word({_JSON: _JSON}))
@functions_option
@click.option("--force", is_flag=True)
@resume_option
@password_option
@FAIL_ON
@workers_option
def import_(  # noqa: PLR0913, PLR0917 — one for each option
    paths: Sequence[str],
    output: Path | None,
    profile: str | None,
    name: str | None,
    functions: bool,
    force: bool,
    resume: bool,
    passwords: Sequence[str],
    fail_on: str,
    workers: int,
) -> int:
    """Write a working copy for each unit, or print what the files hold as JSON."""
    if name == _JSON:
        return _print_json(paths, profile, run_options(workers, passwords), fail_on)
    if output is None:
        raise click.UsageError(message("no_output"))
    from xlperf.jobs.import_filings import import_filings

    kept = kept_run("import", output, resume=resume, replaces=force)
    with kept as keeping, Meter("importing") as progress:
        result = import_filings(
            expanded(paths),
            output,
            profile,
            functions=functions,
            force=force,
            options=run_options(workers, passwords, progress=progress, keeping=keeping),
        )
    _print_imported(result, output)
    echo_next("import" if result.files else "import_none", output=output)
    return status(result.findings, fail_on)


def _print_imported(result: "CopiesResult", output: Path) -> None:
    """Print the findings, conversions on one line each after them, and how many working copies there are."""
    from itertools import groupby

    from xlperf.declarations.finding_order import by_place

    findings = result.findings
    print_findings([found for found in findings if found.code != _CONVERTED])
    converted = by_place(found for found in findings if found.code == _CONVERTED)
    for file, of_file in groupby(converted, key=lambda found: found.location.file):
        click.echo(message("converted", file=file, code=_CONVERTED))
        for found in of_file:
            place = f"{found.location.sheet} {found.location.cell} {found.location.label}"
            click.echo(message("conversion", place=place, value=found.value, expected=found.expected))
    for copy in result.files:
        echo(str(copy), at=1)
    left = message("unused", count=len(result.skipped)) if result.skipped else ""
    echo(message("imported", count=len(result.files), left=left, seconds=elapsed(), output=output))


def _print_json(paths: Sequence[str], profile: str | None, options: "RunOptions", fail_on: str) -> int:
    """Print the forms of every file, those of several as a list; what cannot be read goes to stderr."""
    from xlperf.declarations.profile import load_profile
    from xlperf.jobs.runner import Task
    from xlperf.jobs.sources import gather

    if profile:
        load_profile(profile)
    files, limits = [str(file) for file in gather(expanded(paths))], options.limits
    tasks = [Task(file, limits.seconds, _exported, (file, profile, limits)) for file in files]
    with options.runner() as runner:
        for _ in runner.run(tasks):
            pass
    exported = [task.result for task in tasks if not task.refusal]
    refused = [task.refusal.finding for task in tasks if task.refusal]
    if exported:
        shown = exported[0] if len(files) == 1 else exported
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    for found in refused:
        echo(message("refused", file=found.location.file, message=found.message, fix=found.fix))
    return status(refused, fail_on)


def _exported(path: str, profile: str | None, limits: "Limits") -> object:
    from xlperf.declarations.profile import load_profile
    from xlperf.outputs.machine_reports import export_file

    return export_file(path, load_profile(profile) if profile else None, limits)


@click.command("annotate", cls=Command)
@sources_argument
@click.option("-o", "--output", type=Output(), required=True)
@click.option("-p", "--profile")
@click.option("--select", multiple=True)
@click.option("--ignore", multiple=True)
@click.option("--exempt")
@due_option
@sender_option
@notice_option
@click.option("--force", is_flag=True)
@resume_option
@password_option
@FAIL_ON
@workers_option
def annotate(  # noqa: PLR0913, PLR0917 — one for each option
    paths: Sequence[str],
    output: Path,
    profile: str | None,
    select: Sequence[str],
    ignore: Sequence[str],
    exempt: str | None,
    due: date | None,
    sender: str,
    template: Path | None,
    force: bool,
    resume: bool,
    passwords: Sequence[str],
    fail_on: str,
    workers: int,
) -> int:
    """Check received files and write annotated copies of those with findings."""
    from xlperf.jobs.annotate import Letter
    from xlperf.jobs.annotate import annotate as annotate_all
    from xlperf.jobs.originals import Originals
    from xlperf.jobs.sources import survey

    asked_for = ReportFilter(select, ignore, exempt)
    received = survey(expanded(paths), output)
    kept = kept_run("annotate", output, resume=resume, replaces=force)
    with kept as keeping, Originals() as originals:
        options = run_options(workers, passwords, keeping=keeping)
        report = asked_for.of(_checked(received, profile, options, originals))
        with Meter("annotating") as progress:
            result = annotate_all(
                report,
                output,
                letter=Letter(due, sender, template, date.fromisoformat(report.date)),
                force=force,
                options=replace(options, progress=progress),
                originals=originals,
            )
    _print_copies(report, result, output)
    echo_next("annotate" if result.files else "annotate_none", output=output, source=paths[0])
    return status([*report.findings, *result.findings], fail_on)


def _checked(
    received: "Sources", profile: str | None, options: "RunOptions", originals: "Originals"
) -> "Report":
    """Check what was received; what was found out about the files themselves comes first."""
    from xlperf.jobs.check import check

    with Meter("checking") as progress:
        options = replace(options, progress=progress)
        report = check(received.files, profile, options=options, originals=originals)
    report = replace(report, left_out=received.left_out)
    return report.holding([*received.findings, *report.findings])


def _print_copies(report: "Report", result: "AnnotateResult", output: Path) -> None:
    """Print the findings that no copy shows, and how many copies there are."""
    shown = {file.path for file in report.files} - set(map(str, result.skipped))
    unshown = [found for found in report.findings if found.location.file not in shown]
    print_findings([*result.findings, *unshown])
    for file in (*result.files, *result.notices):
        echo(str(file), at=1)
    left = message("no_copies", count=len(result.skipped)) if result.skipped else ""
    good = message("faultless", count=result.faultless) if result.faultless else ""
    values = {"notices": len(result.notices), "left": left, "good": good}
    echo(message("annotated", count=len(result.files), seconds=elapsed(), output=output, **values))


_OF_UPLOAD_COPIES = "U"
"""How codes begin that say why there is no copy, or what in it is not as it was."""


@click.command("strip", cls=Command)
@sources_argument
@click.option("-o", "--output", type=Output(), required=True)
@click.option("--keep-formulas", is_flag=True)
@click.option("--force", is_flag=True)
@resume_option
@FAIL_ON
@workers_option
def strip(
    paths: Sequence[str],
    output: Path,
    keep_formulas: bool,
    force: bool,
    resume: bool,
    fail_on: str,
    workers: int,
) -> int:
    """Write upload copies of received workbooks."""
    from xlperf.declarations.forms_and_rules import Severity
    from xlperf.jobs.strip import strip as strip_all

    kept = kept_run("strip", output, resume=resume, replaces=force)
    with kept as keeping, Meter("stripping") as progress:
        options = run_options(workers, progress=progress, keeping=keeping)
        result = strip_all(expanded(paths), output, keep_formulas=keep_formulas, force=force, options=options)
    limit = Severity.ERROR if fail_on == NEVER else Severity[fail_on.upper()]
    grave = [
        found
        for found in result.findings
        if found.severity.rank <= limit.rank or found.code.startswith(_OF_UPLOAD_COPIES)
    ]
    print_findings(grave)
    for file in result.files:
        echo(str(file), at=1)
    left = message("not_stripped", count=len(result.skipped)) if result.skipped else ""
    echo(message("stripped", count=len(result.files), left=left, seconds=elapsed(), output=output))
    if len(grave) < len(result.findings):
        echo(message("lesser", count=len(result.findings) - len(grave)))
    is_wrong = any(found.severity is Severity.ERROR for found in result.findings)
    if result.files:
        echo_next("strip_wrong" if is_wrong else "strip", output=output)
    else:
        echo_next("strip_none")
    return status(result.findings, fail_on)
