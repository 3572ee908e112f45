"""The service as an ASGI application: what it serves, and what it refuses before anything is read."""

import json
import re
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from xlperf.core.errors import InputError
from xlperf.server.function_calls import BadCallError, answer, metadata
from xlperf.server.listening import CALL, META, OFFICE, message, server_texts, static_files

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


LOOPBACK = ("127.0.0.1", "localhost", "::1")
_JSON = "application/json"


def create_app(base: str, office_js: Path | None = None) -> FastAPI:
    """The service that Excel reaches at ``base``; ``office_js`` is a folder with Office.js in it.

    Raises InputError where the licence or office.js is missing.
    """
    metadata()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.middleware("http")(RequestGuard({*LOOPBACK, urlsplit(base).hostname or ""}, base))
    for path, (content, kind) in static_files(base, own_office=office_js is not None).items():
        app.add_api_route(path, _file(content, kind), methods=["GET", "HEAD"], response_model=None)
    app.add_api_route(META, metadata, methods=["GET"], response_model=None)
    app.add_api_route(CALL, _call, methods=["POST"], response_model=None)
    if office_js:
        if not (office_js / "office.js").is_file():
            raise InputError(message("folder", folder=office_js))
        app.mount(OFFICE, StaticFiles(directory=office_js))
    return app


def _file(content: bytes, kind: str) -> Callable[[], Response]:
    return lambda: Response(content, media_type=kind)


async def _call(request: Request) -> Response:
    """The rows of one call as ``{"result": …}``, or ``{"detail": …}`` with why there are none."""
    try:
        body = await _body(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
            raise BadCallError(415, "json")
        return JSONResponse({"result": await answer(_parsed(body))})
    except BadCallError as bad:
        return JSONResponse({"detail": str(bad)}, bad.status)


async def _body(request: Request) -> bytes:
    """The whole body; raises BadCallError as soon as it is larger than allowed."""
    limit = server_texts()["limits"]["bytes"]
    announced = request.headers.get("content-length", "")
    body = bytearray()
    if not announced or (announced.isdecimal() and int(announced) <= limit):
        async for piece in request.stream():
            body += piece
            if len(body) > limit:
                break
        else:
            return bytes(body)
    raise BadCallError(413, "size", bytes=limit)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise BadCallError(400, "json") from broken
