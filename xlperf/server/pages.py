"""The page of the task pane and the scripts that Excel loads: files of static/ with declared texts."""

import json
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from xlperf.declarations.worksheet_functions import declared as functions
from xlperf.server.declared import declared
from xlperf.server.paths import (
    CALL,
    META,
    OFFICE,
    PANE_SCRIPT,
    SCRIPT,
)

_STATIC = Path(__file__).parent / "static"


def pane(*, own_office: bool) -> str:
    """The page; with ``own_office`` it loads Office.js from this service, else from Microsoft's site."""
    texts, manifest = declared().pane, declared().manifest
    namespace = manifest["namespace"]
    values = {
        **texts,
        "intro": texts["intro"].format(namespace=namespace),
        "lang": manifest["locale"],
        "namespace": namespace,
        "office": f"{OFFICE}/office.js" if own_office else declared().office_script,
        "script": SCRIPT,
        "pane": PANE_SCRIPT,
        "meta": META,
    }
    return Template(_text("taskpane.html")).substitute({name: escape(text) for name, text in values.items()})


def script() -> str:
    """The script that answers for every function by a call of this service."""
    settings = {"call": CALL, "functions": list(functions().functions), "stopped": declared().pane["stopped"]}
    return f"const XLPERF = {json.dumps(settings, ensure_ascii=False)};\n{_text('functions.js')}"


def pane_script() -> str:
    """The script of the page."""
    return _text("taskpane.js")


@cache
def _text(name: str) -> str:
    return (_STATIC / name).read_text("utf-8")
