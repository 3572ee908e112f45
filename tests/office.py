"""LibreOffice that keeps running: files in, converted files out, without a start of a second for each call.

A run with an empty workbook open waits; each conversion is handed to it by a second call with the same
profile, which costs next to nothing. Where none waits, that call converts by itself.
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import openpyxl
import pytest

START_SECONDS = 20
ANSWER_SECONDS = 20
"""And one more for each file: now and then the run that waits never answers."""
CONVERSION_SECONDS = 180
FILES_A_RUN = 100
"""Files that one run of LibreOffice converts; it stopped without a word after some 240."""
REGISTRY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{mode}</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>{mode}</value></prop>
</item>
</oor:items>
"""


class Office:
    """LibreOffice with profiles of its own; ``mode`` says whether it recalculates what it opens."""

    def __init__(self, mode: int) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="xlperf-soffice-"))
        self._profile, self._paper_profile = self._folder / "waits", self._folder / "paper"
        for profile in (self._profile, self._paper_profile):
            (profile / "user").mkdir(parents=True)
            registry = profile / "user" / "registrymodifications.xcu"
            registry.write_text(REGISTRY.format(mode=mode), encoding="utf-8")
        self._waiting: subprocess.Popen[bytes] | None = None
        self._files = 0

    def convert(self, paths: Sequence[Path], kind: str, out_dir: Path) -> subprocess.CompletedProcess[bytes]:
        """Convert up to ``FILES_A_RUN`` files to ``kind`` in ``out_dir``; the caller looks what has arrived.

        Where the run that waits does not answer, another one converts by itself. Raises TimeoutExpired.
        """
        words = ["--convert-to", kind, "--outdir", str(out_dir), *map(str, paths)]
        if kind == "pdf":  # by a run of its own: fonts are numbered on through all PDFs of a run
            return self._run(self._paper_profile, words, CONVERSION_SECONDS)
        self._wait_for(len(paths))
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._run(self._profile, words, ANSWER_SECONDS + len(paths))
        self._end()
        return self._run(self._profile, words, CONVERSION_SECONDS)

    def _run(self, profile: Path, words: Sequence[str], seconds: int) -> subprocess.CompletedProcess[bytes]:
        command, environment = self._command(profile, *words), self._environment()
        return subprocess.run(command, env=environment, capture_output=True, timeout=seconds, check=False)

    def close(self) -> None:
        """End the run that waits and remove the profiles."""
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait_for(self, files: int) -> None:
        """Have a run wait that has not converted too many files for ``files`` more."""
        if sys.platform == "win32":
            return
        self._files += files
        if self._waiting and self._waiting.poll() is None and self._files <= FILES_A_RUN:
            return
        self._end()
        self._files = files
        book = self._profile / "open.xlsx"
        openpyxl.Workbook().save(book)
        nowhere = subprocess.DEVNULL
        self._waiting = subprocess.Popen(
            self._command(self._profile, str(book)),
            env=self._environment(),
            stdout=nowhere,
            stderr=nowhere,
            start_new_session=True,
        )
        lock, until = book.with_name(f".~lock.{book.name}#"), time.monotonic() + START_SECONDS
        while not lock.exists() and self._waiting.poll() is None and time.monotonic() < until:
            time.sleep(0.05)

    def _end(self) -> None:
        if self._waiting is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._waiting.pid, signal.SIGKILL)
            self._waiting.wait()
            self._waiting = None
            (self._profile / ".~lock.open.xlsx#").unlink(missing_ok=True)

    def _command(self, profile: Path, *words: str) -> list[str]:
        of_its_own = f"-env:UserInstallation={profile.as_uri()}"
        return [program(), of_its_own, "--headless", "--norestore", "--nolockcheck", "--nologo", *words]

    def _environment(self) -> dict[str, str]:
        """Return an environment without this project's Python, which LibreOffice's own would trip over."""
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
        return kept | {"PATH": os.defpath, "HOME": str(self._folder), "LANG": "C.UTF-8"}


@cache
def program() -> str:
    """Return the path of LibreOffice; a test fails where it is missing."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.fail("LibreOffice is missing: install libreoffice-calc and libreoffice-writer, then run again")
    return found


@cache
def office(mode: int) -> Office:
    """Return the LibreOffice of this process for a mode of recalculation; it ends with the process."""
    made = Office(mode)
    atexit.register(made.close)
    return made
