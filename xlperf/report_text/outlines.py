"""schemas/outlines.json → the sections that a report of a profile must have."""

from collections.abc import Mapping, Sequence

from xlperf.declarations.model import Profile
from xlperf.declarations.source import Json
from xlperf.declarations.texts import texts_of

FILE = "outlines.json"

Outline = Mapping[str, tuple[tuple[str, ...], ...]]
"""Kind of report → its sections: the words of each, the title first."""


def outline_of(profile: Profile) -> Outline:
    """The outline of ``profile``, or of the nearest profile that it extends and that has one."""
    declared = texts_of("outlines")
    own: Json = next((declared[name] for name in profile.lineage if name in declared), {})
    return {
        kind: tuple((section["title"], *section["words"]) for section in sections)
        for kind, sections in own.items()
    }


def section_of(title: str, outline: Sequence[tuple[str, ...]]) -> int | None:
    """The place of the section that ``title`` names; the longest word that fits decides."""
    fits = [
        (len(word), -place) for place, (_, *words) in enumerate(outline) for word in words if word in title
    ]
    return -max(fits)[1] if fits else None
