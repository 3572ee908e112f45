"""What comes in from the network → refused before anything of it is read, or handed to the service.

Refused are other host names (a web page whose name was made to point here), other pages' calls, and
requests larger than declared.
"""

import json
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from xlperf.server.declared import declared

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class Guard:
    """``app`` behind the checks; ``names`` are the hosts under which it may be called, ``base`` the
    address that Excel knows, which a proxy before the service may have another scheme for.
    """

    def __init__(self, app: App, names: Collection[str], base: str) -> None:
        self._app = app
        self._base = base.casefold()
        self._names = {name.casefold() for name in names}
        self._office = re.compile(declared().office_origins, re.IGNORECASE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        origin, host = headers.get("origin", ""), headers.get("host", "")
        if _host_name(host) not in self._names:
            await _refuse(send, 400, "host")
            return
        own = {"", self._base, f"{scope['scheme']}://{host}".casefold()}
        is_own = origin.casefold() in own
        is_office = bool(self._office.fullmatch(origin)) and scope["method"] in ("GET", "HEAD")
        if not is_own and not is_office:
            await _refuse(send, 403, "origin")
            return
        body = await _body(receive, headers.get("content-length", ""))
        if body is None:
            await _refuse(send, 413, "size", bytes=declared().limit)
            return
        allowed = ((b"access-control-allow-origin", origin.encode()), (b"vary", b"Origin"))
        await self._app(scope, _given(body, receive), _with_headers(send, () if is_own else allowed))


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


async def _body(receive: Receive, announced: str) -> bytes | None:
    """The whole body of a request, None as soon as it is larger than allowed."""
    limit = declared().limit
    if announced and not (announced.isdecimal() and int(announced) <= limit):
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _given(body: bytes, receive: Receive) -> Receive:
    """What hands over ``body``, then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving


def _with_headers(send: Send, more: Collection[tuple[bytes, bytes]]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS, *more]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, key: str, **context: object) -> None:
    content = json.dumps({"detail": declared().message(key, **context)}, ensure_ascii=False).encode()
    head = [(b"content-type", b"application/json; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": content})
