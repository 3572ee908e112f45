"""A report's text → the sections that grading asks for: titles, letters, points, and words they name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.source import texts_of

if TYPE_CHECKING:
    from xlperf.report_text import ReportText, grammar, outline_checks, structure
    from xlperf.report_text.structure import Heading, ReportPart
else:
    structure = LazyModule("xlperf.report_text.structure")
    grammar = LazyModule("xlperf.report_text.grammar")
    outline_checks = LazyModule("xlperf.report_text.outline_checks")

_ITEM = re.compile("[一二三四五六七八九十]是")
_START, _LONGEST_PROMPT = 20, 200


@dataclass(frozen=True, slots=True)
class Section:
    """A section that was found. ``title`` is "" where only a paragraph speaks of it.

    ``paragraph`` is where it begins; ``points`` counts what it lists; ``prompts`` counts the paragraphs that
    only ask for something to be written, which are not among its ``texts``.
    """

    title: str
    paragraph: int
    texts: tuple[str, ...] = ()
    points: int = 0
    prompts: int = 0

    @property
    def letters(self) -> int:
        """Letters and digits of its text, titles aside."""
        return sum(character.isalnum() for text in self.texts for character in text)

    @property
    def says_something(self) -> bool:
        """Whether there is text under the title; “无” is text."""
        return any(text.strip() for text in self.texts) or not self.title

    def sentences(self) -> list[str]:
        """Its sentences that are long enough to say something."""
        ends = "".join(grammar.grammar().raw["marks"][kind] for kind in ("ends", "groups"))
        least = texts_of("grading")["fewest_letters"]
        said = re.split(f"[{re.escape(ends)}]", "。".join(self.texts))
        return [sentence for sentence in said if len(sentence.strip()) >= least]


def sections_of(
    report: "ReportText", profile: Profile, asked: Mapping[str, Sequence[str]]
) -> dict[str, Section]:
    """The sections of ``report`` by the names in ``asked``, each with the words of its titles.

    A name that is missing is not in the report.
    """
    parts = structure.parts(report, structure.outline_of(profile))
    whole = next((part for part in parts if part.top), parts[0])
    found: dict[str, Section] = {}
    for name, words in asked.items():
        section = _titled(whole, words) or _in_text(whole, words)
        if section is not None:
            found[name] = section
    return found


def _titled(part: "ReportPart", words: Sequence[str]) -> Section | None:
    """The first section of the highest level whose title has one of ``words``."""
    headings = sorted((heading for heading in part.numbered if heading.is_heading), key=_level)
    named = [heading for heading in headings if any(word in heading.title for word in words)]
    return _section(part, named[0]) if named else None


def _level(heading: "Heading") -> tuple[int, int]:
    return heading.level, heading.paragraph.number


def _section(part: "ReportPart", heading: "Heading") -> Section:
    start = heading.paragraph.number
    later = (
        other.paragraph.number
        for other in part.numbered
        if other.is_heading and other.level <= heading.level and other.paragraph.number > start
    )
    end = min(later, default=None)
    inside = [
        passage
        for passage in part.passages
        if passage.paragraph.number > start and (end is None or passage.paragraph.number < end)
    ]
    under = [
        other
        for other in part.numbered
        if other.paragraph.number > start and (end is None or other.paragraph.number < end)
    ]
    written = tuple(passage.text for passage in inside)
    texts = tuple(text for text in written if not _only_asks(text))
    listed = sum(len(_ITEM.findall(text)) for text in texts)
    first = min((other.level for other in under), default=0)
    headed = sum(other.level == first for other in under)
    return Section(heading.title, start, texts, max(listed, headed), len(written) - len(texts))


def _only_asks(text: str) -> bool:
    """Whether a paragraph has little besides words of a template that ask for something to be written."""
    if len(text) > _LONGEST_PROMPT:
        return False
    rest, count = outline_checks.prompts().subn("", text)
    return count > 0 and sum(map(str.isalnum, rest)) < texts_of("grading")["fewest_letters"]


def _in_text(part: "ReportPart", words: Sequence[str]) -> Section | None:
    """A paragraph that begins with one of ``words``, where no title has them."""
    for passage in part.passages:
        if any(word in passage.text[:_START] for word in words) and not _only_asks(passage.text):
            number = passage.paragraph.number
            return Section("", number, (passage.text,), len(_ITEM.findall(passage.text)))
    return None


@cache
def _nothing() -> frozenset[str]:
    return frozenset(texts_of("grading")["stop_words"])


def only_names(section: Section, words: Sequence[str]) -> tuple[int, int]:
    """How many sentences of ``section`` name one of ``words``, and how many sentences there are."""
    said = [sentence for sentence in section.sentences() if sentence not in _nothing()]
    return sum(any(word in sentence for word in words) for sentence in said), len(said)
