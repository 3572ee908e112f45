"""Batches of work → their results from several processes, in the order of the batches."""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from xlperf.core.lazy import LazyModule

if TYPE_CHECKING:
    import multiprocessing
    from concurrent.futures import Future, process
else:
    multiprocessing = LazyModule("multiprocessing")
    process = LazyModule("concurrent.futures.process")

_Batch = TypeVar("_Batch")
_Result = TypeVar("_Result")

BATCH = 50
"""Files handed to a process at once; as many or fewer are worked on in this process."""
_AHEAD = 2
"""Batches for each process that are handed over before the first of them is done."""


def in_processes(
    workers: int, call: Callable[..., _Result], batches: Iterable[_Batch], *arguments: object
) -> Iterator[tuple[_Batch, _Result | None]]:
    """Each of ``batches`` with ``call(batch, *arguments)``; None where the process has died."""
    waiting: deque[tuple[_Batch, Future[_Result] | None]] = deque()
    with process.ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for batch in batches:
            try:
                waiting.append((batch, pool.submit(_called, call, batch, *arguments)))
            except process.BrokenProcessPool:
                waiting.append((batch, None))
            if len(waiting) > workers * _AHEAD:
                first, job = waiting.popleft()
                yield first, _result(job)
        for first, job in waiting:
            yield first, _result(job)


def _result(job: "Future[_Result] | None") -> _Result | None:
    try:
        return job.result() if job else None
    except process.BrokenProcessPool:
        return None


def _called(call: Callable[..., _Result], *arguments: object) -> _Result:
    with heap_at_rest():
        return call(*arguments)


@contextmanager
def heap_at_rest() -> Iterator[None]:
    """Keep what is loaded already out of garbage collection: it took a tenth of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
