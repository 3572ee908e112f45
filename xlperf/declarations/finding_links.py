"""The declaration of which findings may follow from which others: schemas/consequences.json."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from xlperf.declarations.source import texts_of


class By(Enum):
    """What shows that a finding follows from another; schemas/consequences.json explains each."""

    MENDED = "mended"
    SCALED = "scaled"
    USES = "uses"
    SAME_CELL = "same_cell"
    DIFFERENCE = "difference"
    FORM = "form"
    READING = "reading"
    COPIED = "copied"


@dataclass(frozen=True, slots=True)
class Following:
    """Findings whose codes begin with one of ``of`` may follow from those of ``cause``, as ``by`` shows.

    ``divisor`` is by what amounts are divided where ``by`` is SCALED.
    """

    cause: tuple[str, ...]
    of: tuple[str, ...]
    by: By
    divisor: float = 1.0


@cache
def followings() -> Sequence[Following]:
    """All declared ones; where several fit, the first counts."""
    return [
        Following(tuple(entry["cause"]), tuple(entry["of"]), By(entry["by"]), entry.get("divisor", 1.0))
        for entry in texts_of("consequences")["follows"]
    ]


@cache
def sheet_groups() -> Sequence[frozenset[str]]:
    """Sets of codes of which a sheet has one line."""
    return [frozenset(group) for group in texts_of("consequences")["one_line"]["groups"]]


@cache
def in_one_file_only() -> tuple[str, ...]:
    """How codes begin that are about a file itself, and never the same fault in another."""
    return tuple(texts_of("consequences")["several_files"]["except"])
