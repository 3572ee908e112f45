"""The file itself: what was noticed when it was opened."""

from collections.abc import Iterator
from dataclasses import replace

from xlperf.checks.context import Subject
from xlperf.declarations.findings import Finding


def check_package(subject: Subject) -> Iterator[Finding]:
    """What opening the file told, under the unit it turned out to be from."""
    filing = subject.filing
    for one in subject.facts.book.findings:
        place = replace(one.location, unit_code=filing.unit_code, unit_name=filing.unit_name)
        yield replace(one, location=place)
