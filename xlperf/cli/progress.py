"""Progress of long work on stderr: a bar on a terminal, a line for each tenth elsewhere.

Nothing is shown in the first second, so that quick work stays silent.
"""

# ruff: noqa: PLC0415 — rich is imported when a bar is drawn, so that quick commands stay quick

import sys
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_SILENCE = 1.0  # seconds
_TENTHS = 10


class Progress(Protocol):
    """What library functions call after each piece of work."""

    def __call__(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` pieces are finished."""


class Meter:
    """A Progress that shows itself while the ``with`` block runs; silent when ``quiet``."""

    def __init__(self, title: str, *, quiet: bool = False) -> None:
        self.title = title
        self._quiet = quiet
        self._start = monotonic()
        self._tenth = 0
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._start = monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` pieces are finished."""
        if self._quiet or monotonic() - self._start < _SILENCE:
            return
        if sys.stderr.isatty():
            self._draw(done, total)
        else:
            self._tell(done, total)

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None or self._task is None:
            self._bar = _bar()
            self._task = self._bar.add_task(self.title)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)

    def _tell(self, done: int, total: int) -> None:
        tenth = done * _TENTHS // max(total, 1)
        if tenth > self._tenth:
            self._tenth = tenth
            elapsed = monotonic() - self._start
            click.echo(f"{self.title} {done}/{total}（{elapsed:.0f} 秒）", err=True)


def _bar() -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Bar(*columns, console=Console(stderr=True), transient=True)
