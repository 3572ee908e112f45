"""What a user has chosen once for all workbooks: profile and year, in one small JSON file.

On Windows ``%APPDATA%\\xlperf\\settings.json``, elsewhere ``$XDG_CONFIG_HOME/xlperf/settings.json``.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

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
    kept = {**_content(path), **asdict(settings)}
    atomic_write(path, (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode())
    _parsed.cache_clear()


@lru_cache(maxsize=1)
def _parsed(path: str, stamp: int) -> Settings:
    """The settings in ``path`` as it was at ``stamp``."""
    content = _content(Path(path))
    profile, year = content.get("profile"), content.get("year")
    return Settings(
        profile.strip() if isinstance(profile, str) else "",
        year if isinstance(year, int) and not isinstance(year, bool) else 0,
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
