"""What makes the calls of a run: workers on this computer, those of a cluster, or this process itself.

In a browser there are no processes but this one. What watches over it says before each call whether it may be
made; it ends the process when a call takes too long, and starts another that does not make that call again.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from itertools import chain, islice
from typing import Protocol, Self, TypeVar

from xlperf.core.errors import InputError
from xlperf.declarations.source import text_of
from xlperf.declarations.stored_findings import Spread
from xlperf.jobs.runner import Runner, Task, settle
from xlperf.jobs.worker import FAILED, MEMORY, TOO_LATE, CallOutcome, answer_of
from xlperf.ooxml.limits import Limits

_A = TypeVar("_A")
_T = TypeVar("_T")
DASK = "dask://"
_IS_BROWSER = sys.platform == "emscripten"
_LARGE = 2**17
"""About how many bytes the argument of a call about findings is."""
ENDED = (TOO_LATE, MEMORY)
"""Why a call is not made again: it took too long, or too much memory."""

watcher: ContextVar[Callable[[str, float], str]] = ContextVar("watcher", default=lambda path, seconds: "")
"""Called with the path and the seconds of each call; returns why a call is not to be made, one of ENDED or
another reason, else ""."""


class Engine(Protocol):
    """Makes calls about received files, each within its limits."""

    def run(self, tasks: Iterable[Task[_T]]) -> Iterator[Task[_T]]:
        """The tasks with their results, in the order in which they are done; ``tasks`` is read as needed."""


Chosen = str | Engine
"""The name of an engine, or one that is running and that its owner ends."""


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


def engine(
    name: Chosen, workers: int, limits: Limits, prepare: Callable[[], object] = lambda: None
) -> AbstractContextManager[Engine]:
    """Processes of this computer, at most ``workers``, for ""; the cluster whose scheduler ``name`` is.
    A running engine is used as it is.

    ``prepare`` loads what processes of this computer need before they are forked. Raises InputError
    for a name that is no engine and, on entering the block, where the cluster cannot be used.
    """
    if not isinstance(name, str):
        return nullcontext(name)
    if not name:
        return InProcess(limits, prepare) if _IS_BROWSER else Runner(workers, limits, prepare)
    if not name.startswith(DASK):
        raise InputError(text_of("cluster", "no_engine", name=name))
    from xlperf.jobs.cluster import Cluster  # noqa: PLC0415 — needs distributed

    return Cluster(f"tcp://{name.removeprefix(DASK)}", limits)


def spread_over(runner: Engine, limits: Limits) -> Spread:
    """What makes calls by the workers of ``runner``; a call whose worker fails is made by this process."""

    def spread(call: Callable[[_A], _T], arguments: Iterable[_A]) -> Iterator[_T]:
        """The results of the calls in the order of their arguments; a single one is made at once."""
        coming_arguments = iter(arguments)
        first = [*islice(coming_arguments, 2)]
        if len(first) == 1:
            yield call(first[0])
        if len(first) < 2:
            return
        sent: dict[str, _A] = {}

        def tasks() -> Iterator[Task[_T]]:
            """A task for each argument."""
            for number, argument in enumerate(chain(first, coming_arguments)):
                sent[str(number)] = argument
                yield Task(str(number), limits.seconds, call, (argument,), _LARGE)

        done: dict[int, _T] = {}
        coming = 0
        for task in runner.run(tasks()):
            argument = sent.pop(task.path)
            done[int(task.path)] = call(argument) if task.refusal else task.made()
            while coming in done:
                yield done.pop(coming)
                coming += 1

    return spread
