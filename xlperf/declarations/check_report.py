"""What a check found, for all report formats: findings in reading order, files, rates of units."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xlperf.declarations.codes import CodeInfo, catalogue
from xlperf.declarations.finding_order import in_order
from xlperf.declarations.findings import Finding, Link, Status, unfolded
from xlperf.declarations.model import Severity
from xlperf.declarations.profile import load_profile
from xlperf.declarations.stored_findings import folded, severities

GUESSED = "guessed"
"""``profile_by`` of a file whose profile nothing names."""


@dataclass(frozen=True, slots=True)
class SeenForm:
    """A form in a file: its alias, the project or "", its tab, and how sure that is, 0 to 1, by what."""

    form: str
    item: str
    sheet: str
    certainty: float = 1.0
    by: str = ""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One received file with the counts of its open findings.

    ``path`` equals ``Location.file`` of its findings; ``sheets`` are its tabs from left to right,
    by which findings are ordered; ``forms`` the forms that were recognised in it. ``profile_by`` says by
    what the profile is named: seal, choice, place; or that it is guessed; "" without one. ``dangers`` are
    the codes that say that the file is dangerous.
    """

    path: str
    unit_code: str = ""
    unit_name: str = ""
    profile: str = ""
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    sheets: tuple[str, ...] = ()
    forms: tuple[SeenForm, ...] = ()
    profile_by: str = ""
    dangers: tuple[str, ...] = ()


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
        opened = in_order(findings, self.files)
        counts = Counter((file, finding.severity) for finding in opened for file in files_of(finding))
        files = [
            replace(
                file,
                errors=counts[file.path, Severity.ERROR],
                warnings=counts[file.path, Severity.WARNING],
                notes=counts[file.path, Severity.NOTE],
            )
            for file in self.files
        ]
        return replace(self, findings=opened, files=files, exempted=in_order(exempted, self.files))

    def unfolded(self) -> "Report":
        """The same report with every finding on its own."""
        report = self.holding(unfolded(self.findings), unfolded(self.exempted))
        return replace(report, fixed=[*unfolded(self.fixed)], unchecked=[*unfolded(self.unchecked)])

    @property
    def folded(self) -> int:
        """How many open findings are listed under others."""
        return folded(self.findings)


def files_of(finding: Finding) -> set[str]:
    """The files that a finding is in."""
    return {finding.location.file, *(other.location.file for other in finding.linked(Link.PLACE))}


def codes_of(report: Report) -> Mapping[str, CodeInfo]:
    """The codes that the report can hold: the built-in ones and those of its files' profiles."""
    known = dict(catalogue())
    for profile in sorted({file.profile for file in report.files if file.profile}):
        known.update(catalogue(load_profile(profile)))
    return known
