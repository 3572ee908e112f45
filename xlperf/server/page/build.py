"""Engine, archive and the files of static/ → one HTML file that needs nothing else.

Its policy lets it run the scripts that are in it, and lets nothing out: no address can be asked.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from string import Template

from xlperf import __version__
from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write
from xlperf.core.paths import schemas_dir, shipped_schemas_dir
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import text_of, texts_of
from xlperf.jobs.sources import SUFFIXES
from xlperf.ooxml.archives import SUFFIXES as ARCHIVES
from xlperf.ooxml.limits import LIMITS
from xlperf.server.page.bundle import OWN_SCHEMAS, bundle, profiles_of
from xlperf.server.page.engine import LIBRARY, LOADER, MODULE, PROGRAM, engine_folder, engine_name, lock_of

LARGEST = 14_000_000
"""Bytes of a page: what mail and chat programs take, and a browser opens at once."""
_STATIC = Path(__file__).parent / "static"
_SCRIPTS = ("report.js", "page.js")
_GZIP_LEVEL = 9
_POLICY = (
    "default-src 'none'; script-src {scripts} 'wasm-unsafe-eval' blob:; worker-src blob:; style-src {style};"
    " base-uri 'none'; form-action 'none'"
)


def build(
    output: Path,
    profiles: Sequence[str] = (),
    engine: Path | None = None,
    say: Callable[[str], None] = lambda text: None,
    day: date | None = None,
) -> None:
    """Write the page to ``output``, with ``profiles`` or all, and the engine in a folder or fetched by npm.

    ``say`` is called with each message for the user. Raises InputError for a profile or engine that cannot
    be used, and for declarations that are wrong.
    """
    ids = profiles_of(profiles)
    folder = engine_folder(engine, say)
    archive, valid = bundle(ids)
    names = "、".join(load_profile(name).name for name in ids)
    settings = {
        "texts": texts_of("selfcheck")["page"],
        "made": texts_of("selfcheck")["made"],
        "engine": engine_name(),
        "lock": lock_of(folder),
        "valid": valid,
        "memory": LIMITS.memory_bytes,
        "largest": LIMITS.file_bytes,
        "suffixes": sorted({*SUFFIXES, *ARCHIVES}),
        "schemas": OWN_SCHEMAS if schemas_dir() != shipped_schemas_dir() else "",
    }
    data = {
        "program": (folder / PROGRAM).read_bytes(),
        "library": (folder / LIBRARY).read_bytes(),
        "module": (folder / MODULE).read_bytes(),
        "loader": (folder / LOADER).read_bytes(),
        "site": archive,
        "settings": json.dumps(settings, ensure_ascii=False).encode(),
        "worker": (_STATIC / "worker.js").read_bytes(),
    }
    page = _page(data, names, day or date.today())
    if len(page) > LARGEST:
        raise InputError(text_of("selfcheck", "messages", "too_large", bytes=len(page), limit=LARGEST))
    atomic_write(output, page)
    megabytes = f"{len(page) / 1e6:.1f}"
    say(text_of("selfcheck", "messages", "built", path=output, megabytes=megabytes, profiles=names))


def _page(data: Mapping[str, bytes], profiles: str, day: date) -> bytes:
    texts = {key: escape(str(text)) for key, text in texts_of("selfcheck")["page"].items()}
    about = {
        "built": text_of(
            "selfcheck", "page", "built", version=__version__, day=day.isoformat(), profiles=profiles
        ),
        "licences": text_of("selfcheck", "page", "licences", engine=engine_name()),
    }
    style, early, script = _static("page.css"), _static("early.js"), "".join(map(_static, _SCRIPTS))
    policy = _POLICY.format(scripts=f"{_hash(early)} {_hash(script)}", style=_hash(style))
    values = {
        **texts,
        **{key: escape(text) for key, text in about.items()},
        "policy": escape(policy),
        "style": style,
        "early": early,
        "script": script,
        "findings_area": findings_area(texts),
        "limits": "".join(f"<li>{escape(text)}</li>" for text in texts_of("selfcheck")["not_checked"]),
        "data": "\n".join(_packed(name, content) for name, content in data.items()),
    }
    return Template(_static("page.html")).substitute(values).encode()


def findings_area(texts: Mapping[str, str]) -> str:
    """Where report.js shows the findings, with their filter; ``texts`` are escaped."""
    return Template(_static("findings.html")).substitute(texts).rstrip("\n")


def _static(name: str) -> str:
    return (_STATIC / name).read_text("utf-8").replace("\r\n", "\n")


def _packed(name: str, content: bytes) -> str:
    packed = base64.b64encode(gzip.compress(content, _GZIP_LEVEL, mtime=0)).decode()
    return f'<script type="text/plain" id="data-{name}">{packed}</script>'


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
