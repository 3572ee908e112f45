"""All files of a run together: who is missing, who filed twice, who copied from whom."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from xlperf.checks.file_check import FileResult
from xlperf.declarations.check_report import GUESSED
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import text_of

if TYPE_CHECKING:
    from xlperf.ledgers.units import UnitRow
from xlperf.notation.text import is_same_name, likely_names, name_key
from xlperf.ooxml.archives import is_archive

_AROUND = 3
"""The name of a file, and those of so many folders and archives around it, less one, may name the unit."""


def check_district(
    results: Sequence[FileResult], roster: Sequence["UnitRow"] = (), left_out: Sequence[str] = ()
) -> Iterator[Finding]:
    """Findings about the units of a run; ``roster`` is who should have filed, empty when not known.

    ``left_out`` are the files that were received and not read.
    """
    read = [result for result in results if result.traits is not None]
    unread = [result.file.path for result in results if result.traits is None]
    yield from _against_roster(read, [*unread, *left_out], roster)
    yield from _filed_twice(read)
    yield from _same_figures(read)
    yield from _same_texts(read)
    yield from _other_profiles(read)
    yield from _other_names(read, roster)


def _place(result: FileResult) -> Location:
    file = result.file
    return Location(file.path, unit_code=file.unit_code, unit_name=file.unit_name)


def _against_roster(
    read: Sequence[FileResult], unread: Sequence[str], roster: Sequence["UnitRow"]
) -> Iterator[Finding]:
    """A file that could not be read still counts as filed when its name, or that of its folder or archive,
    shows the unit's code or name.
    """
    stems = [_stem(result.file.path) for result in read]
    codes = {result.file.unit_code for result in read} | {stem.partition("_")[0] for stem in stems}
    names = {name_key(result.file.unit_name) for result in read}
    names |= {name_key(stem.partition("_")[2] or stem) for stem in stems}
    filed = _shown_units(unread)
    for unit in roster:
        files = [*filed.get(unit.code, ()), *filed.get(name_key(unit.name), ())]
        if files and unit.code not in codes and name_key(unit.name) not in names:
            listed = "、".join(dict.fromkeys(files))
            place = Location(unit_code=unit.code, unit_name=unit.name)
            yield finding("D909", place, listed, unit=f"{unit.name}（{unit.code}）")
    codes, names = codes | filed.keys(), names | filed.keys()
    missing = [unit for unit in roster if unit.code not in codes and name_key(unit.name) not in names]
    known_codes, known_names = {unit.code for unit in roster}, {name_key(unit.name) for unit in roster}
    strange = [
        outcome
        for outcome in (read if roster else ())
        if outcome.file.unit_code not in known_codes and name_key(outcome.file.unit_name) not in known_names
    ]
    proposed: set[str] = set()
    for unit in missing:
        place, shown = Location(unit_code=unit.code, unit_name=unit.name), f"{unit.name}（{unit.code}）"
        likely = likely_names(unit.name, [outcome.file.unit_name for outcome in strange])
        proposed.update(likely)
        if likely:
            yield finding("D908", place, "、".join(likely), unit.name, unit=shown)
        else:
            yield finding("D901", place, unit=shown)
    for outcome in strange:
        if outcome.file.unit_name not in proposed:
            called = "unnamed_unit" if _is_unnamed(outcome) else "unit"
            shown = text_of("messages", called, name=outcome.file.unit_name)
            yield finding("D907", _place(outcome), unit=shown)


def _shown_units(paths: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """What the names of files, their folders and archives show of a unit, its code or name → the files."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        parts = path.replace("\\", "/").split("/")
        for part in parts[-_AROUND:]:
            stem = part.rpartition(".")[0] if part is parts[-1] or is_archive(part) else part
            code, _, name = stem.partition("_")
            for key in {code, name_key(name or stem)} - {""}:
                found[key].append(parts[-1])
    return found


def _filed_twice(read: Sequence[FileResult]) -> Iterator[Finding]:
    """Units with more than one filing; files of one folder and name where nothing names the unit."""
    by_unit: dict[tuple[str, str], list[FileResult]] = defaultdict(list)
    for result in read:
        folder, name = _folder(result.file.path), name_key(result.file.unit_name)
        by_unit[(folder, name) if _is_unnamed(result) else ("", result.file.unit_code or name)].append(result)
    for first, *others in by_unit.values():
        for result in others:
            if result.package and result.package == first.package:
                continue
            other = _other(first.file.path, result.file.path)
            if _is_unnamed(result):
                yield finding("D917", _place(result), _stem(result.file.path), other=other)
            else:
                yield finding("D902", _place(result), unit=result.file.unit_name, other=other)


def _is_unnamed(result: FileResult) -> bool:
    """Whether nothing names the unit of a file, which is then called as its file is."""
    file = result.file
    return not (file.unit_code or (result.traits and result.traits.filled)) and file.unit_name == _stem(
        file.path
    )


def _same_figures(read: Sequence[FileResult]) -> Iterator[Finding]:
    first: dict[str, FileResult] = {}
    for result in read:
        figures = result.traits.figures if result.traits else ""
        other = first.setdefault(figures, result)
        if figures and other is not result and not is_same_name(other.file.unit_name, result.file.unit_name):
            yield finding("D903", _place(result), other=_other(other.file.path, result.file.path))


def _same_texts(read: Sequence[FileResult]) -> Iterator[Finding]:
    """One finding for each text that several units share, at the last of them."""
    places: dict[str, dict[str, Location]] = defaultdict(dict)
    for result in read:
        for text, place in result.traits.texts.items() if result.traits else ():
            places[text].setdefault(name_key(result.file.unit_name), place)
    for found in places.values():
        if len(found) > 1:
            *others, last = found.values()
            yield finding("D904", last, count=str(len(others)), other=_stem(others[0].file))


def _other_profiles(read: Sequence[FileResult]) -> Iterator[Finding]:
    """Files of another profile than most; one that was only guessed says nothing."""
    named = [result for result in read if result.file.profile_by != GUESSED]
    used = Counter(result.file.profile for result in named)
    if len(used) < 2:
        return
    usual = used.most_common(1)[0][0]
    for result in named:
        if result.file.profile != usual:
            yield finding("D905", _place(result), result.file.profile, usual)


def _other_names(read: Sequence[FileResult], roster: Sequence["UnitRow"]) -> Iterator[Finding]:
    by_code = {unit.code: unit.name for unit in roster}
    for result in read:
        expected = by_code.get(result.file.unit_code, result.file.unit_name if result.file.unit_code else "")
        filled = result.traits.filled if result.traits else ""
        if result.traits and filled and expected and not is_same_name(expected, filled):
            yield finding("D906", result.traits.filled_at, filled, expected)


def _stem(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]


def _folder(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[0]


def _other(path: str, own: str) -> str:
    """The name of the file at ``path`` next to ``own``; with its folder where both have the same name."""
    if _stem(path) != _stem(own):
        return _stem(path)
    parts, own_parts = path.replace("\\", "/").split("/"), own.replace("\\", "/").split("/")
    return parts[-1] if parts[-1] != own_parts[-1] else "/".join(parts[-2:])
