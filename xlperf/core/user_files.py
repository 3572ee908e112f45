"""What is kept for the user between runs: the settings chosen, and a cache of what was worked out from texts.

Settings are profile and year, in one small JSON file: ``%APPDATA%\\xlperf\\settings.json`` on Windows,
elsewhere ``$XDG_CONFIG_HOME/xlperf/settings.json``. Nothing in the cache is ever run: it holds digests of
texts found valid, and parse trees as lists. One that is missing, damaged, written by another version or not
readable counts as empty; one that cannot be written is left. Of two processes the last one's file stays.
"""

import atexit
import hashlib
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from xlperf import __version__
from xlperf.core.errors import OutputError
from xlperf.core.files import atomic_write, ensure_writable_dir


@dataclass(frozen=True, slots=True)
class Settings:
    """``profile`` is an id, "" where none was chosen; ``year`` is 0 where none was."""

    profile: str = ""
    year: int = 0


def settings_path() -> Path:
    """Where the settings lie, whether they are there or not."""
    if sys.platform == "win32":
        folder = os.environ.get("APPDATA")
        return (Path(folder) if folder else Path.home() / "AppData" / "Roaming") / "xlperf" / "settings.json"
    folder = os.environ.get("XDG_CONFIG_HOME")
    return (Path(folder) if folder else Path.home() / ".config") / "xlperf" / "settings.json"


def read_settings() -> Settings:
    """The settings chosen; what is missing, damaged or of another type counts as not chosen."""
    path = settings_path()
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return Settings()
    return _parsed(str(path), stamp)


def write_settings(settings: Settings) -> None:
    """Keep ``settings`` for next time, whole or not at all; other entries of the file stay.

    Raises OutputError when the folder or the file cannot be written.
    """
    path = settings_path()
    ensure_writable_dir(path.parent)
    kept = {**_settings_content(path), **asdict(settings)}
    atomic_write(path, (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode())
    _parsed.cache_clear()


@lru_cache(maxsize=1)
def _parsed(path: str, stamp: int) -> Settings:
    """The settings in ``path`` as it was at ``stamp``."""
    content = _settings_content(Path(path))
    profile, year = content.get("profile"), content.get("year")
    return Settings(
        profile.strip() if isinstance(profile, str) else "",
        year if isinstance(year, int) and not isinstance(year, bool) else 0,
    )


def _settings_content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


_PACKAGE = Path(__file__).resolve().parents[1]
_SOURCES = ("core", "declarations", "expressions", "notation")
_MOST_ENTRIES = 20_000
_LONGEST_TEXT = 8_192
"""Characters of a formula that Excel takes."""


def cache_path() -> Path | None:
    """The file, whether it is there or not; None where the user has no folder for caches.

    ``$XDG_CACHE_HOME/xlperf``, on Windows ``%LOCALAPPDATA%\\xlperf``, else ``~/.cache/xlperf``.
    """
    name = f"declarations-{__version__}-{sys.version_info.major}.{sys.version_info.minor}.json"
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    if given and Path(given).is_absolute():
        return Path(given) / "xlperf" / name
    try:
        return Path.home() / ".cache" / "xlperf" / name
    except RuntimeError:
        return None


@dataclass(slots=True)
class UserCache:
    """``valid`` are digests of what was found valid, ``trees`` formulas with their trees as lists."""

    valid: set[str] = field(default_factory=set)
    trees: dict[str, Any] = field(default_factory=dict)
    has_grown: bool = False
    was_saved: bool = False

    def is_valid(self, *texts: str) -> bool:
        """Whether these texts, with this code, were found valid before."""
        return digest(*texts) in self.valid

    def add_valid(self, *texts: str) -> None:
        """Keep that these texts were found valid."""
        self.valid.add(digest(*texts))
        self.has_grown = True

    def add_tree(self, text: str, tree: Any) -> None:
        """Keep the parse tree of a formula, as JSON writes it."""
        if len(text) <= _LONGEST_TEXT:
            self.trees[text] = tree
            self.has_grown = True

    def save_once(self) -> None:
        """Write what was added unless this process has done so before."""
        if not self.was_saved:
            self.was_saved = True
            self.save()

    def save(self) -> None:
        """Write what was added; where that is not possible, nothing happens."""
        path = cache_path()
        if not self.has_grown or path is None or len(self.valid) + len(self.trees) > _MOST_ENTRIES:
            return
        content = {"code": _code_stamp(), "valid": sorted(self.valid), "trees": self.trees}
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        with suppress(OSError, OutputError, UnicodeEncodeError):
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic_write(path, f"{digest(body)}\n{body}".encode())
            self.has_grown = False


@cache
def user_cache() -> UserCache:
    """The cache of this process, read once; what is added is written when the process ends."""
    found = _read_cache()
    atexit.register(found.save)
    return found


def digest(*texts: str) -> str:
    """SHA-256 of some texts, each with its length in front."""
    result = hashlib.sha256()
    for text in texts:
        data = text.encode(errors="surrogatepass")
        result.update(len(data).to_bytes(8, "big") + data)
    return result.hexdigest()


def _read_cache() -> UserCache:
    path = cache_path()
    try:
        check, _, body = path.read_text("utf-8").partition("\n") if path else ("", "", "")
        if check != digest(body):
            return UserCache()
        content = json.loads(body)
        if content["code"] != _code_stamp():
            return UserCache()
        return UserCache(set(map(str, content["valid"])), dict(content["trees"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return UserCache()


def _code_stamp() -> str:
    """Version of xlperf and Python, and the sizes and times of the modules that read declarations."""
    files = sorted(path for name in _SOURCES for path in (_PACKAGE / name).rglob("*.py"))
    stats = [(file.name, status.st_size, status.st_mtime_ns) for file in files for status in [file.stat()]]
    return digest(__version__, sys.version, repr(stats))
