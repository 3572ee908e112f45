"""What a document's editor offers: cells to be emptied, and changes that leave every value what it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

APART, ROW, COLUMN, WIDENED, SPLIT, SWAPPED = "apart", "row", "column", "widened", "split", "swapped"
BLANK, LABEL = "blank", "label"
KINDS = (BLANK, LABEL, APART, ROW, COLUMN, WIDENED, SPLIT, SWAPPED)


@dataclass(frozen=True)
class Spot:
    """A filled cell or line of text: where it is, what it shows, whether it covers several rows."""

    place: str
    text: str
    merged: bool
    emptied: Callable[[], bytes]


@dataclass(frozen=True)
class Change:
    """A change of the page, by kind and place; ``made`` gives the changed file."""

    kind: str
    place: str
    made: Callable[[], bytes]


class Editor(Protocol):
    """A document that can be changed; every change starts from the document as it was."""

    def spots(self) -> list[Spot]:
        """Every filled cell, and the lines around tables."""

    def changes(self, values: Callable[[str], bool]) -> Iterator[Change]:
        """Changes that leave every value; ``values`` says whether a text is a value of the page."""
