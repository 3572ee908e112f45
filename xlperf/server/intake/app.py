"""The service that units reach: the self-check page, and behind it the intake's requests.

Needs the extra ``server``: import it through ``listening.required``.
"""

import asyncio
import contextlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from xlperf.season.codes import Codes
from xlperf.season.deliveries import DeliveredFile, Deliveries, Delivery, DeliveryState
from xlperf.season.delivery_check import DeliveryCopies
from xlperf.season.season_records import Unit
from xlperf.season.store import Store
from xlperf.server.guarding import RequestGuard
from xlperf.server.intake import shown
from xlperf.server.intake.process_pool import COPIES, URGENT, Checks, DeliveryOrder, Done, ProcessPool
from xlperf.server.intake.request_limits import Attempts, OpenRequests, refuse_too_often
from xlperf.server.intake.season_access import SeasonAccess
from xlperf.server.intake.settings import BadRequestError, IntakeSettings, limits, said
from xlperf.server.intake.uploads import Upload, drain, refuse_too_large

_COOKIE = "xlperf_intake"
_HOME = "/intake"
_CODE_BYTES = 1024
_JSON = "application/json"
_TEXT = "text/plain; charset=utf-8"
Handler = Callable[[Request], Awaitable[Response]]


def create_app(base: str, page: Path, settings: IntakeSettings | None) -> Starlette:
    """The service at ``base`` with the self-check ``page``, and the intake where there are ``settings``."""
    routes = [Route("/", _page(page))]
    if settings is None:
        app = Starlette(routes=routes, exception_handlers=_HANDLERS)
    else:
        intake = Intake(settings, is_secure=base.startswith("https:"))
        routes += intake.routes()
        app = Starlette(routes=routes, lifespan=intake.lifespan, exception_handlers=_HANDLERS)
    app.add_middleware(RequestGuard, base=base)
    return app


def _page(page: Path) -> Handler:
    async def answer(request: Request) -> Response:
        """The self-check page, which a browser may keep, and asks whether it is still the same."""
        found = page.stat()
        tag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
        headers = {"cache-control": "no-cache", "etag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return FileResponse(page, media_type="text/html", headers=headers)

    return answer


async def _refused(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, BadRequestError)
    headers = {} if refusal.after is None else {"retry-after": str(refusal.after)}
    return JSONResponse({"detail": str(refusal)}, refusal.status, headers)


async def _missing(_: Request, __: Exception) -> Response:
    return JSONResponse({"detail": said("not_found")}, 404)


async def _gone(_: Request, __: Exception) -> Response:
    """What is sent to nobody: the other side has gone."""
    return Response(status_code=400)


_HANDLERS: Mapping[Any, Any] = {
    BadRequestError: _refused,
    ClientDisconnect: _gone,
    404: _missing,
    405: _missing,
}


class Intake:
    """The requests of units about one season."""

    def __init__(self, settings: IntakeSettings, *, is_secure: bool) -> None:
        self._settings, self._is_secure = settings, is_secure
        self._attempts = Attempts()
        self._uploads, self._copies = OpenRequests("open"), OpenRequests("open_copies")

    def routes(self) -> list[Route]:
        """Where the requests go."""
        files = [Route(path, response, methods=["GET"]) for path, response in shown.intake_files().items()]
        return [
            *files,
            Route("/intake/session", self._sign_in, methods=["POST"]),
            Route("/intake/session", self._sign_out, methods=["DELETE"]),
            Route("/intake/session", self._who, methods=["GET"]),
            Route("/intake/packages", self._take, methods=["POST"]),
            Route("/intake/packages", self._list, methods=["GET"]),
            Route("/intake/packages/{receipt}", self._show, methods=["GET"]),
            Route("/intake/packages/{receipt}/{what}", self._download, methods=["GET"]),
        ]

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Open the season, go on with what waits, and close all when the service ends."""
        self._season = SeasonAccess(self._settings.season)
        self._pool = ProcessPool(self._settings)
        self._checks = Checks(self._pool, self._give_up)
        try:
            for delivery in await self._season.write(_waiting):
                self._checks.add(delivery.unit, delivery.receipt)
            yield
        finally:
            self._checks.close()
            self._pool.close()
            self._season.close()

    def _give_up(self, receipt: str) -> None:
        def fail(store: Store) -> None:
            """Keep that a delivery could not be checked."""
            with store.change():
                Deliveries(store).set_state(receipt, DeliveryState.FAILED)

        self._season.later(fail)

    # Sign-in

    async def _sign_in(self, request: Request) -> Response:
        address = request.client.host if request.client else ""
        code = await _code(request)
        self._attempts.refuse_too_many(address)
        unit = await self._season.read(lambda store: Codes(store).unit_of(code))
        if unit is None:
            self._attempts.failed(address)
            raise BadRequestError(403, "wrong_code")
        hours = limits()["session_hours"]
        token = await self._season.write(lambda store: Codes(store).open_session(unit, _now(), hours))
        response = Response(status_code=204)
        response.set_cookie(
            _COOKIE,
            token,
            max_age=int(hours * 3600),
            path=_HOME,
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    async def _sign_out(self, request: Request) -> Response:
        token = request.cookies.get(_COOKIE, "")
        if token:
            await self._season.write(lambda store: Codes(store).close_session(token))
        response = Response(status_code=204)
        response.delete_cookie(_COOKIE, path=_HOME, secure=self._is_secure, httponly=True, samesite="strict")
        return response

    async def _who(self, request: Request) -> Response:
        unit = await self._unit(request)
        return JSONResponse({"unit": await self._season.read(lambda store: _owner(store, unit).title)})

    async def _unit(self, request: Request) -> int:
        """The unit that has signed in; raises BadRequestError for nobody."""
        token = request.cookies.get(_COOKIE, "")
        if not token:
            raise BadRequestError(401, "sign_in")
        unit = await self._season.read(lambda store: Codes(store).unit_in(token, _now()))
        if unit is None:
            raise BadRequestError(401, "ended")
        return unit

    # Packages

    async def _take(self, request: Request) -> Response:
        body = request.stream()
        try:
            delivery, known = await self._taken(request, body)
        except BadRequestError:
            await drain(body)
            raise
        self._checks.add(delivery.unit, delivery.receipt)
        return JSONResponse(known, 201)

    async def _taken(
        self, request: Request, body: AsyncIterator[bytes]
    ) -> tuple[Delivery, Mapping[str, Any]]:
        unit = await self._unit(request)
        announced = request.headers.get("content-length", "")
        refuse_too_large(int(announced) if announced.isdecimal() else 0)
        with self._uploads.entered(unit):
            await self._season.read(lambda store: refuse_too_often(store, unit, _now()))
            if shutil.disk_usage(self._settings.spool).free < limits()["free_bytes"]:
                raise BadRequestError(503, "full", after=600)
            folder = Path(tempfile.mkdtemp(prefix="upload-", dir=self._settings.spool))
            try:
                files = await Upload(folder, request.headers.get("content-type", "")).take(body)
                return await self._season.write(lambda store: _kept(store, unit, files), "busy")
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    async def _list(self, request: Request) -> Response:
        unit = await self._unit(request)
        deliveries = await self._season.read(lambda store: Deliveries(store).of_unit(unit))
        return JSONResponse([shown.listed(delivery, self._state(delivery)) for delivery in deliveries])

    async def _show(self, request: Request) -> Response:
        delivery = await self._own(request)
        state = self._state(delivery)
        return JSONResponse(await self._season.read(lambda store: shown.detail(store, delivery, state)))

    async def _download(self, request: Request) -> Response:
        delivery, what = await self._own(request), request.path_params["what"]
        if what not in (shown.ANNOTATED, shown.NOTICE, shown.RECORD):
            raise BadRequestError(404, "not_found")
        if delivery.state is not DeliveryState.DONE:
            raise BadRequestError(409, "not_done", after=limits()["again_seconds"])
        if what == shown.RECORD:
            text = await self._season.read(lambda store: shown.record_of(store, delivery))
            name = shown.record_name(delivery)
            headers = {"content-disposition": _attachment(name)}
            return Response(text.encode("utf-8-sig", "replace"), media_type=_TEXT, headers=headers)
        return await self._copy(delivery, what)

    async def _copy(self, delivery: Delivery, what: str) -> Response:
        folder = Path(tempfile.mkdtemp(prefix="copies-", dir=self._settings.spool))
        task = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
        try:
            with self._copies.entered(delivery.unit):
                copies = await self._made(DeliveryOrder(COPIES, delivery.receipt, folder))
            path = copies.annotated if what == shown.ANNOTATED else copies.notice
            if path is None:
                reason = "；".join(copies.reasons) or said("no_reason")
                raise BadRequestError(404, "not_made", reason=reason)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        headers = {"content-disposition": _attachment(path.name)}
        return FileResponse(path, media_type="application/octet-stream", headers=headers, background=task)

    async def _made(self, order: DeliveryOrder) -> DeliveryCopies:
        given: Future[Done] = self._pool.give(order, URGENT)
        done = await asyncio.wrap_future(given)
        if done.copies is None:
            raise BadRequestError(503, "later", after=limits()["again_seconds"])
        return done.copies

    async def _own(self, request: Request) -> Delivery:
        """The delivery that is asked for; raises BadRequestError for none, and for another unit's."""
        unit = await self._unit(request)
        receipt = request.path_params["receipt"]
        delivery = await self._season.read(lambda store: Deliveries(store).get(receipt))
        if delivery is None or delivery.unit != unit:
            raise BadRequestError(404, "no_receipt")
        return delivery

    def _state(self, delivery: Delivery) -> str:
        return shown.state_of(delivery, is_next=self._checks.is_next(delivery.unit, delivery.receipt))


def _now() -> datetime:
    return datetime.now().astimezone()


def _waiting(store: Store) -> list[Delivery]:
    deliveries = Deliveries(store)
    deliveries.try_again()
    return deliveries.waiting()


def _kept(store: Store, unit: int, files: list[DeliveredFile]) -> tuple[Delivery, Mapping[str, Any]]:
    refuse_too_often(store, unit, _now())
    delivery = Deliveries(store).add(_owner(store, unit), files, _now())
    return delivery, shown.acknowledgement(store, delivery)


def _owner(store: Store, unit: int) -> Unit:
    return next(found for found in store.units() if found.id == unit)


async def _code(request: Request) -> str:
    """The code in the body of a request to sign in."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise BadRequestError(415, "json")
    body = bytearray()
    try:
        async with asyncio.timeout(limits()["idle_seconds"]):
            async for piece in request.stream():
                body += piece
                if len(body) > _CODE_BYTES:
                    raise BadRequestError(413, "json")
    except TimeoutError as error:
        raise BadRequestError(408, "slow") from error
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequestError(400, "json") from error
    code = given.get("code") if isinstance(given, dict) else None
    if not isinstance(code, str):
        raise BadRequestError(400, "json")
    return code


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
