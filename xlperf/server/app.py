"""The service that answers Excel: a FastAPI application that calls the functions and guards its requests.

Needs the extra ``server``: import it through ``listening.required``.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from functools import cache, wraps
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from openpyxl.utils import range_boundaries

from xlperf.core.errors import InputError
from xlperf.declarations.source import texts_of
from xlperf.declarations.worksheet_functions import Function, declared
from xlperf.excel.functions.publish import ValueArea, publish
from xlperf.server.guarding import RequestGuard
from xlperf.server.listening import CALL, META, OFFICE, message, required, static_files

call_addresses: ContextVar[Sequence[str]] = ContextVar("call_addresses", default=())
"""The addresses of the arguments of the current call, one each; empty where they are not known."""


def addresses_in(given: object, count: int) -> Sequence[str]:
    """The addresses in what came with a call of ``count`` arguments, none where their number differs."""
    found = [*_flat(given)]
    return found if len(found) == count else ()


def placed(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` called with ranges that have the sheet, row and column of ``call_addresses``."""

    @wraps(function)
    def run(*given: object) -> Any:
        """The result of ``function`` for the placed arguments."""
        known = call_addresses.get()
        return function(*map(_with_place, given, known) if len(known) == len(given) else given)

    return run


def _flat(given: object) -> Iterator[str]:
    if isinstance(given, list):
        for inner in given:
            yield from _flat(inner)
    else:
        yield given if isinstance(given, str) else ""


def _with_place(given: object, address: str) -> object:
    sheet, _, cells = address.rpartition("!")
    if not isinstance(given, ValueArea) or not (sheet and cells):
        return given
    try:
        column, row, *_ = range_boundaries(cells)
    except ValueError:
        return given
    title = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
    return replace(given, sheet=title.rpartition("]")[2], row=row or 1, column=column or 1)


_RUNTIME = re.compile(r"1\.[1-9]")
_OLDEST_RUNTIME = "1.1"
_AREAS = "areas"
_PASSED_ON = ("culture_info_name", "date_format", "caller_address")


class BadCallError(Exception):
    """A call that is not answered: ``status`` is that of HTTP, the text is for the cell."""

    def __init__(self, status: int, name: str, /, **values: object) -> None:
        super().__init__(message(name, **values))
        self.status = status


@cache
def published() -> SimpleNamespace:
    """The functions as xlwings.server takes them, with the names that people read."""
    server = required("xlwings.server")
    made = publish(server.func, server.arg, server.ret, chinese=True)
    return SimpleNamespace(**{name: placed(function) for name, function in made.items()})


def metadata() -> dict[str, Any]:
    """The description of the functions for Excel: ids, names, descriptions, parameters."""
    found: dict[str, Any] = required("xlwings.server").custom_functions_meta(published())
    return found


async def answer(payload: object) -> object:
    """The rows that the call ``payload`` gives. Raises BadCallError for anything but a call of ours."""
    if not isinstance(payload, Mapping):
        raise BadCallError(422, "shape", reason=type(payload).__name__)
    function = declared().functions.get(str(payload.get("func_name")))
    if function is None:
        raise BadCallError(404, "function", name=payload.get("func_name"))
    data = {name: payload.get(name) for name in _PASSED_ON}
    arguments = _arguments(function, payload.get("args"))
    runtime = str(payload.get("runtime"))
    data |= {
        "client": "Office.js",
        "version": "",
        "runtime": runtime if _RUNTIME.fullmatch(runtime) else _OLDEST_RUNTIME,
        "func_name": function.name,
        "args": arguments,
    }
    count = sum(
        len(given) if argument.shape == _AREAS else 1
        for argument, given in zip(function.arguments, arguments, strict=False)
    )
    call_addresses.set(addresses_in(payload.get("parameter_addresses"), count))
    try:
        return await required("xlwings.server").custom_functions_call(data, published())
    except Exception as error:
        raise BadCallError(500, "failed", reason=f"{type(error).__name__}: {error}") from error


def _arguments(function: Function, given: object) -> list[Any]:
    """The arguments of a call; those left out at the end are blank."""
    if not isinstance(given, list):
        raise BadCallError(422, "shape", reason=message("arguments"))
    needed = sum(
        not (argument.may_be_left_out or argument.shape == _AREAS) for argument in function.arguments
    )
    if not needed <= len(given) <= len(function.arguments):
        raise BadCallError(422, "shape", reason=message("count"))
    for argument, value in zip(function.arguments, given, strict=False):
        if argument.shape == _AREAS and not isinstance(value, list):
            raise BadCallError(422, "shape", reason=message("ranges", label=argument.label))
    return given


_JSON = "application/json"


def create_app(base: str, office_js: Path | None = None) -> FastAPI:
    """The service that Excel reaches at ``base``; ``office_js`` is a folder with Office.js in it.

    Raises InputError where the licence or office.js is missing.
    """
    metadata()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(RequestGuard, base=base, readers=texts_of("server")["office"]["origins"])
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
    limit = texts_of("server")["limits"]["bytes"]
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
