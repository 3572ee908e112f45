"""How the intake is run: what its command was given, and the limits of schemas/intake.json as types."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xlperf.declarations.source import text_of, texts_of

_TEXTS = "intake"


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """The season, exemptions and passwords as ``rounds check`` takes them; ``sender`` signs notices,
    ``workers`` processes check.
    """

    season: Path
    exempt: str = ""
    passwords: tuple[str, ...] = ()
    sender: str = ""
    workers: int = 2

    @property
    def spool(self) -> Path:
        """The folder in which uploads and made files are while the service works; emptied when it starts."""
        season = self.season.absolute()
        return season.with_name(f"{season.name}.uploads")


@cache
def limits() -> Mapping[str, Any]:
    """The figures that bound the intake."""
    found: Mapping[str, Any] = texts_of(_TEXTS)["limits"]
    return found


def said(name: str, /, **values: object) -> str:
    """A message of the intake, its gaps filled with ``values``."""
    return text_of(_TEXTS, "messages", name, **values)


class BadRequestError(Exception):
    """A request that is not answered as it asks; ``status`` is that of HTTP.

    ``after`` is in how many seconds it may be tried again, None where that is no use.
    """

    def __init__(self, status: int, name: str, /, after: int | None = None, **values: object) -> None:
        super().__init__(said(name, **values))
        self.status, self.after = status, after
