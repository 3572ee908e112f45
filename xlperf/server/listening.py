"""``xlperf server start``: where the service listens until it is stopped, and what Excel loads from it.

That is the manifest, a page and scripts, made of the texts of server.json and the files of static/.
"""

import ipaddress
import json
import os
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from xlperf.core.errors import InputError
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.worksheet_functions import declared as functions
from xlperf.server.intake.settings import limits

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
        given = self.url
        if not (given or self.is_local):
            if self.host in _EVERYWHERE:
                raise InputError(message("everywhere", host=self.host))
            name = f"[{self.host}]" if ":" in self.host else self.host
            given = f"{'http' if self.insecure else 'https'}://{name}:{self.port}"
        return base_url(given, self.port, secure=not self.insecure)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the service."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.casefold() == str(texts_of("server")["listen"]["name"])


def start(listening: Listening, say: Callable[[str], None]) -> None:
    """Serve until interrupted. ``say`` is called with each message for the user.

    Raises InputError for options that do not fit together, a missing extra or licence, a taken port.
    """
    if not listening.cert and not listening.insecure and listening.key is None:
        raise InputError(message("certificate", name=texts_of("server")["listen"]["name"]))
    if listening.cert and listening.insecure:
        raise InputError(message("http"))
    refuse_unusable(listening.cert, listening.key)
    base = listening.base
    with bound(listening) as listener:
        required("uvicorn")
        app = required("xlperf.server.app").create_app(base, listening.office_js)
        if not listening.is_local:
            say(message("warning", host=listening.host))
        say(message("started", base=base))
        serve(app, listening, listener)


def serve(app: Any, listening: Listening, listener: socket.socket) -> None:
    """Answer on ``listener`` by the ASGI application ``app`` until interrupted."""
    uvicorn = required("uvicorn")
    config = uvicorn.Config(
        app,
        ssl_certfile=listening.cert,
        ssl_keyfile=listening.key,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits()["connections"],
        http=required("xlperf.server.guarding").BoundedConnection,
    )
    uvicorn.Server(config).run(sockets=[listener])


def refuse_unusable(cert: Path | None, key: Path | None) -> None:
    """Raise InputError for one of them alone and for a pair that cannot be used."""
    if (cert is None) != (key is None):
        raise InputError(message("both"))
    if cert and key:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
        except (OSError, ValueError) as error:
            raise InputError(message("unusable", reason=error)) from error


def bound(listening: Listening) -> socket.socket:
    """A socket bound to the address; raises InputError where that is taken or nobody's."""
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":  # there it would let two services share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((listening.host, listening.port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise InputError(message("port", port=listening.port, reason=error)) from error
    return listener


META = "/custom-functions-meta.json"
CALL = "/custom-functions-call"
SCRIPT = "/functions.js"
PANE = "/taskpane.html"
PANE_SCRIPT = "/taskpane.js"
ICON = "/icons/{name}"
MANIFEST = "/manifest.xml"
OFFICE = "/office-js"


def message(name: str, /, **values: object) -> str:
    """A message of the service, its gaps filled with ``values``."""
    return text_of("server", "messages", name, **values)


def base_url(given: str, port: int, *, secure: bool = True) -> str:
    """The address at which Excel reaches the service, without a slash at the end.

    ``given`` is "" for this machine. Raises InputError for anything but a scheme (https where it must be
    ``secure``), a host and perhaps a port.
    """
    if not given:
        return f"{'https' if secure else 'http'}://{texts_of('server')['listen']['name']}:{port}"
    base, schemes = given.rstrip("/"), ("https",) if secure else ("http", "https")
    try:
        parts = urlsplit(base)
        is_site = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        is_site = False
    if not is_site or base != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise InputError(message("base", base=given))
    return base


_STATIC = Path(__file__).parent / "static"


def static_files(base: str, *, own_office: bool) -> Mapping[str, tuple[bytes, str]]:
    """The content and media type of each file of the service at ``base`` (scheme, host, port), by its path.

    With ``own_office`` the page loads Office.js from this service, else from Microsoft's site.
    """
    icons = sorted((_STATIC / "icons").iterdir())
    return {
        MANIFEST: (manifest(base), "application/xml"),
        PANE: (_pane(own_office=own_office), "text/html"),
        PANE_SCRIPT: (_content("taskpane.js"), "text/javascript"),
        SCRIPT: (_script(), "text/javascript"),
        **{ICON.format(name=icon.name): (icon.read_bytes(), "image/png") for icon in icons},
    }


def manifest(base: str) -> bytes:
    """The manifest.xml that Excel installs the add-in from, for the service at ``base``."""
    return _filled("manifest.xml", {**texts_of("server")["manifest"], "base": base})


def _pane(*, own_office: bool) -> bytes:
    texts, names = texts_of("server")["pane"], texts_of("server")["manifest"]
    namespace = names["namespace"]
    values = {
        **texts,
        **{"script": SCRIPT, "pane": PANE_SCRIPT, "meta": META, "lang": names["locale"]},
        **{"intro": texts["intro"].format(namespace=namespace), "namespace": namespace},
        "office": f"{OFFICE}/office.js" if own_office else texts_of("server")["office"]["script"],
    }
    return _filled("taskpane.html", values)


def _script() -> bytes:
    """The script that answers for every function by a call of this service."""
    settings = {
        "call": CALL,
        "functions": list(functions().functions),
        "stopped": texts_of("server")["pane"]["stopped"],
    }
    return f"const XLPERF = {json.dumps(settings, ensure_ascii=False)};\n".encode() + _content("functions.js")


def _filled(name: str, values: Mapping[str, str]) -> bytes:
    """A template with its placeholders replaced by ``values``, which are escaped for XML and HTML."""
    escaped = {key: escape(value, {'"': "&quot;"}) for key, value in values.items()}
    return Template(_content(name).decode()).substitute(escaped).encode()


def _content(name: str) -> bytes:
    return (_STATIC / name).read_bytes()


def required(name: str) -> Any:
    """The module ``name`` of the extra ``server``; InputError where it or its licence is missing."""
    try:
        return import_module(name)
    except ImportError as missing:
        raise InputError(message("extra", name=missing.name or name)) from missing
    except Exception as refused:
        if type(refused).__name__ != "LicenseError":
            raise
        raise InputError(message("licence", reason=refused)) from refused
