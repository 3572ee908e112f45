"""A report in memory from its lines, checked."""

from collections.abc import Callable, Sequence

import pytest

from xlperf.declarations.findings import Finding
from xlperf.declarations.profile import load_profile
from xlperf.report_text import ReportParagraph, ReportText, check_report


def report_of(lines: Sequence[str]) -> ReportText:
    return ReportText(
        "报告.docx", tuple(ReportParagraph(number, text) for number, text in enumerate(lines, start=1))
    )


@pytest.fixture
def check() -> Callable[..., list[Finding]]:
    def run(*lines: str, filing=None, profile="national-2020") -> list[Finding]:
        return list(check_report(report_of(lines), filing, load_profile(profile)))

    return run


@pytest.fixture
def reported(check) -> Callable[..., list[tuple[str, str]]]:
    def run(*lines: str, **options) -> list[tuple[str, str]]:
        return [(finding.code, finding.expected) for finding in check(*lines, **options)]

    return run
