"""How the work of a job is done: the choices that all jobs have in common, and how far the work is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from xlperf.declarations.forms_and_rules import Profile
from xlperf.jobs.engines import Chosen, Engine, engine
from xlperf.jobs.journal import Journal, Keeping, stamp
from xlperf.jobs.reading_files import Order
from xlperf.ooxml.limits import LIMITS, Limits

Progress = Callable[[int, int], None]
"""Called with the number of files done and their total."""


class Steps:
    """Progress of a job that handles each of ``total`` files in one or ``each`` steps.

    A file counts when all steps of it are done.
    """

    def __init__(self, progress: Progress | None, total: int, each: int = 1) -> None:
        self._progress, self._total, self._each, self._steps = progress, total, each, 0

    def step(self, steps: int = 1) -> None:
        """Count steps; report where they complete files."""
        before = self._steps // self._each
        self._steps += steps
        if self._progress and (done := self._steps // self._each) > before:
            self._progress(done, self._total)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How the work of a job is done, whatever the job.

    At most ``workers`` processes share it. ``progress`` is called with the number of files done and their
    total. Received files are read within ``limits``. ``keeping`` is where the journal of the run is, from
    which another one goes on. ``engine`` is a cluster that does the work or an engine that runs, "" for this
    computer.
    """

    workers: int = 1
    progress: Progress | None = None
    limits: Limits = LIMITS
    keeping: Keeping | None = None
    engine: Chosen = ""

    def order(self, *, checks: bool = False, originals: bool = False) -> Order:
        """What is asked of the readers of the run."""
        return Order(self.limits, checks, originals, digests=self.keeping is not None)

    def steps(self, total: int, each: int = 1) -> Steps:
        """The progress of ``total`` files."""
        return Steps(self.progress, total, each)

    def journal(self, profile: Profile | None, *choices: object) -> Journal:
        """The journal of the run, whose results depend on the profile and on ``choices``, too."""
        if self.keeping is None:
            return Journal()
        return Journal(self.keeping, stamp(profile.id if profile else "", self.limits, *choices))

    def runner(self, prepare: Callable[[], object] = lambda: None) -> AbstractContextManager[Engine]:
        """What makes the calls of the run; raises InputError as ``xlperf.jobs.engines.engine``."""
        return engine(self.engine, self.workers, self.limits, prepare)


USUAL = RunOptions()
