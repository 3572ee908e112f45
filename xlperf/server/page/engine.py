"""The folder of the engine that runs Python in a browser: given, or fetched once by npm for this user."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xlperf.core.errors import InputError
from xlperf.core.user_files import cache_path
from xlperf.declarations.source import text_of, texts_of

MODULE, LOADER, PROGRAM, LIBRARY = (
    "pyodide.asm.mjs",
    "pyodide.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
)
_LOCK, _ABOUT = "pyodide-lock.json", "package.json"
_SECONDS = 600


def engine_folder(given: Path | None, say: Callable[[str], None]) -> Path:
    """The folder with the files of the engine, of exactly the declared version.

    ``say`` is called with what is to be said while it is fetched. Raises InputError where there is none.
    """
    folder = given or _kept(say)
    for name in (MODULE, LOADER, PROGRAM, LIBRARY, _LOCK, _ABOUT):
        if not (folder / name).is_file():
            raise InputError(_text("no_file", folder=folder, name=name))
    about = _json(folder, _ABOUT)
    declared = texts_of("selfcheck")["engine"]
    if (about.get("name"), about.get("version")) != (declared["package"], declared["version"]):
        found = f"{about.get('name')} {about.get('version')}"
        raise InputError(_text("wrong_version", folder=folder, found=found))
    return folder


def lock_of(folder: Path) -> str:
    """What the engine must know of itself, as JSON, without the packages that are not in the page."""
    return json.dumps({"info": _json(folder, _LOCK)["info"], "packages": {}})


def engine_name() -> str:
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
