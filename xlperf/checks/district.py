"""All files of a run together: who is missing, who filed twice, who copied from whom."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from xlperf.checks.file_check import FileResult, Traits
from xlperf.core.lazy import LazyModule
from xlperf.declarations.checked_files import GUESSED
from xlperf.declarations.codes import By, finding, followings
from xlperf.declarations.findings import Finding, Link, Location, fold
from xlperf.declarations.source import text_of
from xlperf.notation.text import is_same_name, likely_names, name_key
from xlperf.ooxml.archives import is_archive

if TYPE_CHECKING:
    import sqlite3

    from xlperf.ledgers.units import UnitRow
else:
    sqlite3 = LazyModule("sqlite3")

_AROUND = 3
"""The name of a file, and those of so many folders and archives around it, less one, may name the unit."""


def check_district(
    results: Sequence[FileResult], roster: Sequence["UnitRow"] = (), left_out: Sequence[str] = ()
) -> Iterator[Finding]:
    """Findings about the units of a run; ``roster`` is who should have filed, empty when not known.

    ``left_out`` are the files that were received and not read. Results are looked at one after the other, and
    those that have something in common once more: they need not be in memory.
    """
    filed = _Filed(results, roster)
    yield from _against_roster(filed, [*filed.unread, *left_out], roster)
    yield from _filed_twice(filed)
    yield from _copied(filed)
    yield from _other_profiles(filed)
    yield from filed.other_names


class _Filed:
    """What is compared of the files that were read, in a temporary database, by their numbers."""

    def __init__(self, results: Sequence[FileResult], roster: Sequence["UnitRow"]) -> None:
        self.results = results
        self.unread: list[str] = []
        self.other_names: list[Finding] = []
        self.strangers: list[FileResult] = []
        self.codes, self.names = set[str](), set[str]()
        self.profiles: Counter[str] = Counter()
        self._known = {unit.code for unit in roster}, {name_key(unit.name) for unit in roster}
        self._called = {unit.code: unit.name for unit in roster}
        self._database = sqlite3.connect("", isolation_level=None)
        execute = self._database.execute
        execute("PRAGMA journal_mode = OFF")
        execute("BEGIN")
        execute("CREATE TABLE files (number INTEGER, unit INTEGER, figures INTEGER, profile TEXT)")
        execute("CREATE TABLE texts (text INTEGER, name INTEGER, number INTEGER)")
        for number, result in enumerate(results):
            if result.traits is None:
                self.unread.append(result.file.path)
            else:
                self._add(number, result, result.traits)
        execute("CREATE INDEX by_unit ON files (unit)")
        execute("CREATE INDEX by_figures ON files (figures)")
        execute("CREATE INDEX by_text ON texts (text)")

    def _add(self, number: int, result: FileResult, traits: Traits) -> None:
        file, name = result.file, name_key(result.file.unit_name)
        unit = (_folder(file.path), name) if _is_unnamed(result) else ("", file.unit_code or name)
        profile = "" if file.profile_by == GUESSED else file.profile
        figures = _number(traits.figures) if traits.figures else None
        row = number, _number("\0".join(unit)), figures, profile
        self._database.execute("INSERT INTO files VALUES (?, ?, ?, ?)", row)
        texts = ((_number(text), _number(name), number) for text in traits.texts)
        self._database.executemany("INSERT INTO texts VALUES (?, ?, ?)", texts)
        if file.profile_by != GUESSED:
            self.profiles[file.profile] += 1
        self._compare(result, traits, name)

    def _compare(self, result: FileResult, traits: Traits, name: str) -> None:
        """Look at a result with regard to the roster."""
        file, (codes, names) = result.file, self._known
        stem = _stem(file.path)
        self.codes |= codes & {file.unit_code, stem.partition("_")[0]}
        self.names |= names & {name, name_key(stem.partition("_")[2] or stem)}
        if names and file.unit_code not in codes and name not in names:
            self.strangers.append(result)
        expected = self._called.get(file.unit_code, file.unit_name if file.unit_code else "")
        if traits.filled and expected and not is_same_name(expected, traits.filled):
            self.other_names.append(finding("D906", traits.filled_at, traits.filled, expected))

    def alike(self, column: str) -> Iterator[list[FileResult]]:
        """The files that have the same in ``column``, two or more, in their order."""
        several = f"SELECT {column} FROM files WHERE {column} NOT NULL GROUP BY {column} HAVING count(*) > 1"
        rows = self._database.execute(
            f"SELECT {column}, number FROM files WHERE {column} IN ({several}) ORDER BY {column}, number"
        )
        for _, found in groupby(rows, key=itemgetter(0)):
            yield [self.results[number] for _, number in found]

    def of_profiles(self, usual: str) -> Iterator[FileResult]:
        """The files that name another profile than ``usual``."""
        rows = self._database.execute(
            "SELECT number FROM files WHERE profile NOT IN ('', ?) ORDER BY number", (usual,)
        )
        return (self.results[number] for (number,) in rows)

    def shared_texts(self) -> Iterator[list[Location]]:
        """Where each text is that several units have, one place for each unit, in the order of the files."""
        several = "SELECT text FROM texts GROUP BY text HAVING count(DISTINCT name) > 1"
        rows = self._database.execute(
            f"SELECT text, min(number) FROM texts WHERE text IN ({several}) GROUP BY text, name ORDER BY 1, 2"
        )
        for text, found in groupby(rows, key=itemgetter(0)):
            numbers = [number for _, number in found]
            yield [self._place(text, number) for number in numbers]

    def _place(self, text: int, number: int) -> Location:
        traits = self.results[number].traits
        assert traits
        return next(place for name, place in traits.texts.items() if _number(name) == text)


def _number(text: str) -> int:
    """A number of 63 bits for a text: no two texts of a run have the same but by the rarest chance."""
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _place(result: FileResult) -> Location:
    file = result.file
    return Location(file.path, unit_code=file.unit_code, unit_name=file.unit_name)


def _against_roster(filed: _Filed, unread: Sequence[str], roster: Sequence["UnitRow"]) -> Iterator[Finding]:
    """A file that could not be read still counts as filed when its name, or that of its folder or archive,
    shows the unit's code or name.
    """
    if not roster:
        return
    shown = _shown_units(unread)
    codes, names = filed.codes, filed.names
    for unit in roster:
        files = [*shown.get(unit.code, ()), *shown.get(name_key(unit.name), ())]
        if files and unit.code not in codes and name_key(unit.name) not in names:
            listed = "、".join(dict.fromkeys(files))
            place = Location(unit_code=unit.code, unit_name=unit.name)
            yield finding("D909", place, listed, unit=f"{unit.name}（{unit.code}）")
    codes, names = codes | shown.keys(), names | shown.keys()
    missing = [unit for unit in roster if unit.code not in codes and name_key(unit.name) not in names]
    yield from _missing(missing, filed.strangers)


def _missing(missing: Sequence["UnitRow"], strangers: Sequence[FileResult]) -> Iterator[Finding]:
    """The units of the roster that have not filed, and files of units that are not in it."""
    proposed: set[str] = set()
    for unit in missing:
        place, shown = Location(unit_code=unit.code, unit_name=unit.name), f"{unit.name}（{unit.code}）"
        likely = likely_names(unit.name, [outcome.file.unit_name for outcome in strangers])
        proposed.update(likely)
        if likely:
            yield finding("D908", place, "、".join(likely), unit.name, unit=shown)
        else:
            yield finding("D901", place, unit=shown)
    for outcome in strangers:
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


def _filed_twice(filed: _Filed) -> Iterator[Finding]:
    """Units with more than one filing; files of one folder and name where nothing names the unit."""
    for first, *others in filed.alike("unit"):
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


def _copied(filed: _Filed) -> Iterator[Finding]:
    """Files with the figures of another unit, and texts of another; where the figures are the same, that the
    texts are too follows from it.
    """
    groups: dict[str, str] = {}
    copies: dict[str, Finding] = {}
    for first, *others in filed.alike("figures"):
        groups |= dict.fromkeys((result.file.path for result in (first, *others)), first.file.path)
        for result in others:
            if not is_same_name(first.file.unit_name, result.file.unit_name):
                other = _other(first.file.path, result.file.path)
                copies[result.file.path] = finding("D903", _place(result), other=other)
    is_folded = any(following.by is By.COPIED for following in followings())
    for places in filed.shared_texts():
        *others_with, last = places
        found = finding("D904", last, count=str(len(others_with)), other=_stem(others_with[0].file))
        alike = {groups.get(place.file, place.file) for place in places}
        if is_folded and last.file in copies and len(alike) == 1:
            copies[last.file] = fold(copies[last.file], [found], Link.CONSEQUENCE)
        else:
            yield found
    yield from copies.values()


def _other_profiles(filed: _Filed) -> Iterator[Finding]:
    """Files of another profile than most; one that was only guessed says nothing."""
    if len(filed.profiles) < 2:
        return
    usual = filed.profiles.most_common(1)[0][0]
    for result in filed.of_profiles(usual):
        yield finding("D905", _place(result), result.file.profile, usual)


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
