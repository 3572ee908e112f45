"""One service for all tests that only ask it."""

import pytest

from tests.server.service import running


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    with running(tmp_path_factory.mktemp("home"), "--http") as (started, _):
        yield started


@pytest.fixture(autouse=True)
def config_home(tmp_path, monkeypatch):
    """No test sees the settings of whoever runs it."""
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
