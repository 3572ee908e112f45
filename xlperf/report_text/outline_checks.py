"""A report and its filing → what its outline asks for and is not there.

Sections missing, empty or out of order; attachments and reasons not given; prompts left over.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing
from xlperf.declarations.value_display import printed, type_of
from xlperf.report_text.grammar import grammar
from xlperf.report_text.lexer import squeezed
from xlperf.report_text.report_reading import ReportParagraph, ReportText
from xlperf.report_text.structure import Heading, Outline, ReportPart, in_chinese

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
            yield Remark(_MISSING, None, title, context={"number": in_chinese(place + 1)})
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
    shown = in_chinese(heading.number) if heading.chinese else str(heading.number)
    expected = in_chinese(right) if heading.chinese or heading.level == 1 else str(right)
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


_ATTACHMENT, _REASON, _PROMPT = "R155", "R156", "R163"
_LONGEST_PROMPT = 40
_LONGEST_READ = 3000
_RATE_DIGITS = 4


def attachment_remarks(report: ReportText, filing: Filing | None) -> Iterator[Remark]:
    """Forms that the list of attachments names and the filing does not hold; ``filing`` None holds none."""
    present = {record.form for record in filing.records} if filing else set()
    reported: set[str] = set()
    for paragraph, item in _listed(report.paragraphs):
        form = _form_of(item)
        if form and form not in present and form not in reported:
            reported.add(form)
            yield Remark(_ATTACHMENT, paragraph, item, item)


def _listed(paragraphs: Sequence[ReportParagraph]) -> Iterator[tuple[ReportParagraph, str]]:
    """The items behind 附件：, in its line and in the numbered lines right below."""
    declared = grammar().raw["attachment_list"]
    opening, item = re.compile(declared["opening"]), re.compile(declared["item"])
    is_open = False
    for paragraph in paragraphs:
        text = squeezed(paragraph.text)
        if found := opening.search(text[: declared["longest"]]):
            is_open, text = True, text[found.end() :]
        elif not (is_open and item.match(text)):
            is_open = False
            continue
        yield from ((paragraph, piece) for piece in item.split(text) if piece)


def _form_of(item: str) -> str:
    forms = grammar().raw["attachment_list"]["forms"]
    return next((form for form, words in forms.items() if any(word in item for word in words)), "")


def prompt_remarks(parts: Sequence[ReportPart]) -> Iterator[Remark]:
    """Paragraphs that hold words of the template asking for something to be written."""
    for part in parts:
        for paragraph in {id(candidate): candidate for candidate in _paragraphs(part)}.values():
            if found := prompts().search(paragraph.text[:_LONGEST_READ]):
                yield Remark(_PROMPT, paragraph, found[0][:_LONGEST_PROMPT], found[0][:_LONGEST_PROMPT])


def _paragraphs(part: ReportPart) -> Iterator[ReportParagraph]:
    yield from part.front
    yield from (heading.paragraph for heading in part.numbered)
    yield from (passage.paragraph for passage in part.passages)


@cache
def prompts() -> re.Pattern[str]:
    """What words of a template that ask for something look like."""
    return re.compile("|".join(grammar().raw["prompts"]))


def reason_remarks(parts: Sequence[ReportPart], filing: Filing | None, profile: Profile) -> Iterator[Remark]:
    """An execution rate below 100 % for which neither the report nor the forms give a reason.

    A report on projects alone need not give one.
    """
    declared, about_the_unit = grammar().raw["execution"], grammar().raw["titles"]["kinds"][0]
    form = declared["form"]
    is_asked = any(part.top and part.kind == about_the_unit for part in parts)
    if filing is None or form not in profile.forms or not is_asked:
        return
    for record in filing.of(form)[:1]:
        budget, spent = (record.fields.get(name) for name in (declared["budget"], declared["spent"]))
        if not isinstance(budget, float) or not isinstance(spent, float) or not 0 < spent < budget:
            continue
        rate = round(spent / budget, _RATE_DIGITS)
        if rate < 1 and not any(map(_explains, _texts(parts, filing))):
            shown = printed(rate, type_of("rate"))
            amount = printed(budget - spent, type_of("amount"))
            yield Remark(_REASON, None, shown, shown, context={"rest": amount})


def _explains(text: str) -> bool:
    declared = grammar().raw["execution"]
    return any(word in text for word in declared["about"]) and any(
        word in text for word in declared["reasons"]
    )


def _texts(parts: Sequence[ReportPart], filing: Filing) -> Iterator[str]:
    """Each sentence of the report with the one before it, and each text of the forms."""
    for part in parts:
        for sentence in part.sentences:
            yield (sentence.before.text if sentence.before else "") + sentence.text
    for record in filing.records:
        yield from (value for value in record.fields.values() if isinstance(value, str))
        rows = (row for listed in record.tables.values() for row in listed)
        yield from (value for row in rows for value in row.values() if isinstance(value, str))
