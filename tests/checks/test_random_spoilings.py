"""Random cells of the good workbook spoiled in named ways: each is found, and nothing else is reported."""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.received import good as g
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.declarations.forms_and_rules import Field
from xlperf.declarations.records import Provenance
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.received import SheetReading

CASES = 60
OVERWRITTEN = frozenset({"M402", "B501", "B503", "B505", "S603", "S606"})
"""Reported where a formula became another number: by the rule about it, or else as such."""
SHEETS = {"基础": g.BASIC, "整体": g.OVERALL}


@dataclass(frozen=True)
class Target:
    """A cell of the good workbook with a number in it; no other is computed from one that is ``last``."""

    form: str
    sheet: str
    cell: str
    value: float
    unit: str
    formula: str
    last: bool


@dataclass(frozen=True)
class Spoiling:
    """An edit of a cell, and the codes of which one must be reported there."""

    edit: g.Edit
    codes: frozenset[str]


def as_text(at: Target) -> Spoiling:
    blank = " " if len(at.cell) % 2 else "\N{NO-BREAK SPACE}"
    return Spoiling(g.text(at.cell, f"{at.value:.15g}{blank}"), frozenset({"C303"}))


def with_unit(at: Target) -> Spoiling:
    return Spoiling(g.text(at.cell, f"{at.value:.15g}{at.unit}"), frozenset({"C304"}))


def by_its_result(at: Target) -> Spoiling:
    return Spoiling(g.number(at.cell, at.value), frozenset({"M401"}))


def by_another_number(at: Target) -> Spoiling:
    return Spoiling(g.number(at.cell, at.value + 0.5), OVERWRITTEN)


def stale(at: Target) -> Spoiling:
    return Spoiling(g.cached(at.cell, f"{at.value + 0.5:.15g}"), frozenset({"M404"}))


def replaced(at: Target) -> Spoiling:
    return Spoiling(g.formula(at.cell, f"1*{at.value}", f"{at.value}"), frozenset({"M403"}))


Way = Callable[[Target], Spoiling]
TYPED: tuple[Way, ...] = (as_text, with_unit)
COMPUTED: tuple[Way, ...] = (by_its_result, replaced)
LAST: tuple[Way, ...] = (*COMPUTED, by_another_number, stale)


@cache
def targets() -> tuple[Target, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / g.file_name()
        path.write_bytes(g.good())
        reading = read_filing(path).reading
    assert reading
    return tuple(_targets(reading.sheets))


def _targets(sheets: Iterable[SheetReading]) -> Iterator[Target]:
    for reading in sheets:
        record = reading.record
        for at, found in record.provenance.items() if record.form in SHEETS else ():
            if isinstance(found.raw, float):
                form = reading.form
                declared = form.fields[at] if isinstance(at, str) else form.tables[at[0]].columns[at[2]]
                yield _target(reading, at, declared, found, found.raw)


def _target(reading: SheetReading, at: object, declared: Field, found: Provenance, value: float) -> Target:
    formulas = [origin.formula for origin in reading.record.provenance.values() if origin.formula]
    used = any(re.search(rf"\b{re.escape(str(at))}\b", formula) for formula in formulas)
    unit, formula = declared.type.unit, found.formula or ""
    return Target(reading.record.form, reading.sheet.name, found.cell, value, unit, formula, not used)


def ways(at: Target) -> tuple[Way, ...]:
    if at.formula:
        return LAST if at.last else COMPUTED
    return TYPED if at.unit else TYPED[:1]


@pytest.mark.parametrize("seed", range(CASES))
def test_what_was_spoiled_is_found_and_nothing_else(seed, tmp_path):
    chance = random.Random(seed)
    chosen = chance.sample(targets(), chance.randint(1, 5))
    spoiled = {at: chance.choice(ways(at))(at) for at in chosen}
    edits = {
        part: g.chained(*(spoiling.edit for at, spoiling in spoiled.items() if SHEETS[at.form] == part))
        for part in SHEETS.values()
    }
    moved, inserted = dict[str, int](), set[tuple[str, str, str]]()
    if chance.random() < 0.5:
        row = chance.choice([6, 8, 10, 12, 20])
        edits[g.BASIC] = g.chained(edits[g.BASIC], g.shifted(row, 1))
        name = next(at.sheet for at in targets() if at.form == "基础")
        moved, inserted = {name: row}, {("T207", name, f"A{row}")}
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited(edits))
    found = {
        (finding.code, finding.location.sheet, finding.location.cell)
        for finding in unfolded(check_file(path).findings)
    }
    expected = {(at.sheet, _now(at, moved)): spoiling.codes for at, spoiling in spoiled.items()}
    missed = {
        place for place, codes in expected.items() if not any((code, *place) in found for code in codes)
    }
    alarms = {finding for finding in found - inserted if (finding[1], finding[2]) not in expected}
    assert (missed, alarms) == (set(), set()), (spoiled.keys(), found)
    assert inserted <= found


def _now(at: Target, moved: dict[str, int]) -> str:
    letters = at.cell.rstrip("0123456789")
    row = int(at.cell[len(letters) :])
    return f"{letters}{row + (row >= moved.get(at.sheet, row + 1))}"


def test_two_swapped_values_of_an_indicator_are_reported(tmp_path):
    """指标值 and 完成值 exchanged, in each row whose goal is an inequality."""
    rows = g.filing().of("整体")[0].tables["指标"]
    swapped = 0
    for index, row in enumerate(rows):
        goal, done = str(row["年度指标值"]), str(row["实际完成值"])
        if not goal.startswith("≥"):
            continue
        at, done_at = (g.address("整体", f"指标_{name}", index) for name in ("年度指标值", "实际完成值"))
        content = g.edited({g.OVERALL: g.chained(g.text(at, done), g.text(done_at, goal))})
        path = tmp_path / g.file_name()
        path.write_bytes(content)
        found = [*unfolded(check_file(path).findings)]
        assert [finding.code for finding in found if finding.location.cell == at] == ["S625"], (goal, done)
        score = g.address("整体", "指标_得分", index)
        assert {finding.location.cell for finding in found} <= {at, score}, (goal, done)
        swapped += 1
    assert swapped >= 6
