"""What a check found, for all report formats: findings in reading order, files, rates of units."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xlperf.declarations.checked_files import CheckedFile, StoredRows
from xlperf.declarations.codes import CodeInfo, catalogue
from xlperf.declarations.findings import Finding, Status, unfolded
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.profile import load_profile
from xlperf.declarations.stored_findings import StoredFindings, folded, in_order, severities
from xlperf.declarations.unit_findings import Tabs, files_of


@dataclass(frozen=True, slots=True)
class UnitRatios:
    """The rates of one unit: label → ratio (1.05 is 105 %), a text such as 不适用, or None."""

    unit_code: str
    unit_name: str
    values: Mapping[str, float | str | None]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one check. ``exempted`` findings are counted apart and fail nothing.

    A check compared with an earlier one names its result in ``baseline``; ``fixed`` and ``unchecked``
    are the findings that only the earlier one had. ``unchanged`` files have the results of an earlier run,
    ``left_out`` were received and not read. ``date`` is the day on which the check began, YYYY-MM-DD.
    """

    version: str
    findings: Sequence[Finding] = ()
    files: Sequence[CheckedFile] = ()
    exempted: Sequence[Finding] = ()
    ratios: Sequence[UnitRatios] = ()
    seconds: float = 0.0
    baseline: str = ""
    fixed: Sequence[Finding] = ()
    unchecked: Sequence[Finding] = ()
    unchanged: int = 0
    left_out: int = 0
    date: str = ""

    @property
    def errors(self) -> int:
        """How many open findings are 错误."""
        return self._count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many open findings are 警告."""
        return self._count(Severity.WARNING)

    @property
    def notes(self) -> int:
        """How many open findings are 提示."""
        return self._count(Severity.NOTE)

    @property
    def worst(self) -> Severity | None:
        """The gravest severity among the open findings, None when there are none."""
        counts = severities(self.findings)
        return next((severity for severity in Severity if counts.get(severity)), None)

    @property
    def by_status(self) -> Mapping[Status, Sequence[Finding]]:
        """Findings by what became of them; nothing when there was no comparison."""
        if not self.baseline:
            return {}
        return {
            Status.NEW: [found for found in self.findings if found.status is Status.NEW],
            Status.OPEN: [found for found in self.findings if found.status is Status.OPEN],
            Status.FIXED: self.fixed,
            Status.UNCHECKED: self.unchecked,
        }

    def _count(self, severity: Severity) -> int:
        return severities(self.findings).get(severity, 0)

    def holding(self, findings: Iterable[Finding], exempted: Iterable[Finding] = ()) -> "Report":
        """The same run with other findings: put in reading order, the counts of files renewed.

        A fault that is in several files counts in each of them.
        """
        tabs = self.tabs()
        opened = in_order(findings, tabs)
        return replace(self, findings=opened, files=self._counted(opened), exempted=in_order(exempted, tabs))

    def with_findings(self, findings: Sequence[Finding]) -> "Report":
        """The same run with ``findings``, which are in reading order."""
        return replace(self, findings=findings, files=self._counted(findings))

    def _counted(self, findings: Sequence[Finding]) -> Sequence[CheckedFile]:
        """The files with the counts of ``findings``."""
        if isinstance(findings, StoredFindings):
            counts_of = findings.counts_of
        else:
            counts = Counter((file, finding.severity) for finding in findings for file in files_of(finding))

            def counts_of(file: str) -> tuple[int, ...]:
                """The counts of a file, the gravest first."""
                return tuple(counts[file, severity] for severity in Severity)

        def counted(file: CheckedFile) -> CheckedFile:
            """The file with its counts."""
            errors, warnings, notes = counts_of(file.path)
            return replace(file, errors=errors, warnings=warnings, notes=notes)

        if isinstance(self.files, StoredRows):
            return self.files.mapped(counted)
        return [*map(counted, self.files)]

    def file(self) -> Callable[[str], CheckedFile | None]:
        """A function that has the file at a path, None where the report has none."""
        if isinstance(self.files, StoredRows):
            return self.files.named
        return {file.path: file for file in self.files}.get

    def tabs(self) -> Tabs:
        """A function that has the sheets of the file at a path, from left to right."""
        file_at = self.file()

        def sheets(path: str) -> Sequence[str]:
            """The tabs of a file."""
            file = file_at(path)
            return file.sheets if file else ()

        return sheets

    def unfolded(self) -> "Report":
        """The same report with every finding on its own."""
        report = self.holding(unfolded(self.findings), unfolded(self.exempted))
        return replace(report, fixed=[*unfolded(self.fixed)], unchecked=[*unfolded(self.unchecked)])

    @property
    def folded(self) -> int:
        """How many open findings are listed under others."""
        return folded(self.findings)


def codes_of(report: Report) -> Mapping[str, CodeInfo]:
    """The codes that the report can hold: the built-in ones and those of its files' profiles."""
    known = dict(catalogue())
    for profile in sorted({file.profile for file in report.files if file.profile}):
        known.update(catalogue(load_profile(profile)))
    return known
