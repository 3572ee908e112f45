"""schemas/live.json → every question, message and heading of the ribbon's actions."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from xlperf.core.paths import schemas_dir
from xlperf.declarations.annotation_texts import Column
from xlperf.declarations.source import Json, read


@cache
def declared() -> Json:
    """The content of live.json; raises DeclarationError where it breaks live.schema.json."""
    return read(schemas_dir() / "live.json", "live")


def text(key: str, **context: Any) -> str:
    """The text ``key`` with ``context`` filled in."""
    return str(declared()["texts"][key]).format(**context)


def title() -> str:
    """What stands above every message."""
    return str(declared()["title"])


def files(kind: str) -> tuple[str, Sequence[str]]:
    """What a file dialog calls the files of ``kind``, and their patterns (``*.xlsx``)."""
    entry = declared()["files"][kind]
    return str(entry["name"]), [str(one) for one in entry["patterns"]]


def figures() -> Sequence[Column]:
    """The columns that the sheet of findings has here beside those of an annotated copy."""
    return [Column(one["head"], one["width"], one["shows"]) for one in declared()["figures"]]


def changes() -> Mapping[str, Any]:
    """The sheet that lists what was filled in: name, title, note, columns."""
    sheet: Mapping[str, Any] = declared()["changes"]
    return sheet
