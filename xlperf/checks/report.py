"""A Word document that is a report: what its text says, beside the tables that it holds, if any."""

from collections.abc import Iterator
from dataclasses import replace

from xlperf.checks.subject import Subject
from xlperf.checks.units import filled_name
from xlperf.errors import InputError
from xlperf.findings import Finding
from xlperf.forms import Profile, load_profile, profile_ids
from xlperf.prose import check_report, read_report, titled
from xlperf.receive import Limits, Received

_WORD = ("docx", "doc")
_UNREAD = frozenset({"F130", "F132"})
"""No table of the document is a form: it may still be a report."""


def check_text(subject: Subject) -> Iterator[Finding]:
    """The findings of a report's text and its own tables; none for workbooks and bare attachments."""
    if subject.facts.book.kind not in _WORD:
        return
    report = read_report(subject.path)
    if titled(report):
        unit = filled_name(subject.filing, subject.profile)[0]
        tables = replace(subject.filing, unit_name=unit)
        own = {"unit_code": subject.filing.unit_code, "unit_name": subject.filing.unit_name}
        for one in check_report(report, tables, subject.profile):
            yield replace(one, location=replace(one.location, **own))


def check_text_alone(received: Received, profile: Profile | None, limits: Limits) -> Iterator[Finding]:
    """The findings of a report without tables; without ``profile`` that of the place in its title."""
    if not _UNREAD & {one.code for one in received.findings}:
        return
    try:
        report = read_report(received.path, limits)
    except InputError:
        return
    if title := titled(report):
        yield from check_report(report, None, profile or _profile_of(title))


def _profile_of(title: str) -> Profile:
    """The profile whose place and year a title names; else the one that all others extend."""
    every = [load_profile(name) for name in profile_ids()]
    fits = [one for one in every if str(one.year) in title and one.place[-_PLACE:] in title]
    return next(iter(fits), load_profile(every[0].lineage[-1]))


_PLACE = 3
"""Letters of a city's name with 市: what is left of 湖南省岳阳市 in most titles."""
