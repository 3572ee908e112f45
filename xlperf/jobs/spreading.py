"""Calls about what a run has found → their results in order, made by the workers of the run."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

from xlperf.declarations.stored_findings import Spread
from xlperf.jobs.engines import Engine
from xlperf.jobs.runner import Task
from xlperf.ooxml.limits import Limits

_A = TypeVar("_A")
_T = TypeVar("_T")
_LARGE = 2**17
"""About how many bytes the argument of a call is."""


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
