"""``xlperf doctor``: what is well on this computer, what is not, and what to do."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo_next
from xlperf.cli.values import Word

if TYPE_CHECKING:
    from xlperf.excel.doctor.check_model import Result

_FORMATS = {"text": "text", "json": "json"}


@click.command(cls=Command)
@click.option(
    "--format",
    "form",
    type=Word(_FORMATS),
    default="text",
    help="text 为一项一行，json 供别的程序读；缺省为 text。",
)
def doctor(form: str) -> int:
    """诊断这台电脑：Python、Excel、加载项、字体、文件夹，不对的说明怎么处理。

    只看，不改。不在 Windows 上时，与 Excel 有关的各项写明“不适用”。
    退出码：0 没有需要处理的，1 有。
    """
    from xlperf.excel.doctor.examine import examine

    results = examine()
    for line in _json(results) if form == "json" else _text(results):
        click.echo(line)
    is_right = all(result.ok for result in results)
    if form == "text":
        echo_next("doctor_right" if is_right else "doctor_wrong")
    return int(not is_right)


def _text(results: Sequence["Result"]) -> Iterator[str]:
    from xlperf.excel.doctor.examine import state_of, summary

    for result in results:
        yield f"[{state_of(result)}] {result.title}：{result.found}"
        if result.cure:
            yield f"    怎么办：{result.cure}"
    yield summary(results)


def _json(results: Sequence["Result"]) -> Iterator[str]:
    entries = [
        {
            "name": result.name,
            "title": result.title,
            "state": result.standing.value,
            "found": result.found,
            "cure": result.cure,
        }
        for result in results
    ]
    content = {"ok": all(result.ok for result in results), "results": entries}
    yield json.dumps(content, ensure_ascii=False, indent=2)
