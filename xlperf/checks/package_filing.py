"""The files of one unit's package → an Outcome each: their forms checked as the one filing they are."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlperf.checks.context import At, Subject
from xlperf.checks.file_check import Outcome, outcome_of
from xlperf.checks.filing_parts import Piece, is_same_unit, unit_fields
from xlperf.checks.merging import Clash, Merged, merged
from xlperf.checks.per_format_filter import spotted
from xlperf.checks.report_stage import UNREAD, check_text_beside
from xlperf.core.errors import XlperfError
from xlperf.declarations.check_report import CheckedFile
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Profile
from xlperf.declarations.records import Record
from xlperf.intake.filing_reader import Received, SheetFacts
from xlperf.intake.grading import assessment
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.received_bytes import Large

_MISSING = frozenset({"T201"})
"""Told of the package as a whole."""
_YEAR = re.compile(r"(20[0-9]{2})\s*年")
_TOP_ROWS = 5
_FEW = 3


@dataclass(slots=True)
class _Within(Subject):
    """A file as part of its package; ``homes`` tells the file of every record by its identity."""

    homes: Mapping[int, str] = field(default_factory=dict)

    def place(self, record: Record, at: At) -> Location:
        """The place of a value, in the file that it is in."""
        return replace(Subject.place(self, record, at), file=self.homes.get(id(record), self.path))


def check_package(
    outcomes: Sequence[Outcome], profile: Profile | None = None, limits: Limits = LIMITS
) -> list[Outcome]:
    """The outcomes of a package's files, each checked alone so far, with regard to each other.

    What concerns the package as a whole stands among the findings of its first file. A package that
    breaks a check is a finding, no exception; Large is raised as by check_file.
    """
    try:
        return _checked(outcomes, profile, limits)
    except (XlperfError, Large):
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        told = finding("F113", Location(file=outcomes[0].file.path), reason=reason)
        return [replace(outcomes[0], findings=[*outcomes[0].findings, told]), *outcomes[1:]]


def _checked(outcomes: Sequence[Outcome], profile: Profile | None, limits: Limits) -> list[Outcome]:
    group = [one.piece for one in outcomes if one.piece]
    unit = merged(group, profile, limits)
    if unit is None:
        return list(outcomes)
    homes = {
        id(version.record): version.file.path for versions in unit.versions.values() for version in versions
    }
    files = {file.path: file for file in unit.files}
    made = []
    for one in outcomes:
        path = one.file.path
        if path in files:
            made.append(_of_forms(files[path], unit, homes))
        elif one.piece and not one.piece.has_forms:
            made.append(_of_report(one, unit, limits))
        else:
            made.append(replace(one, findings=[told for told in one.findings if told.code not in _MISSING]))
    lead = outcomes[0].file.path
    told = [*_pieces_missing(group, unit), *_versions(unit), *_strangers(unit), *_years(unit)]
    made[0] = replace(made[0], findings=[*made[0].findings, *told])
    together = [replace(one, package=lead, piece=old.piece) for one, old in zip(made, outcomes, strict=True)]
    return list(_one_line_of_rates(together))


def _of_forms(file: Received, unit: Merged, homes: Mapping[int, str]) -> Outcome:
    assert file.facts is not None
    return outcome_of(
        _Within(file.path, unit.profile, unit.filing(file), file.facts, file.limits, homes), _MISSING
    )


def _of_report(one: Outcome, unit: Merged, limits: Limits) -> Outcome:
    """A document without forms: its text against the forms of the other files."""
    path = one.file.path
    kept = [told for told in one.findings if told.code[0] == "F" and told.code not in UNREAD]
    text = (
        check_text_beside(path, unit.filing(), unit.profile, limits) if one.piece and one.piece.title else ()
    )
    file = CheckedFile(path, unit.code, unit.name, unit.profile.id)
    return replace(one, file=file, findings=[*kept, *text])


def _one_line_of_rates(outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    """The outcomes with the rates of all files together, at the first that has any."""
    known = [one.ratios for one in outcomes if one.ratios]
    values: dict[str, float | str | None] = {}
    for rates in known:
        values |= {name: value for name, value in rates.values.items() if values.get(name) is None}
    for one in outcomes:
        is_first = bool(known) and one.ratios is known[0]
        yield replace(one, ratios=replace(known[0], values=values) if is_first else None)


def _pieces_missing(group: Sequence[Piece], unit: Merged) -> Iterator[Finding]:
    """Each form, the report and the grading sheet, where no file of the package has it."""
    place = Location(unit_code=unit.code, unit_name=unit.name)
    names = [Path(piece.path).name for piece in group]
    shown = "、".join(names[:_FEW]) + ("等" if len(names) > _FEW else "")
    context = {"unit": unit.name, "count": str(len(group)), "files": shown}
    present = {alias for alias, _ in unit.versions}
    for form in unit.profile.forms.values():
        if form.alias not in present:
            yield finding("D911", replace(place, form=form.alias), form_name=form.id, **context)
    if not any(piece.title for piece in group):
        yield finding("D912", place, **context)
    if not any(piece.has_assessment for piece in group):
        yield finding("D913", place, form_name=assessment().id, **context)


def _versions(unit: Merged) -> Iterator[Finding]:
    for clash in unit.clashes:
        if clash.labels and clash.other.file is not clash.first.file:
            context = {"form_name": clash.form.id, "other": Path(clash.first.file.path).name}
            differing = "、".join(clash.labels[:_FEW]) + ("等" if len(clash.labels) > _FEW else "")
            yield finding("D914", _place(clash, unit), **context, differing=differing)


def _place(clash: Clash, unit: Merged) -> Location:
    other = clash.other
    return replace(_sheet(other.file, unit, other.record), form=clash.form.alias)


def _sheet(file: Received, unit: Merged, record: Record) -> Location:
    return Location(file.path, record.sheet, unit_code=unit.code, unit_name=unit.name, form=record.form)


def _strangers(unit: Merged) -> Iterator[Finding]:
    """The project sheets on which neither the unit nor the one above it is that of the package."""
    for file in unit.files:
        subject = Subject.of(file)
        for record in file.filing.records if file.filing and subject else ():
            named = dict(unit_fields(record, unit.profile))
            if subject and named and not any(is_same_unit(name, unit.name) for name in named.values()):
                at, name = list(named.items())[-1]
                place = replace(subject.place(record, at), unit_code=unit.code, unit_name=unit.name)
                yield finding("D915", spotted(place, subject.facts.book), name, unit.name)


def _years(unit: Merged) -> Iterator[Finding]:
    """The forms whose heading names another year than most; of two as often told the profile's."""
    found = [
        (file, sheet, year)
        for file in unit.files
        for sheet in (file.facts.sheets if file.facts else ())
        if (year := _year(file, sheet))
    ]
    counted = Counter(year for *_, year in found)
    if len(counted) < 2:
        return
    usual = max(counted, key=lambda year: (counted[year], year == unit.profile.year, year))
    for file, sheet, year in found:
        if year != usual:
            yield finding("D916", _sheet(file, unit, sheet.record), str(year), str(usual))


def _year(file: Received, sheet: SheetFacts) -> int:
    """The year in the head of a form, 0 where there is none."""
    if file.facts and file.facts.book.year and len(file.facts.sheets) == 1:
        return file.facts.book.year
    texts = ("".join(text.split()) for row, _, text in sheet.sheet.texts() if row <= _TOP_ROWS)
    return max((int(year) for text in texts for year in _YEAR.findall(text)), default=0)
