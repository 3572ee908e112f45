"""Headings of a report → missing and empty sections, numbers out of order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from xlperf.report_text.grammar import grammar
from xlperf.report_text.outlines import Outline, chinese
from xlperf.report_text.report_reading import ReportParagraph
from xlperf.report_text.structure import Heading, ReportPart

_LONGEST = 20
_MISSING, _NUMBER, _SMALL_NUMBER, _EMPTY = "R151", "R152", "R153", "R154"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the build of a report: code, the paragraph it is about, what fills its texts."""

    code: str
    paragraph: ReportParagraph | None
    title: str
    value: str = ""
    expected: str = ""
    context: dict[str, str] = field(default_factory=dict)


def outline_remarks(part: ReportPart, outlines: Outline, *, named: bool = True) -> Iterator[Remark]:
    """What is wrong with the sections of one report; nothing of a text without any heading.

    Sections are missed only where the outline is that of a ``named`` profile, not of a guessed one.
    """
    if not part.top:
        return
    outline = outlines.get(part.kind, ()) if named else ()
    titles = [heading.title for heading in part.top]
    for place, (title, *words) in enumerate(outline):
        if not any(heading.section == place for heading in part.top) and not _named(titles, words):
            yield Remark(_MISSING, None, title, context={"number": chinese(place + 1)})
    yield from _top_numbers(part.top)
    yield from _small_numbers(part)
    yield from _empty(part)


def _named(titles: Sequence[str], words: Sequence[str]) -> bool:
    return any(word in title for word in words for title in titles)


def _top_numbers(top: Sequence[Heading]) -> Iterator[Remark]:
    """Where the printed number first departs from the place, and where it departs in another way."""
    gap = 0
    for place, heading in enumerate(top, start=1):
        if heading.number and heading.number - place != gap:
            gap = heading.number - place
            if gap:
                yield _remark(_NUMBER, heading, place)


def _small_numbers(part: ReportPart) -> Iterator[Remark]:
    """Numbers in brackets under one section: in order by themselves, or all kinds of them together."""
    bounds = [heading.paragraph.number for heading in part.top] + [part.numbered[-1].paragraph.number + 1]
    for first, last in pairwise(bounds):
        small = [
            heading
            for heading in part.numbered
            if heading.level == 2 and first < heading.paragraph.number < last
        ]
        apart = [
            wrong
            for kind in (True, False)
            for wrong in _out_of_order([heading for heading in small if heading.chinese is kind])
        ]
        together = list(_out_of_order(small))
        yield from min(together, apart, key=len)


def _out_of_order(headings: Sequence[Heading]) -> Iterator[Remark]:
    """The headings whose number does not follow: it must be the one before plus one; the first is 1."""
    before = 0
    for heading in headings:
        if heading.number != before + 1:
            yield _remark(_SMALL_NUMBER, heading, before + 1)
        before = heading.number


def _remark(code: str, heading: Heading, right: int) -> Remark:
    shown = chinese(heading.number) if heading.chinese else str(heading.number)
    expected = chinese(right) if heading.chinese or heading.level == 1 else str(right)
    return Remark(code, heading.paragraph, _short(heading.title), shown, expected)


def _short(title: str) -> str:
    """The first words of a title, for a paragraph that goes on behind it."""
    marks = grammar().raw["marks"]
    ends = (place for place, character in enumerate(title) if character in marks["ends"] + marks["items"])
    return title[: min(next(ends, _LONGEST), _LONGEST)]


def _empty(part: ReportPart) -> Iterator[Remark]:
    """Sections with nothing between their heading and the next."""
    numbers = [heading.paragraph.number for heading in part.top]
    inside = {passage.paragraph.number for passage in part.passages} | {
        passage.paragraph.number for passage in part.numbered if passage not in part.top
    }
    ends = [*numbers[1:], max([*inside, numbers[-1]]) + 1]
    for heading, end in zip(part.top, ends, strict=True):
        if not any(heading.paragraph.number < number < end for number in inside):
            yield Remark(_EMPTY, heading.paragraph, heading.title)
