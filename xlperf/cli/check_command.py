"""``xlperf check``: received workbooks to a list of problems."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, volume
from xlperf.cli.option_types import (
    Word,
    engine_option,
    expanded,
    password_option,
    sources_argument,
    workers_option,
)
from xlperf.cli.outcome import FAIL_ON, Meter, ReportFilter, print_report, resumable, status
from xlperf.core.files import ensure_writable_dir
from xlperf.outputs.report_formats import FORMATS, ReportFormat, format_of, render, write

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report
    from xlperf.jobs.baseline import Baseline
    from xlperf.jobs.journal import Keeping


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


_LINKED = "json"
"""The format that has every finding in any case, with a link to its cause."""
_PRINTABLE = {name: name for name, written in FORMATS.items() if written.printable}


@click.command(cls=Command)
@sources_argument
@click.option("-p", "--profile", metavar="口径", help="按哪个口径检查；缺省按每份表自己的口径。")
@click.option(
    "-o",
    "--output",
    "outputs",
    metavar="文件",
    multiple=True,
    help="清单写到哪个文件，后缀决定格式：.xlsx .docx .html .json .sarif .xml .txt；可以写几个。",
)
@click.option(
    "--format", "name", type=Word(_PRINTABLE), help="清单的格式；不写 -o 时输出到屏幕，缺省为 text。"
)
@click.option("--ledger", metavar="台账", help="用台账里的单位名单核对谁没有报、谁报了两次。")
@click.option("--select", metavar="代码", multiple=True, help="只看这些代码开头的问题，如 B5,S6,X。")
@click.option("--ignore", metavar="代码", multiple=True, help="不看这些代码开头的问题。")
@click.option("--exempt", metavar="文件", help="豁免文件（.json 或 Excel）：经批准不计入的问题。")
@click.option(
    "--baseline",
    metavar="上次.json",
    help="与上次的 JSON 结果相比：哪些是新问题，哪些仍未改，哪些已改正；退出码看前两种。",
)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="由别的问题引起的、别的文件里同一处的、同一张表版式上的，也逐条列出、逐条计数。",
)
@click.option("--resume", is_flag=True, help="上次没有检查完就中断了：接着检查，结果与一次检查完的相同。")
@click.option("--changed-only", is_flag=True, help="只检查新来的和内容变了的文件，其余用上次的结果。")
@password_option
@FAIL_ON
@workers_option
@engine_option
def check(  # noqa: PLR0913, PLR0917 — one for each option
    paths: Sequence[str],
    profile: str | None,
    outputs: Sequence[str],
    name: str | None,
    ledger: str | None,
    select: Sequence[str],
    ignore: Sequence[str],
    exempt: str | None,
    baseline: str | None,
    every: bool,
    resume: bool,
    changed_only: bool,
    passwords: Sequence[str],
    fail_on: str,
    workers: int,
    engine: str,
) -> int:
    """检查收到的附件表，列出问题清单。

    \b
    例：
      xlperf check 收到的表 -o 问题清单.xlsx
      xlperf check 收到的表 --ledger 台账.xlsx --select B,S --fail-on 警告
      xlperf check 第二次收到的表 --baseline 上次.json -o 问题清单.xlsx
    """
    from xlperf.jobs.check import check as check_all
    from xlperf.ooxml.limits import Limits

    targets = [(Path(output), _format(output, name)) for output in outputs]
    for path, _ in targets:
        ensure_writable_dir(path.parent)
    asked_for = ReportFilter(select, ignore, exempt)
    earlier = _earlier(baseline) if baseline else None
    limits = Limits(passwords=tuple(passwords))
    keeping = _keeping(targets, resume=resume, changed_only=changed_only)
    with resumable("check") if keeping else nullcontext():
        with Meter("检查", quiet=volume().quiet) as progress:
            report = check_all(
                expanded(paths),
                profile,
                ledger=ledger,
                workers=workers,
                progress=progress,
                limits=limits,
                keeping=keeping,
                engine=engine,
            )
        if keeping and keeping.goes_on:
            echo(
                f"{report.unchanged} 个文件没有变，用上次的结果；"
                f"检查了 {len(report.files) - report.unchanged} 个。"
            )
        report = replace(asked_for.of(report), seconds=elapsed())
        if earlier:
            report = asked_for.compared(report, earlier)
        shown = report.unfolded() if every else report
        for path, chosen in targets:
            write(report if chosen.name == _LINKED else shown, path, chosen.name)
        if keeping:
            keeping.finish()
    _show(shown, [chosen for _, chosen in targets], name)
    for path, _ in targets:
        echo(f"问题清单：{path}")
    if targets or name in {None, "text"}:
        code = next((finding.code for finding in report.findings), "")
        echo_next("check_wrong" if code else "check_right", source=paths[0], code=code)
    return status(report.findings, fail_on)


def _keeping(
    targets: Sequence[tuple[Path, ReportFormat]], *, resume: bool, changed_only: bool
) -> "Keeping | None":
    from xlperf.jobs.journal import Keeping

    files = [path for path, _ in targets if path.is_file() or not path.exists()]
    if files:
        return Keeping(files[0], goes_on=resume or changed_only)
    if resume or changed_only:
        raise click.UsageError("--resume、--changed-only 要与上次一样用 -o 写明清单的文件：进度记在它旁边。")
    return None


def _earlier(path: str) -> "Baseline":
    from xlperf.jobs.baseline import read_baseline

    return read_baseline(path)


def _format(output: str, name: str | None) -> ReportFormat:
    """What to write into ``output``: the format asked for, unless the suffix is that of another."""
    suffix = Path(output).suffix.lower()
    taken = any(suffix in known.suffixes for known in FORMATS.values())
    if name and (suffix in FORMATS[name].suffixes or not taken):
        return FORMATS[name]
    return format_of(output)


def _show(report: "Report", written: Sequence[ReportFormat], name: str | None) -> None:
    """Print the report unless it went to a file; then only its summary."""
    from xlperf.outputs.text_report import outcomes, summary

    asked = FORMATS[name] if name else None
    if (asked or FORMATS["text"]).name == "text" and (not written or (asked and asked not in written)):
        print_report(report)
    elif asked and asked not in written:
        click.echo(render(report, asked.name), nl=False)
    elif written:
        echo(summary(report, took=True))
    for line in outcomes(report):
        echo(line, at=1)
