"""``xlperf server start``: the service on this machine, until it is stopped."""

import ipaddress
import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.server.function_calls import required
from xlperf.server.static_files import base_url, message, server_texts

_EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the service listens, and how Excel reaches it.

    ``cert`` and ``key`` are files in PEM, both or none; without them the service speaks http, which
    Excel does not take, and ``insecure`` has to allow it. ``url`` is "" for this machine. ``office_js`` is a
    folder with Office.js in it.
    """

    host: str
    port: int
    url: str = ""
    cert: Path | None = None
    key: Path | None = None
    insecure: bool = False
    office_js: Path | None = None

    @property
    def base(self) -> str:
        """The address in the manifest; raises InputError where it cannot be known."""
        if self.url or self.is_local:
            return base_url(self.url, self.port, secure=not self.insecure)
        if self.host in _EVERYWHERE:
            raise InputError(message("everywhere", host=self.host))
        name = f"[{self.host}]" if ":" in self.host else self.host
        return base_url(
            f"{'http' if self.insecure else 'https'}://{name}:{self.port}",
            self.port,
            secure=not self.insecure,
        )

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the service."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.casefold() == str(server_texts()["listen"]["name"])


def start(listening: Listening, say: Callable[[str], None]) -> None:
    """Serve until interrupted. ``say`` is called with each message for the user.

    Raises InputError for options that do not fit together, a missing extra or licence, a taken port.
    """
    _refuse_wrong(listening)
    base = listening.base
    with _bound(listening) as bound:
        uvicorn = required("uvicorn")
        app = required("xlperf.server.app").create_app(base, listening.office_js)
        if not listening.is_local:
            say(message("warning", host=listening.host))
        say(message("started", base=base))
        config = uvicorn.Config(
            app,
            ssl_certfile=listening.cert,
            ssl_keyfile=listening.key,
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[bound])


def _refuse_wrong(listening: Listening) -> None:
    if (listening.cert is None) != (listening.key is None):
        raise InputError(message("both"))
    if listening.cert and listening.insecure:
        raise InputError(message("http"))
    if not listening.cert and not listening.insecure:
        raise InputError(message("certificate", name=server_texts()["listen"]["name"]))
    if listening.cert and listening.key:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(listening.cert, listening.key)
        except (OSError, ValueError) as error:
            raise InputError(message("unusable", reason=error)) from error


def _bound(listening: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":  # there it would let two services share a port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((listening.host, listening.port))
    except (OSError, OverflowError) as error:
        bound.close()
        raise InputError(message("port", port=listening.port, reason=error)) from error
    return bound
