"""A unit's earlier report, or one that is half written → the paragraphs of its own, by section and part.

Sentences that state a figure which is written from the tables are left out, and so are prompts and what the
new report says itself. A report of another year is marked: a person looks through what is taken over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlperf.checks.unit_naming import named_unit
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.source import text_of
from xlperf.finishing.reports.report_paragraphs import SECTION, Own, WrittenReport, parts_of
from xlperf.notation import parse_date
from xlperf.notation.declared_words import notation
from xlperf.notation.text import name_key
from xlperf.outputs.finding_texts import one_line
from xlperf.report_text import ReportText
from xlperf.report_text.grammar import grammar
from xlperf.report_text.lexer import squeezed
from xlperf.report_text.outline_checks import prompts
from xlperf.report_text.report_reading import ReportParagraph
from xlperf.report_text.sentences import SentenceFigure, sentences
from xlperf.report_text.structure import Heading, ReportPart, outline_of, parts
from xlperf.report_text.titles import unit_of, year_of

_FIGURES = re.compile(r"[0-9.,%]+")
_SHORTEST = 4
_LONGEST_LABEL = 11
"""Letters up to which what is left of a paragraph only said what its figures are."""
_LONGEST_TITLE = 20
"""Letters up to which a numbered paragraph is only the title of the one below it."""
_PART = 2
"""The level of the headings of parts."""
Kept = tuple[int, str, str]
"""Section, title of the part or "", and a paragraph."""


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """A report that was read: whose it is, its year (0 where it names none), its paragraphs by kind.

    ``dropped`` are the sentences with figures that were left out.
    """

    path: str
    code: str
    unit: str
    year: int
    paragraphs: Mapping[str, Sequence[Kept]]
    dropped: Mapping[str, Sequence[str]] = field(default_factory=dict)


def earlier_report(report: ReportText, profile: Profile) -> EarlierReport:
    """What of a report is the unit's own, by the outline of ``profile``."""
    outlines = outline_of(profile)
    found = parts(report, outlines)
    code, name = named_unit(report.path)
    is_old = year_of(found) != profile.year
    kept: dict[str, list[Kept]] = {}
    dropped: dict[str, list[str]] = {}
    for part in found:
        lines, left_out = _own(part, report, parts_of(profile, part.kind), is_old=is_old)
        kept.setdefault(part.kind, []).extend(lines)
        dropped.setdefault(part.kind, []).extend(left_out)
    return EarlierReport(report.path, code, unit_of(found) or name, year_of(found), kept, dropped)


def own_for(earlier: EarlierReport, written: WrittenReport) -> Own:
    """The paragraphs to be taken over into ``written``, which was made without them."""
    said = {_skeleton(paragraph.text) for paragraph in written.paragraphs if paragraph.kind != SECTION}
    asked = set(written.asked)
    own: dict[tuple[int, str], list[str]] = {}
    for section, part, text in earlier.paragraphs.get(written.kind, ()):
        has_place = (section, part) in asked or any(place == section for place, _ in asked)
        if _skeleton(text) not in said and (has_place or earlier.year == written.year):
            own.setdefault((section, part), []).append(text)
    if earlier.year != written.year:
        name = Path(earlier.path).name
        for lines in own.values():
            lines.insert(0, text_of("report_bodies", "taken_over", count=len(lines), name=name))
    return own


def left_out(earlier: EarlierReport, written: WrittenReport) -> Sequence[str]:
    """The sentences with figures of an earlier report that the new one does not state itself."""
    said = "\n".join(_skeleton(paragraph.text) for paragraph in written.paragraphs)
    return [text for text in earlier.dropped.get(written.kind, ()) if _skeleton(text) not in said]


def _skeleton(text: str) -> str:
    """A paragraph without its figures: the same sentence of other data is the same."""
    return _FIGURES.sub("", squeezed(text)).rstrip("".join(grammar().raw["marks"]["ends"]))


def _own(
    part: ReportPart, report: ReportText, titles: Sequence[Sequence[str]], *, is_old: bool
) -> tuple[list[Kept], list[str]]:
    if not titles:
        return [], []
    kept: list[Kept] = []
    dropped: list[str] = []
    label = ""
    long: tuple[Heading | None, str] = None, ""
    for section, heading, paragraph, numbered in _placed(part, report):
        title = _part_title(heading, titles[section]) if section < len(titles) else ""
        if numbered is not None and (opened := _opened(numbered, titles[section])):
            long = heading, opened
            continue
        title = long[1] if long[1] and long[0] is heading else title
        if numbered is not None and numbered.is_heading:
            if not _part_title(numbered, titles[section]):
                kept.append((section, "", one_line(numbered.title if titles[section] else paragraph.text)))
            continue
        text, figures = without_figures(paragraph.text, is_old=is_old)
        dropped += figures
        if not text and kept and kept[-1][2] == label:
            kept.pop()
        label = text if text[:1].isdigit() and len(text) <= _LONGEST_TITLE else ""
        if text and not prompts().search(paragraph.text):
            kept.append((section, title, text))
    return _without_end(kept, part), dropped


def _placed(
    part: ReportPart, report: ReportText
) -> Iterator[tuple[int, Heading | None, ReportParagraph, Heading | None]]:
    """Each paragraph below a section of the outline: its section, the heading above it, whether it is one."""
    numbered = {heading.paragraph.number: heading for heading in part.numbered}
    last = max([passage.paragraph.number for passage in part.passages] + list(numbered), default=0)
    section: int | None = None
    above: Heading | None = None
    ends = tuple(grammar().raw["titles"]["attachments"])
    first = part.top[0].paragraph.number if part.top else last + 1
    for paragraph in report.paragraphs[first - 1 : last]:
        heading = numbered.get(paragraph.number)
        if squeezed(paragraph.text).startswith(ends):
            return
        if heading is not None and heading.is_heading and heading.level == 1:
            section, above = heading.section, None
        elif section is not None:
            if heading is not None and heading.is_heading:
                above = heading
            yield section, above, paragraph, heading


def _opened(numbered: Heading, titles: Sequence[str]) -> str:
    """The declared part that a numbered paragraph too long for a heading begins with, "" for none."""
    said = "" if numbered.is_heading else squeezed(numbered.title)
    return next((title for title in titles if said.startswith(title)), "") if numbered.level == _PART else ""


def _part_title(heading: Heading | None, titles: Sequence[str]) -> str:
    """The declared part that a heading names, "" for none."""
    said = squeezed(heading.title) if heading else ""
    return next((title for title in titles if said and (title in said or said in title)), "")


def without_figures(text: str, *, is_old: bool) -> tuple[str, list[str]]:
    """A paragraph without the sentences that state a figure of the tables, and those sentences.

    Of an ``is_old`` report, of another year, no sentence with an amount of money is kept.
    """
    read = sentences(squeezed(text))
    dropped = [
        sentence.text
        for sentence in read
        if any(_is_written(figure) or (is_old and _is_money(figure)) for figure in sentence.figures)
    ]
    if not dropped:
        return one_line(text), []
    rest = "".join(sentence.text for sentence in read if sentence.text not in dropped)
    is_left_over = read[0].text in dropped and any(map(str.isdigit, rest))
    is_label = (rest[:1].isdigit() or is_left_over) and len(rest) <= _LONGEST_LABEL
    return ("" if is_label else rest), dropped


def _is_money(figure: SentenceFigure) -> bool:
    return figure.quantity.unit == notation()["money"]["unit"]


def _is_written(figure: SentenceFigure) -> bool:
    """Whether a figure is one that reports take from the tables, or follows from such."""
    concept = grammar().concepts.get(figure.name)
    is_in_tables = concept is not None and bool(concept.tables) and concept.unit == figure.quantity.unit
    derived = grammar().derived.get(figure.derived)
    return is_in_tables or figure.whole_year or (derived is not None and bool(derived.code))


def _without_end(kept: list[Kept], part: ReportPart) -> list[Kept]:
    """Without the unit's name and the date below the last section."""
    unit = name_key(unit_of([part]))
    while kept and (parse_date(kept[-1][2]) or _is_name(kept[-1][2], unit)):
        kept.pop()
    return kept


def _is_name(text: str, unit: str) -> bool:
    key = name_key(text)
    return len(key) >= _SHORTEST and bool(unit) and (key in unit or unit in key) and len(key) < 2 * len(unit)
