"""A spoilt file and the good one it was made from → what was found, what was missed, what was made up."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.spoilings.spoilt import ExpectedFinding, Spoilt
from xlperf.checks.district import check_district
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import Finding, unfolded
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.expressions import Value
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.kinds import kinds
from xlperf.jobs.check import check

_ARCHIVE = ".zip"
_WORD = re.compile(r"\w+")
_OVERWRITTEN, _DIFFERENT = "M402", "M410"
_BY_LABELS = frozenset({"T226", "T227", "C320", "C321", "C322", "C326"})
"""What is said of the layout of files without our seal, and of what their labels leave open."""
_PLACES = frozenset({"T202", "T207", "T209", "T214"})
"""Names of sheets, places of rows and columns: nothing to report in files read by labels."""
_LAYOUT = frozenset({"T205", "T208", "T213", "T215", "T221", "T222", "T224"})
_OF_WEIGHTS = frozenset({"S607", "S610"})
_HIDDEN = frozenset({"T204", "T211"})
"""What nobody sees is not read by labels: that it is there is reported, and nothing is judged by it."""
_MERGES = "T216"
"""Where merges are taken apart, a value read by labels may be in doubt, but not another."""


@dataclass
class Verdict:
    """``injected`` were to be reported or read unharmed; ``missed`` were not; ``alarms`` are too much."""

    injected: int = 0
    missed: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return self.injected - len(self.missed)

    def __iadd__(self, other: "Verdict") -> "Verdict":
        self.injected += other.injected
        self.missed += other.missed
        self.alarms += other.alarms
        return self


def judge(spoilt: Spoilt, path: Path, good: Path, profile: Profile) -> Verdict:
    """Check ``path``, which holds ``spoilt`` in whatever format, against ``good`` in the same format."""
    suffix = path.suffix.removeprefix(".")
    findings = _findings(path, profile)
    left = Counter(found.subject for found in _findings(good, profile))
    expectations = [expected for expected in spoilt.expected if _codes(expected, suffix)]
    verdict = Verdict(len(expectations))
    for expected in expectations:
        if not any(_is(found, expected, suffix) for found in findings):
            verdict.missed.append(
                f"{expected.sheet}!{expected.cell} {expected.field} {'/'.join(sorted(expected.codes))}"
            )
    every_code = {code for expected in spoilt.expected for code in expected.codes}
    by_labels = suffix != "xlsx"
    if (spoilt.unharmed or not expectations) and not (by_labels and every_code & _HIDDEN):
        verdict.injected += 1
        may_miss = by_labels and _MERGES in every_code
        harmed = differences(
            read_filing(good).filing, read_filing(path).filing, spoilt.unlabelled, may_miss=may_miss
        )
        verdict.missed += [f"harmed: {harmed[:3]}"] if harmed else []
    explains = _Explains(spoilt, profile, suffix)
    for found in findings:
        if left[found.subject]:
            left[found.subject] -= 1
        elif not explains(found):
            place = found.location
            verdict.alarms.append(f"{found.code} {place.sheet}!{place.cell} {place.field}: {found.message}")
    return verdict


def _findings(path: Path, profile: Profile) -> Sequence[Finding]:
    """What a check of one file or folder finds; a file is checked in this process, which is quicker.

    Of a file without our seal the profile is named, as by a bureau that knows its own form: of one that is
    guessed neither weights nor level names are judged.
    """
    if path.is_dir() or path.suffix == _ARCHIVE:
        return [*unfolded(check([path]).findings)]
    result = check_file(path, None if path.suffix == ".xlsx" else profile)
    return [*unfolded(result.findings), *check_district([result])]


def _codes(expected: ExpectedFinding, suffix: str) -> frozenset[str]:
    """The codes of findings that a file of the kind can have."""
    if suffix == "xlsx":
        return expected.codes
    more = {_DIFFERENT} if _OVERWRITTEN in expected.codes else set()
    if expected.codes & _LAYOUT:
        more |= _BY_LABELS | _OF_WEIGHTS
    return (expected.codes - _PLACES | more) - kinds()[suffix].inapplicable


def _is(found: Finding, expected: ExpectedFinding, suffix: str) -> bool:
    place = found.location
    if found.code not in _codes(expected, suffix):
        return False
    if suffix != "xlsx" and expected.codes & _LAYOUT:
        return expected.sheet in ("", place.sheet) or expected.form in ("", place.form)
    if suffix != "docx":
        return expected.sheet in ("", place.sheet) and expected.cell in ("", place.cell)
    if not expected.field:
        return place.form in ("", expected.form) or not expected.form
    asked = (place.form, expected.form), (place.field, expected.field), (place.row_key, expected.row)
    return all(got == want for got, want in asked)


@dataclass
class _Explains:
    """Whether a new finding is one that the spoiling must or may bring about."""

    spoilt: Spoilt
    profile: Profile
    suffix: str

    def __call__(self, found: Finding) -> bool:
        if self.suffix != "xlsx" and (found.code in _BY_LABELS or self._is_hidden(found)):
            return True
        if found.code in self.spoilt.along or any(
            _is(found, expected, self.suffix) for expected in self.spoilt.expected
        ):
            return True
        if any(found.code in expected.codes & _PLACES for expected in self.spoilt.expected):
            return True
        touched = _with_dependents(self.spoilt.touched, self.profile)
        if (found.location.form, found.location.field) in touched:
            return True
        names = {name for _, name in touched} | {name.partition("_")[2] for _, name in touched}
        return found.code in self.profile.rules and bool(names & _read(self.profile.id, found.code))

    def _is_hidden(self, found: Finding) -> bool:
        """Whether a form is missing because its sheet was hidden, which is not read by labels."""
        hidden = any("T204" in expected.codes for expected in self.spoilt.expected)
        return hidden and found.code in ("T201", "T203")


@cache
def _read(profile: str, code: str) -> frozenset[str]:
    """Every name in the texts of a rule."""
    rule = load_profile(profile).rules[code]
    texts = [f"{instance.at} {instance.check_text} {instance.when_text}" for instance in rule.instances]
    return frozenset(_WORD.findall(" ".join([*texts, str(rule.options)])))


def _with_dependents(touched: Iterable[tuple[str, str]], profile: Profile) -> set[tuple[str, str]]:
    """The fields touched, and those of the same form that are read or computed from them."""
    found = set(touched)
    for alias, form in profile.forms.items():
        for table in form.tables.values():
            for column in table.columns.values():
                words = {column.source, *_WORD.findall(column.formula_text)}
                if any((alias, f"{table.id}_{word}") in found for word in words):
                    found.add((alias, f"{table.id}_{column.id}"))
        for name in form.computed:
            if any((alias, word) in found for word in _WORD.findall(form.fields[name].formula_text)):
                found.add((alias, name))
    return found


def differences(
    good: Filing | None,
    other: Filing | None,
    unlabelled: Set[tuple[str, str]] = frozenset(),
    *,
    may_miss: bool = False,
) -> list[str]:
    """What is read otherwise than from the good file; ``unlabelled`` fields, or any, may be missing."""
    if good is None or other is None:
        return ["not read"]
    if [record.form for record in good.records] != [record.form for record in other.records]:
        return ["other forms"]
    found: list[str] = []
    for first, second in zip(good.records, other.records, strict=True):
        missing = {name for name in first.fields if second.fields.get(name) is None}
        excused = {name for name in missing if may_miss or (first.form, name) in unlabelled}
        fields = {name: value for name, value in first.fields.items() if name not in excused}
        found += _different(first.form, fields, second.fields)
        for table, rows in first.tables.items():
            again: Sequence[Mapping[str, Any]] = second.tables.get(table, [])
            if len(again) != len(rows):
                found.append(f"{first.form} {table}: {len(again)} rows, not {len(rows)}")
            for row, now in zip(rows, again, strict=False):
                found += _different(f"{first.form} {table}", row, now)
    return found


def _different(place: str, good: Mapping[str, Value], other: Mapping[str, Value]) -> list[str]:
    return [
        f"{place} {name}: {other.get(name)!r}, not {value!r}"
        for name, value in good.items()
        if not _same(value, other.get(name))
    ]


def _same(good: Value, other: Value) -> bool:
    """The same value; a rate typed as it was printed is the same."""
    if isinstance(good, float) and isinstance(other, float):
        return abs(good - other) <= 0.5000001 * 10**-4
    return (good or "") == (other or "")
