"""A report's paragraphs → its parts, headings and passages, each passage under its section of the outline."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.source import Json, texts_of
from xlperf.report_text.grammar import grammar
from xlperf.report_text.lexer import squeezed, tokens
from xlperf.report_text.report_reading import ReportParagraph, ReportText
from xlperf.report_text.sentences import Sentence, sentences

_SHORTEST_BROKEN = 30
_STOPPED = 25
_FEWEST_LETTERS = 4
Outline = Mapping[str, tuple[tuple[str, ...], ...]]
"""Kind of report → its sections: the words of each, the title first."""


@lru_cache(maxsize=256)
def in_chinese(number: int) -> str:
    """``number`` (1 to 99) in Chinese; in digits beyond that."""
    if not 0 < number < 100:
        return str(number)
    headings = grammar().raw["headings"]
    digits, ten = headings["numerals"], headings["ten"]
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else ten if tens == 1 else digits[tens] + ten
    return lead + (digits[ones] if ones else "")


def number_of(text: str) -> int | None:
    """The number that ``text`` writes, in digits or in Chinese up to 99; None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    return next((number for number in range(1, 100) if in_chinese(number) == text), None)


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


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered paragraph, or one in Word's first heading style (number 0). ``is_heading`` is False
    for an item of a list; ``section`` is the place of the outline that its title names, if any.
    """

    paragraph: ReportParagraph
    level: int
    number: int
    chinese: bool
    title: str
    is_heading: bool
    section: int | None = None


@dataclass(slots=True)
class ReportPassage:
    """Running text: one paragraph, or several that a converter broke apart."""

    paragraph: ReportParagraph
    text: str
    heading: Heading | None
    top: Heading | None
    sentences: list[Sentence] = field(default_factory=list)


@dataclass(slots=True)
class ReportPart:
    """One report of a document (整体, 项目): the lines before its first heading, headings, passages."""

    kind: str
    front: list[ReportParagraph] = field(default_factory=list)
    numbered: list[Heading] = field(default_factory=list)
    passages: list[ReportPassage] = field(default_factory=list)

    @property
    def top(self) -> list[Heading]:
        """The first-level headings."""
        return [heading for heading in self.numbered if heading.is_heading and heading.level == 1]

    @property
    def sentences(self) -> Iterator[Sentence]:
        """All sentences."""
        return (sentence for passage in self.passages for sentence in passage.sentences)


def parts(report: ReportText, outlines: Outline) -> list[ReportPart]:
    """The reports that the document holds, in order; attachments are left out."""
    found = [ReportPart(kind_of(""))]
    reading = True
    for paragraph in report.paragraphs:
        text = squeezed(paragraph.text)
        part = found[-1]
        if is_title(text):
            if part.top:
                part = ReportPart(kind_of(text))
                found.append(part)
            part.kind, reading = kind_of(text), True
        elif part.top and text.startswith(tuple(grammar().raw["titles"]["attachments"])):
            reading = False
        if reading:
            _add(part, paragraph, text, outlines)
    for part in found:
        _demote(part)
        _join(part)
    return found


def _demote(part: ReportPart) -> None:
    """Take list items that only sound like a section off the headings.

    The place of the section is taken, or its number, by a heading in Chinese figures and the list begins
    below one. A number that is taken but continues no list is a section numbered wrongly.
    """
    chinese = [heading for heading in part.top if heading.chinese]
    named = {heading.section for heading in chinese}
    numbers = {heading.number for heading in chinese}
    begun = False
    for place, heading in enumerate(part.numbered):
        begun = not heading.chinese and (begun or heading.number == 1)
        taken = heading.section in named or (begun and heading.number in numbers)
        if heading.is_heading and heading.level == 1 and not heading.chinese and taken:
            part.numbered[place] = replace(heading, is_heading=False)


def is_title(text: str) -> bool:
    """Whether ``text`` is the title of a report."""
    titles, marks = grammar().raw["titles"], grammar().raw["marks"]
    return (
        len(text) <= titles["longest"]
        and text.endswith(tuple(titles["report"]))
        and not any(mark in text for mark in marks["ends"] + marks["groups"])
        and _number(text) is None
    )


def kind_of(title: str) -> str:
    """The outline that a title calls for: the report on projects or the one on the whole unit."""
    declared = grammar().raw["titles"]
    about_projects = any(word in title for word in declared["projects"])
    return str(declared["kinds"][about_projects])


def _add(part: ReportPart, paragraph: ReportParagraph, text: str, outlines: Outline) -> None:
    heading = _heading(paragraph, text, outlines.get(part.kind, ()))
    if heading is None and paragraph.style == 1 and not is_title(text):
        heading = Heading(paragraph, 1, 0, True, text, len(text) <= grammar().raw["headings"]["longest"])
    if heading is not None:
        part.numbered.append(heading)
    if not part.top:
        part.front.append(paragraph)
    running = heading is None or not heading.is_heading or _has_figures(text)
    marks = grammar().raw["marks"]
    ends = tuple(marks["ends"] + marks["leads"])
    if running and (part.top or text.endswith(ends) or _has_figures(text)):
        above = [earlier for earlier in part.numbered if earlier.is_heading and earlier is not heading]
        top = [earlier for earlier in above if earlier.level == 1]
        body = heading.title if heading is not None else text
        part.passages.append(
            ReportPassage(paragraph, body, above[-1] if above else None, top[-1] if top else None)
        )


def _has_figures(text: str) -> bool:
    figures = [token.quantity for token in tokens(text) if token.quantity]
    return len(figures) > 1 or any(quantity.digits for quantity in figures)


def _heading(paragraph: ReportParagraph, text: str, outline: Sequence[tuple[str, ...]]) -> Heading | None:
    numbered = _number(text)
    if numbered is None:
        return None
    level, number, chinese, title = numbered
    declared, marks = grammar().raw["headings"], grammar().raw["marks"]
    ends = sum(title.count(mark) for mark in marks["ends"])
    is_heading = len(title) <= declared["longest"] and (
        ends == 0 or (ends == 1 and title[-1] in marks["ends"] and len(title) <= _STOPPED and level < 3)
    )
    is_heading = is_heading and not title.endswith(tuple(marks["groups"]))
    section = section_of(title, outline) if is_heading and level in (1, 3) else None
    if level == 3 and section is not None and _names_section(title, outline[section]):
        level = 1
    return Heading(paragraph, level, number, chinese, title, is_heading and level < 3, section)


def _names_section(title: str, section: Sequence[str]) -> bool:
    """Whether a title numbered like a list item is a section's all the same: 2、政府性基金预算支出情况."""
    return not _has_figures(title) and any(
        len(word) >= _FEWEST_LETTERS and word in title for word in section[1:]
    )


def _number(text: str) -> tuple[int, int, bool, str] | None:
    """Level, number, whether it is written in Chinese, and the text behind a printed number."""
    declared = grammar().raw["headings"]
    for style in declared["styles"]:
        start = 0
        if style["before"]:
            if not text.startswith(tuple(style["before"])):
                continue
            start = 1
        end = next((place for place in range(start, len(text)) if text[place] in style["after"]), None)
        if end is None:
            continue
        written = text[start:end]
        number = number_of(written)
        if number is not None and written.isascii() != style["chinese"]:
            rest = text[end + 1 :]
            return None if rest[:1].isdigit() else (style["level"], number, style["chinese"], rest)
    return None


def _join(part: ReportPart) -> None:
    """Put together what a converter broke apart, then read each passage's sentences."""
    ends = tuple("".join(grammar().raw["marks"][kind] for kind in ("ends", "groups", "leads", "closes")))
    joined: list[ReportPassage] = []
    for passage in part.passages:
        last = joined[-1] if joined else None
        broken = last and len(last.text) >= _SHORTEST_BROKEN and not last.text.endswith(ends)
        follows = (
            last and last.heading is passage.heading and _number(squeezed(passage.paragraph.text)) is None
        )
        if last and broken and follows:
            last.text += passage.text
        else:
            joined.append(passage)
    for passage in joined:
        passage.sentences = sentences(passage.text, passage.paragraph.number)
    part.passages = joined
