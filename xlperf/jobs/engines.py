"""The name of an engine → what makes the calls of a run: workers on this computer, or those of a cluster.

In a browser, where there are no processes, this one makes them.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TypeVar

from xlperf.core.errors import InputError
from xlperf.declarations.source import text_of
from xlperf.jobs.in_process import InProcess
from xlperf.jobs.runner import Runner, Task
from xlperf.ooxml.limits import Limits

_T = TypeVar("_T")
DASK = "dask://"
_IS_BROWSER = sys.platform == "emscripten"


class Engine(Protocol):
    """Makes calls about received files, each within its limits."""

    def run(self, tasks: Iterable[Task[_T]]) -> Iterator[Task[_T]]:
        """The tasks with their results, in the order in which they are done; ``tasks`` is read as needed."""


Chosen = str | Engine
"""The name of an engine, or one that is running and that its owner ends."""


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
