"""Paths as typed → the files to check, in a steady order; and where the copies of files go.

A copy never goes onto a source, and never silently onto another file.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import safe_name
from xlperf.declarations.check_report import natural
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.intake.kinds import kinds
from xlperf.ooxml.received_bytes import SUFFIX as ARCHIVE
from xlperf.ooxml.received_bytes import members, split

SUFFIXES = frozenset({".xlsb", *(suffix for kind in kinds().values() for suffix in kind.suffixes)})
"""What is taken from a folder; a file that is named itself is taken whatever its name."""
_TAKEN = SUFFIXES | {ARCHIVE}
_LOCK = "~$"
_HIDDEN = "."
_IN_FRONT = 120
"""Bytes of the names of folders in front of the name of a copy."""


def gather(paths: Iterable[str | Path]) -> list[Path]:
    """All workbooks and documents under ``paths``, each once; those in a .zip as 某单位.zip/附件1.xlsx.

    A path of this kind may be given too; what its .zip does not hold is reported when it is read.

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
        if split(str(path)):
            yield path
            return
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


def sources_beside(paths: Iterable[str | Path], folder: Path) -> list[Path]:
    """All files under ``paths``, without those that lie in the output ``folder`` inside one of them.

    Raises InputError for a path that does not exist, and when nothing is left.
    """
    given = [Path(path) for path in paths]
    out = folder.resolve()
    roots = {path.resolve() for path in given}
    if out in roots or not roots & set(out.parents):
        return gather(given)
    sources = [path for path in gather(given) if path.resolve() in roots or out not in path.resolve().parents]
    if not sources:
        raise InputError(f"除了输出文件夹“{folder}”，没有别的工作簿。")
    return sources


def targets_of(
    sources: Sequence[Path], folder: Path, name_of: Callable[[Path], str], code: str
) -> tuple[dict[Path, Path], list[Finding]]:
    """Source → its copy in ``folder``, and a finding ``code`` for each source without a name of its own.

    Sources of one name get the name of their folder or archive in front, of more folders where those are
    equal too; in one folder the file type is put behind. Names that differ only in case are left.
    """
    names = {source: name_of(source) for source in sources}
    for distinguished in (_with_folders, _with_file_type):
        for alike in _sharing(names):
            names |= distinguished(alike, names)
    clashing = {source: alike for alike in _sharing(names) for source in alike}
    findings = []
    for source, alike in clashing.items():
        others = "、".join(str(other) for other in alike if other != source)
        findings.append(finding(code, Location(str(source)), others=others))
    return {source: folder / name for source, name in names.items() if source not in clashing}, findings


def _sharing(names: Mapping[Path, str]) -> list[list[Path]]:
    """The sources that share a name, whatever its case."""
    by_name: dict[str, list[Path]] = defaultdict(list)
    for source, name in names.items():
        by_name[name.casefold()].append(source)
    return [alike for alike in by_name.values() if len(alike) > 1]


def _with_folders(alike: Sequence[Path], names: Mapping[Path, str]) -> dict[Path, str]:
    """The names with those of as many folders in front as it takes to keep different folders apart."""
    folders = {source: _folders(source) for source in alike}
    different = {tuple(name.casefold() for name in path) for path in folders.values()}
    if len(different) == 1:
        return {}
    deepest = max(map(len, different))
    depths = range(1, deepest)
    depth = next((n for n in depths if len({path[-n:] for path in different}) == len(different)), deepest)
    return {
        source: "_".join([*(safe_name(part, _IN_FRONT // depth) for part in path[-depth:]), names[source]])
        for source, path in folders.items()
    }


def _folders(source: Path) -> tuple[str, ...]:
    """The names of the folders and archives around a source, outermost first."""
    parts = Path(os.path.abspath(source)).parent.parts[1:]
    return tuple(part[: -len(ARCHIVE)] if part.lower().endswith(ARCHIVE) else part for part in parts)


def _with_file_type(alike: Sequence[Path], names: Mapping[Path, str]) -> dict[Path, str]:
    """The names with the file type of the source behind them."""
    renamed = {}
    for source in alike:
        name = Path(names[source])
        renamed[source] = f"{name.stem}_{source.suffix.lower().lstrip('.')}{name.suffix}"
    return renamed


def refuse_overwriting(
    what: str, sources: Iterable[Path], targets: Iterable[Path], folder: Path, force: bool
) -> None:
    """Raise OutputError when a copy would replace a source or, without ``force``, any other file."""
    existing = [target for target in targets if target.exists()]
    inputs = {source.resolve() for source in sources}
    for target in existing:
        if target.resolve() in inputs:
            raise OutputError(f"{what}会覆盖原文件“{target}”，没有改动任何文件。请用 -o 换一个文件夹。")
    if existing and not force:
        raise OutputError(
            f"文件夹“{folder}”里已有 {len(existing)} 个要写的文件，第一个是“{existing[0].name}”，"
            "没有改动任何文件。要覆盖请加 --force，或换一个文件夹。"
        )
