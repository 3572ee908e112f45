"""The texts of server.json and the files of static/ → what Excel loads: manifest, page, scripts."""

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from xlperf.core.errors import InputError
from xlperf.declarations.source import Texts, text_of, texts_of
from xlperf.declarations.worksheet_functions import declared as functions

META = "/custom-functions-meta.json"
CALL = "/custom-functions-call"
SCRIPT = "/functions.js"
PANE = "/taskpane.html"
PANE_SCRIPT = "/taskpane.js"
ICON = "/icons/{name}"
MANIFEST = "/manifest.xml"
OFFICE = "/office-js"


def server_texts() -> Texts:
    """The content of server.json; raises DeclarationError as ``texts_of`` does."""
    return texts_of("server")


def message(name: str, /, **values: object) -> str:
    """A message of the service, its gaps filled with ``values``."""
    return text_of("server", "messages", name, **values)


def base_url(given: str, port: int, *, secure: bool = True) -> str:
    """The address at which Excel reaches the service, without a slash at the end.

    ``given`` is "" for this machine. Raises InputError for anything but a scheme (https where it must be
    ``secure``), a host and perhaps a port.
    """
    if not given:
        return f"{'https' if secure else 'http'}://{server_texts()['listen']['name']}:{port}"
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
    return _filled("manifest.xml", {**server_texts()["manifest"], "base": base})


def _pane(*, own_office: bool) -> bytes:
    texts, names = server_texts()["pane"], server_texts()["manifest"]
    addresses = {"script": SCRIPT, "pane": PANE_SCRIPT, "meta": META}
    office = f"{OFFICE}/office.js" if own_office else server_texts()["office"]["script"]
    values = {
        **texts,
        **addresses,
        "intro": texts["intro"].format(namespace=names["namespace"]),
        "lang": names["locale"],
        "namespace": names["namespace"],
        "office": office,
    }
    return _filled("taskpane.html", values)


def _script() -> bytes:
    """The script that answers for every function by a call of this service."""
    settings = {
        "call": CALL,
        "functions": list(functions().functions),
        "stopped": server_texts()["pane"]["stopped"],
    }
    return f"const XLPERF = {json.dumps(settings, ensure_ascii=False)};\n".encode() + _content("functions.js")


def _filled(name: str, values: Mapping[str, str]) -> bytes:
    """A template with its placeholders replaced by ``values``, which are escaped for XML and HTML."""
    escaped = {key: escape(value, {'"': "&quot;"}) for key, value in values.items()}
    return Template(_content(name).decode()).substitute(escaped).encode()


def _content(name: str) -> bytes:
    return (_STATIC / name).read_bytes()
