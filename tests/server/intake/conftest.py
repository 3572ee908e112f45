"""One service over a season of two units for all requests that must not harm it."""

import pytest

from tests.received import good as g
from tests.server.intake.besieged import Server, season_with_codes

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
