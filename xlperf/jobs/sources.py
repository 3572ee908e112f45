"""Paths as typed → the files to check, in a steady order."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.declarations.check_report import natural
from xlperf.intake.kinds import kinds
from xlperf.ooxml.received_bytes import SUFFIX as ARCHIVE
from xlperf.ooxml.received_bytes import members

SUFFIXES = frozenset({".xlsb", *(suffix for kind in kinds().values() for suffix in kind.suffixes)})
"""What is taken from a folder; a file that is named itself is taken whatever its name."""
_TAKEN = SUFFIXES | {ARCHIVE}
_LOCK = "~$"
_HIDDEN = "."


def gather(paths: Iterable[str | Path]) -> list[Path]:
    """All workbooks and documents under ``paths``, each once; those in a .zip as 某单位.zip/附件1.xlsx.

    Those of a folder are sorted by name, 项目2 before 项目10.
    Files that Excel keeps while a workbook is open (``~$…``) and hidden ones are left out. Raises
    InputError for a path that does not exist and for a folder without any.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        try:
            for file in _files(path):
                found.setdefault(file.resolve(), file)
        except OSError as error:
            raise InputError(f"读不了“{path}”：{error.strerror or error}。") from error
    if not found:
        raise InputError("没有给出要检查的文件或文件夹。")
    return list(found.values())


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise InputError(f"找不到“{path}”，请检查路径是否写对。")
    if not path.is_dir():
        yield from _unpacked(path)
        return
    files = [file for file in path.rglob("*") if file.suffix.lower() in _TAKEN and file.is_file()]
    wanted = [file for file in files if not file.name.startswith((_LOCK, _HIDDEN))]
    if not wanted:
        raise InputError(f"文件夹“{path}”里没有工作簿或 Word 文档。")
    for file in sorted(wanted, key=lambda file: natural(str(file))):
        yield from _unpacked(file)


def _unpacked(file: Path) -> Iterator[Path]:
    """The files of an archive, every other file itself."""
    inside = members(file, SUFFIXES) if file.suffix.lower() == ARCHIVE else []
    yield from sorted(inside, key=lambda one: natural(str(one))) or [file]
