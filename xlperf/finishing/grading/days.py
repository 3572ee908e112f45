"""A dates table, the register of a season, or the files themselves → when each unit filed and published."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from xlperf.checks.grading.package import KnownDay
from xlperf.core.errors import InputError
from xlperf.declarations.source import text_of, texts_of
from xlperf.ledgers.grids import Grid
from xlperf.ledgers.sources import WORKBOOK_SUFFIXES, read_csv, read_source
from xlperf.notation import label_key, parse_date
from xlperf.notation.text import name_key
from xlperf.ooxml.archives import split
from xlperf.season.register import Season
from xlperf.season.store import Store

_said = partial(text_of, "grading")
_FILED = "线上报送"
_HEADING_ROWS = 10


@dataclass(slots=True)
class UnitDays:
    """The days of one line of a table or register."""

    code: str
    name: str
    row: int
    days: dict[str, KnownDay] = field(default_factory=dict)
    used: bool = False


@dataclass(slots=True)
class KnownDays:
    """All days that are known, by unit; ``remarks`` say what in the sources could not be used."""

    units: list[UnitDays] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    _codes: dict[str, list[UnitDays]] = field(default_factory=dict)
    _names: dict[str, list[UnitDays]] = field(default_factory=dict)

    def add(self, unit: UnitDays) -> None:
        """Keep the days of a unit."""
        self.units.append(unit)
        if unit.code:
            self._codes.setdefault(unit.code.lstrip("0"), []).append(unit)
        if unit.name:
            self._names.setdefault(name_key(unit.name), []).append(unit)

    def of(self, code: str, name: str) -> dict[str, KnownDay]:
        """The days of a unit by its code, else by its name; two days for one date give none, and a remark.

        A line of its name with another code is of another unit.
        """
        named = self._names.get(name_key(name), [])
        found = self._codes.get(code.lstrip("0")) or [unit for unit in named if not (code and unit.code)]
        days: dict[str, KnownDay] = {}
        differing: set[str] = set()
        for unit in found:
            unit.used = True
            for kind, known in unit.days.items():
                earlier = days.setdefault(kind, known)
                if earlier.day != known.day and earlier.source == known.source:
                    differing.add(kind)
                    values = {"first": earlier.day, "other": known.day, "unit": name or code}
                    self.remarks.append(_said("days", "twice", table=known.source, date=kind, **values))
        return {kind: known for kind, known in days.items() if kind not in differing}

    def strangers(self) -> Iterator[str]:
        """The lines of a table that no package belonged to."""
        for unit in self.units:
            if not unit.used and unit.row:
                table = _said("sources", "table")
                yield _said("days", "stranger", table=table, row=unit.row, unit=unit.name or unit.code)


def days_of_table(path: Path, known: KnownDays) -> None:
    """Add the days in a table; raises InputError for a file that is no table of dates."""
    if not path.exists():
        raise InputError(_said("days", "no_file", path=path))
    if path.suffix.lower() == ".csv":
        grids: Sequence[Grid] = [read_csv(path)]
    elif path.suffix.lower() in WORKBOOK_SUFFIXES:
        grids = read_source(path).grids
    else:
        raise InputError(_said("days", "bad_kind", path=path))
    is_table = [_add_grid(grid, known) for grid in grids]
    if not any(is_table):
        raise InputError(_said("days", "no_table", path=path))


def _add_grid(grid: Grid, known: KnownDays) -> bool:
    """Add the rows below the headings of a sheet; whether it has any."""
    columns, top = _headings(grid)
    if not columns:
        return False
    for number, row in enumerate(grid.rows[top:], start=top + 1):
        cells = {name: row[column] if column < len(row) else None for name, column in columns.items()}
        code, name = (_text(cells.get(key)) for key in ("code", "name"))
        if code or name:
            unit = UnitDays(code, name, number)
            unit.days.update(_days(cells, number, known))
            known.add(unit)
    return True


def _text(cell: object) -> str:
    return "" if cell is None else f"{cell:.15g}" if isinstance(cell, float) else str(cell).strip()


def _headings(grid: Grid) -> tuple[dict[str, int], int]:
    """What each column is, by its heading, and how many rows there are down to the headings."""
    words = texts_of("grading")["days"]
    kinds = {"code": words["code"], "name": words["name"], **words["dates"]}
    meanings = {label_key(word): kind for kind, spellings in kinds.items() for word in spellings}
    for number, row in enumerate(grid.rows[:_HEADING_ROWS], start=1):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            kind = meanings.get(label_key(cell)) if isinstance(cell, str) else None
            if kind:
                found.setdefault(kind, column)
        if {"code", "name"} & set(found) and set(words["dates"]) & set(found):
            return found, number
    return {}, 0


def _days(cells: Mapping[str, object], row: int, known: KnownDays) -> Iterator[tuple[str, KnownDay]]:
    source = _said("sources", "table")
    for kind in texts_of("grading")["days"]["dates"]:
        text = _text(cells.get(kind))
        span = parse_date(text) if text else None
        if span is not None and span.start == span.end:
            yield kind, KnownDay(span.end, source)
        elif text:
            known.remarks.append(_said("days", "unclear", table=source, row=row, head=kind, text=text))


def days_of_register(path: Path, known: KnownDays) -> None:
    """Add the days on which units of a season filed, the first and the last of several.

    Units that have not filed are added to ``missing``. Raises InputError as Store does.
    """
    with Store(path) as store:
        season = Season(store)
    for unit in season.units:
        days = sorted(season.rounds[number].day for number in season.packages.get(unit.id, []))
        if not days:
            known.missing.append((unit.code, unit.name))
            continue
        known.add(UnitDays(unit.code, unit.name, 0, {_FILED: _received(days)}))


def _received(days: Sequence[date]) -> KnownDay:
    source = _said("sources", "register")
    if len(days) == 1:
        return KnownDay(days[0], source)
    notes = {
        which: _said("sources", "again", first=days[0], last=days[-1], which=_said("sources", which))
        for which in ("first", "last")
    }
    return KnownDay(days[0], source, notes["first"], KnownDay(days[-1], source, notes["last"]))


def day_of_files(paths: Sequence[str]) -> dict[str, KnownDay]:
    """The day on which the last of the files, or the archive that it came in, was saved."""
    moments = []
    for path in paths:
        archive = split(path)
        with suppress(OSError):
            moments.append(Path(archive[0] if archive else path).stat().st_mtime)
    if not moments:
        return {}
    note = _said("late", "file_day", date=_FILED)
    return {_FILED: KnownDay(date.fromtimestamp(max(moments)), _said("sources", "files"), note)}
