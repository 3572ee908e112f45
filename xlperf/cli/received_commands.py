"""``xlperf import``, ``annotate``, ``strip``: what was received → working, annotated, upload copies; JSON."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, volume
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
    print_findings,
    resumable,
    status,
)

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report
    from xlperf.declarations.findings import Finding
    from xlperf.jobs.annotate import AnnotateResult
    from xlperf.ooxml.limits import Limits


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


_JSON = "json"
_CONVERTED = "I101"


@click.command(cls=Command, name="import")
@sources_argument
@click.option("-o", "--output", metavar="文件夹", type=Output(), help="工作稿写到哪个文件夹。")
@click.option("-p", "--profile", metavar="口径", help="按哪个口径读；缺省按每份表自己的口径。")
@click.option("--format", "name", type=Word({_JSON: _JSON}), help="不写工作稿，把每个文件里的表输出成 JSON。")
@functions_option
@click.option("--force", is_flag=True, help="已有的工作稿也重新写过。")
@resume_option
@password_option
@FAIL_ON
@workers_option
@resumable()
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
    """导入收到的表，每个单位写成一份工作稿。

    Excel、WPS、Word 的都收；一个单位分几个文件（文件夹、.zip）报来的，并成一份。
    换过写法的数（万元、百分数、全角、日期）和没有地方放的内容逐条列出。原文件不改动；加密文件的工作稿不带密码。

    \b
    例：
      xlperf import 收到的表 -o 工作稿
      xlperf import 某单位.zip -o 工作稿 -p hunan-yueyang-2024
      xlperf import 附件.docx --format json
    """
    from xlperf.ooxml.limits import Limits

    limits = Limits(passwords=tuple(passwords))
    if name == _JSON:
        return _print_json(paths, profile, limits, fail_on, workers)
    if output is None:
        raise click.UsageError("缺少选项 -o / --output；只看内容请加 --format json。")
    from xlperf.jobs.import_filings import import_filings
    from xlperf.jobs.journal import Keeping

    keeping = Keeping(output, goes_on=resume, job="import", replaces=force)
    with Meter("导入", quiet=volume().quiet) as progress:
        result = import_filings(
            expanded(paths),
            output,
            profile,
            functions=functions,
            force=force,
            workers=workers,
            progress=progress,
            limits=limits,
            keeping=keeping,
        )
    keeping.finish()
    _print_conversions(result.findings)
    for file in result.files:
        echo(str(file), at=1)
    left = f"，{len(result.skipped)} 个文件没有用上（原因见上）" if result.skipped else ""
    echo(f"已生成 {len(result.files)} 份工作稿{left}，用时 {elapsed():.1f} 秒：{output}")
    echo_next("import" if result.files else "import_none", output=output)
    return status(result.findings, fail_on)


def _print_conversions(findings: Sequence["Finding"]) -> None:
    """Print the findings, conversions on one line each after them."""
    from itertools import groupby

    from xlperf.declarations.finding_order import by_place

    print_findings([found for found in findings if found.code != _CONVERTED])
    converted = by_place(found for found in findings if found.code == _CONVERTED)
    for file, of_file in groupby(converted, key=lambda found: found.location.file):
        click.echo(f"{file}（{_CONVERTED}）")
        for found in of_file:
            place = found.location
            click.echo(f"  {place.sheet} {place.cell} {place.label}：“{found.value}” → {found.expected}")


def _print_json(
    paths: Sequence[str], profile: str | None, limits: "Limits", fail_on: str, workers: int
) -> int:
    """Print the forms of every file, those of several as a list; what cannot be read goes to stderr."""
    from xlperf.declarations.profile import load_profile
    from xlperf.jobs.runner import Runner, Task
    from xlperf.jobs.sources import gather

    if profile:
        load_profile(profile)
    files = [str(file) for file in gather(expanded(paths))]
    tasks = [Task(file, limits.seconds, _exported, (file, profile, limits)) for file in files]
    with Runner(workers, limits) as runner:
        for _ in runner.run(tasks):
            pass
    exported = [task.result for task in tasks if not task.refusal]
    refused = [task.refusal.finding for task in tasks if task.refusal]
    if exported:
        shown = exported[0] if len(files) == 1 else exported
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    for found in refused:
        echo(f"{found.location.file}：{found.message}{found.fix}")
    return status(refused, fail_on)


def _exported(path: str, profile: str | None, limits: "Limits") -> object:
    from xlperf.declarations.profile import load_profile
    from xlperf.outputs.machine_reports import export_file

    return export_file(path, load_profile(profile) if profile else None, limits)


@click.command(cls=Command)
@sources_argument
@click.option("-o", "--output", metavar="文件夹", type=Output(), required=True, help="批注稿写到哪个文件夹。")
@click.option("-p", "--profile", metavar="口径", help="按哪个口径检查；缺省按每份表自己的口径。")
@click.option("--select", metavar="代码", multiple=True, help="只批注这些代码开头的问题，如 B5,S6,X。")
@click.option("--ignore", metavar="代码", multiple=True, help="不批注这些代码开头的问题。")
@click.option("--exempt", metavar="文件", help="豁免文件（.json 或 Excel）：经批准不计入的问题。")
@due_option
@sender_option
@notice_option
@click.option("--force", is_flag=True, help="已有的批注稿也重新写过。")
@resume_option
@password_option
@FAIL_ON
@workers_option
@resumable()
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
    """生成批注稿和退回通知：在收到的表上标出问题，退回单位修改。

    有问题的格子涂上底色、加上批注（错在哪里、应为多少、怎么改），最后加一张“问题”表逐条列出，点一下跳到那一格。
    Word 文档只加批注；旧格式（.xls、.et、.ods、.doc）由 LibreOffice 转换成 .xlsx、.docx 再批注。
    每个单位一个文件夹“编码_名称”：批注稿，和一份写明哪里错、怎么改、几时报回、怎样答复的“退回通知.docx”。
    别的内容一概不动，原有的批注、图片、宏都在。原文件不改动。
    加密文件给出密码后照常检查，但不生成批注稿：批注稿不带密码，写出来就等于解密。
    """
    from xlperf.jobs.annotate import Letter
    from xlperf.jobs.annotate import annotate as annotate_all
    from xlperf.jobs.check import check
    from xlperf.jobs.journal import Keeping
    from xlperf.jobs.originals import Originals
    from xlperf.jobs.sources import survey
    from xlperf.ooxml.limits import Limits

    asked_for = ReportFilter(select, ignore, exempt)
    limits = Limits(passwords=tuple(passwords))
    received = survey(expanded(paths), output)
    keeping = Keeping(output, goes_on=resume, job="annotate", replaces=force)
    with Originals() as originals:
        with Meter("检查", quiet=volume().quiet) as progress:
            report = check(
                received.files,
                profile,
                workers=workers,
                progress=progress,
                limits=limits,
                originals=originals,
                keeping=keeping,
            )
        report = replace(report, left_out=received.left_out)
        report = report.holding([*received.findings, *report.findings])
        report = asked_for.of(report)
        with Meter("生成批注稿", quiet=volume().quiet) as progress:
            result = annotate_all(
                report,
                output,
                letter=Letter(due, sender, template, date.fromisoformat(report.date)),
                force=force,
                workers=workers,
                progress=progress,
                limits=limits,
                originals=originals,
                keeping=keeping,
            )
    keeping.finish()
    _print_copies(report, result, output)
    echo_next("annotate" if result.files else "annotate_none", output=output, source=paths[0])
    return status([*report.findings, *result.findings], fail_on)


def _print_copies(report: "Report", result: "AnnotateResult", output: Path) -> None:
    """Print the findings that no copy shows, and how many copies there are."""
    shown = {file.path for file in report.files} - set(map(str, result.skipped))
    unshown = [found for found in report.findings if found.location.file not in shown]
    print_findings([*result.findings, *unshown])
    for file in (*result.files, *result.notices):
        echo(str(file), at=1)
    left = f"，{len(result.skipped)} 份没有批注稿（原因见上）" if result.skipped else ""
    good = f"，{result.faultless} 份没有问题，不必批注" if result.faultless else ""
    letters = f"、{len(result.notices)} 份退回通知"
    echo(f"已生成 {len(result.files)} 份批注稿{letters}{left}{good}，用时 {elapsed():.1f} 秒：{output}")


@click.command(cls=Command)
@sources_argument
@click.option("-o", "--output", metavar="文件夹", type=Output(), required=True, help="上报稿写到哪个文件夹。")
@click.option("--keep-formulas", is_flag=True, help="保留公式；缺省只留数值。")
@click.option("--force", is_flag=True, help="已有的上报稿也重新写过。")
@resume_option
@FAIL_ON
@workers_option
@resumable()
def strip(
    paths: Sequence[str],
    output: Path,
    keep_formulas: bool,
    force: bool,
    resume: bool,
    fail_on: str,
    workers: int,
) -> int:
    """生成上报稿：只留官方表样和数值。

    与下发的附件表一样的工作表、行列、合并、格式、打印设置，公式换成数值；
    去掉名称、条件格式、批注、输入提示、保护、辅助工作表、作者等个人信息。
    原文件不改动。先检查一遍：有错误的照样生成，同时列出错误。
    """
    from xlperf.declarations.model import Severity
    from xlperf.jobs.journal import Keeping
    from xlperf.jobs.strip import strip as strip_all

    keeping = Keeping(output, goes_on=resume, job="strip", replaces=force)
    with Meter("生成上报稿", quiet=volume().quiet) as progress:
        result = strip_all(
            expanded(paths),
            output,
            keep_formulas=keep_formulas,
            force=force,
            workers=workers,
            progress=progress,
            keeping=keeping,
        )
    keeping.finish()
    limit = Severity.ERROR if fail_on == NEVER else Severity[fail_on.upper()]
    grave = [found for found in result.findings if found.severity.rank <= limit.rank]
    print_findings(grave)
    for file in result.files:
        echo(str(file), at=1)
    left = f"，{len(result.skipped)} 份没有生成（原因见上）" if result.skipped else ""
    echo(f"已生成 {len(result.files)} 份上报稿{left}，用时 {elapsed():.1f} 秒：{output}")
    if len(grave) < len(result.findings):
        echo(f"另有 {len(result.findings) - len(grave)} 个较轻的问题，用 xlperf check 查看。")
    echo_next("strip" if result.files else "strip_none", output=output)
    return status(result.findings, fail_on)
