"""Requests → answered, or refused where a page of another site or a name that is not the service's is behind.

And connections that are closed when they say nothing, or take nothing, for too long. Needs the extra
``server``: import it through ``listening.required``.
"""

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from xlperf.server.intake.settings import limits
from xlperf.server.listening import message

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class RequestGuard:
    """A middleware. ``base`` is the address of the service as others know it, for which a proxy before it may
    use another scheme; ``readers`` is a pattern of origins whose pages may read and not call.
    """

    def __init__(self, app: ASGIApp, base: str, readers: str = "") -> None:
        self._app, self._base = app, base.casefold()
        self._names = {*LOOPBACK, (urlsplit(base).hostname or "").casefold()}
        self._readers = re.compile(readers, re.IGNORECASE) if readers else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with status 400 or 403; every response gets the same headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin", "")
        is_own = origin.casefold() in ("", self._base, f"{scope['scheme']}://{host}".casefold())

        async def sent(part: Message) -> None:
            """Send a part of the response, the first with the headers."""
            if part["type"] == "http.response.start":
                answered = MutableHeaders(scope=part)
                for name, value in _HEADERS.items():
                    answered.setdefault(name, value)
                if not is_own and refusal is None:
                    answered.update({"access-control-allow-origin": origin, "vary": "Origin"})
            await send(part)

        refusal = self._refusal(host, is_own or self._may_read(origin, scope["method"]))
        await (refusal or self._app)(scope, receive, sent)

    def _may_read(self, origin: str, method: str) -> bool:
        return bool(self._readers and self._readers.fullmatch(origin)) and method in ("GET", "HEAD")

    def _refusal(self, host: str, is_known: bool) -> Response | None:
        if _host_name(host) not in self._names:
            return JSONResponse({"detail": message("host")}, 400)
        return None if is_known else JSONResponse({"detail": message("origin")}, 403)


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


class BoundedConnection(H11Protocol):
    """What uvicorn has no limit for: the time until a request is there, and a reader that does not read."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._silent: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request; end a connection of an address that has too many.

        A proxy on this machine has those of all units.
        """
        super().connection_made(transport)
        others = [link.client for link in self.connections if isinstance(link, BoundedConnection)]
        own = self.client[0] if self.client else ""
        taken = sum(client is not None and client[0] == own for client in others)
        if own not in LOOPBACK and taken > limits()["connections_per_address"]:
            transport.abort()
        else:
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
