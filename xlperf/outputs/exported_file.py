"""A received file → the plain JSON of what its pages say, for other programs."""

from pathlib import Path

from xlperf.declarations.model import Profile
from xlperf.declarations.source import Json
from xlperf.intake.open_pages import open_pages
from xlperf.intake.reading import exported, read_document
from xlperf.ooxml.limits import LIMITS, Limits


def export_file(path: str | Path, profile: Profile | None = None, limits: Limits = LIMITS) -> Json:
    """The JSON of ``exported`` for the file at ``path``; raises Refused for what cannot be read.

    The year of ``profile`` is that of forms that print none.
    """
    year = profile.year if profile else None
    return exported(read_document(open_pages(path, limits).document, year=year))
