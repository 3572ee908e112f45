"""The texts of intake.json and the files of static/ → the intake page with its script and style."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from starlette.responses import Response

from xlperf.declarations.source import texts_of
from xlperf.server.intake.settings import limits
from xlperf.server.page.build import findings_area

_STATIC = Path(__file__).parent / "static"
_SHARED = Path(__file__).parent.parent / "page" / "static"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
_SHOWN_LIMITS = ("file_bytes", "package_bytes", "files")


def intake_files() -> Mapping[str, Response]:
    """The files of the intake page by their paths."""
    texts = texts_of("intake")["page"]
    bounds = {name: limits()[name] for name in _SHOWN_LIMITS}
    settings = {"texts": {**texts_of("selfcheck")["page"], **texts}, "limits": bounds}
    script = f"const SETTINGS = {json.dumps(settings, ensure_ascii=False)};\n".encode()
    return {
        "/intake": Response(_page(), headers={"content-security-policy": _POLICY}, media_type="text/html"),
        "/intake/settings.js": Response(script, media_type="text/javascript"),
        "/intake/report.js": Response(_content(_SHARED / "report.js"), media_type="text/javascript"),
        "/intake/intake.js": Response(_content(_STATIC / "intake.js"), media_type="text/javascript"),
        "/intake/page.css": Response(_content(_SHARED / "page.css"), media_type="text/css"),
        "/intake/intake.css": Response(_content(_STATIC / "intake.css"), media_type="text/css"),
    }


def _page() -> bytes:
    texts = {**texts_of("selfcheck")["page"], **texts_of("intake")["page"]}
    values = {key: escape(str(text)) for key, text in texts.items()}
    template = Template(_content(_STATIC / "intake.html").decode())
    return template.substitute(values, findings_area=findings_area(values)).encode()


def _content(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n")
