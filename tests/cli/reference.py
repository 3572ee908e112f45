"""The help pages of all commands as one Markdown page.

``python -m tests.cli.reference`` prints docs/命令行.md.
"""

import sys
from collections.abc import Iterator

import click

from xlperf.cli import xlperf


def reference() -> str:
    """All help pages, in the order of the overview, 80 columns wide."""
    lines = ["# 命令行", "", "由 `python -m tests.cli.reference` 生成，请勿手工修改。", ""]
    for path, page in _pages(xlperf, "xlperf", None):
        lines += [f"## {path}", "", "```text", page, "```", ""]
    return "\n".join(lines)


def _pages(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    settings = {**command.context_settings, "terminal_width": 80}
    context = command.context_class(command, info_name=name, parent=parent, **settings)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found:
                yield from _pages(found, inner, context)


if __name__ == "__main__":
    sys.stdout.buffer.write(reference().encode())
