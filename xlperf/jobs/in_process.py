"""Calls about received files → their results, made by this process itself: in a browser there is no other.

What watches over this process says before each call whether it may be made; it ends the process when a call
takes too long, and starts another that does not make that call again.
"""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Self, TypeVar

from xlperf.jobs.runner import Task, settle
from xlperf.jobs.worker import FAILED, MEMORY, TOO_LATE, CallOutcome, answer_of
from xlperf.ooxml.limits import Limits

_T = TypeVar("_T")
ENDED: tuple[str, ...] = (TOO_LATE, MEMORY)
"""Why a call is not made again: it took too long, or too much memory."""

watcher: ContextVar[Callable[[str, float], str]] = ContextVar("watcher", default=lambda path, seconds: "")
"""Called with the path and the seconds of each call; returns why a call is not to be made, one of ENDED or
another reason, else ""."""


class InProcess:
    """An engine without workers. ``prepare`` loads what all calls need."""

    def __init__(self, limits: Limits, prepare: Callable[[], object] = lambda: None) -> None:
        self._limits, self._prepare = limits, prepare

    def __enter__(self) -> Self:
        self._prepare()
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def run(self, tasks: Iterable[Task[_T]]) -> Iterator[Task[_T]]:
        """The tasks with their results, in their order. Raises XlperfError as a call does."""
        for task in tasks:
            why = watcher.get()(task.path, task.seconds)
            answer = _not_made(why) if why else answer_of(task.call, task.arguments)
            settle(task, answer, self._limits)
            yield task


def _not_made(why: str) -> CallOutcome:
    return CallOutcome(why) if why in ENDED else CallOutcome(FAILED, why)
