"""schemas/working.json → the words, columns and texts of the helper sheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from xlperf.core.paths import schemas_dir
from xlperf.declarations.native_rules import Words
from xlperf.declarations.source import Json, read


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a helper sheet: ``width`` in characters, ``style`` as declared."""

    heading: str
    width: float
    style: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """``words`` are the verdicts, ``batch`` that of what no formula can judge; ``names`` those of cells and
    ranges, ``slots`` how many rows of tables are planned; the rest by sheet.
    """

    words: Words
    batch: str
    names: Json
    slots: Json
    directory: Json
    score: Json
    check: Json


@cache
def declared() -> Declared:
    """The content of working.json; DeclarationError where it breaks its schema."""
    content = read(schemas_dir() / "working.json", "working")
    words = dict(content["words"])
    batch = words.pop("batch")
    sheets = (content[name] for name in ("names", "slots", "directory", "score", "check"))
    return Declared(Words(**words), batch, *sheets)


@cache
def check_columns() -> Mapping[str, Column]:
    """The columns of the check sheet by their role."""
    return _columns(declared().check)


@cache
def directory_columns() -> Mapping[str, Column]:
    """The fixed columns of the directory by their role."""
    return _columns(declared().directory)


def _columns(sheet: Json) -> Mapping[str, Column]:
    return {role: Column(**column) for role, column in sheet["columns"].items()}
