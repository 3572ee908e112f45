"""Settings of every test: workers are forks of the test run, so that what a test replaces is replaced in
them too; drawn examples are the same in every run, but with the environment variable XLPERF_FUZZ new ones."""

import gc
import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import settings
from openpyxl.worksheet.merge import MergedCellRange

from xlperf.jobs import worker, worker_process

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fuzz", max_examples=500, deadline=None)
settings.load_profile("fuzz" if os.environ.get("XLPERF_FUZZ") else "same")

_COLLECT_AFTER = (50_000, 10, 5)
"""Containers made since, young and middle collections: garbage collection took a fifth of the run."""

_DRAW_BORDERS = MergedCellRange.format
MergedCellRange.format = lambda _: None
"""Around merged cells openpyxl draws borders as it reads a workbook, which took an eighth of the run."""

_LEFT_ALONE = SimpleNamespace(freeze=lambda: None, unfreeze=lambda: None)


def pytest_collection_finish() -> None:
    """Keep modules and collected tests out of garbage collection, and have it run less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


@pytest.fixture(autouse=True, scope="session")
def _forks() -> Iterator[None]:
    """The threads of a test runner only wait: a fork is safe though they are there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_process, "can_fork", lambda: sys.platform == "linux")
        patch.setattr(worker, "gc", _LEFT_ALONE)  # jobs would take back what pytest_collection_finish froze
        yield


@pytest.fixture
def borders_of_merged_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks that openpyxl reads have borders around merged cells."""
    monkeypatch.setattr(MergedCellRange, "format", _DRAW_BORDERS)
