"""Bytes and names to files: whole or not at all, under names that Windows and Linux both take.

Every failure of the disk becomes one Chinese sentence (OutputError); nothing half written stays.
"""

import errno
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from xlperf.core.errors import OutputError
from xlperf.core.paths import core_text

_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def atomic_write(path: str | Path, data: bytes, *, sync: bool = False) -> None:
    """Write ``data`` to ``path`` as ``atomic_stream`` does; raises OutputError as that does."""
    with atomic_stream(path, sync=sync) as stream:
        stream.write(data)


@contextmanager
def atomic_stream(path: str | Path, *, sync: bool = False) -> Iterator[IO[bytes]]:
    """A stream whose bytes are at ``path`` when the block ends without an error, and else are nowhere.

    They go to a temporary file in the same folder, which must exist, and are renamed. An existing file is
    replaced, never left half written; ``sync`` waits until the bytes are on the disk. A device or pipe
    (``/dev/stdout``) is written directly.

    Raises OutputError when the disk is full, the folder read-only, or ``path`` a folder.
    """
    try:
        target = Path(os.path.realpath(path))
        is_file = not target.exists() or target.is_file()
    except (OSError, ValueError) as error:
        raise output_error(path, error) from error
    part = target.with_name(f".xlperf-{secrets.token_hex(8)}.tmp") if is_file else target
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        with part.open("xb" if is_file else "wb") as stream:
            yield stream
            if sync:
                stream.flush()
                os.fsync(stream.fileno())
        if is_file:
            part.replace(target)
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        if is_file:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def ensure_writable_dir(path: str | Path) -> Path:
    """Create the folder ``path`` with its parents where needed, and prove that it takes a file.

    Raises OutputError when it is a file, read-only, or on a full disk.
    """
    folder = Path(path)
    try:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "")
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".xlperf-{secrets.token_hex(8)}.tmp"
        try:
            probe.write_bytes(b"x")
        finally:
            probe.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise output_error(path, error) from error
    return folder


def exists(path: Path) -> bool:
    """Whether there is something at ``path``; OutputError for a path that the system does not take."""
    try:
        return path.exists()
    except (OSError, ValueError) as error:
        raise output_error(path, error) from error


def output_error(path: str | Path, error: Exception) -> OutputError:
    """The OutputError that says in one sentence why ``path`` could not be written."""
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    name = errno.errorcode.get(number or 0, "")
    try:
        reason = core_text("disk", name)
    except KeyError:
        reason = core_text("disk", "other", error=error)
    return OutputError(core_text("not_written", path=path, reason=reason))


def safe_name(text: str, max_bytes: int = 120) -> str:
    """A file name (no folder, no suffix added) made of ``text``, at most ``max_bytes`` in UTF-8.

    Characters that Windows refuses become ``_``; control, invisible and direction-changing ones
    go; leading and trailing dots and blanks go; reserved names (CON, NUL) get a ``_`` in front.
    Different texts may give the same name: callers refuse collisions, ignoring case.
    """
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
    visible = "".join(char for char in plain if unicodedata.category(char) not in _INVISIBLE)
    name = _UNSAFE.sub("_", visible).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    name = name.encode()[:max_bytes].decode(errors="ignore").rstrip(" .")
    return name or core_text("nameless")
