"""schemas/pages.json and word.json → the words and notes of pages, and what Word prints."""

import json
from functools import cache
from typing import Any

from xlperf.core.paths import schemas_dir


@cache
def page_words() -> dict[str, Any]:
    """The declaration pages.json, read once."""
    return _read("pages.json")


@cache
def word_words() -> dict[str, Any]:
    """The declaration word.json, read once."""
    return _read("word.json")


def _read(file: str) -> dict[str, Any]:
    declared: dict[str, Any] = json.loads((schemas_dir() / file).read_text("utf-8"))
    return declared


def note(name: str, **context: str) -> str:
    """The note called ``name`` with its gaps filled from ``context``."""
    text: str = page_words()["notes"][name]
    return text.format(**context)
