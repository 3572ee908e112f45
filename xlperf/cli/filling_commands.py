"""``xlperf new``, ``fill``, ``demo``: blank workbooks, workbooks filled from a ledger, a whole district."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, message
from xlperf.cli.option_types import (
    Count,
    Output,
    Source,
    expanded,
    functions_option,
    plain_option,
    resume_option,
    workers_option,
)
from xlperf.cli.outcome import (
    FAIL_ON,
    Meter,
    kept_run,
    print_briefly,
    print_findings,
    print_made,
    run_options,
    status,
)
from xlperf.core.errors import OutputError
from xlperf.core.files import exists

if TYPE_CHECKING:
    from xlperf.ledgers.ledger import Ledger


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.command("new", cls=Command)
@click.argument("profile")
@click.option("-o", "--output", type=Output())
@click.option("--from", "last_year", multiple=True, type=Source())
@click.option("--projects", type=Count(), default=1)
@plain_option
@functions_option
@click.option("--ledger", is_flag=True)
@click.option("--force", is_flag=True)
def new(  # noqa: PLR0913, PLR0917 — one for each option
    profile: str,
    output: Path | None,
    last_year: Sequence[str],
    projects: int,
    plain: bool,
    functions: bool,
    ledger: bool,
    force: bool,
) -> None:
    """Write the blank workbook, or the blank ledger, of a profile, or what last year's filings begin.

    Raises OutputError for a file that exists.
    """
    from xlperf.declarations.profile import load_profile
    from xlperf.ledgers.template import write_ledger_template
    from xlperf.workbooks.workbook_writer import new as write_blank

    if functions and (plain or ledger):
        raise click.UsageError(message("functions_of_working_copies"))
    if output and (ledger or not last_year) and output.suffix.lower() != _WORKBOOK:
        raise click.UsageError(message("no_suffix", suffix=_WORKBOOK, value=output))
    declared = load_profile(profile)
    if last_year:
        kind = {"as_ledger": ledger, "plain": plain, "functions": functions, "force": force}
        _begin_year(declared.id, last_year, output, kind)
        return
    name = message("ledger_name", id=declared.id) if ledger else declared.id
    path = output or Path(f"{name}.xlsx")
    if exists(path) and not force:
        raise OutputError(message("exists", path=path))
    if ledger:
        write_ledger_template(declared, path)
    else:
        write_blank(declared.id, path, plain=plain, projects=projects, functions=functions)
    echo(message("made_ledger" if ledger else "made_blank", path=path))
    echo_next("new_ledger" if ledger else "new", path=path, profile=declared.id)


_WORKBOOK = ".xlsx"


def _begin_year(
    profile: str,
    last_year: Sequence[str],
    output: Path | None,
    kind: Mapping[str, bool],
) -> None:
    """Write what last year's filings begin, of some ``kind``; print what is different in the forms."""
    from xlperf.jobs.carry_over import begin_year

    name = message("ledger_name" if kind["as_ledger"] else "begun_folder", id=profile)
    target = output or Path(f"{name}{_WORKBOOK if kind['as_ledger'] else ''}")
    with Meter("carrying") as progress:
        options = run_options(1, progress=progress)
        result = begin_year(profile, expanded(last_year), target, options=options, **kind)
    if result.changes:
        echo(message("form_changes", count=len(result.changes)))
        for change in result.changes:
            click.echo(change)
    print_briefly(result.findings, target, force=kind["force"])
    echo(message("carried", count=result.units, path=target))
    if kind["as_ledger"]:
        echo_next("new_ledger", path=target, profile=profile)
    else:
        echo_next("new_from", output=target)


@click.command("fill", cls=Command)
@click.argument("ledger")
@click.option("-p", "--profile")
@click.option("-o", "--output", type=Output(), required=True)
@click.option("--working", is_flag=True)
@functions_option
@workers_option
@click.option("--force", is_flag=True)
@resume_option
@click.option("--map", "mapping", type=Output())
@click.option("--from", "last_year", multiple=True, type=Source())
@FAIL_ON
def fill(  # noqa: PLR0913, PLR0917 — one for each option
    ledger: str,
    profile: str | None,
    output: Path,
    working: bool,
    functions: bool,
    workers: int,
    force: bool,
    resume: bool,
    mapping: Path | None,
    last_year: Sequence[str],
    fail_on: str,
) -> int:
    """Fill a workbook for each unit of a ledger; 1 where a finding is at least as grave as --fail-on."""
    from xlperf.jobs.fill import fill as fill_all

    if functions and not working:
        raise click.UsageError(message("functions_need_working"))
    reported = [0]

    def report(ledger: "Ledger") -> None:
        """Print what of the ledger was found, before anything is filled."""
        for join in ledger.joins:
            for line in join.lines():
                echo(line)
        print_findings(ledger.findings)
        reported[0] = len(ledger.findings)

    kept = kept_run("fill", output, resume=resume, replaces=force)
    with kept as keeping, Meter("filling") as progress:
        result = fill_all(
            ledger,
            profile,
            output,
            working=working,
            functions=functions,
            force=force,
            mapping=mapping,
            report=report,
            last_year=expanded(last_year),
            options=run_options(workers, progress=progress, keeping=keeping),
        )
    print_findings(result.findings[reported[0] :])
    print_made(result.files, result.skipped, "unfilled", asked=result.has_questions, mapping=mapping)
    echo(message("filled", count=len(result.files), seconds=elapsed(), output=output))
    echo_next("fill" if result.files else "fill_none", output=output)
    return status(result.findings, fail_on)


@click.command("demo", cls=Command)
@click.option("-o", "--output", type=Output(), default=Path("xlperf-demo"))
@click.option("--units", type=Count(), default=300)
def demo(output: Path, units: int) -> None:
    """Fill and check the units of the demo ledger, and print how long it took."""
    from xlperf.jobs.demo.run import run

    with Meter("demo") as progress:
        click.echo(run(output, units, progress=progress).summary)
    echo_next("demo")
