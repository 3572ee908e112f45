"""What one unit sent, as grading looks at it: forms, report, what the check found, files that are no help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing

if TYPE_CHECKING:
    from xlperf.report_text import ReportText


@dataclass(frozen=True, slots=True)
class KnownDay:
    """When something was done, and where that is known from; ``note`` says what else is to be known.

    ``last`` is the last of several times, where ``day`` is the first.
    """

    day: date
    source: str
    note: str = ""
    last: "KnownDay | None" = None


@dataclass(slots=True)
class GradedPackage:
    """What one unit sent. ``filing`` is None without forms, ``report`` without a report.

    ``findings`` are those of the check, each by itself; ``unread`` are files that may belong to the unit and
    could not be read; ``differing`` says of forms, by alias, in which files they are filled in otherwise;
    ``days`` are known by the names of the scheme's dates.
    """

    code: str
    name: str
    profile: Profile
    paths: Sequence[str]
    filing: Filing | None = None
    report: "ReportText | None" = None
    findings: Sequence[Finding] = ()
    unread: Sequence[str] = ()
    differing: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, KnownDay] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Code and name of the unit, as users see them."""
        return " ".join(part for part in (self.code, self.name) if part)

    def has(self, alias: str) -> bool:
        """Whether a form of that alias is there."""
        return alias in self.differing or (self.filing is not None and bool(self.filing.of(alias)))


def names_of(paths: Sequence[str]) -> str:
    """The names of files in a sentence."""
    return "、".join(Path(path).name for path in paths)
