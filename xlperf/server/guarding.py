"""Requests → answered, or refused where a page of another site or a name that is not the service's is behind.

Needs the extra ``server``: import it through ``listening.required``.
"""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
