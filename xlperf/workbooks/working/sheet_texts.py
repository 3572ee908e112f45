"""schemas/working.json → the words, columns and texts of the helper sheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from xlperf.declarations.native_formulas import Words
from xlperf.declarations.source import Json, texts_of


@dataclass(frozen=True, slots=True)
class HelperColumn:
    """A column of a helper sheet: ``width`` in characters, ``style`` as declared."""

    heading: str
    width: float
    style: str
    hidden: bool = False


@cache
def verdict_words() -> Words:
    """The words for the verdicts of a rule."""
    return Words(**{name: word for name, word in texts_of("working")["words"].items() if name != "batch"})


@cache
def check_columns() -> Mapping[str, HelperColumn]:
    """The columns of the check sheet by their role."""
    return _columns(texts_of("working")["check"])


@cache
def directory_columns() -> Mapping[str, HelperColumn]:
    """The fixed columns of the directory by their role."""
    return _columns(texts_of("working")["directory"])


def _columns(sheet: Json) -> Mapping[str, HelperColumn]:
    return {role: HelperColumn(**column) for role, column in sheet["columns"].items()}
