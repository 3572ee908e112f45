"""The files of a report → whose they are, and the folder in which each unit gets its own back."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from xlperf.checks.filing_parts import container
from xlperf.checks.unit_naming import named_unit
from xlperf.core.files import safe_name
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Finding
from xlperf.notation.text import name_key
from xlperf.ooxml.archives import is_archive


@dataclass(frozen=True, slots=True)
class UnitFiles:
    """The files of a unit; ``code`` and ``name`` are "" where nothing names it.

    ``folder`` is 编码_名称, or what the unit's folder, archive or only file is called.
    """

    code: str
    name: str
    folder: str
    paths: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the unit is called in a letter."""
        return self.name or self.folder


def folder_name(code: str, name: str) -> str:
    """``编码_名称``, or the one of them that is known."""
    return safe_name("_".join(part for part in (code, name) if part))


def codes_of_names(units: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The keys of the names that only one code goes with → that code; ``units`` are codes and names."""
    codes: dict[str, set[str]] = defaultdict(set)
    for code, name in units:
        if code and name:
            codes[name_key(name)].add(code)
    return {name: found.pop() for name, found in codes.items() if len(found) == 1}


class _Names:
    """Codes and names of units as the files of a run give them."""

    def __init__(self, files: Sequence[CheckedFile]) -> None:
        self._codes = codes_of_names((file.unit_code, file.unit_name) for file in files)
        self.called: dict[str, str] = {}
        self._places = Counter(container(file.path) for file in files)
        self._within: dict[Path, set[tuple[str, str]]] = defaultdict(set)
        for file in files:
            if unit := self._own(file):
                self._within[container(file.path)].add(unit)

    def _own(self, file: CheckedFile) -> tuple[str, str] | None:
        """Code and name that the file itself gives; a name that is only the file's is none."""
        path = Path(file.path)
        code, name = file.unit_code, file.unit_name
        if not code and name in ("", path.stem):
            code, name = named_unit(path)
        if not code:
            code = self._codes.get(name_key(name), "") if name else ""
        return (code, name) if code or name else None

    def unit(self, file: CheckedFile) -> tuple[str, str, str]:
        """Code, name and what else distinguishes the unit of a file: "" where one of them is known."""
        code, name = self._own(file) or self._around(container(file.path))
        if code:
            self.called[code] = self.called.get(code) or name
            return code, "", ""
        if name:
            return "", name, ""
        place = container(file.path)
        return "", "", str(place if self._is_own(place) else file.path)

    def _around(self, place: Path) -> tuple[str, str]:
        """The unit of the archive or folder that a file lies in, by the other files or by its name."""
        if not self._is_own(place):
            return "", ""
        around = self._within[place]
        return next(iter(around)) if len(around) == 1 else named_unit(place)

    def folder(self, files: Sequence[CheckedFile]) -> str:
        """What the folder or archive is called that holds these files and no others, if it names a unit."""
        place = container(files[0].path)
        is_theirs = self._places[place] == len(files) and all(container(file.path) == place for file in files)
        return Path(place).stem if is_theirs and self._is_own(place) and named_unit(place)[0] else ""

    def _is_own(self, place: Path) -> bool:
        """Whether an archive or folder may be one unit's."""
        return is_archive(place) or len(self._places) > 1 or bool(named_unit(place)[0])


def unit_files(files: Iterable[CheckedFile]) -> list[UnitFiles]:
    """The files by unit, in the order of the units' first files; no two units have one folder.

    Files that no unit is named in are of the unit whose archive or folder they lie in.
    """
    listed = list(files)
    names = _Names(listed)
    groups: dict[tuple[str, str, str], list[CheckedFile]] = defaultdict(list)
    for file in listed:
        groups[names.unit(file)].append(file)
    taken: set[str] = set()
    return [_unit(key, group, names, taken) for key, group in groups.items()]


def _unit(
    key: tuple[str, str, str], files: Sequence[CheckedFile], names: _Names, taken: set[str]
) -> UnitFiles:
    code, name, other = key
    name = name or names.called.get(code, "")
    received_in = names.folder(files) or Path(other).stem
    folder = called = safe_name(received_in) if received_in else folder_name(code, name)
    numbers = count(2)
    while folder.casefold() in taken:
        folder = f"{called}（{next(numbers)}）"
    taken.add(folder.casefold())
    return UnitFiles(code, name, folder, tuple(file.path for file in files))


def findings_by_unit(units: Sequence[UnitFiles], findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings on the files of each unit and on its package as a whole, in the order given."""
    by_path = {path: number for number, unit in enumerate(units) for path in unit.paths}
    by_code = {unit.code: number for number, unit in enumerate(units) if unit.code}
    by_name = {name_key(unit.name): number for number, unit in enumerate(units) if unit.name}
    found: list[list[Finding]] = [[] for _ in units]
    for finding in findings:
        place = finding.location
        number = by_path.get(place.file)
        if number is None and not place.file:
            number = by_code.get(place.unit_code, by_name.get(name_key(place.unit_name)))
        if number is not None:
            found[number].append(finding)
    return found
