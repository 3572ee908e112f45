import pytest

from xlperf.declarations.profile import load_profile


@pytest.fixture(scope="session")
def profile():
    return load_profile("hunan-yueyang-2024")
