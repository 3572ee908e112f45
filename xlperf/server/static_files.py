"""The files of static/ and the texts of server.json → what Excel loads: manifest, page, scripts, icons."""

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from xlperf.declarations.worksheet_functions import declared as functions
from xlperf.server.routes import CALL, ICON, MANIFEST, META, OFFICE, PANE, PANE_SCRIPT, SCRIPT
from xlperf.server.server_texts import server_texts

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
