"""Services: a process for requests that must not harm it; one that checks, one that does not."""

import pytest

from tests.received import good as g
from tests.server.intake.besieged import Server, season_with_codes
from tests.server.intake.intake_service import Bureau

SMALL = {
    "package_bytes": 20 * 2**20,
    "file_bytes": 10 * 2**20,
    "silent_seconds": 2,
    "drain_pause_seconds": 0.5,
}


@pytest.fixture(scope="package")
def besieged(tmp_path_factory):
    """A running service, and the codes of its units."""
    folder = tmp_path_factory.mktemp("季")
    season, codes = season_with_codes(folder, 3)
    server = Server(folder, season, SMALL)
    server.start()
    yield server, codes
    server.stop()
    assert "Traceback" not in server.said()


@pytest.fixture
def own_code(besieged) -> str:
    """The code of the unit whose workbook the cases are spoiled from."""
    return besieged[1][g.filing().unit_code]


@pytest.fixture(scope="session")
def bureau(tmp_path_factory):
    """A service that checks what it takes."""
    made = Bureau(tmp_path_factory.mktemp("局"), workers=1)
    with made.serving():
        yield made


@pytest.fixture
def idle(tmp_path):
    """A service that takes packages and checks none."""
    made = Bureau(tmp_path)
    with made.serving():
        yield made
