"""A report, and the filing it came with → findings with the sentence, its figures and the right one."""

from collections.abc import Iterator, Sequence

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing
from xlperf.declarations.source import text_of
from xlperf.report_text.agreement import (
    against_tables,
    contradictions,
    grades,
    near_misses,
    old_years,
    overstaffed,
)
from xlperf.report_text.balances import balances
from xlperf.report_text.derivations import derivations
from xlperf.report_text.judged_sums import counted_names, judged_sums, oddities, scales, scored, series
from xlperf.report_text.judgement import Judgement, quote
from xlperf.report_text.outline_checks import (
    Remark,
    attachment_remarks,
    outline_remarks,
    prompt_remarks,
    reason_remarks,
)
from xlperf.report_text.report_reading import ReportText
from xlperf.report_text.sentence_sums import sums
from xlperf.report_text.stated_figures import StatedFigures
from xlperf.report_text.structure import ReportPart, ReportPassage, outline_of, parts
from xlperf.report_text.titles import caption_remarks, title_remarks, unit_of, year_of


def check_report(
    report: ReportText, filing: Filing | None, profile: Profile, *, named: bool = True
) -> Iterator[Finding]:
    """Findings of the report's text, in the order of its paragraphs; those without a place first.

    ``filing`` are the tables of the same package, None to look at the text alone. A profile of a
    place sets the year that the report must be about; a general one sets none. ``named`` is False for
    a profile that is only a guess: its outline is no rule for the report then.
    """
    outlines = outline_of(profile)
    found = parts(report, outlines)
    unit = filing.unit_name if filing else ""
    place = _ParagraphPlaces(report, filing.unit_code if filing else "", unit or unit_of(found), found)
    required_year = profile.year if len(profile.lineage) > 1 else 0
    remarks = [
        *title_remarks(found, unit, required_year),
        *caption_remarks(report, required_year or year_of(found)),
    ]
    remarks += [remark for part in found for remark in outline_remarks(part, outlines, named=named)]
    remarks += attachment_remarks(report, filing)
    remarks += prompt_remarks(found)
    remarks += reason_remarks(found, filing, profile)
    placed = [
        (remark.paragraph.number if remark.paragraph else 0, _remarked(remark, place)) for remark in remarks
    ]
    for judgement in judgements(found, filing, profile, dated=bool(required_year or year_of(found))):
        if judgement.code:
            placed.append((judgement.sentence.passage, _finding_for(judgement, place)))
    yield from (problem for _, problem in sorted(placed, key=lambda pair: pair[0]))


def named_unit(report: ReportText, profile: Profile) -> str:
    """The unit that the title of a report names, "" for none."""
    return unit_of(parts(report, outline_of(profile)))


def judgements(
    found: Sequence[ReportPart], filing: Filing | None, profile: Profile, *, dated: bool = True
) -> Iterator[Judgement]:
    """Every statement of the reports that could be read, right or wrong.

    ``dated`` is False where neither the report nor its profile says what year it is about.
    """
    year = year_of(found) or profile.year
    for number, part in enumerate(found):
        read = [*series(part)]
        by_sentence = [(sentence, sums(sentence)) for sentence in part.sentences]
        read += [stated_sum for _, own in by_sentence for stated_sum in own]
        facts = StatedFigures(part, read, year)
        yield from judged_sums([*read, *scored(part, facts)])
        for sentence, _ in by_sentence:
            yield from derivations(sentence, read, facts)
            yield from counted_names(sentence)
            yield from oddities(sentence)
            yield from scales(sentence)
        yield from balances(part, read)
        yield from overstaffed(facts)
        yield from contradictions(facts)
        if number == 0:
            yield from old_years(facts) if dated else ()
            yield from grades(part, facts, filing, profile)
            if filing is not None:
                yield from against_tables(facts, filing, profile)
        if filing is not None:
            yield from near_misses(part, filing, profile)


class _ParagraphPlaces:
    """Paragraph numbers → locations, as findings name them."""

    def __init__(
        self, report: ReportText, unit_code: str, unit_name: str, found: Sequence[ReportPart]
    ) -> None:
        self._report, self._unit = report, (unit_code, unit_name)
        self._passages = {passage.paragraph.number: passage for part in found for passage in part.passages}

    def of(self, number: int, key: str) -> Location:
        """The place of paragraph ``number``, 0 for the report as a whole; ``key`` distinguishes findings."""
        cell = text_of("statements", "paragraph", number=number) if number else ""
        passage: ReportPassage | None = self._passages.get(number)
        section = passage.heading.title if passage and passage.heading else ""
        return Location(self._report.path, "", cell, "", section, key, *self._unit)


def _finding_for(judgement: Judgement, places: _ParagraphPlaces) -> Finding:
    figure = judgement.figure
    start = figure.start - len(figure.label)
    context = {**judgement.context, "quote": quote(judgement.sentence, max(0, start), figure.end)}
    place = places.of(judgement.sentence.passage, figure.label or judgement.context.get("label", ""))
    return finding(judgement.code, place, judgement.value, judgement.expected, **context)


def _remarked(remark: Remark, places: _ParagraphPlaces) -> Finding:
    place = places.of(remark.paragraph.number if remark.paragraph else 0, remark.title)
    return finding(remark.code, place, remark.value, remark.expected, title=remark.title, **remark.context)
