"""An old Word document (.doc) → the same as .docx, by LibreOffice within a time limit.

LibreOffice runs in a profile of its own, on a copy, with macros and links left alone.
"""

import atexit
import hashlib
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import refused

PROGRAMS = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
"""LibreOffice by its names and usual places."""
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
    program = _program()
    if program is None:
        raise refused("F114", path)
    with tempfile.TemporaryDirectory(prefix="xlperf-") as folder:
        source = Path(folder, "received.doc")
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={Path(_profile()).as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", _FILTER, "--outdir", folder, str(source)),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=limits.office_seconds, check=False)
        except subprocess.TimeoutExpired:
            reason = f"超过 {limits.office_seconds} 秒还没有完成"
            raise refused("F116", path, reason=reason) from None
        except OSError as error:
            raise refused("F116", path, reason=error.strerror or str(error)) from error
        made = source.with_suffix(".docx")
        if not made.exists():
            raise refused("F116", path, reason="文件多半已损坏")
        return made.read_bytes()


def _program() -> str | None:
    found = (shutil.which(name) for name in PROGRAMS)
    return next((program for program in found if program), None)


@cache
def _converted() -> str:
    """A folder for what this process has converted: a package's documents are read several times."""
    folder = tempfile.mkdtemp(prefix="xlperf-converted-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _profile() -> str:
    """A profile folder for this process: making one takes longer than converting."""
    folder = tempfile.mkdtemp(prefix="xlperf-office-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
