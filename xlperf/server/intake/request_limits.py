"""Who may ask how often: attempts to sign in of an address, open uploads and packages of a unit."""

import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from xlperf.season.deliveries import Deliveries
from xlperf.season.store import Store
from xlperf.server.intake.settings import BadRequestError, limits

_MINUTE = 60
_MOST_ADDRESSES = 10_000


class Attempts:
    """Wrong codes, by the address that they came from."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = {}

    def refuse_too_many(self, address: str) -> None:
        """Raise BadRequestError for an address from which too many wrong codes have come of late."""
        bound = limits()["attempts"]
        failed = self._failed.get(address, deque())
        old = time.monotonic() - bound["minutes"] * _MINUTE
        while failed and failed[0] < old:
            failed.popleft()
        if not failed:
            self._failed.pop(address, None)
        if len(failed) >= bound["count"]:
            after = int(failed[0] - old) + 1
            raise BadRequestError(429, "attempts", after=after, minutes=-(-after // _MINUTE))

    def failed(self, address: str) -> None:
        """Count a wrong code; the addresses that failed first are forgotten where there are very many."""
        if len(self._failed) >= _MOST_ADDRESSES and address not in self._failed:
            self._failed.pop(next(iter(self._failed)))
        self._failed.setdefault(address, deque()).append(time.monotonic())


class OpenRequests:
    """Requests of one kind that last, by unit; ``refusal`` is the message where there are too many."""

    def __init__(self, refusal: str) -> None:
        self._refusal = refusal
        self._of_unit: Counter[int] = Counter()

    @contextmanager
    def entered(self, unit: int) -> Iterator[None]:
        """Count a request of ``unit`` during the block; raises BadRequestError where there are too many."""
        bounds = limits()
        if self._of_unit.total() >= bounds["open_uploads"] or self._of_unit[unit] >= bounds["open_per_unit"]:
            raise BadRequestError(429, self._refusal, after=bounds["again_seconds"])
        self._of_unit[unit] += 1
        try:
            yield
        finally:
            self._of_unit[unit] -= 1
            if not self._of_unit[unit]:
                del self._of_unit[unit]


def refuse_too_often(store: Store, unit: int, moment: datetime) -> None:
    """Raise BadRequestError for a unit that has handed in as many packages as it may."""
    deliveries, bound = Deliveries(store), limits()["packages"]
    minutes: Any = bound["minutes"]
    if deliveries.since(unit, moment - timedelta(minutes=minutes)) >= bound["count"]:
        raise BadRequestError(429, "too_often", after=minutes * _MINUTE, **bound)
    most = limits()["packages_a_day"]
    if deliveries.since(unit, moment - timedelta(days=1)) >= most:
        raise BadRequestError(429, "too_often_a_day", after=60 * _MINUTE, count=most)
