"""Received files → a RollUp: each unit's figures from its filing, what was found wrong, what is left out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.checks.context import item_name
from xlperf.checks.unit_filing import UnitFiling
from xlperf.declarations.check_report import Report, codes_of
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Profile, Severity
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Record
from xlperf.declarations.source import text_of
from xlperf.declarations.value_display import printed
from xlperf.expressions import Value
from xlperf.finishing.rollup.layout import Columns, load_rollup
from xlperf.finishing.rollup.rollup_figures import Doubt, LeftOut, Line, ProblemKind, RollUp, complete
from xlperf.intake.received import ValueAddress
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.unit_filings import received_units
from xlperf.jobs.unit_folders import codes_of_names
from xlperf.ledgers.layout import load_layout
from xlperf.notation.quantities import parse_quantity
from xlperf.notation.text import label_key, name_key
from xlperf.outputs.finding_texts import one_line

if TYPE_CHECKING:
    from xlperf.ledgers.ledger import Ledger

_PERCENT, _EXACTLY = "%", "="
_ABSENT = frozenset({"D901", "D908", "D909"})
"""What says that a unit of the ledger is not among those that were read."""
_UNREADABLE, _MISNAMED, _STRANGE = "D909", "D908", "D907"
"""A unit of which something came that cannot be read, one that others may be; one that no ledger lists."""


def roll_up(
    paths: Iterable[str | Path],
    profile: Profile | str | None = None,
    *,
    last_year: Sequence[str | Path] = (),
    ledger: "Ledger | str | Path | None" = None,
    options: RunOptions = USUAL,
    output: Path | None = None,
) -> RollUp:
    """Read and check what the units filed, and roll it up; ``last_year`` is what they filed the year before.

    ``ledger`` lists who should have filed, ``output`` is a folder whose content does not count. The other
    arguments, and what is raised, are those of ``xlperf.jobs.check.check``.
    """
    with received_units(paths, profile, ledger=ledger, options=options, output=output) as received:
        made = _Collecting(received.report)
        for unit in received.filings():
            made.add(unit)
        rolled = made.finished(has_roster=ledger is not None)
    if last_year:
        rolled.last = roll_up(last_year, options=replace(options, keeping=None))
        _take_last_year(rolled)
    return rolled


def _take_last_year(rolled: RollUp) -> None:
    """Put last year's values into the columns that are declared for them, and compute what follows."""
    columns = load_rollup().units
    for line, earlier in rolled.pairs():
        found = {name: earlier.number(source) for name, source in columns.earlier.items()} if earlier else {}
        line.values |= {name: value for name, value in found.items() if value is not None}
        complete(line, columns)


@dataclass(slots=True)
class _Collecting:
    """The units of one run as they come; then each by its code, or its name where it has none."""

    report: Report
    taken: list[tuple[Sequence[str], Line, list[Line]]] = field(default_factory=list)
    """The files of each package, its line and those of its projects."""
    units: dict[str, Line] = field(default_factory=dict)
    projects: list[Line] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    """File → the unit that it is of, "" where it is counted nowhere."""

    def add(self, unit: UnitFiling) -> None:
        """Take the figures of a package."""
        line = _unit_line(unit)
        projects = list(_project_lines(unit))
        line.values[load_rollup().counts["projects"]] = float(len(projects))
        _doubt_whole([line, *projects], load_profile(unit.filing.profile))
        self.taken.append((unit.files, line, projects))

    def _count(self) -> None:
        """Count the first package of each unit; one without a code is of the only unit of its name."""
        codes = codes_of_names((line.code, line.name) for _, line, _ in self.taken)
        for files, line, projects in self.taken:
            name = name_key(line.name)
            key = line.code or codes.get(name, name)
            if key in self.units:
                why = text_of("rollup", "left_out", "why_twice", file=Path(self.units[key].file).name)
                self.left_out.append(LeftOut("twice", line.name, why, line.code, files[0]))
                self.keys |= dict.fromkeys(files, "")
            else:
                self.keys |= dict.fromkeys(files, key)
                self.units[key] = line
                self.projects += projects

    def finished(self, *, has_roster: bool) -> RollUp:
        """The roll-up, with the problems of the report at the units that have them.

        ``has_roster``: a ledger lists who should have filed.
        """
        self._count()
        codes = codes_of(self.report)
        kinds: dict[str, ProblemKind] = {}
        by_name = {(line.code, line.name): key for key, line in self.units.items()}
        projects = {(line.code or name_key(line.name), line.item): line for line in reversed(self.projects)}
        unread: dict[str, Finding] = {}
        named: set[str] = set()
        strange: set[str] = set()
        for found in self.report.findings:
            place = found.location
            if found.code in _ABSENT:
                kind = "unread" if found.code == _UNREADABLE else "missing"
                self.left_out.append(LeftOut(kind, place.unit_name, found.message, place.unit_code))
                named |= {*found.value.split("、")} if found.code == _UNREADABLE else set()
                strange |= {*found.value.split("、")} if found.code == _MISNAMED else set()
                continue
            if place.file and place.file not in self.keys:
                unread.setdefault(place.file, found)
            key = self.keys.get(place.file, by_name.get((place.unit_code, place.unit_name), ""))
            if key in self.units:
                strange |= {self.units[key].name} if found.code == _STRANGE else set()
                kinds.setdefault(found.code, ProblemKind(found.code, codes[found.code].name, found.severity))
                self.units[key].problems[found.code] += 1
                _mark(self.units[key], projects.get((key, place.item)), found)
        absent = sum(left.kind in {"missing", "unread"} for left in self.left_out)
        expected = sum(line.name not in strange for line in self.units.values()) + absent
        unread = {path: found for path, found in unread.items() if Path(path).name not in named}
        self.left_out += self._unread(unread, named)
        return replace(self._rolled(kinds), expected=expected if has_roster else 0)

    def _unread(self, unread: dict[str, Finding], named: Set[str]) -> Iterator[LeftOut]:
        """The files that are of no unit: those that could not be read, and those without any form.

        ``named`` are files that are mentioned already.
        """
        for file in self.report.files:
            if file.path in self.keys or Path(file.path).name in named:
                continue
            found, name = unread.pop(file.path, None), file.unit_name or Path(file.path).name
            is_unread = found is not None and found.code[0] == "F"
            why = found.message if is_unread and found else text_of("rollup", "left_out", "why_no_form")
            kind = "unread" if is_unread else "no_form"
            yield LeftOut(kind, name, why, file.unit_code, file.path)
        for path, found in unread.items():
            yield LeftOut("unread", Path(path).name, found.message, found.location.unit_code, path)

    def _rolled(self, kinds: dict[str, ProblemKind]) -> RollUp:
        units = list(self.units.values())
        for line in (*units, *self.projects):
            complete(line, load_rollup().projects if line.item else load_rollup().units)
        years = Counter(line.year for line in units)
        places = Counter(load_profile(line.profile).place for line in units)
        year = years.most_common(1)[0][0] if years else 0
        for line in units:
            if line.year != year:
                line.remarks.append(text_of("rollup", "remarks", "other_year", year=line.year, usual=year))
        place = places.most_common(1)[0][0] if places else ""
        return RollUp(place, year, units, self.projects, kinds, self.left_out)


def _unit_line(unit: UnitFiling) -> Line:
    profile = load_profile(unit.filing.profile)
    line = Line(unit.code, unit.name, profile.id, unit.year, file=unit.files[0])
    records = dict(zip((record.form for record in unit.filing.records), _sources(unit), strict=True))
    for column, (form, name) in load_rollup().units.sources.items():
        if form in records:
            _take(line, column, name, *records[form][:2], load_rollup().units)
    if load_rollup().overall_form in records:
        _take_stated(line, *records[load_rollup().overall_form][:2], load_rollup().units)
    for form, (record, _, home) in records.items():
        if form != load_rollup().project_form and not line.sheet:
            line.file, line.sheet = home, record.sheet
    if unit.differing:
        forms = "、".join(unit.differing)
        line.remarks.append(text_of("rollup", "remarks", "differing", forms=forms))
    return line


def _sources(unit: UnitFiling) -> list[tuple[Record, Mapping[ValueAddress, str], str]]:
    return [*zip(unit.filing.records, unit.doubts, unit.homes, strict=True)]


def _project_lines(unit: UnitFiling) -> Iterator[Line]:
    layout, profile = load_rollup(), load_profile(unit.filing.profile)
    for record, doubts, home in _sources(unit):
        if record.form != layout.project_form:
            continue
        item = item_name(profile.forms[record.form], record) or record.sheet
        department = record.fields.get(layout.department)
        line = Line(unit.code, unit.name, profile.id, unit.year, item, str(department or ""))
        line.file, line.sheet = home, record.sheet
        for column, (_, name) in layout.projects.sources.items():
            _take(line, column, name, record, doubts, layout.projects)
        _take_stated(line, record, doubts, layout.projects)
        counts = layout.counts
        line.values[counts["indicators"]] = float(len(record.tables.get(counts["of"], ())))
        yield line


def _take(
    line: Line, column: str, name: str, record: Record, doubts: Mapping[ValueAddress, str], columns: Columns
) -> None:
    value: Value = record.fields.get(name)
    kind = columns.fields[column].type
    if name in doubts:
        line.doubts[column] = Doubt(printed(value, kind) if value is not None else "", doubts[name])
    elif isinstance(value, str) and value.strip() and kind.number:
        line.doubts[column] = Doubt(one_line(value), text_of("rollup", "no_number"))
    elif value is not None and value != "":
        line.values[column] = float(value) if isinstance(value, bool) else value


def _take_stated(line: Line, record: Record, doubts: Mapping[ValueAddress, str], columns: Columns) -> None:
    """Take the rates that are results of indicators of their names; two that differ are in doubt."""
    table, title, result = load_rollup().indicator
    for column, name in columns.stated.items():
        rows = enumerate(record.tables.get(table, ()))
        named = [(at, row.get(result)) for at, row in rows if _is_named(row.get(title), name)]
        shown = [str(value) for _, value in named if value not in (None, "")]
        unsure = next((doubts[place] for at, _ in named if (place := (table, at, result)) in doubts), "")
        rates = {rate for text in shown if (rate := _rate_of(text)) is not None}
        if unsure or len(rates) > 1:
            why = unsure or text_of("rollup", "several_rates", name=name)
            line.doubts[column] = Doubt("、".join(dict.fromkeys(shown)), why)
        elif rates:
            line.values[column] = rates.pop()


def _is_named(title: Value, name: str) -> bool:
    return isinstance(title, str) and label_key(title) == label_key(name)


def _rate_of(text: str) -> float | None:
    """A percentage as a number, None for what is none."""
    read = parse_quantity(text)
    return float(read.value) if read and read.unit == _PERCENT and read.comparator == _EXACTLY else None


def _mark(unit: Line, project: Line | None, found: Finding) -> None:
    """Take a value out of account that is said to be in another measure, and mark one that is wrong."""
    layout, place = load_rollup(), found.location
    is_project = place.form == layout.project_form
    line, columns = (project, layout.projects) if is_project else (unit, layout.units)
    source = place.form, place.field
    column = next((name for name, known in columns.sources.items() if known == source), "")
    if line is None or line.values.get(column) is None:
        return
    if found.code in layout.suspicious:
        shown = printed(line.values.pop(column), columns.fields[column].type)
        line.doubts[column] = Doubt(shown, found.message)
    elif found.severity is Severity.ERROR:
        about = text_of("rollup", "remarks", "wrong", code=found.code, message=found.message)
        line.flags.setdefault(column, about)


def _doubt_whole(lines: Sequence[Line], profile: Profile) -> None:
    """Take all amounts of a unit, the first line, and its projects out of account where they are too much
    for its staff.
    """
    unit, layout, rollup = lines[0], load_layout(profile), load_rollup()
    by_source = {source: unit.number(column) for column, source in rollup.units.sources.items()}
    staff = max((by_source.get(source) or 0.0 for source in layout.suspicion.staff), default=0.0)
    shares = [
        value / staff
        for source, most in layout.suspicion.per_head.items()
        if staff and (value := by_source.get(source)) and value / staff > most
    ]
    if not shares:
        return
    why = text_of("rollup", "whole_unit", per_head=f"{max(shares):,.2f}")
    for line in lines:
        columns = rollup.projects if line.item else rollup.units
        for column, declared in columns.fields.items():
            if declared.type.id == layout.amount_type and column in line.values:
                line.doubts[column] = Doubt(printed(line.values.pop(column), declared.type), why)
