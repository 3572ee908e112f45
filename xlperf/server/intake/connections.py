"""A connection of uvicorn's that is closed when it says nothing, or takes nothing, for too long.

Needs the extra ``server``: import it through ``listening.required``.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from xlperf.server.intake.settings import limits


class BoundedConnection(H11Protocol):
    """What uvicorn has no limit for: the time until a request is there, and a reader that does not read."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._silent: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take a piece; where no request is whole yet, the time goes on."""
        super().data_received(data)
        if self._is_answering():
            _cancel(self._silent)
            self._silent = None
        elif self._silent is None:
            self._wait()

    def pause_writing(self) -> None:
        """Wait for the other side to take what was sent."""
        super().pause_writing()
        self._stuck = self.loop.call_later(limits()["stuck_seconds"], self.transport.abort)

    def resume_writing(self) -> None:
        """Go on sending."""
        super().resume_writing()
        _cancel(self._stuck)
        self._stuck = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the times."""
        _cancel(self._silent)
        _cancel(self._stuck)
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._silent = self.loop.call_later(limits()["silent_seconds"], self._end)

    def _end(self) -> None:
        self._silent = None
        if not self._is_answering():
            self.transport.abort()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer:
        timer.cancel()
