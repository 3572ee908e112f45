"""``xlperf strip``: filled workbooks to upload copies."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from collections.abc import Sequence
from pathlib import Path

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, volume
from xlperf.cli.outcome import (
    FAIL_ON,
    NEVER,
    print_findings,
    status,
)
from xlperf.cli.progress import Meter
from xlperf.cli.values import Output, expanded, sources_argument


@click.command(cls=Command)
@sources_argument
@click.option("-o", "--output", metavar="文件夹", type=Output(), required=True, help="上报稿写到哪个文件夹。")
@click.option("--keep-formulas", is_flag=True, help="保留公式；缺省只留数值。")
@click.option("--force", is_flag=True, help="已有的上报稿也重新写过。")
@FAIL_ON
def strip(paths: Sequence[str], output: Path, keep_formulas: bool, force: bool, fail_on: str) -> int:
    """生成上报稿：只留官方表样和数值。

    与下发的附件表一样的工作表、行列、合并、格式、打印设置，公式换成数值；
    去掉名称、条件格式、批注、输入提示、保护、辅助工作表、作者等个人信息。
    原文件不改动。先检查一遍：有错误的照样生成，同时列出错误。
    """
    from xlperf.declarations.model import Severity
    from xlperf.jobs.strip import strip as strip_all

    with Meter("生成上报稿", quiet=volume().quiet) as progress:
        result = strip_all(
            expanded(paths), output, keep_formulas=keep_formulas, force=force, progress=progress
        )
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
