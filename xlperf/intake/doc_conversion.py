"""An old Word document (.doc) → the same as .docx, by LibreOffice within a time limit."""

import atexit
import hashlib
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from xlperf.declarations.source import text_of
from xlperf.intake.office import NoAnswerError, office
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import refused

_FILTER = "docx:MS Word 2007 XML"


def as_docx(path: str, data: bytes, limits: Limits) -> bytes:
    """The document as .docx; raises Refused without LibreOffice (F114) and when it fails (F116)."""
    kept = Path(_converted(), hashlib.sha256(data).hexdigest())
    if not kept.exists():
        made = kept.with_suffix(".new")
        made.write_bytes(_convert(path, data, limits))
        made.replace(kept)
    return kept.read_bytes()


def _convert(path: str, data: bytes, limits: Limits) -> bytes:
    program = office()
    if program is None:
        raise refused("F114", path)
    try:
        return program.convert(data, ".doc", _FILTER, limits.office_seconds)
    except NoAnswerError as error:
        is_late = isinstance(error.__cause__, subprocess.TimeoutExpired)
        reason = "too_slow" if is_late else "probably_damaged"
        told = text_of("received", "unreadable", reason, seconds=limits.office_seconds)
        raise refused("F116", path, reason=told) from error
    except OSError as error:
        raise refused("F116", path, reason=error.strerror or str(error)) from error


@cache
def _converted() -> str:
    """A folder for what this process has converted: a package's documents are read several times."""
    folder = tempfile.mkdtemp(prefix="xlperf-converted-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
