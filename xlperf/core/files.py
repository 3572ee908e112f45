"""Bytes and names to files: whole or not at all, under names that Windows and Linux both take.

Every failure of the disk becomes one Chinese sentence (OutputError); nothing half written stays.
"""

import errno
import os
import re
import secrets
import unicodedata
from contextlib import suppress
from pathlib import Path

from xlperf.core.errors import OutputError

_REASONS = {
    errno.ENOSPC: "磁盘空间不足，请清理后重试",
    errno.EDQUOT: "磁盘配额已用完，请清理后重试",
    errno.EACCES: "没有写入权限，或文件正被 Excel、WPS 打开，请关闭文件或换一个文件夹",
    errno.EPERM: "没有写入权限，请换一个文件夹",
    errno.EROFS: "所在磁盘只读，请换一个文件夹",
    errno.ENAMETOOLONG: "文件名或路径过长，请缩短名称或换一个上级文件夹",
    errno.ENOENT: "所在的文件夹不存在",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "同名文件已经存在",
    errno.EISDIR: "同名文件夹已经存在",
    errno.EINVAL: "路径中有系统不接受的字符",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件太多",
}
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAMELESS = "未命名"


def atomic_write(path: str | Path, data: bytes, *, sync: bool = False) -> None:
    """Write ``data`` to ``path`` by a temporary file in the same folder and a rename.

    The folder must exist. An existing file is replaced, never left half written; ``sync`` waits
    until the bytes are on the disk. A device or pipe (``/dev/stdout``) is written directly.

    Raises OutputError when the disk is full, the folder read-only, or ``path`` a folder.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data, sync)
    except (OSError, ValueError) as error:
        raise output_error(path, error) from error


def _replace(target: Path, data: bytes, sync: bool) -> None:
    part = target.with_name(f".xlperf-{secrets.token_hex(8)}.tmp")
    try:
        with part.open("xb") as stream:
            stream.write(data)
            if sync:
                stream.flush()
                os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


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
    reason = _REASONS.get(number or 0, f"系统报告 {error}")
    return OutputError(f"无法写入“{path}”：{reason}。")


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
    return name or _NAMELESS
