"""Workers of tests are forks of the test run, so that what a test replaces is replaced in them too."""

import sys
from collections.abc import Iterator

import pytest

from xlperf.jobs import worker_process


@pytest.fixture(autouse=True, scope="session")
def _forks() -> Iterator[None]:
    """The threads of a test runner only wait: a fork is safe though they are there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_process, "can_fork", lambda: sys.platform == "linux")
        yield
