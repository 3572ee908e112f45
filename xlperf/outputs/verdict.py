"""A report → the one sentence that says whether it passes, and the counts of a list of findings."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import text_of
from xlperf.declarations.stored_findings import unit_counts


def verdict(report: Report) -> str:
    """Whether units must send again, or only explain, or nothing is wrong."""
    if report.worst is None:
        return text_of("reports", "verdict", "good")
    failed = sum(errors > 0 for _, errors, *_ in unit_counts(report.findings))
    if failed:
        found = (unit for unit, *_ in unit_counts(report.findings))
        filed = (file.unit_code or file.unit_name or file.path for file in report.files)
        units = chain(found, filed)
        first = next(units)
        key = "failed" if any(unit != first for unit in units) else "one_failed"
        return text_of("reports", "verdict", key, units=failed)
    if report.warnings:
        return text_of("reports", "verdict", "passed", warnings=report.warnings)
    return text_of("reports", "verdict", "noted")


def counts_text(findings: Iterable[Finding]) -> str:
    """How many findings of each severity there are."""
    counts = Counter(finding.severity for finding in findings)
    errors, warnings, notes = (counts[severity] for severity in Severity)
    return text_of("reports", "verdict", "unit", errors=errors, warnings=warnings, notes=notes)
