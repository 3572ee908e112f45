"""Paths as typed → the files to check, in a steady order; and where the copies of files go.

A copy never goes onto a source, and never silently onto another file.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import exists, safe_name
from xlperf.declarations.codes import finding
from xlperf.declarations.finding_order import natural
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import text_of, texts_of
from xlperf.intake.kinds import kinds
from xlperf.ooxml.archives import is_archive, is_noise, members, split

SUFFIXES = frozenset({".xlsb", *(suffix for kind in kinds().values() for suffix in kind.suffixes)})
"""What is taken from a folder; a file that is named itself is taken whatever its name."""
_LOCK = "~$"
_NOISE = "noise"
"""Why a file is only counted."""
_EXAMPLES = 3
"""Files that are named where many are not read."""
_IN_FRONT = 120
"""Bytes of the names of folders in front of the name of a copy."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What lies under the paths of a run: the ``paths`` of the files to read, and what is not read.

    ``findings`` say which files are not read and why, ``unread`` are their paths; ``left_out`` counts them
    and those that programs and systems leave for themselves.
    """

    paths: Sequence[str]
    findings: Sequence[Finding] = ()
    left_out: int = 0
    unread: Sequence[str] = ()

    @property
    def files(self) -> Sequence[Path]:
        """The files to read."""
        return [*map(Path, self.paths)]


def survey(paths: Iterable[str | Path], output: Path | None = None) -> Sources:
    """Everything under ``paths``, each once; what is in an archive as 某单位.zip/附件1.xlsx.

    A path of this kind may be given too; what its archive does not hold is reported when it is read. Files of
    a folder are in the order of their names, 项目2 before 项目10. What lies in the folder ``output``, where
    that is inside of one of ``paths``, is left out. Raises InputError for a path that does not exist, and
    where nothing is left to read.
    """
    given = [Path(path) for path in paths]
    out = output.resolve() if output else None
    roots = {path.resolve() for path in given}
    is_inside = out is not None and out not in roots and bool(roots & set(out.parents))
    found: list[str] = []
    seen: set[int] = set()
    others: dict[Path, str] = {}
    for path in given:
        try:
            for file, why in _files(path):
                place = os.path.realpath(file)
                if is_inside and _is_below(Path(place), out, roots):
                    continue
                if why:
                    others.setdefault(Path(file), why)
                elif (known := hash(place)) not in seen:
                    seen.add(known)
                    found.append(file)
        except OSError as error:
            raise InputError(_text("unreadable", path=path, reason=error.strerror or error)) from error
    if not found:
        raise InputError(_nothing(given, output if is_inside else None))
    unread = {file: why for file, why in others.items() if why != _NOISE}
    return Sources(found, [*_left_out(unread)], len(others), [*map(str, unread)])


def _left_out(unread: Mapping[Path, str]) -> Iterator[Finding]:
    """A finding for each file that is not read; for many in one archive, not read for one reason, one."""
    texts = texts_of("received")
    groups: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for file, why in unread.items():
        archive = split(str(file))
        groups[str(archive[0]) if archive else str(file), why].append(file)
    for (archive_path, why), files in groups.items():
        reason = texts["left_out"][why]
        if len(files) > texts["most_left_out"]:
            names = "、".join(file.name for file in files[:_EXAMPLES])
            what = texts["many_left_out"].format(count=len(files), names=names)
            yield finding("F139", Location(archive_path), left_files=what, reason=reason)
        else:
            for file in files:
                yield finding("F139", Location(str(file)), left_files=texts["one_left_out"], reason=reason)


def _is_below(place: Path, out: Path | None, roots: Container[Path]) -> bool:
    """Whether a file lies in the output, and was not named itself."""
    return place not in roots and out in place.parents


def _nothing(given: Sequence[Path], output: Path | None) -> str:
    if output is not None:
        return _text("only_output", path=output)
    folder = next((path for path in given if path.is_dir()), None)
    return _text("empty_folder", path=folder) if folder else _text("none")


def gather(paths: Iterable[str | Path]) -> list[Path]:
    """The files to read under ``paths``; raises as ``survey`` does."""
    return list(survey(paths).files)


def _files(path: Path) -> Iterator[tuple[str, str]]:
    """The files at ``path``, and why one is not read, "" where it is."""
    if path.is_dir():
        for file in sorted(_entries(path), key=natural):
            yield from _in_folder(Path(file), path)
    elif path.exists() or split(str(path)):
        yield from _unpacked(path) if path.exists() else ((str(path), ""),)
    else:
        raise InputError(_text("missing", path=path))


def _entries(folder: Path) -> Iterator[str]:
    """Everything in a folder and in those below it; links to folders are not followed."""
    for parent, folders, files in os.walk(folder):
        yield from (str(Path(parent, name)) for name in (*folders, *files))


def _in_folder(file: Path, folder: Path) -> Iterator[tuple[str, str]]:
    if file.is_symlink() and not file.is_file():
        yield str(file), "dead_link" if not file.exists() else "folder_link"
    elif file.is_file():
        why = _why_not(file.relative_to(folder))
        yield from ((str(file), why),) if why else _unpacked(file)
    elif not file.is_dir():
        yield str(file), "no_file"


def _unpacked(file: Path) -> Iterator[tuple[str, str]]:
    """The files of an archive, every other file itself."""
    inside = members(file) if is_archive(file) else []
    listed = [(str(member.path), member.why or _why_not(member.path.relative_to(file))) for member in inside]
    listed.sort(key=lambda entry: natural(entry[0]))
    if any(not why for _, why in listed):
        yield from listed
    else:
        yield from ((str(file), ""), *((path, _NOISE) for path, _ in listed))


def _why_not(path: Path) -> str:
    """Why a file of a folder or archive is not read; "" where it is."""
    if path.name.startswith(_LOCK):
        return "lock"
    if is_noise(path) or path.name.lower() in texts_of("received")["of_systems"]:
        return _NOISE
    suffix = path.suffix.lower()
    if suffix in SUFFIXES or is_archive(path):
        return ""
    kinds_left_out = texts_of("received")["left_out"]
    if suffix in texts_of("received")["of_programs"]:
        return _NOISE
    return suffix if suffix in kinds_left_out else "other"


def targets_of(
    sources: Sequence[Path], folder: Path, name_of: Callable[[Path], str], code: str
) -> tuple[dict[Path, Path], list[Finding]]:
    """Source → its copy in ``folder``, and a finding ``code`` for each source without a name of its own.

    Sources of one name get the name of their folder or archive in front, of more folders where those are
    equal too; in one folder the file type is put behind. Names that differ only in case are left. What is in
    an archive may have a name that no disk takes: it gets one that all do.
    """
    names = {source: name_of(source) for source in sources}
    names |= {source: _writable(names[source]) for source in sources if split(str(source))}
    for distinguished in (_with_folders, _with_file_type):
        for alike in _sharing(names):
            names |= distinguished(alike, names)
    clashing = {source: alike for alike in _sharing(names) for source in alike}
    findings = []
    for source, alike in clashing.items():
        others = "、".join(str(other) for other in alike if other != source)
        findings.append(finding(code, Location(str(source)), others=others))
    return {source: folder / name for source, name in names.items() if source not in clashing}, findings


def _writable(name: str) -> str:
    path = Path(name)
    return f"{safe_name(path.stem)}{path.suffix}"


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
    return tuple(Path(part).stem if is_archive(part) else part for part in parts)


def _with_file_type(alike: Sequence[Path], names: Mapping[Path, str]) -> dict[Path, str]:
    """The names with the file type of the source behind them."""
    renamed = {}
    for source in alike:
        name = Path(names[source])
        renamed[source] = f"{name.stem}_{source.suffix.lower().lstrip('.')}{name.suffix}"
    return renamed


def refuse_overwriting(
    what: str,
    sources: Iterable[Path],
    targets: Iterable[Path],
    folder: Path,
    force: bool,
    ours: Container[Path] = (),
) -> None:
    """Raise OutputError when a copy would replace a source or, without ``force``, another file but ``ours``.

    A file whose name differs only in case is the same one on Windows.
    """
    present = cache(_names_in)
    existing = [
        target for target in targets if target.name.casefold() in present(target.parent) or exists(target)
    ]
    inputs = {source.resolve() for source in sources}
    for target in existing:
        if target.resolve() in inputs:
            raise OutputError(_text("overwrites", what=what, target=target))
    others = [target for target in existing if target not in ours]
    if others and not force:
        first = others[0].name
        raise OutputError(_text("exists", folder=folder, count=len(others), first=first))


def _names_in(folder: Path) -> set[str]:
    return {path.name.casefold() for path in folder.iterdir()} if folder.is_dir() else set()


def _text(key: str, **values: object) -> str:
    return text_of("messages", "sources", key, **values)
