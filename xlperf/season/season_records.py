"""What is kept of a season: units and findings with their states, packages, returns, and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from xlperf.declarations.findings import Finding, Status
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import texts_of


class UnitState(Enum):
    """Where a unit is in the season."""

    MISSING = "missing"
    RECEIVED = "received"
    RETURNED = "returned"
    AGAIN = "again"
    ACCEPTED = "accepted"

    @property
    def text(self) -> str:
        """What users call it."""
        return str(texts_of("season")["states"][self.value])


class FindingState(Enum):
    """What has become of a finding."""

    NEW = "new"
    OPEN = "open"
    FIXED = "fixed"
    ANSWERED = "answered"
    EXEMPT = "exempt"
    UNCHECKED = "unchecked"

    @property
    def text(self) -> str:
        """What users call it."""
        return str(texts_of("season")["finding_states"][self.value])

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self in (FindingState.NEW, FindingState.OPEN, FindingState.UNCHECKED)


@dataclass(slots=True)
class Unit:
    """A unit; ``is_listed``: in the list of units. ``due`` is when it is to file, or to file again."""

    id: int
    code: str
    name: str
    department: str = ""
    is_listed: bool = True
    state: UnitState = UnitState.MISSING
    due: date | None = None

    @property
    def title(self) -> str:
        """Code and name, as users see them."""
        return " ".join(part for part in (self.code, self.name) if part)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as received in a round; ``unread`` says why it was not read, "" where it was."""

    round: int
    path: str
    unit: int | None
    digest: str
    size: int
    unread: str = ""
    is_letter: bool = False


@dataclass(frozen=True, slots=True)
class KeptTrait:
    """A hash of the figures of a filing or of a long text in it, and who sent it when."""

    trait: str
    unit: int
    round: int
    path: str


BETWEEN_SOURCES = "、"
"""Between the names of the folders and files that a round came in."""


@dataclass(frozen=True, slots=True)
class Round:
    """A batch that was received: when, by whom, from where."""

    number: int
    day: date
    by: str
    source: str


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding on a unit with its state, the round in which it was first found, and the unit's answer."""

    unit: int
    finding: Finding
    state: FindingState
    first: int
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; ``unit`` is None for what concerns all, ``state`` what it was put into."""

    day: date
    round: int
    unit: int | None
    text: str
    by: str = ""
    state: UnitState | None = None


@dataclass(slots=True)
class Tally:
    """The findings of a unit, counted by what is still to be done."""

    errors: int = 0
    warnings: int = 0
    answered: int = 0
    fixed: int = 0
    unchecked: int = 0

    @classmethod
    def of(cls, findings: Sequence[KeptFinding]) -> "Tally":
        """Count ``findings``; what could not be looked at again counts as open too."""
        tally = cls()
        for kept in findings:
            severity = kept.finding.severity
            tally.errors += kept.state.is_open and severity is Severity.ERROR
            tally.warnings += kept.state.is_open and severity is Severity.WARNING
            tally.answered += kept.state is FindingState.ANSWERED
            tally.fixed += kept.state is FindingState.FIXED
            tally.unchecked += kept.state is FindingState.UNCHECKED
        return tally

    @property
    def is_clean(self) -> bool:
        """Whether there is neither an error nor a warning, so that the filing can be accepted."""
        return not (self.errors or self.warnings)


_BY_STATUS = {
    Status.NEW: FindingState.NEW,
    Status.OPEN: FindingState.OPEN,
    Status.FIXED: FindingState.FIXED,
    Status.UNCHECKED: FindingState.UNCHECKED,
    None: FindingState.NEW,
}


def state_of(finding: Finding, answer: str) -> FindingState:
    """The state of a finding that was compared with the last check; an answer never silences an 错误."""
    state = _BY_STATUS[finding.status]
    if finding.exempt:
        return FindingState.EXEMPT
    if answer and finding.severity is not Severity.ERROR and state is not FindingState.FIXED:
        return FindingState.ANSWERED
    return state


@dataclass(slots=True)
class UnitAnswer:
    """What a unit wrote about a finding: which one, as far as the sheet says, and the text."""

    mark: str
    message: str
    text: str
    file: str = ""


@dataclass(slots=True)
class ReceivedRound:
    """What came of receiving: the round (0 where it was the last one again), units by how they came."""

    number: int
    files: int = 0
    first: list[Unit] = field(default_factory=list)
    again: list[Unit] = field(default_factory=list)
    same: list[Unit] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    empty: list[tuple[Unit, int, str]] = field(default_factory=list)
