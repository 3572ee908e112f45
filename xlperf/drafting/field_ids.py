"""Labels → ids that are unique in their form and legal as names in Excel."""

import re
from collections.abc import Iterable

from xlperf.declarations.source import texts_of
from xlperf.drafting.wording import label, yearless
from xlperf.expressions import name_problem

_OUTSIDE = re.compile(r"\W")
_LONGEST = 30


def as_id(text: str, year: int) -> str:
    """A label as part of an id: cleaned, years by their meaning, punctuation out; may be ""."""
    return _OUTSIDE.sub("", yearless(label(text), year))[:_LONGEST]


class FieldIds:
    """Ids given so far: those of one form, and those that no other form may use."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = set(reserved)
        self.given: set[str] = set()

    def take(self, *candidates: str, otherwise: str = "") -> str:
        """The first of ``candidates`` that is legal and free; else the first legal one, numbered."""
        legal = [name for name in candidates if name and name_problem(name) is None]
        legal = legal or [otherwise or str(texts_of("drafting")["names"]["field"])]
        numbered = (f"{legal[0]}_{number}" for number in range(2, 10_000))
        name = next(name for name in (*legal, *numbered) if name not in self._taken)
        self._taken.add(name)
        self.given.add(name)
        return name
