"""schemas/annotate.json → the texts and colours of annotated copies, and the columns of lists of findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Severity
from xlperf.declarations.texts import texts_of

NUMBER, SEVERITY, LINK, CODE = "number", "severity", "cell", "code"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: heading, width in characters, what it shows, whether its texts are centred."""

    heading: str
    width: float
    shows: str
    centred: bool = False


def columns_of(declared: Sequence[Mapping[str, Any]]) -> list[Column]:
    """The columns that a text file declares by ``head``, ``width``, ``shows`` and perhaps ``centred``."""
    return [
        Column(column["head"], column["width"], column["shows"], column.get("centred", False))
        for column in declared
    ]


@cache
def columns() -> Sequence[Column]:
    """The columns of the sheet of findings, from left to right."""
    return columns_of(texts_of("annotate")["sheet"]["columns"])


def colour_of(finding: Finding) -> str:
    """The fill of the cell that a finding is about, RRGGBB."""
    return str(texts_of("annotate")["colours"][finding.severity.value])


def all_colours() -> set[str]:
    """The fills that mark cells as annotated."""
    return {str(texts_of("annotate")["colours"][severity.value]) for severity in Severity}
