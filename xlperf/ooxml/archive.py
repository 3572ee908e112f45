"""A .zip as a unit sends it → its files, read in memory under paths such as 某单位.zip/附件1.xlsx.

Nothing is unpacked to disk. Archives inside archives are not opened.
"""

import io
import zipfile
from pathlib import Path, PurePosixPath

from xlperf.ooxml.limits import LIMITS, Limits

SUFFIX = ".zip"
_UTF8 = 0x800
_ENCRYPTED = 0x1
_PACKAGE = frozenset({"[Content_Types].xml", "mimetype"})
"""A file that lies at the top of every .xlsx, .docx or .ods."""
_NOISE = ("~$", ".", "__MACOSX")


def members(path: Path, suffixes: frozenset[str], limits: Limits = LIMITS) -> list[Path]:
    """The files of an archive with one of ``suffixes``, as paths below ``path``.

    Empty where it is no readable archive of files: then ``path`` is reported as it is.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = _files(archive)
            is_safe = len(files) <= limits.parts and not any(
                info.flag_bits & _ENCRYPTED for info in files.values()
            )
    except (zipfile.BadZipFile, ValueError, EOFError, OSError):
        return []
    if not is_safe or _PACKAGE & files.keys():
        return []
    candidates = (PurePosixPath(name) for name in files)
    return [
        path / name
        for name in candidates
        if name.suffix.lower() in suffixes and not any(part.startswith(_NOISE) for part in name.parts)
    ]


def split(path: str) -> tuple[Path, str] | None:
    """The archive and the name in it that ``path`` means; None for an ordinary path."""
    if SUFFIX not in path.lower():
        return None
    for parent in Path(path).parents:
        if parent.suffix.lower() == SUFFIX and parent.is_file():
            return parent, Path(path).relative_to(parent).as_posix()
    return None


def member_size(archive: Path, name: str) -> int:
    """Unpacked bytes of a file in an archive; raises OSError where it cannot be had."""
    with _opened(archive) as opened:
        return _found(opened, name).file_size


def member_content(archive: Path, name: str, limit: int) -> bytes:
    """At most ``limit`` bytes of a file in an archive; raises OSError where it cannot be had."""
    try:
        with _opened(archive) as opened, opened.open(_found(opened, name)) as stream:
            return stream.read(limit)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise OSError(f"压缩包里的这个文件解不开（{error}）") from error


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(archive.read_bytes()))
    except (zipfile.BadZipFile, ValueError, EOFError) as error:
        raise OSError("压缩包已损坏") from error


def _found(opened: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    try:
        return _files(opened)[name]
    except KeyError:
        raise OSError("压缩包里没有这个文件") from None


def _files(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name, names in GBK decoded, steps upwards left out."""
    named = ((_name(info), info) for info in archive.infolist() if not info.is_dir())
    return {
        "/".join(part for part in name.split("/") if part not in ("", ".", "..")): info
        for name, info in named
    }


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
