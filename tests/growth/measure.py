"""A construct → the seconds that its reading and check take once and ten times over."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.growth.workbooks import Construct
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import Finding

MORE = 10
"""How many times as much the larger file holds."""
LINEAR = 30
"""A ratio that no work which grows with the size reaches, and work that grows with its square exceeds."""
_LEAST = 0.03
"""Seconds: a smaller file that takes less above an empty one is taken for one that takes so much."""


class Growth(NamedTuple):
    """Seconds of processor time above an empty file of the kind, and the codes found in the larger file."""

    small: float
    large: float
    codes: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """How many times as long the larger file takes."""
        return max(self.large, 0.0) / max(self.small, _LEAST)


def growth(construct: Construct, folder: Path, rounds: int = 1) -> Growth:
    """Check files with the construct n times and ten times n; the fastest of ``rounds`` counts."""
    empty, small, large = (
        _file(construct, folder, count) for count in (1, construct.count, construct.count * MORE)
    )
    found: list[Finding] = []
    base = min(_seconds(lambda: check_file(empty)) for _ in range(rounds + 1))
    small_time = min(_seconds(lambda: check_file(small)) for _ in range(rounds))
    large_time = min(_seconds(lambda: found.extend(check_file(large).findings)) for _ in range(rounds))
    codes = tuple(finding.code for finding in found[: len(found) // rounds] if finding.code.startswith("F"))
    return Growth(small_time - base, large_time - base, codes)


def _file(construct: Construct, folder: Path, count: int) -> Path:
    path = folder / f"{count}{construct.suffix}"
    path.write_bytes(construct.made(count))
    return path


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
