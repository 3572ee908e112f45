"""What a roll-up holds: a line for each unit and project, problems, what is left out; sums and classes of it.

A value in doubt is in no sum: it is listed with the reason, and every sum says how many units are in it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.declarations.forms_and_rules import Severity
from xlperf.expressions import ErrorValue, Value, compile_expression, round_half_up
from xlperf.finishing.rollup.layout import Columns, Distribution, UnitClass, load_rollup
from xlperf.notation.text import name_key


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that is in no sum: as it was read, and why it is not sure."""

    shown: str
    reason: str


@dataclass(slots=True)
class Line:
    """A unit, or with ``item`` one of its projects.

    ``values`` are by column of rollup.json, without those that are empty or in ``doubts``; ``flags`` are
    remarks on values that are counted all the same, ``remarks`` those on the whole line. ``file``, ``sheet``
    say where a reader finds it.
    """

    code: str
    name: str
    profile: str
    year: int
    item: str = ""
    department: str = ""
    file: str = ""
    sheet: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)

    def number(self, column: str) -> float | None:
        """The value of a column where it is a number that counts."""
        value = self.values.get(column)
        return value if isinstance(value, float) else None

    def of(self, severity: Severity, kinds: Mapping[str, "ProblemKind"]) -> int:
        """How many problems of a severity the unit has."""
        return sum(count for code, count in self.problems.items() if kinds[code].severity is severity)


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem: its code, name and severity."""

    code: str
    name: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A unit or file that is in no figure: what kind of omission it is, and why."""

    kind: str
    name: str
    why: str
    code: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A sum, mean or rate of a column: of how many ``units``; ``doubtful`` ones are not in it."""

    value: Value
    units: int
    doubtful: int


@dataclass(slots=True, eq=False)
class RollUp:
    """A district's year. ``place`` and ``year`` are those of most units; ``last`` is the year before.

    ``kinds`` are the problems found, by code. Units are in the order of the files.
    """

    place: str
    year: int
    units: list[Line]
    projects: list[Line]
    kinds: dict[str, ProblemKind]
    left_out: list[LeftOut]
    last: "RollUp | None" = None
    expected: int = 0
    """How many units the ledger lists, 0 without one."""

    def lines(self, *, projects: bool = False) -> tuple[Sequence[Line], Columns]:
        """The lines of units or of projects, and their columns."""
        layout = load_rollup()
        return (self.projects, layout.projects) if projects else (self.units, layout.units)

    def shown(self, names: Sequence[str], *, projects: bool = False) -> list[str]:
        """Of some columns those that are always shown or that some line has."""
        lines, columns = self.lines(projects=projects)
        found = {name for line in lines for name in (*line.values, *line.doubts)}
        return [name for name in names if name in found or name not in columns.optional]

    def total(self, column: str, *, projects: bool = False) -> Total:
        """The sum of an amount; of a rate, the rate of the sums over the lines that have all its parts.

        A rate that is only stated has none.
        """
        lines, columns = self.lines(projects=projects)
        parts = columns.parts(column)
        doubtful = sum(not line.doubts.keys().isdisjoint(parts) for line in lines)
        if column in columns.stated:
            return Total(None, sum(line.number(column) is not None for line in lines), doubtful)
        if not columns.is_rate(column):
            found = _numbers(lines, column)
            return Total(exact_sum(found), len(found), doubtful)
        whole = [line for line in lines if all(line.number(part) is not None for part in parts)]
        sums: dict[str, Value] = {part: exact_sum(line.values[part] for line in whole) for part in parts}
        return Total(_computed(columns, column, sums), len(whole), doubtful)

    def mean(self, column: str, *, projects: bool = False) -> Total:
        """The mean of a column over the lines that have a number in it."""
        lines, _ = self.lines(projects=projects)
        found = _numbers(lines, column)
        doubtful = sum(column in line.doubts for line in lines)
        return Total(exact_sum(found) / len(found) if found else None, len(found), doubtful)

    def members(self, of: UnitClass) -> list[Line]:
        """The units of a class, in the order of the files."""
        return [line for line in self.units if of.holds(line.values.get(of.column))]

    def distribution(self, name: str) -> dict[str, list[Line]]:
        """The units in each class of a declared distribution: 等级, 得分, 执行率."""
        declared: Distribution = load_rollup().distributions[name]
        return {known.label: self.members(known) for known in declared.classes}

    def over(self, name: str) -> list[Line]:
        """The units beyond a declared limit (超预算, 超编 …), the furthest first."""
        limit = load_rollup().limits[name]
        return sorted(self.members(limit), key=lambda line: -(line.number(limit.column) or 0))

    def lowest(self, column: str, count: int) -> list[tuple[float, int]]:
        """The lowest values of a column, each with the index of its unit."""
        lines = enumerate(self.units)
        return sorted((value, at) for at, line in lines if (value := line.number(column)) is not None)[:count]

    def owners(self) -> dict[int, int]:
        """The index of each project → that of its unit."""
        known = {line.code or name_key(line.name): at for at, line in enumerate(self.units)}
        found = {at: known.get(line.code or name_key(line.name)) for at, line in enumerate(self.projects)}
        return {project: unit for project, unit in found.items() if unit is not None}

    def by_kind(self) -> dict[str, list[tuple[Line, int]]]:
        """Code → the units that have such a problem, and how many; the kind of most problems first."""
        found: dict[str, list[tuple[Line, int]]] = defaultdict(list)
        for line in self.units:
            for code, count in line.problems.items():
                found[code].append((line, count))
        order = sorted(found, key=lambda code: (-sum(count for _, count in found[code]), code))
        return {code: found[code] for code in order}

    def pairs(self) -> list[tuple[Line, Line | None]]:
        """Every unit with its line of last year, found by code or else by name; None where there is none.

        By its name a unit is found where no other is, this year or last, but those that are by their codes.
        """
        earlier = self.last.units if self.last else []
        by_code = {line.code: line for line in earlier if line.code}
        same_code = by_code.keys() & {line.code for line in self.units}
        names = Counter(name_key(line.name) for line in self.units if line.code not in same_code)
        by_name: dict[str, list[Line]] = defaultdict(list)
        for line in earlier:
            if line.code not in same_code:
                by_name[name_key(line.name)].append(line)
        found = {name: lines[0] for name, lines in by_name.items() if len(lines) == 1 == names[name]}
        return [(line, by_code.get(line.code) or found.get(name_key(line.name))) for line in self.units]

    def gone(self) -> list[Line]:
        """The units of last year that are not among those of this year."""
        found = {id(earlier) for _, earlier in self.pairs() if earlier}
        return [line for line in (self.last.units if self.last else []) if id(line) not in found]

    def change(self, column: str) -> tuple[float, float]:
        """The sums of last year and of this year over units that have both; of points the means."""
        numbers = [(earlier.number(column), line.number(column)) for line, earlier in self.pairs() if earlier]
        both = [(last, this) for last, this in numbers if last is not None and this is not None]
        sums = exact_sum(last for last, _ in both), exact_sum(this for _, this in both)
        if load_rollup().units.fields[column].type.id == "score" and both:
            return sums[0] / len(both), sums[1] / len(both)
        return sums


def _numbers(lines: Iterable[Line], column: str) -> list[float]:
    return [value for line in lines if (value := line.number(column)) is not None]


def change_rate(last: float | None, this: float | None) -> Value:
    """How much more this year is, as a share of last year; 不适用 where that is 0 or less."""
    if last is None or this is None:
        return None
    if last <= 0:
        return next(iter(load_rollup().parameters.values()))
    return round_half_up((this - last) / last, 4)


def exact_sum(values: Iterable[Value]) -> float:
    """The sum, free of the noise of binary fractions beyond nine decimals."""
    return round(sum((value for value in values if isinstance(value, float)), 0.0), 9)


def complete(line: Line, columns: Columns) -> None:
    """Compute the columns that follow from the others of the line."""
    for name in columns.computed:
        value = _computed(columns, name, line.values)
        if value is not None:
            line.values[name] = value


def _computed(columns: Columns, name: str, values: Mapping[str, Value]) -> Value:
    formula = columns.fields[name].formula
    assert formula is not None
    scope = {**load_rollup().parameters, **dict.fromkeys(columns.fields), **values}
    value = compile_expression(formula)(scope)
    return None if value == "" or isinstance(value, ErrorValue) else value
