"""What went wrong inside xlperf → a file of its own in the temporary folder, for those who maintain it."""

import os
import platform
import tempfile
import traceback
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

_PROGRAMS = ("xlperf", "xlwings")


def log_path() -> Path:
    """Where the next log goes."""
    return Path(tempfile.gettempdir()) / f"xlperf-{datetime.now():%Y%m%d-%H%M%S-%f}-{os.getpid()}.log"


def write_log(path: Path, doing: object, error: BaseException) -> None:
    """Write versions, what was being done and the traceback of ``error``; raises OSError."""
    programs = [f"{name} {_version(name)}" for name in _PROGRAMS]
    versions = ", ".join([*programs, f"Python {platform.python_version()}", platform.platform()])
    trace = "".join(traceback.format_exception(error))
    path.write_text(f"{versions}\n{doing}\n\n{trace}", "utf-8", errors="backslashreplace")


def _version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return "-"
