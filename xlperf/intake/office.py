"""LibreOffice that this process keeps running: a file in, the file in another format out; it calls nobody.

Its profile forbids links, updates, macros and pictures from elsewhere; where the system allows, the process
has no network at all. It ends with this process, however that ends. An old Word document (.doc) is read as
the .docx that it makes of it.
"""

import atexit
import contextlib
import hashlib
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

from xlperf.declarations.source import text_of
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import refused

PROGRAMS = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
"""LibreOffice by its names and usual places."""
FILES_A_RUN = 100
"""Files that one run of LibreOffice converts; it stopped without a word after some 240."""
_NOWHERE = "127.0.0.1"
_DISCARD = 9
"""No program answers at this port."""
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_PROXIES = "/org.openoffice.Inet/Settings"
_UPDATES = "/org.openoffice.Office.Jobs/Jobs/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments"
_SETTINGS: Sequence[tuple[str, str, str | int]] = (
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "MacroSecurityLevel", 3),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", 1),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", 0),
    ("/org.openoffice.Office.Writer/Content/Update", "Field", "false"),
    ("/org.openoffice.Office.Writer/Content/Update", "Chart", "false"),
    (_UPDATES, "AutoCheckEnabled", "false"),
    (_PROXIES, "ooInetProxyType", 2),
    *((_PROXIES, f"ooInet{kind}ProxyName", _NOWHERE) for kind in ("HTTP", "HTTPS", "FTP")),
    *((_PROXIES, f"ooInet{kind}ProxyPort", _DISCARD) for kind in ("HTTP", "HTTPS", "FTP")),
    (_PROXIES, "ooInetNoProxy", ""),
)
"""Path, name and value; links: 1 is never in Calc, 0 in Writer; proxies: 2 is by hand."""
_ITEM = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_REGISTRY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">{}'
    "</oor:items>\n"
)
_OPEN = "open.txt"
_LOCK = f".~lock.{_OPEN}#"
_ALONE = ("--net", "--pid", "--fork", "--kill-child")
_ENDS_WITH_US = 'exec 3<&0; (cat <&3 >/dev/null; kill -9 0) & "$@" 3<&- </dev/null; kill -9 0'
"""Runs a command until it ends, or until the process that holds the other end of the pipe does."""
_POLL = 0.02
_DOCUMENT = "docx:MS Word 2007 XML"
_WORKBOOK = "xlsx:Calc MS Excel 2007 XML"


class NoAnswerError(Exception):
    """LibreOffice has not made the file: it took too long, or it could not read what it was given."""


class Office:
    """LibreOffice with a profile of its own; ``is_alone``: without a network, where the system allows."""

    def __init__(self, program: str, *, is_alone: bool = True) -> None:
        self._program = program
        self._before = _without_network() if is_alone else ()
        self._profile = Path(tempfile.mkdtemp(prefix="xlperf-office-"))
        (self._profile / "user").mkdir()
        items = "".join(_ITEM.format(*setting) for setting in _SETTINGS)
        registry = self._profile / "user" / "registrymodifications.xcu"
        registry.write_text(_REGISTRY.format(items), encoding="utf-8")
        (self._profile / _OPEN).write_text("", encoding="utf-8")
        self._waiting: subprocess.Popen[bytes] | None = None
        self._files = 0

    def convert(self, data: bytes, suffix: str, kind: str, seconds: float) -> bytes:
        """The file ``data``, named with ``suffix``, as ``kind`` (``docx:MS Word 2007 XML``).

        Raises NoAnswerError after ``seconds`` and for a file that cannot be read; TimeoutExpired is its cause
        in the first case. A run that does not answer is ended; the next file has a new one.
        """
        until = time.monotonic() + seconds
        with tempfile.TemporaryDirectory(prefix="xlperf-") as folder:
            source = Path(folder, f"received{suffix}")
            source.write_bytes(data)
            made = source.with_suffix(f".{kind.partition(':')[0]}")
            words = ("--convert-to", kind, "--outdir", folder, str(source))
            for _ in range(2):
                was_waiting = self._wait(until)
                self._call(words, until)
                if made.exists():
                    return made.read_bytes()
                if not was_waiting or self._is_waiting():
                    break
        raise NoAnswerError

    def close(self) -> None:
        """End the run that waits and remove the profile."""
        self._end()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _wait(self, until: float) -> bool:
        """Have a run wait for files, from the second on; whether one does."""
        self._files += 1
        if self._files == 1 or sys.platform == "win32":
            return False
        if self._is_waiting() and self._files % FILES_A_RUN:
            return True
        self._end()
        command = ["sh", "-c", _ENDS_WITH_US, "sh", *self._command(str(self._profile / _OPEN))]
        self._waiting = subprocess.Popen(
            command,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        lock = self._profile / _LOCK
        while not lock.exists() and self._is_waiting() and time.monotonic() < until:
            time.sleep(_POLL)
        return self._is_waiting()

    def _is_waiting(self) -> bool:
        return self._waiting is not None and self._waiting.poll() is None

    def _call(self, words: Sequence[str], until: float) -> None:
        """Have the run that waits, or one of its own, do what ``words`` say."""
        with subprocess.Popen(
            self._command(*words),
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                process.wait(max(until - time.monotonic(), 0))
            except BaseException as error:
                _kill(process)
                self._end()
                if isinstance(error, subprocess.TimeoutExpired):
                    raise NoAnswerError from error
                raise

    def _end(self) -> None:
        if self._waiting is not None:
            _kill(self._waiting)
            self._waiting.wait()
            if self._waiting.stdin is not None:
                self._waiting.stdin.close()
            self._waiting = None
            (self._profile / _LOCK).unlink(missing_ok=True)

    def _command(self, *words: str) -> list[str]:
        profile = f"-env:UserInstallation={self._profile.as_uri()}"
        switches = ("--headless", "--norestore", "--nolockcheck", "--nologo", "--nodefault")
        return [*self._before, self._program, profile, *switches, *words]

    def _environment(self) -> dict[str, str]:
        """Without this project's Python, which LibreOffice's own would trip over; proxies lead nowhere."""
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
        nowhere = f"http://{_NOWHERE}:{_DISCARD}"
        proxies = {f"{kind}_proxy": nowhere for kind in ("http", "https", "ftp", "all")}
        return kept | proxies | {"PATH": os.defpath, "HOME": str(self._profile), "LANG": "C.UTF-8"}


@cache
def office() -> Office | None:
    """The LibreOffice of this process, None where none is installed; it ends with the process."""
    found = (shutil.which(name) for name in PROGRAMS)
    program = next((name for name in found if name), None)
    if program is None:
        return None
    made = Office(program)
    atexit.register(made.close)
    return made


@cache
def _without_network() -> Sequence[str]:
    """What runs a command without a network; nothing where the system has no such thing or forbids it."""
    program = shutil.which("unshare")
    for ways in (("--map-current-user", *_ALONE), _ALONE) if program else ():
        command = [str(program), *ways]
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return ()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started; one that has just ended by itself is left alone."""
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def as_docx(path: str, data: bytes, limits: Limits) -> bytes:
    """The document as .docx; raises Refused without LibreOffice (F114) and when it fails (F116)."""
    if office() is None:
        raise refused("F114", path)
    kept = Path(_converted(), hashlib.sha256(data).hexdigest())
    if not kept.exists():
        made = kept.with_suffix(".new")
        try:
            made.write_bytes(_convert(data, ".doc", _DOCUMENT, limits))
        except OSError as error:
            raise refused("F116", path, reason=error.strerror or str(error)) from error
        made.replace(kept)
    return kept.read_bytes()


def as_xlsx(data: bytes, suffix: str, limits: Limits) -> bytes:
    """The workbook ``data``, of a file named with ``suffix``, as .xlsx.

    Raises OSError with the reason, for users, where it cannot be had.
    """
    return _convert(data, suffix, _WORKBOOK, limits)


def _convert(data: bytes, suffix: str, kind: str, limits: Limits) -> bytes:
    program = office()
    if program is None:
        raise OSError(text_of("received", "unreadable", "no_office"))
    try:
        return program.convert(data, suffix, kind, limits.office_seconds)
    except NoAnswerError as error:
        is_late = isinstance(error.__cause__, subprocess.TimeoutExpired)
        reason = "too_slow" if is_late else "probably_damaged"
        explained = text_of("received", "unreadable", reason, seconds=limits.office_seconds)
        raise OSError(explained) from error


@cache
def _converted() -> str:
    """A folder for what this process has converted: a package's documents are read several times."""
    folder = tempfile.mkdtemp(prefix="xlperf-converted-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
