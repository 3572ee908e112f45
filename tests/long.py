"""What `make test` leaves to `make long`: the rest of alike cases, and tests that mostly wait."""

from collections.abc import Iterable
from typing import Any

import pytest

long = pytest.mark.long


def one_in(step: int, values: Iterable[Any]) -> list[Any]:
    """Every ``step``-th value for `make test`, the others for `make long`."""
    return [
        value if place % step == 0 else pytest.param(value, marks=long) for place, value in enumerate(values)
    ]
