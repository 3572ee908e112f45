"""schemas/live.json → every question, message and heading of the ribbon's actions."""

from collections.abc import Sequence

from xlperf.declarations.findings import Column, Finding, columns_of
from xlperf.declarations.source import Texts, text_of, texts_of

FEW = 5
"""Lines of a list that a message box shows."""


def action_texts() -> Texts:
    """The content of live.json; raises DeclarationError as ``texts_of`` does."""
    return texts_of("live")


def text(name: str, /, **values: object) -> str:
    """The message ``name``, its gaps filled with ``values``."""
    return text_of("live", "texts", name, **values)


def brief(finding: Finding) -> str:
    """A finding on one line: sheet, cell, message."""
    place = " ".join(filter(None, (finding.location.sheet, finding.location.cell)))
    return text("brief", place=place, message=finding.message)


def first_few(lines: Sequence[str]) -> list[str]:
    """The first lines of a message that may be long, and how many more there are."""
    left = len(lines) - FEW
    return [*lines[:FEW], text("and_more", count=left)] if left > 0 else list(lines)


def title() -> str:
    """The title of every message box."""
    return str(action_texts()["title"])


def files(kind: str) -> tuple[str, Sequence[str]]:
    """What a file dialog calls the files of ``kind``, and their patterns (``*.xlsx``)."""
    entry = action_texts()["files"][kind]
    return entry["name"], entry["patterns"]


def figures() -> Sequence[Column]:
    """The columns that the sheet of findings has here and an annotated copy has not."""
    return columns_of(action_texts()["figures"])


def changes() -> Texts:
    """The sheet that lists what was filled in: name, title, note, columns."""
    sheet: Texts = action_texts()["changes"]
    return sheet
