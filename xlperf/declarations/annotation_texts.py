"""schemas/annotate.json → the texts and colours of annotated copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from xlperf.core.paths import schemas_dir
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Severity
from xlperf.declarations.source import Json, read

NUMBER, SEVERITY, LINK, CODE = "number", "severity", "cell", "code"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet of findings: its head, its width in characters, what it shows."""

    head: str
    width: float
    shows: str


@cache
def declared() -> Json:
    """The content of annotate.json; raises DeclarationError where it breaks annotate.schema.json."""
    return read(schemas_dir() / "annotate.json", "annotate")


@cache
def columns() -> Sequence[Column]:
    """The columns of the sheet of findings, from left to right."""
    return [Column(one["head"], one["width"], one["shows"]) for one in declared()["sheet"]["columns"]]


def colour_of(finding: Finding) -> str:
    """The fill of the cell that a finding is about, RRGGBB."""
    return str(declared()["colours"][finding.severity.value])


def all_colours() -> set[str]:
    """The fills that mark cells as annotated."""
    return {str(declared()["colours"][one.value]) for one in Severity}
