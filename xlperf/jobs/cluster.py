"""Calls about received files → their results, in batches by the workers of a dask cluster.

Every worker reads the same folder, and makes each call in a process of its own within time and memory, as a
single computer does. A batch whose worker is lost is made again by another: calls only read.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from socket import gethostname
from typing import Any, Self, TypeVar

from xlperf.core.errors import InputError, XlperfError
from xlperf.core.lazy import LazyModule
from xlperf.declarations.findings import Finding
from xlperf.declarations.source import text_of
from xlperf.jobs.journal import stamp
from xlperf.jobs.runner import Runner, Task
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused, refused

distributed: Any = LazyModule("distributed")
"""Its functions are not typed."""
Future = Any

_T = TypeVar("_T")
_BATCH, _BATCH_BYTES = 20, 4 * 2**20
"""Calls of a batch, and about how many bytes their arguments may be together."""
_AHEAD = 2
"""Batches that a thread of a worker has at once: the one it makes, and the next."""
_CONNECT_SECONDS = 15

Outcome = tuple[object, Finding | None]
"""What a call returned, or the finding that says why it did not."""


class Cluster:
    """The workers that a scheduler has; connected within the block."""

    def __init__(self, address: str, limits: Limits) -> None:
        if find_spec("distributed") is None:
            raise InputError(text_of("cluster", "not_installed"))
        self._address, self._limits = address, limits
        self._client: Any = None

    def __enter__(self) -> Self:
        try:
            self._client = distributed.Client(self._address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(text_of("cluster", "no_scheduler", address=self._address)) from error
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except TimeoutError as error:
            self._client.close()
            raise InputError(text_of("cluster", "no_workers", address=self._address)) from error
        return self

    def __exit__(self, *raised: object) -> None:
        if self._client:
            self._client.close()

    def run(self, tasks: Iterable[Task[_T]]) -> Iterator[Task[_T]]:
        """The tasks with their results, in the order in which their batches are done.

        Raises XlperfError as a call does, InputError where the cluster is lost or has another xlperf.
        """
        coming = _batches(tasks)
        sent: dict[Future, list[Task[_T]]] = {}
        done = distributed.as_completed(loop=self._client.loop)
        try:
            while True:
                while len(sent) < self._most() and (batch := next(coming, None)):
                    self._send(batch, sent, done)
                if not sent:
                    return
                future = next(done)
                batch = sent.pop(future)
                if self._is_settled(batch, future):
                    yield from batch
                else:
                    for task in batch:
                        self._send([task], sent, done)
        finally:
            self._client.cancel([*sent])

    def _most(self) -> int:
        threads: int = sum(self._client.nthreads().values())
        return max(threads * _AHEAD, 1)

    def _send(self, batch: list[Task[_T]], sent: dict[Future, list[Task[_T]]], done: Any) -> None:
        calls = [(task.path, task.seconds, task.call, task.arguments, task.size) for task in batch]
        given = calls, self._limits, os.getcwd(), declared(self._limits)
        future = self._client.submit(made, *given, pure=False)
        sent[future] = batch
        done.add(future)

    def _is_settled(self, batch: Sequence[Task[_T]], future: Future) -> bool:
        """Put the outcome of a batch into its tasks; False where each is to be made once more, alone."""
        if future.status == "finished":
            for task, (result, why) in zip(batch, future.result(), strict=True):
                task.result, task.refusal = result, Refused(why) if why else None
            return True
        error = future.exception() if future.status == "error" else None
        if isinstance(error, XlperfError):
            raise error
        if not isinstance(error, distributed.KilledWorker):
            reason = f"{type(error).__name__}: {error}" if error else future.status
            raise InputError(text_of("cluster", "lost", address=self._address, why=reason)) from error
        if len(batch) > 1:
            return False
        batch[0].refusal = refused("F135", batch[0].path, status=type(error).__name__)
        return True


def _batches(tasks: Iterable[Task[_T]]) -> Iterator[list[Task[_T]]]:
    batch: list[Task[_T]] = []
    size = 0
    for task in tasks:
        batch.append(task)
        size += task.size
        if len(batch) == _BATCH or size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@lru_cache(4)
def declared(limits: Limits) -> str:
    """By what two computers know that their programs and declarations are the same."""
    return stamp("", limits)


Call = tuple[str, float, Callable[..., object], Sequence[object], int]


def made(calls: Sequence[Call], limits: Limits, folder: str, same: str) -> list[Outcome]:
    """On a worker of the cluster: the outcomes of a batch, in its order.

    ``folder`` is where relative paths begin, ``same`` what ``declared`` is where the run was started.
    Raises InputError where the folder is not shared with this computer or its program is another.
    """
    if not os.path.isdir(folder):
        raise InputError(text_of("cluster", "not_shared", folder=folder, host=gethostname()))
    if declared(limits) != same:
        raise InputError(text_of("cluster", "another_program", host=gethostname()))
    tasks = [
        Task(path, seconds, in_folder, (folder, call, arguments), size)
        for path, seconds, call, arguments, size in calls
    ]
    for _ in _runner(limits).run(tasks):
        pass
    return [(task.result, task.refusal.finding if task.refusal else None) for task in tasks]


def in_folder(folder: str, call: Callable[..., object], arguments: Sequence[object]) -> object:
    """The result of a call whose relative paths begin in ``folder``; in a process without other calls."""
    os.chdir(folder)
    return call(*arguments)


_kept = threading.local()
"""The runner of each thread: its process stays alive from one batch to the next, and ends with this one."""


def _runner(limits: Limits) -> Runner:
    known: tuple[Limits, Runner] | None = getattr(_kept, "runner", None)
    if known is None or known[0] != limits:
        if known:
            known[1].__exit__()
        _kept.runner = known = limits, Runner(1, limits)
    return known[1]
