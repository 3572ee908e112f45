"""A Word document that is a report: what its text says, and the tables that it or its package holds."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.checks.context import CheckContext
from xlperf.checks.file_reading import FileReading
from xlperf.checks.unit_naming import filled_name
from xlperf.core.lazy import LazyModule
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Profile, Severity
from xlperf.declarations.profile import general_profile, load_profile, profile_ids
from xlperf.declarations.records import Filing
from xlperf.intake.profile_choice import preferred_by

if TYPE_CHECKING:
    from xlperf import report_text
    from xlperf.report_text import ReportText
else:
    report_text = LazyModule("xlperf.report_text")

UNREAD = frozenset({"F130", "F132", "F136"})
"""No table of the document is a form: it may still be a report."""


def check_text(context: CheckContext) -> Iterator[Finding]:
    """The findings of a report's text and its own tables; none for workbooks and bare attachments."""
    if context.report is not None:
        named = not context.is_guessed
        yield from check_text_with(context.report, context.filing, context.profile, named=named)


def check_text_with(
    report: "ReportText", filing: Filing, profile: Profile, *, named: bool
) -> Iterator[Finding]:
    """The findings of ``report``, whose tables are ``filing``; none for what is no report.

    ``named`` is False where ``profile`` is only a guess.
    """
    if report_text.titled(report):
        tables = replace(filing, unit_name=filled_name(filing, profile)[0])
        own = {"unit_code": filing.unit_code, "unit_name": filing.unit_name}
        for found in report_text.check_report(report, tables, profile, named=named):
            yield replace(found, location=replace(found.location, **own))


def of_unread(reading: FileReading) -> Iterator[Finding]:
    """What was noticed of a file without forms; that no table of a report is a form is only a note."""
    is_report = reading.report is not None and report_text.titled(reading.report) != ""
    for found in reading.received.findings:
        yield replace(found, severity=Severity.NOTE) if is_report and found.code in UNREAD else found


def check_text_alone(reading: FileReading, profile: Profile | None) -> Iterator[Finding]:
    """The findings of a report without tables; without ``profile`` that of the place in its title."""
    if reading.report is not None and (title := _title_alone(reading)):
        named = profile or profile_of_title(title)
        known = named is not None
        yield from report_text.check_report(reading.report, None, named or general_profile(), named=known)


def unit_alone(reading: FileReading) -> str:
    """The unit that the title of a report without tables names, "" for what is none."""
    if reading.report is None or not _title_alone(reading):
        return ""
    return report_text.named_unit(reading.report, general_profile())


def _title_alone(reading: FileReading) -> str:
    """The title of a report without tables, "" for what is none."""
    unread = UNREAD & {found.code for found in reading.received.findings}
    return report_text.titled(reading.report) if unread and reading.report is not None else ""


def profile_of_title(title: str) -> Profile | None:
    """The profile whose place and year a title names; None where it names none."""
    every = [load_profile(name) for name in profile_ids()]
    best = max(every, key=lambda profile: preferred_by(title, profile))
    _, is_of_year, _ = preferred_by(title, best)
    return best if is_of_year else None
