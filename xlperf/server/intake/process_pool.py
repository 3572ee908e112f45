"""Orders about deliveries → done by processes of their own: files read and checked, copies and letters made.

Each process has a thread here that waits for it. One that dies, or takes longer than it may, is replaced; a
death costs its own order a second attempt and nobody else anything. There every received file is opened
by a worker of its own, within the runner's limits.
"""

import logging
import multiprocessing
import os
import signal
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import PriorityQueue

from xlperf.core.errors import XlperfError
from xlperf.declarations.explain import all_codes
from xlperf.declarations.finding_filters import read_exemptions
from xlperf.jobs.annotate import Letter
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.runner import Runner
from xlperf.ooxml.limits import LIMITS
from xlperf.season.delivery_check import CheckOptions, DeliveryCopies, check_delivery, delivery_copies
from xlperf.season.store import Store
from xlperf.server.intake.settings import IntakeSettings, limits, said

MADE, LATER, FAILED = "made", "later", "failed"
CHECK, COPIES = "check", "copies"
_LOG = logging.getLogger(__name__)
URGENT, USUAL = 0, 1
_ATTEMPTS = 2
_LAST = 2


@dataclass(frozen=True, slots=True)
class DeliveryOrder:
    """What is to be done about a delivery; ``folder`` is where copies go."""

    what: str
    receipt: str
    folder: Path = Path()


@dataclass(frozen=True, slots=True)
class Done:
    """How an order came out; ``reason`` says why it has to be tried again later, or cannot be done."""

    outcome: str
    reason: str = ""
    copies: DeliveryCopies | None = None


_Ordered = tuple[int, int, DeliveryOrder | None, "Future[Done]"]


class ProcessPool:
    """The processes that do orders, as many as the settings say."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._orders: PriorityQueue[_Ordered] = PriorityQueue()
        self._numbers = count()
        self._processes = [_DeliveryProcess(settings) for _ in range(settings.workers)]
        for process in self._processes:
            threading.Thread(target=self._work, args=(process,), daemon=True).start()

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
        seconds = limits()["order_seconds"]
        for _ in range(_ATTEMPTS):
            is_late = False
            try:
                pipe = self._started()
                pipe.send(order)
                if pipe.poll(seconds):
                    answer: Done = pipe.recv()
                    return answer
                is_late = True
            except (EOFError, OSError, ValueError):  # the last where the pipe is closed meanwhile
                pass
            self._stop()
            if is_late:
                return Done(FAILED, said("late", minutes=int(seconds // 60)))
        return Done(FAILED, said("died"))

    def _started(self) -> Connection:
        with self._lock:
            if self._is_ended:
                raise EOFError
            if self._pipe is None:
                context = multiprocessing.get_context("spawn")
                self._pipe, theirs = context.Pipe()
                self._process = context.Process(target=_serve, args=(theirs, self._settings), daemon=True)
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
            future = self._pool.give(DeliveryOrder(CHECK, receipt))
            future.add_done_callback(lambda future: self._ended(unit, receipt, future.result()))

    def _ended(self, unit: int, receipt: str, done: Done) -> None:
        if self._is_closed:
            return
        if done.outcome != MADE:
            _LOG.warning("%s %s", receipt, done.reason)
        if done.outcome == LATER:
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


def _serve(orders: Connection, settings: IntakeSettings) -> None:
    """Do what is ordered until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(limits()["niceness"])
    tempfile.tempdir = str(settings.spool)
    exemptions = read_exemptions(settings.exempt) if settings.exempt else []
    known = [*all_codes()] if settings.exempt else []
    options = CheckOptions(exemptions, known, replace(LIMITS, passwords=settings.passwords))
    load_declarations()
    with Runner(1, options.limits) as runner:
        while True:
            try:
                order: DeliveryOrder = orders.recv()
                orders.send(_done(partial(_do, order, runner, options, settings), settings))
            except (EOFError, OSError):
                return


def _do(
    order: DeliveryOrder, runner: Runner, options: CheckOptions, settings: IntakeSettings, store: Store
) -> DeliveryCopies | None:
    if order.what == CHECK:
        check_delivery(store, order.receipt, runner, options, day=date.today())
        return None
    letter = Letter(sender=settings.sender, day=date.today())
    return delivery_copies(store, order.receipt, order.folder, letter, runner)


def _done(call: Callable[[Store], DeliveryCopies | None], settings: IntakeSettings) -> Done:
    try:
        with Store(settings.season, patience=limits()["busy_seconds"]) as store:
            return Done(MADE, copies=call(store))
    except (XlperfError, sqlite3.Error) as error:
        return Done(LATER, str(error))
    except Exception as error:
        return Done(FAILED, f"{type(error).__name__}: {error}")
