"""schemas/installation.json → what install, status and remove say."""

from functools import cache

from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import Json, read


@cache
def _declared() -> Json:
    return dict(read(schemas_dir() / "installation.json", "installation")["texts"])


def text(name: str, /, **values: object) -> str:
    """The text ``name`` with its gaps filled; DeclarationError where the file breaks its schema."""
    return str(_declared()[name]).format_map(values)
