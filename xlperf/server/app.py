"""The service as an ASGI application: metadata, calls, manifest, page, scripts and icons, and nothing else.

Importing it needs the extra ``server``.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from xlperf.core.errors import InputError
from xlperf.server import pages
from xlperf.server.declared import declared
from xlperf.server.functions import BadCallError, answer, metadata
from xlperf.server.guard import Guard
from xlperf.server.icons import icon
from xlperf.server.manifest import manifest
from xlperf.server.paths import (
    CALL,
    ICON,
    MANIFEST,
    META,
    OFFICE,
    PANE,
    PANE_SCRIPT,
    SCRIPT,
)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_JSON = "application/json"


def create_app(base: str, office_js: Path | None = None) -> Guard:
    """The service that Excel reaches at ``base``; ``office_js`` is a folder with Office.js in it.

    Raises InputError where the licence or office.js is missing.
    """
    metadata()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_files(app, base, own_office=office_js is not None)
    app.add_api_route(META, metadata, methods=["GET"], response_model=None)
    app.add_api_route(CALL, _call, methods=["POST"], response_model=None)
    if office_js:
        if not (office_js / "office.js").is_file():
            raise InputError(declared().message("folder", folder=office_js))
        app.mount(OFFICE, StaticFiles(directory=office_js))
    return Guard(app, {*LOOPBACK, urlsplit(base).hostname or ""}, base)


def _add_files(app: FastAPI, base: str, *, own_office: bool) -> None:
    files: dict[str, tuple[bytes | str, str]] = {
        MANIFEST: (manifest(base), "application/xml"),
        PANE: (pages.pane(own_office=own_office), "text/html"),
        PANE_SCRIPT: (pages.pane_script(), "text/javascript"),
        SCRIPT: (pages.script(), "text/javascript"),
        **{ICON.format(size=size): (icon(size), "image/png") for size in declared().icon["sizes"]},
    }
    for path, (content, kind) in files.items():
        app.add_api_route(path, _file(content, kind), methods=["GET", "HEAD"], response_model=None)


def _file(content: bytes | str, kind: str) -> Callable[[], Response]:
    def given() -> Response:
        return Response(content, media_type=kind)

    return given


async def _call(request: Request) -> Response:
    """The rows of one call as ``{"result": …}``, or ``{"detail": …}`` with why there are none."""
    try:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
            raise BadCallError(415, "json")
        return _answered(200, {"result": await answer(_parsed(await request.body()))})
    except BadCallError as bad:
        return _answered(bad.status, {"detail": str(bad)})


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise BadCallError(400, "json") from broken


def _answered(status: int, content: object) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, media_type=_JSON)
