"""schemas/outlines.json → the sections that a report of a profile must have; heading numbers ↔ integers."""

from collections.abc import Mapping, Sequence

from xlperf.declarations.model import Profile
from xlperf.declarations.source import Json, texts_of
from xlperf.report_text.grammar import grammar


def chinese(number: int) -> str:
    """``number`` (1 to 99) in Chinese; in digits beyond that."""
    if not 0 < number < 100:
        return str(number)
    digits, ten = _words()
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else ten if tens == 1 else digits[tens] + ten
    return lead + (digits[ones] if ones else "")


def value(text: str) -> int | None:
    """The number that ``text`` writes, in digits or in Chinese up to 99; None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    return next((number for number in range(1, 100) if chinese(number) == text), None)


def _words() -> tuple[str, str]:
    headings = grammar().raw["headings"]
    return headings["numerals"], headings["ten"]


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
