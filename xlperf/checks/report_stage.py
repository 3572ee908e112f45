"""A Word document that is a report: what its text says, beside the tables that it holds, if any."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.checks.context import Subject
from xlperf.checks.units import filled_name
from xlperf.core.errors import InputError
from xlperf.core.lazy import LazyModule
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing
from xlperf.intake.filing_reader import Received
from xlperf.intake.places import preferred_by
from xlperf.ooxml.limits import Limits

if TYPE_CHECKING:
    from xlperf import report_text
else:
    report_text = LazyModule("xlperf.report_text")

_WORD = ("docx", "doc")
UNREAD = frozenset({"F130", "F132"})
"""No table of the document is a form: it may still be a report."""


def check_text(subject: Subject) -> Iterator[Finding]:
    """The findings of a report's text and its own tables; none for workbooks and bare attachments."""
    if subject.facts.book.kind in _WORD:
        yield from check_text_beside(subject.path, subject.filing, subject.profile, subject.limits)


def check_text_beside(path: str, filing: Filing, profile: Profile, limits: Limits) -> Iterator[Finding]:
    """The findings of the report ``path``, whose tables are ``filing``; none for what is no report."""
    report = report_text.read_report(path, limits)
    if report_text.titled(report):
        tables = replace(filing, unit_name=filled_name(filing, profile)[0])
        own = {"unit_code": filing.unit_code, "unit_name": filing.unit_name}
        for one in report_text.check_report(report, tables, profile):
            yield replace(one, location=replace(one.location, **own))


def check_text_alone(received: Received, profile: Profile | None, limits: Limits) -> Iterator[Finding]:
    """The findings of a report without tables; without ``profile`` that of the place in its title."""
    if not UNREAD & {one.code for one in received.findings}:
        return
    try:
        report = report_text.read_report(received.path, limits)
    except InputError:
        return
    if title := report_text.titled(report):
        yield from report_text.check_report(report, None, profile or _profile_of(title))


def _profile_of(title: str) -> Profile:
    """The profile whose place and year a title names; else the one that all others extend."""
    every = [load_profile(name) for name in profile_ids()]
    best = max(every, key=lambda one: preferred_by(title, one))
    _, is_of_year, _ = preferred_by(title, best)
    return best if is_of_year else load_profile(best.lineage[-1])
