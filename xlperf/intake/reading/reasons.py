"""Why a cell was not used or a value is doubted → the sentence in schemas/reading.json."""

from functools import cache

from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import Json, read


def reason(name: str, **filled: object) -> str:
    """The sentence declared as ``name`` with its braces filled."""
    return str(declared()["reasons"][name]).format(**filled) if filled else str(declared()["reasons"][name])


def declared() -> Json:
    """schemas/reading.json."""
    return _declared(str(schemas_dir()))


@cache
def _declared(_folder: str) -> Json:
    return read(schemas_dir() / "reading.json", "reading")
