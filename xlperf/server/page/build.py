"""Engine, archive and the files of static/ → one HTML file that needs nothing else.

Its policy lets it run the scripts that are in it, and lets nothing out: no address can be asked. The engine
is in a folder that is given, or fetched once by npm for this user.
"""

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from xlperf import __version__
from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write
from xlperf.core.paths import schemas_dir, shipped_schemas_dir
from xlperf.core.user_files import cache_path
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import text_of, texts_of
from xlperf.jobs.sources import SUFFIXES
from xlperf.ooxml.archives import SUFFIXES as ARCHIVES
from xlperf.ooxml.limits import LIMITS
from xlperf.server.page.bundle import OWN_SCHEMAS, bundle, profiles_of

LARGEST = 14_000_000
"""Bytes of a page: what mail and chat programs take, and a browser opens at once."""
_STATIC = Path(__file__).parent / "static"
_SCRIPTS = ("report.js", "page.js")
_GZIP_LEVEL = 9
_POLICY = (
    "default-src 'none'; script-src {scripts} 'wasm-unsafe-eval' blob:; worker-src blob:; style-src {style};"
    " base-uri 'none'; form-action 'none'"
)
_ENGINE = {
    "program": "pyodide.asm.wasm",
    "library": "python_stdlib.zip",
    "module": "pyodide.asm.mjs",
    "loader": "pyodide.mjs",
}
"""The files of the engine, which runs Python in a browser, by their names in the page."""
_LOCK, _ABOUT = "pyodide-lock.json", "package.json"
_SECONDS = 600


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
        "engine": _engine_name(),
        "lock": json.dumps({"info": _json(folder, _LOCK)["info"], "packages": {}}),
        "valid": valid,
        "memory": LIMITS.memory_bytes,
        "largest": LIMITS.file_bytes,
        "suffixes": sorted({*SUFFIXES, *ARCHIVES}),
        "schemas": OWN_SCHEMAS if schemas_dir() != shipped_schemas_dir() else "",
    }
    data = {
        **{name: (folder / file).read_bytes() for name, file in _ENGINE.items()},
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
        "licences": text_of("selfcheck", "page", "licences", engine=_engine_name()),
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


def engine_folder(given: Path | None, say: Callable[[str], None]) -> Path:
    """The folder with the files of the engine, of exactly the declared version.

    ``say`` is called with what is to be said while it is fetched. Raises InputError where there is none.
    """
    folder = given or _kept(say)
    for name in (*_ENGINE.values(), _LOCK, _ABOUT):
        if not (folder / name).is_file():
            raise InputError(_text("no_file", folder=folder, name=name))
    about = _json(folder, _ABOUT)
    declared = texts_of("selfcheck")["engine"]
    if (about.get("name"), about.get("version")) != (declared["package"], declared["version"]):
        found = f"{about.get('name')} {about.get('version')}"
        raise InputError(_text("wrong_version", folder=folder, found=found))
    return folder


def _engine_name() -> str:
    """Name, version and licence of the engine."""
    return text_of("selfcheck", "engine", "name", version=texts_of("selfcheck")["engine"]["version"])


def _kept(say: Callable[[str], None]) -> Path:
    """The folder that npm has filled before, or fills now."""
    declared = texts_of("selfcheck")["engine"]
    cached = cache_path()
    npm = shutil.which("npm")
    home = (cached.parent if cached else Path.cwd()) / f"{declared['package']}-{declared['version']}"
    folder: Path = home / "node_modules" / declared["package"]
    if (folder / _ABOUT).is_file():
        return folder
    if npm is None:
        raise InputError(_text("no_npm"))
    say(_text("fetching"))
    home.mkdir(parents=True, exist_ok=True)
    options = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(home)]
    command = [npm, "install", *options, f"{declared['package']}@{declared['version']}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(_text("npm_failed", reason=error)) from error
    if done.returncode:
        raise InputError(_text("npm_failed", reason=(done.stderr or done.stdout).strip() or done.returncode))
    return folder


def _json(folder: Path, name: str) -> Any:
    try:
        return json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(_text("no_file", folder=folder, name=name)) from error


def _text(key: str, **values: object) -> str:
    declared = texts_of("selfcheck")["engine"]
    named = {"package": declared["package"], "version": declared["version"]}
    return text_of("selfcheck", "messages", key, **named, **values)
