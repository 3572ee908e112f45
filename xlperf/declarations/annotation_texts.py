"""schemas/annotate.json → the texts and colours of annotated copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Severity
from xlperf.declarations.texts import texts_of

NUMBER, SEVERITY, LINK, CODE = "number", "severity", "cell", "code"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet of findings: its head, its width in characters, what it shows."""

    head: str
    width: float
    shows: str


@cache
def columns() -> Sequence[Column]:
    """The columns of the sheet of findings, from left to right."""
    listed = texts_of("annotate")["sheet"]["columns"]
    return [Column(column["head"], column["width"], column["shows"]) for column in listed]


def colour_of(finding: Finding) -> str:
    """The fill of the cell that a finding is about, RRGGBB."""
    return str(texts_of("annotate")["colours"][finding.severity.value])


def all_colours() -> set[str]:
    """The fills that mark cells as annotated."""
    return {str(texts_of("annotate")["colours"][severity.value]) for severity in Severity}
