"""Settings of every test: workers are forks of the test run, so that what a test replaces is replaced in
them too; drawn examples are the same in every run, but with the environment variable XLPERF_FUZZ new ones."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from xlperf.jobs import worker_process

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fuzz", max_examples=500, deadline=None)
settings.load_profile("fuzz" if os.environ.get("XLPERF_FUZZ") else "same")


@pytest.fixture(autouse=True, scope="session")
def _forks() -> Iterator[None]:
    """The threads of a test runner only wait: a fork is safe though they are there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_process, "can_fork", lambda: sys.platform == "linux")
        yield
