"""An archive as received (.zip; .7z and .rar where libarchive is installed) → its files, each read once.

A file in an archive has a path such as 某单位.zip/附件1.xlsx, one further in 全县.zip/某单位.zip/附件1.xlsx.
Archives stay open while files of theirs are read; nothing is unpacked to disk but archives inside of others,
and .7z and .rar, which become a temporary .zip in a process of its own.
"""

import atexit
import lzma
import os
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from xlperf.declarations.source import text_of
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.repacking import is_available

ZIP = ".zip"
OTHERS = (".7z", ".rar")
SUFFIXES = (ZIP, *OTHERS)
_UTF8, _ENCRYPTED = 0x800, 0x1
_PACKAGE = frozenset({"[Content_Types].xml", "mimetype"})
"""A file that lies at the top of every .xlsx, .docx or .ods."""
_NOISE = ("~$", ".", "__MACOSX")
_LONGEST_NAME, _MOST_FOLDERS = 1_000, 32
"""A file deeper in an archive is not read: no system unpacks it, and each step up a path takes its length."""
_OMITTED, _SHOWN = "……", 100
_DEEPEST = 3
"""Archives inside of each other that are opened."""
_IN_MEMORY = 8 * 2**20
_OPEN = 4
"""Archives that stay open."""
_END = struct.Struct("<4s4H2LH")
_END_MARK, _END_WITHIN = b"PK\x05\x06", 2**16 + 22
_DIRECTORY = 32 * 2**20
"""Bytes that the list of the files of an archive may take."""
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)
"""What damage makes of the library that reads zip files, besides OSError."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its whole path, its size unpacked, and why it is not read, "" where it is."""

    path: Path
    size: int
    why: str = ""


def is_archive(path: str | PurePosixPath | Path) -> bool:
    """Whether the name is that of an archive."""
    return str(path).lower().endswith(SUFFIXES)


def members(path: Path) -> list[Member]:
    """All files in the archive at ``path``, in those inside of it too, in their order.

    Empty where it is no readable archive of files: then it is reported as it is.
    """
    try:
        return list(_listed(path, _opened(str(path)), 1))
    except OSError:
        return []


def split(path: str) -> tuple[str, str] | None:
    """The archive and the name in it that ``path`` means; None for an ordinary path."""
    if not any(suffix in path.lower() for suffix in SUFFIXES):
        return None
    for parent in reversed(Path(path).parents):
        if is_archive(parent) and parent.is_file():
            return _innermost(str(parent), Path(path).relative_to(parent).as_posix())
    return None


def member_size(archive: str, name: str) -> int:
    """Unpacked bytes of a file in an archive; raises OSError where it cannot be had."""
    return _found(_opened(archive), name).file_size


def member_content(archive: str, name: str, limit: int) -> bytes:
    """At most ``limit`` bytes of a file in an archive; raises OSError where it cannot be had."""
    opened = _opened(archive)
    try:
        with opened.zip.open(_found(opened, name)) as stream:
            return stream.read(limit)
    except BROKEN as error:
        raise OSError(text_of("received", "unreadable", "not_unpacked", error=error)) from error


@dataclass(frozen=True, slots=True, eq=False)
class _Archive:
    """An open archive and its files by the names that they go by."""

    zip: zipfile.ZipFile
    files: dict[str, zipfile.ZipInfo]


def _innermost(archive: str, name: str) -> tuple[str, str]:
    """The archive that holds a file, where that lies in another."""
    for _ in range(_DEEPEST - 1):
        parts = PurePosixPath(name).parts
        outer = ("/".join(parts[:count]) for count in range(1, len(parts)))
        inner = next((path for path in outer if is_archive(path) and _holds(archive, path)), None)
        if inner is None:
            break
        archive, name = f"{archive}/{inner}", name[len(inner) + 1 :]
    return archive, name


def _holds(archive: str, name: str) -> bool:
    try:
        return name in _opened(archive).files
    except OSError:
        return False


def _listed(path: Path, archive: _Archive, depth: int) -> Iterator[Member]:
    if _PACKAGE & archive.files.keys() or all(map(_is_encrypted, archive.files.values())):
        return
    for name, info in archive.files.items():
        if len(name) > _LONGEST_NAME or name.count("/") > _MOST_FOLDERS:
            yield Member(path / _OMITTED / name.rpartition("/")[2][:_SHOWN], info.file_size, "long_path")
            continue
        inside = path / name
        why = _why_not(info)
        if why or not is_archive(name):
            yield Member(inside, info.file_size, why)
        elif depth >= _DEEPEST:
            yield Member(inside, info.file_size, "too_deep")
        else:
            yield from _nested(inside, info, depth)


def _nested(path: Path, info: zipfile.ZipInfo, depth: int) -> Iterator[Member]:
    """The files of an archive inside of another; itself where it cannot be opened.

    One that packs well is none, but zeros for a program to unpack.
    """
    too_dense = info.file_size > LIMITS.ratio_from and info.file_size > LIMITS.ratio * info.compress_size
    if too_dense or info.file_size > LIMITS.unpacked_bytes:
        yield Member(path, info.file_size, "too_large")
        return
    try:
        found = list(_listed(path, _opened(str(path)), depth + 1))
    except OSError:
        found = []
    yield from found or [Member(path, info.file_size)]


def _why_not(info: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link"
    return "encrypted" if _is_encrypted(info) else ""


def _is_encrypted(info: zipfile.ZipInfo) -> bool:
    return bool(info.flag_bits & _ENCRYPTED)


def is_noise(path: PurePosixPath | Path) -> bool:
    """Whether a program or a system has left the file there for itself."""
    return any(part.startswith(_NOISE) and part not in (".", "..") for part in path.parts)


def _opened(path: str) -> _Archive:
    """The archive at ``path``, which may lie in another; raises OSError where it cannot be opened."""
    try:
        outer = split(path)
        if outer is None:
            about = os.stat(path)
            return _kept(path, about.st_mtime_ns, about.st_size)
        archive, name = outer
        return _kept_inner(path, _opened(archive), name)
    except BROKEN as error:
        raise OSError(text_of("received", "unreadable", "damaged_archive")) from error


@lru_cache(maxsize=_OPEN)
def _kept(path: str, _changed: int, _size: int) -> _Archive:
    return _of_stream(open(path if path.lower().endswith(ZIP) else repacked(path), "rb"))


@lru_cache(maxsize=_OPEN)
def _kept_inner(path: str, outer: _Archive, name: str) -> _Archive:
    stream = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 — stays open
    with outer.zip.open(_found(outer, name)) as packed:
        shutil.copyfileobj(packed, stream)
    if not path.lower().endswith(ZIP):
        with tempfile.NamedTemporaryFile(suffix=Path(path).suffix, delete=False) as whole:
            stream.seek(0)
            shutil.copyfileobj(stream, whole)
        try:
            return _of_stream(open(repacked(whole.name), "rb"))
        finally:
            os.unlink(whole.name)
    return _of_stream(stream)


def _of_stream(stream: "BinaryIO | tempfile.SpooledTemporaryFile[bytes]") -> _Archive:
    _refuse_long_list(stream)
    opened = zipfile.ZipFile(stream)
    return _Archive(opened, _files(opened))


def _refuse_long_list(stream: "BinaryIO | tempfile.SpooledTemporaryFile[bytes]") -> None:
    """Raise ValueError for an archive whose list of files is longer than any that is sent."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(size - _END_WITHIN, 0))
    tail = stream.read()
    at = tail.rfind(_END_MARK)
    if at >= 0 and len(tail) - at >= _END.size and _END.unpack_from(tail, at)[5] > _DIRECTORY:
        raise ValueError


def _found(opened: _Archive, name: str) -> zipfile.ZipInfo:
    try:
        return opened.files[name]
    except KeyError:
        raise OSError(text_of("received", "unreadable", "not_in_archive")) from None


def _files(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name: names in GBK decoded, steps upwards left out.

    Of several with one name each but the first has its number behind it: 附件1（2）.xlsx.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    seen: Counter[str] = Counter()
    for info in archive.infolist():
        if info.is_dir():
            continue
        name = "/".join(part for part in _name(info).split("/") if part not in ("", ".", ".."))
        path = PurePosixPath(name or "_")
        seen[str(path)] += 1
        name = str(path)
        while name in found:
            name = str(path.with_name(f"{path.stem}（{seen[str(path)]}）{path.suffix}"))
            seen[str(path)] += name in found
        found[name] = info
    return found


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: WPS and Windows write GBK without saying so."""
    name = info.filename.replace("\\", "/")
    if info.flag_bits & _UTF8:
        return name
    raw = name.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def repacked(path: str) -> Path:
    """A temporary .zip with the files of a .7z or .rar; raises OSError where that cannot be had."""
    if not is_available():
        raise OSError(text_of("received", "unreadable", "no_library"))
    made = Path(_folder(), f"{len(os.listdir(_folder()))}{ZIP}")
    command = [sys.executable, "-P", "-c", _REPACKING, *map(os.fspath, filter(None, sys.path))]
    environment = os.environ | {"XLPERF_ARCHIVE": path, "XLPERF_REPACKED": str(made)}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=LIMITS.seconds, check=False
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode:
        made.unlink(missing_ok=True)
        raise OSError(text_of("received", "unreadable", "damaged_archive"))
    return made


_REPACKING = """
import sys
sys.path[:] = sys.argv[1:]
from xlperf.ooxml.repacking import main
main()
"""


@cache
def _folder() -> str:
    folder = tempfile.mkdtemp(prefix="xlperf-archives-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
