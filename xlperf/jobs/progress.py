"""Pieces of work that are done → calls of a function that shows how far a job is."""

from collections.abc import Callable

Progress = Callable[[int, int], None]


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
