"""Pieces of work that are done → calls of a function that shows how far a job is."""

from collections.abc import Callable

Progress = Callable[[int, int], None]


class TwoSteps:
    """Progress of a job that handles each file twice: a file counts when both steps of it are done."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._steps = progress, total, 0

    def step(self, steps: int = 1) -> None:
        """Count steps; report where they complete a file."""
        for _ in range(steps):
            self._steps += 1
            if self._progress and self._steps % 2 == 0:
                self._progress(self._steps // 2, self._total)
