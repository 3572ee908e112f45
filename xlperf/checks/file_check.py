"""One file → what its check found, and the little of it that the comparison of units needs."""

import hashlib
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlperf.checks.context import Subject, item_name
from xlperf.checks.filing_parts import Piece, piece_of
from xlperf.checks.per_format_filter import as_received, spotted
from xlperf.checks.registry import STAGES
from xlperf.checks.report_stage import check_text_alone
from xlperf.checks.strays import absent
from xlperf.checks.units import filled_name, name_unit
from xlperf.core.errors import XlperfError
from xlperf.declarations.check_report import CheckedFile, SeenForm, UnitRatios
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Profile, Severity
from xlperf.declarations.records import Filing
from xlperf.intake.filing_reader import SheetFacts, read_filing
from xlperf.intake.sandbox import out_of_memory
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.received_bytes import Large

_OVERWRITTEN = "M402"
_PROSE = "prose"
_RATE = "%"
_LONG_TEXT = 30
_FEWEST_NUMBERS = 12


@dataclass(frozen=True, slots=True)
class Traits:
    """What distinguishes a filing: ``figures`` is a hash of all its numbers ("" when too few),
    ``texts`` maps hashes of its long texts to their places, ``filled`` is the unit name typed in.
    """

    figures: str
    texts: dict[str, Location]
    filled: str
    filled_at: Location


@dataclass(frozen=True, slots=True)
class Outcome:
    """The check of one file. ``traits`` and ``ratios`` are None when it could not be read.

    ``piece`` is what of a filing it holds; ``package`` is the same for all files of one package.
    """

    file: CheckedFile
    findings: list[Finding] = field(default_factory=list)
    traits: Traits | None = None
    ratios: UnitRatios | None = None
    piece: Piece | None = None
    package: str = ""


def check_file(path: str | Path, profile: Profile | None = None, limits: Limits = LIMITS) -> Outcome:
    """Read ``path`` and run every stage on it. A file that breaks a check is a finding, no exception.

    Raises Large for a file to be checked apart where ``limits`` say that this process is not.
    """
    name = str(path)
    try:
        return _checked(name, profile, limits)
    except (XlperfError, Large):
        raise
    except MemoryError:
        return Outcome(CheckedFile(name), [out_of_memory(name, limits).finding])
    except Exception as error:
        found = finding("F113", Location(file=name), reason=f"{type(error).__name__}: {error}")
        return Outcome(CheckedFile(name), [found])


def _checked(path: str, profile: Profile | None, limits: Limits) -> Outcome:
    received = read_filing(path, profile, limits)
    if received.filing is not None and received.profile is not None:
        name_unit(received.filing, received.profile)
    piece = piece_of(received)
    subject = Subject.of(received)
    if subject is None:
        findings = [*received.findings, *check_text_alone(received, profile, limits)]
        return Outcome(CheckedFile(path), findings, piece=piece)
    return replace(outcome_of(subject), piece=piece)


def outcome_of(subject: Subject, left_out: Set[str] = frozenset()) -> Outcome:
    """Run every stage on the forms of one file, codes of ``left_out`` aside.

    The filing may hold forms of other files: they are compared with, and what is wrong with them is
    not told here.
    """
    told = (one for check in STAGES.values() for one in check(subject) if one.code not in left_out)
    found = _once([one for one in told if one.location.file == subject.path], subject.profile)
    found = _about_what_is_there(found, subject)
    findings = list(as_received(found, subject.facts.book))
    here = {id(sheet.record) for sheet in subject.facts.sheets}
    filing = replace(subject.filing, records=[one for one in subject.filing.records if id(one) in here])
    sheets = tuple(subject.facts.book.tabs())
    forms = tuple(_seen(subject, sheet) for sheet in subject.facts.sheets)
    unit = filing.unit_code, filing.unit_name
    file = CheckedFile(subject.path, *unit, subject.profile.id, sheets=sheets, forms=forms)
    return Outcome(file, findings, _traits(subject, filing), _ratios(subject, filing))


def _seen(subject: Subject, facts: SheetFacts) -> SeenForm:
    record, sure = facts.record, subject.certainty(facts)
    project = item_name(subject.form(record), record)
    return SeenForm(record.form, project, record.sheet, sure.share, sure.by)


def _about_what_is_there(findings: list[Finding], subject: Subject) -> list[Finding]:
    """Without those about values for which their sheet has no column: that is told once."""
    gone = {(one.sheet.name, name) for one in subject.facts.sheets for name in absent(one)}
    return [one for one in findings if (one.location.sheet, one.location.field) not in gone]


def _once(findings: list[Finding], profile: Profile) -> list[Finding]:
    """Without "overwritten by another number" where a broken rule says the same of the same cell."""
    told = {
        (one.location.sheet, one.location.cell, one.expected)
        for one in findings
        if one.code in profile.rules and one.severity is not Severity.NOTE
    }
    return [
        one
        for one in findings
        if one.code != _OVERWRITTEN or (one.location.sheet, one.location.cell, one.expected) not in told
    ]


def _traits(subject: Subject, own: Filing) -> Traits:
    book = subject.facts.book
    figures: list[object] = []
    texts: dict[str, Location] = {}
    for sheet, at, declared, found in subject.values():
        if isinstance(found.raw, float):
            figures += (sheet.record.form, at, found.raw)
        elif declared.type.id == _PROSE and isinstance(at, str) and isinstance(found.raw, str):
            letters = "".join(filter(str.isalnum, found.raw))
            if len(letters) >= _LONG_TEXT:
                text = hashlib.sha256(letters.encode()).hexdigest()
                texts.setdefault(text, spotted(subject.place(sheet.record, at), book))
    filled, record, name = filled_name(own, subject.profile)
    place = spotted(subject.place(record, name), book) if record else subject.file_place()
    enough = len(figures) >= 3 * _FEWEST_NUMBERS
    return Traits(hashlib.sha256(repr(figures).encode()).hexdigest() if enough else "", texts, filled, place)


def _ratios(subject: Subject, own: Filing) -> UnitRatios:
    values = dict(_rates(subject, own))
    return UnitRatios(subject.filing.unit_code, subject.filing.unit_name, values)


def _rates(subject: Subject, own: Filing) -> Iterator[tuple[str, float | str | None]]:
    """Every rate of the single forms by its label, computed where no cell shows it."""
    for record in own.records:
        form = subject.form(record)
        for name, declared in form.fields.items() if not form.repeated else ():
            if declared.type.unit == _RATE:
                value = record.fields.get(name)
                yield declared.label, value if isinstance(value, float | str) else None
