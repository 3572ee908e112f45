"""Calls about received files → their results, by workers that stay alive, each call within time and memory.

A call that takes too long, too much memory or its process with it costs its own file: the result is a
refusal that says so, the worker is replaced, and the calls that it had not begun go to others.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, Self, TypeVar

from xlperf.core.errors import InputError
from xlperf.declarations.source import text_of
from xlperf.jobs import worker_process
from xlperf.jobs.worker import FAILED, MADE, MEMORY, READY, REFUSED, TOO_LATE, WRONG, CallOutcome
from xlperf.jobs.worker_process import ForkedWorkers, SpawnedWorkers, Worker
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused, out_of_memory, refused

_T = TypeVar("_T")

_AHEAD = 2
"""Calls that a worker has at once: the one it makes, and the next, so that it need not wait for it."""
_SMALL = 2**14
"""Bytes of arguments that fit into a pipe: a worker that is busy does not read what is longer."""
_ATTEMPTS = 2
"""How often a call is made whose process is ended from outside: the first time it may be by chance."""
_START_SECONDS = 120.0


@dataclass(slots=True, eq=False)
class Task(Generic[_T]):
    """A call that concerns the file ``path`` and may take ``seconds``; all of it must be picklable.

    ``size`` is about how many bytes its arguments are. After the run ``result`` is what the call returned,
    or ``refusal`` is why there is none.
    """

    path: str
    seconds: float
    call: Callable[..., _T]
    arguments: Sequence[object] = ()
    size: int = 0
    attempts: int = 0
    result: _T | None = None
    refusal: Refused | None = None

    def made(self) -> _T:
        """What the call returned; raises Refused where there is nothing."""
        if self.refusal:
            raise self.refusal
        return self.result  # type: ignore[return-value]


@dataclass(slots=True, eq=False)
class _Busy:
    """A worker with the calls that it was sent, and the moment at which the first of them is too late."""

    worker: Worker
    tasks: deque[Task[object]] = field(default_factory=deque)
    deadline: float = 0.0
    is_ready: bool = False


class Runner:
    """At most ``workers`` processes, started when there is work for them and ended with the block.

    ``prepare`` loads what all of them need: forks find it loaded.
    """

    def __init__(self, workers: int, limits: Limits, prepare: Callable[[], object] = lambda: None) -> None:
        self._most, self._limits, self._prepare = max(workers, 1), limits, prepare
        self._workers: ForkedWorkers | SpawnedWorkers | None = None
        self._crew: dict[Worker, _Busy] = {}
        self._waiting: deque[Task[object]] = deque()
        self._results: deque[Task[object]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        for started in list(self._crew):
            self._let_go(started)

    def run(self, tasks: Iterable[Task[_T]]) -> Iterator[Task[_T]]:
        """The tasks with their results, in the order in which they are done.

        ``tasks`` is read as workers become free. Raises XlperfError as a call does.
        """
        coming = iter(tasks)
        try:
            while self._hand_out(coming) or self._results:
                self._collect()
                while self._results:
                    yield self._results.popleft()  # type: ignore[misc] # what went in comes out
        finally:
            self._waiting.clear()
            self._results.clear()
            for busy in list(self._crew.values()):
                if busy.tasks:
                    self._let_go(busy.worker)

    def _hand_out(self, coming: Iterator[Task[_T]]) -> bool:
        """Give every worker what it can take; whether any has something to do."""
        while (taker := self._taker(self._next(coming))) is not None:
            self._send(taker, self._waiting.popleft())
        return any(busy.tasks for busy in self._crew.values())

    def _next(self, coming: Iterator[Task[_T]]) -> Task[object] | None:
        if not self._waiting:
            self._waiting.extend(task for task in [next(coming, None)] if task)  # type: ignore[misc]
        return self._waiting[0] if self._waiting else None

    def _taker(self, task: Task[object] | None) -> _Busy | None:
        """The worker that is to make a call: an idle one, a new one, else one with a call to finish."""
        if task is None:
            return None
        least = min(self._crew.values(), key=lambda busy: len(busy.tasks), default=None)
        if least is None or (least.tasks and len(self._crew) < self._most):
            return self._start()
        if least.tasks and (task.size > _SMALL or least.tasks[0].size > _SMALL):
            return None
        return least if len(least.tasks) < _AHEAD else None

    def _start(self) -> _Busy:
        if self._workers is None:
            self._workers = self._kind()(self._limits.memory_bytes)
        try:
            busy = _Busy(self._workers.start(), deadline=monotonic() + _START_SECONDS)
        except OSError as error:
            raise InputError(_text("cannot_start", reason=error.strerror or error)) from error
        self._crew[busy.worker] = busy
        return busy

    def _kind(self) -> type[ForkedWorkers] | type[SpawnedWorkers]:
        worker_process.remove_left_folders()
        if not worker_process.can_fork():
            return SpawnedWorkers
        self._prepare()
        return ForkedWorkers

    def _send(self, busy: _Busy, task: Task[object]) -> None:
        busy.tasks.append(task)
        if busy.is_ready and len(busy.tasks) == 1:
            busy.deadline = monotonic() + task.seconds
        busy.worker.send((task.call, task.arguments))

    def _collect(self) -> None:
        """Wait until a worker answers or is too late."""
        assert self._workers
        deadlines = [busy.deadline for busy in self._crew.values() if busy.tasks]
        for answering, answer in self._workers.answers(max(min(deadlines) - monotonic(), 0)):
            if busy := self._crew.get(answering):
                self._take(busy, answer)
        now = monotonic()
        for busy in list(self._crew.values()):
            if busy.tasks and busy.deadline < now:
                self._too_late(busy)

    def _take(self, busy: _Busy, answer: CallOutcome | None) -> None:
        if answer is None:
            self._lost(busy)
        elif answer.outcome == READY:
            busy.is_ready = True
            busy.deadline = monotonic() + busy.tasks[0].seconds if busy.tasks else 0.0
        else:
            task = busy.tasks.popleft()
            self._settle(task, answer)
            if busy.tasks:
                busy.deadline = monotonic() + busy.tasks[0].seconds
            if answer.is_last:
                self._let_go(busy.worker)

    def _settle(self, task: Task[object], answer: CallOutcome) -> None:
        settle(task, answer, self._limits)
        self._results.append(task)

    def _too_late(self, busy: _Busy) -> None:
        if not busy.is_ready:
            raise InputError(_text("never_ready"))
        task = busy.tasks.popleft()
        self._let_go(busy.worker)
        self._settle(task, CallOutcome(TOO_LATE))

    def _lost(self, busy: _Busy) -> None:
        """A process has gone by itself: the call that it was making is made once more by another."""
        task = busy.tasks[0] if busy.tasks else None
        status = self._let_go(busy.worker)
        if not busy.is_ready:
            raise InputError(_text("ended", status=status))
        if task is None:
            return
        task.attempts += 1
        if task.attempts >= _ATTEMPTS:
            self._waiting.remove(task)
            task.refusal = refused("F135", task.path, status=str(status))
            self._results.append(task)

    def _let_go(self, started: Worker) -> int:
        """End a worker, taking back what it has not done; its exit status."""
        assert self._workers
        busy = self._crew.pop(started)
        self._waiting.extendleft(reversed(busy.tasks))
        self._workers.forget(started)
        return started.end()


def settle(task: Task[_T], answer: CallOutcome, limits: Limits) -> None:
    """Put how its call came out into a task. Raises XlperfError where the call did."""
    if answer.outcome == WRONG:
        kind, text = answer.value
        raise kind(text)
    if answer.outcome == MADE:
        task.result = answer.value
    elif answer.outcome == REFUSED:
        task.refusal = Refused(answer.value)
    elif answer.outcome == MEMORY:
        task.refusal = out_of_memory(task.path, limits)
    elif answer.outcome == TOO_LATE:
        task.refusal = refused("F133", task.path, limit=f"{task.seconds:g}")
    elif answer.outcome == FAILED:
        task.refusal = refused("F113", task.path, reason=answer.value)


def _text(key: str, **values: object) -> str:
    return text_of("messages", "workers", key, **values)
