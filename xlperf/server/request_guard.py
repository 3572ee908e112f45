"""A request from the network → a refusal, or the answer of the service with headers against caching.

Refused are other host names (a web page whose name was made to point here) and other pages' calls.
Starlette's own middleware has not this effect: CORSMiddleware answers the calls of other pages,
TrustedHostMiddleware redirects, refuses in English, and in older versions does not know [::1].
"""

import re
from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from xlperf.server.server_texts import message, server_texts

Next = Callable[[Request], Awaitable[Response]]
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class RequestGuard:
    """A middleware function. ``names`` are the hosts under which the service may be called, ``base`` the
    address that Excel knows, for which a proxy before the service may use another scheme.
    """

    def __init__(self, names: Collection[str], base: str) -> None:
        self._base = base.casefold()
        self._names = {name.casefold() for name in names}
        self._office = re.compile(server_texts()["office"]["origins"], re.IGNORECASE)

    async def __call__(self, request: Request, answer: Next) -> Response:
        """The response of ``answer``, or a refusal with status 400 or 403."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin", "")
        is_own = origin.casefold() in ("", self._base, f"{request.scope['scheme']}://{host}".casefold())
        is_office = bool(self._office.fullmatch(origin)) and request.method in ("GET", "HEAD")
        if _host_name(host) not in self._names:
            response: Response = JSONResponse({"detail": message("host")}, 400)
        elif not is_own and not is_office:
            response = JSONResponse({"detail": message("origin")}, 403)
        else:
            response = await answer(request)
            if not is_own:
                response.headers.update({"access-control-allow-origin": origin, "vary": "Origin"})
        response.headers.update(_HEADERS)
        return response


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""
