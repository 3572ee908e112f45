"""schemas/pages.json → the words and notes of pages."""

import json
from functools import cache
from typing import Any

from xlperf.core.paths import schemas_dir

_FILE = "pages.json"


@cache
def page_words() -> dict[str, Any]:
    """The declaration, read once."""
    declared: dict[str, Any] = json.loads((schemas_dir() / _FILE).read_text("utf-8"))
    return declared


def note(name: str, **context: str) -> str:
    """The note called ``name`` with its gaps filled from ``context``."""
    text: str = page_words()["notes"][name]
    return text.format(**context)
