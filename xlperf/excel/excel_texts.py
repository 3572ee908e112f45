"""The JSON files under schemas/ with the texts of the add-in → their content."""

from functools import cache
from typing import Any

from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import Json, read


@cache
def texts_of(name: str) -> Json:
    """The content of ``schemas/<name>.json``; raises DeclarationError where it breaks its schema."""
    return read(schemas_dir() / f"{name}.json", name)


def text_of(name: str, /, *keys: str, **values: object) -> str:
    """The text at ``keys`` in ``schemas/<name>.json``, its gaps filled with ``values``."""
    found: Any = texts_of(name)
    for key in keys:
        found = found[key]
    return str(found).format_map(values)
