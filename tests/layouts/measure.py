"""Documents with their truths → counts of right, wrong, missing, invented values, with each change too."""

import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.layouts.compare import COLUMNS, NUMBERED, Comparison, Difference, compare, norm
from tests.layouts.make import to_xls
from tests.layouts.truth import SIGNATURE
from tests.layouts.variants import BLANK, LABEL, Change, Editor, Spot
from tests.layouts.word_variants import WordFile
from tests.layouts.workbook_variants import Workbook

Json = dict[str, Any]
Read = Callable[[Path], Json]
ADJUSTED = "调整"
SUFFIXES = (".xlsx", ".xls", ".docx", ".doc", ".et", ".ods")
_WORDY = re.compile(r"[（(]\s*\d+\s*[%％分]?\s*[）)]$")
_AMOUNT = re.compile(r"(-?[\d,]+(?:\.\d+)?)\s*(?:万元|元|分|%|％)?")


@dataclass(frozen=True)
class Case:
    """A document and what a perfect reader extracts from it."""

    path: Path
    truth: Json


@dataclass
class Tally:
    """Changes of one kind: how many, how many gave a wrong or invented value, what came of values."""

    variants: int = 0
    failed: int = 0
    values: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.variants + other.variants,
            self.failed + other.failed,
            self.values + other.values,
            self.examples + other.examples,
        )


def cases(folder: Path) -> Iterator[Case]:
    """Files with NN.json or NN.xlsx.json next to them, in ``folder`` and below it."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in SUFFIXES:
            continue
        own = next((p for p in (Path(f"{path}.json"), path.with_suffix(".json")) if p.exists()), None)
        if own:
            yield Case(path, json.loads(own.read_text(encoding="utf-8")))


def editor(path: Path) -> Editor | None:
    """What can change the file; None where nothing here can."""
    return {".xlsx": Workbook, ".docx": WordFile}.get(path.suffix, lambda _: None)(path)


def as_it_is(case: Case, read: Read) -> Comparison:
    """The document read as it is."""
    return compare(case.truth, read(case.path))


class Changed:
    """One document with the changes that can be made to it."""

    def __init__(self, case: Case, made: Editor, read: Read) -> None:
        self._case, self._editor, self._read = case, made, read
        self._values = Counter(_values(case.truth))
        self._parts = set(_parts(case.truth))
        self._levels = {norm(row[level]) for row in _rows(case.truth) for level in ("level1", "level2")}
        self._spots = made.spots()
        self._cells = Counter(found for spot in self._spots for found in _readings(spot.text))
        self._before = as_it_is(case, read)
        self._known = {_key(found) for found in self._before.differences}

    def jobs(self) -> list[tuple[str, Spot | Change]]:
        """Every change by its kind."""
        made: list[tuple[str, Spot | Change]] = []
        for spot in self._spots:
            made.append((BLANK if self._is_value(spot.text) else LABEL, spot))
        return made + [(change.kind, change) for change in self._editor.changes(self._is_value)]

    def content(self, job: Spot | Change) -> bytes:
        """The changed file."""
        return job.emptied() if isinstance(job, Spot) else job.made()

    def judge(self, kind: str, job: Spot | Change, path: Path) -> Tally:
        """What came of a change whose file is at ``path``."""
        after = compare(self._case.truth, self._read(path))
        bad = [found for found in after.differences if _is_bad(found) and _key(found) not in self._known]
        if isinstance(job, Spot):
            bad = [found for found in bad if not self._is_unknowable(job, found)]
        tally = Tally(variants=1)
        tally.values.update(found.outcome for found in bad)
        allowed = 0
        shown = [str(found) for found in bad]
        if kind == BLANK and isinstance(job, Spot):
            allowed = max(self._values[found] for found in _readings(job.text))
            if self._is_kept(job, after):
                tally.values["invented"] += 1
                shown.append(f"kept     {job.text!r}")
        lost = max(0, self._before.right - after.right - len(bad) - allowed)
        tally.values["lost"] += lost
        tally.failed = int(bool(shown))
        tally.examples = [f"{self._case.path.name} {kind} {job.place} {text}" for text in shown[:3]]
        return tally

    def _is_value(self, text: str) -> bool:
        return any(found in self._values or found in self._parts for found in _readings(text))

    def _is_kept(self, spot: Spot, after: Comparison) -> bool:
        """Whether what the emptied cell held is still read, where no other cell can have given it."""
        readings = [found for found in _readings(spot.text) if self._values[found]]
        if not spot.merged and set(readings) & self._levels:
            return False
        gone = {norm(found.expected) for found in self._before.differences}
        certain = all(
            self._cells[found] in (1, self._values[found]) and found not in gone for found in readings
        )
        changed = {norm(found.expected) for found in after.differences}
        unnumbered = norm(NUMBERED.sub("", spot.text))
        return bool(readings) and certain and not changed & {*readings, unnumbered}

    def _is_unknowable(self, spot: Spot, found: Difference) -> bool:
        """What the changed page itself says.

        A level goes on from above where nothing is merged, 元 may be 万元 where the only unit was emptied, a
        target of three cells is what is left of them, the first target counts where the adjusted one has no
        heading."""
        if found.place.endswith(("/level1", "/level2")) and not spot.merged:
            return True
        if found.place.endswith("/target") and norm(found.got) in self._partial(found.place):
            return True
        if found.place.endswith("/target") and ADJUSTED in spot.text:
            return True
        expected, got = norm(found.expected), norm(found.got)
        scaled = isinstance(expected, float) and isinstance(got, float) and expected
        return bool("元" in spot.text and scaled and round(got / expected, 3) == 10000)

    def _partial(self, place: str) -> set[Any]:
        """What is left of a joined target without its sign or its unit."""
        found = re.fullmatch(r"表(\d+) 指标(\d+)/target", place)
        if found is None:
            return set()
        row = self._case.truth["forms"][int(found[1]) - 1]["indicators"][int(found[2]) - 1]
        parts = row.get("target_parts") or {}
        sign, value, unit = (parts.get(name) for name in ("指标性质", "指标值", "度量单位"))
        if value is None:
            return set()
        return {norm(f"{before or ''}{value}{after or ''}") for before in (sign, "") for after in (unit, "")}


@dataclass(frozen=True)
class Plan:
    """Which changes: kinds, at most ``sample`` of each kind and document, chosen by ``seed``."""

    kinds: tuple[str, ...]
    sample: int | None
    seed: int

    def chosen(self, changed: Changed, name: str) -> list[tuple[str, Spot | Change]]:
        """The jobs of a document."""
        jobs, made = changed.jobs(), []
        for kind in self.kinds:
            found = [job for job in jobs if job[0] == kind]
            if self.sample is not None and len(found) > self.sample:
                found = random.Random(f"{self.seed}{name}{kind}").sample(found, self.sample)
            made += found
        return made


def run(case: Case, read: Read, plan: Plan) -> dict[str, Tally]:
    """Each change made, read and judged, one at a time; nothing for a file that no editor changes."""
    made = editor(case.path)
    tallies: dict[str, Tally] = {}
    if made is None:
        return tallies
    changed = Changed(case, made, read)
    with tempfile.TemporaryDirectory() as folder:
        for number, (kind, job) in enumerate(plan.chosen(changed, case.path.name)):
            path = Path(folder) / str(number) / case.path.name
            path.parent.mkdir()
            path.write_bytes(changed.content(job))
            tallies[kind] = tallies.get(kind, Tally()).plus(changed.judge(kind, job, path))
            path.unlink()
    return tallies


def run_old(cases_of: list[Case], read: Read, plan: Plan) -> dict[str, Tally]:
    """The same for workbooks as .xls: all changes are made first and converted in one call."""
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as folder:
        made: list[tuple[Changed, str, Spot | Change, Path]] = []
        for case in cases_of:
            changed = Changed(case, Workbook(case.path), read)
            for number, (kind, job) in enumerate(plan.chosen(changed, case.path.name)):
                path = Path(folder) / f"{case.path.stem}_{number:04}.xlsx"
                path.write_bytes(changed.content(job))
                made.append((changed, kind, job, path))
        old = to_xls([path for *_, path in made], Path(folder))
        for (changed, kind, job, _), path in zip(made, old, strict=True):
            tallies[kind] = tallies.get(kind, Tally()).plus(changed.judge(kind, job, path))
    return tallies


def _key(found: Difference) -> tuple[str, str, Any]:
    return found.outcome, found.place, norm(found.got)


def _is_bad(found: Difference) -> bool:
    return found.outcome in ("wrong", "invented")


def _rows(truth: Json) -> Iterator[Json]:
    for form in truth["forms"]:
        yield from form.get("indicators", [])


def _values(truth: Json) -> Iterator[Any]:
    for form in truth["forms"]:
        values = [value for path, value in form["fields"].items() if path not in SIGNATURE]
        yield from (norm(value) for value in values if norm(value) is not None)
    for row in _rows(truth):
        values = [row.get(column) for column in COLUMNS]
        yield from (norm(value) for value in values if norm(value) is not None)


def _parts(truth: Json) -> Iterator[Any]:
    """Signs, values and units of targets in three cells."""
    for row in _rows(truth):
        values = (row.get("target_parts") or {}).values()
        yield from (norm(value) for value in values if norm(value) is not None)


def _readings(text: str) -> set[Any]:
    """What a cell with this text may be read as: the text, without points, the number in other units."""
    made = {norm(text), norm(_WORDY.sub("", text.strip()))}
    if found := _AMOUNT.fullmatch(text.strip()):
        number = float(found[1].replace(",", ""))
        made |= {norm(number), norm(number / 100), norm(number * 100), norm(number / 10000)}
    return {found for found in made if found is not None}
