"""``xlperf import``: whatever was received to working copies, or to JSON."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, volume
from xlperf.cli.outcome import FAIL_ON, Meter, print_findings, status
from xlperf.cli.values import (
    Output,
    Word,
    expanded,
    functions_option,
    password_option,
    sources_argument,
    workers_option,
)

if TYPE_CHECKING:
    from xlperf.declarations.findings import Finding
    from xlperf.ooxml.limits import Limits

_JSON = "json"
_CONVERTED = "I101"


@click.command(cls=Command, name="import")
@sources_argument
@click.option("-o", "--output", metavar="文件夹", type=Output(), help="工作稿写到哪个文件夹。")
@click.option("-p", "--profile", metavar="口径", help="按哪个口径读；缺省按每份表自己的口径。")
@click.option("--format", "name", type=Word({_JSON: _JSON}), help="不写工作稿，把每个文件里的表输出成 JSON。")
@functions_option
@click.option("--force", is_flag=True, help="已有的工作稿也重新写过。")
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
        )
    _print(result.findings)
    for file in result.files:
        echo(str(file), at=1)
    left = f"，{len(result.skipped)} 个文件没有用上（原因见上）" if result.skipped else ""
    echo(f"已生成 {len(result.files)} 份工作稿{left}，用时 {elapsed():.1f} 秒：{output}")
    echo_next("import" if result.files else "import_none", output=output)
    return status(result.findings, fail_on)


def _print(findings: Sequence["Finding"]) -> None:
    """Print the findings, conversions on one line each after them."""
    from itertools import groupby

    from xlperf.declarations.check_report import in_order

    print_findings([found for found in findings if found.code != _CONVERTED])
    converted = in_order(found for found in findings if found.code == _CONVERTED)
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
    from xlperf.outputs.exported_file import export_file

    return export_file(path, load_profile(profile) if profile else None, limits)
