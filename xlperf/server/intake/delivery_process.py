"""In a process of its own: orders about deliveries → their files read and checked, copies and letters made.

Every received file is opened by a worker of this process, within the runner's limits. Nothing is lost with
this process: what it had not finished is done again by the next.
"""

import os
import signal
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from xlperf.core.errors import XlperfError
from xlperf.declarations.explain import all_codes
from xlperf.declarations.finding_filters import read_exemptions
from xlperf.jobs.annotate import Letter
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.runner import Runner
from xlperf.ooxml.limits import LIMITS
from xlperf.season.delivery_check import CheckOptions, DeliveryCopies, check_delivery, delivery_copies
from xlperf.season.store import Store
from xlperf.server.intake.settings import IntakeSettings, limits

MADE, LATER, FAILED = "made", "later", "failed"
CHECK, COPIES = "check", "copies"


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


def serve(orders: Connection, settings: IntakeSettings) -> None:
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
