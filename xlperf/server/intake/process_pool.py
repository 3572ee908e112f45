"""Orders → the processes that do them: each has a thread here that waits for it.

A process that dies, or takes longer than it may, is replaced; it costs its own order a second attempt and
nobody else anything.
"""

import logging
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import PriorityQueue

from xlperf.server.intake import delivery_process
from xlperf.server.intake.delivery_process import FAILED, DeliveryOrder, Done
from xlperf.server.intake.settings import IntakeSettings, limits, said

_LOG = logging.getLogger(__name__)
URGENT, USUAL = 0, 1
_ATTEMPTS = 2
_LAST = 2
_Ordered = tuple[int, int, DeliveryOrder | None, "Future[Done]"]


class ProcessPool:
    """The processes that do orders, as many as the settings say."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._settings = settings
        self._orders: PriorityQueue[_Ordered] = PriorityQueue()
        self._numbers = count()
        self._processes = [_DeliveryProcess(settings) for _ in range(settings.workers)]
        self._threads = [
            threading.Thread(target=self._work, args=(process,), daemon=True) for process in self._processes
        ]
        for thread in self._threads:
            thread.start()

    def give(self, order: DeliveryOrder, priority: int = USUAL) -> "Future[Done]":
        """Have an order done; the future has how it came out, and never an exception."""
        future: Future[Done] = Future()
        self._orders.put((priority, next(self._numbers), order, future))
        return future

    def close(self) -> None:
        """End the processes; what they had not finished is left."""
        for process in self._processes:
            self._orders.put((_LAST, next(self._numbers), None, Future()))
            process.end()

    def _work(self, process: "_DeliveryProcess") -> None:
        process.begin()
        while True:
            _, _, order, future = self._orders.get()
            if order is None:
                return
            if future.set_running_or_notify_cancel():
                future.set_result(process.done(order))


class _DeliveryProcess:
    """A process that does one order after another."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._settings = settings
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._is_ended = False
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Start the process before there is work for it."""
        with suppress(EOFError, OSError):
            self._started()

    def done(self, order: DeliveryOrder) -> Done:
        """How an order came out; where its process dies over it, it is tried once more."""
        for _ in range(_ATTEMPTS):
            try:
                pipe = self._started()
                pipe.send(order)
                if pipe.poll(limits()["order_seconds"]):
                    answer: Done = pipe.recv()
                    return answer
            except (EOFError, OSError, ValueError):  # the last where the pipe is closed meanwhile
                pass
            self._stop()
        return Done(FAILED, said("died"))

    def _started(self) -> Connection:
        with self._lock:
            if self._is_ended:
                raise EOFError
            if self._pipe is None:
                context = multiprocessing.get_context("spawn")
                self._pipe, theirs = context.Pipe()
                self._process = context.Process(
                    target=delivery_process.serve, args=(theirs, self._settings), daemon=True
                )
                self._process.start()
                theirs.close()
            return self._pipe

    def _stop(self) -> None:
        with self._lock:
            if self._process:
                self._process.kill()
                self._process.join()
            if self._pipe:
                self._pipe.close()
            self._process = self._pipe = None

    def end(self) -> None:
        """End the process, and start none again."""
        with self._lock:
            self._is_ended = True
        self._stop()


class Checks:
    """The deliveries that are to be checked: those of one unit one after another, in their order.

    ``give_up`` is called with the receipt of one whose check fails again and again.
    """

    def __init__(self, pool: ProcessPool, give_up: Callable[[str], object]) -> None:
        self._pool, self._give_up = pool, give_up
        self._waiting: dict[int, list[str]] = {}
        self._lock = threading.Lock()
        self._timers: set[threading.Timer] = set()
        self._is_closed = False

    def add(self, unit: int, receipt: str) -> None:
        """Have a delivery checked after those of its unit that were added before."""
        with self._lock:
            waiting = self._waiting.setdefault(unit, [])
            waiting.append(receipt)
            is_first = len(waiting) == 1
        if is_first:
            self._start(unit, receipt)

    def is_next(self, unit: int, receipt: str) -> bool:
        """Whether a delivery is being checked or will be next."""
        return self._waiting.get(unit, [])[:1] == [receipt]

    def close(self) -> None:
        """Start nothing again."""
        self._is_closed = True
        for timer in list(self._timers):
            timer.cancel()

    def _start(self, unit: int, receipt: str) -> None:
        if not self._is_closed:
            future = self._pool.give(DeliveryOrder(delivery_process.CHECK, receipt))
            future.add_done_callback(lambda future: self._ended(unit, receipt, future.result()))

    def _ended(self, unit: int, receipt: str, done: Done) -> None:
        if self._is_closed:
            return
        if done.outcome != delivery_process.MADE:
            _LOG.warning("%s %s", receipt, done.reason)
        if done.outcome == delivery_process.LATER:
            self._start_later(unit, receipt)
            return
        if done.outcome == FAILED:
            self._give_up(receipt)
        with self._lock:
            waiting = self._waiting[unit]
            waiting.pop(0)
            following = waiting[0] if waiting else ""
            if not following:
                del self._waiting[unit]
        if following:
            self._start(unit, following)

    def _start_later(self, unit: int, receipt: str) -> None:
        timer = threading.Timer(limits()["again_seconds"], self._start, (unit, receipt))
        timer.daemon = True
        self._timers = {waiting for waiting in self._timers if waiting.is_alive()} | {timer}
        timer.start()
