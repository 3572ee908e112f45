"""A report, and the filing it came with → findings with the sentence, its figures and the right one."""

from collections.abc import Iterator, Sequence

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Profile
from xlperf.declarations.records import Filing
from xlperf.report_text.agreement import (
    against_tables,
    contradictions,
    old_years,
    overstaffed,
)
from xlperf.report_text.counts import counted_names
from xlperf.report_text.derivations import derivations
from xlperf.report_text.facts import Facts
from xlperf.report_text.judged_sums import judged_sums, series
from xlperf.report_text.judgement import Judgement, quote
from xlperf.report_text.oddities import oddities
from xlperf.report_text.outline_checks import Remark, outline_remarks
from xlperf.report_text.outlines import outline_of
from xlperf.report_text.report_reading import Report
from xlperf.report_text.structure import (
    Part,
    Passage,
    all_sentences,
    parts,
)
from xlperf.report_text.sums import sums
from xlperf.report_text.titles import (
    caption_remarks,
    title_remarks,
    unit_of,
    year_of,
)


def check_report(report: Report, filing: Filing | None, profile: Profile) -> Iterator[Finding]:
    """Findings of the report's text, in the order of its paragraphs; those without a place first.

    ``filing`` are the tables of the same package, None to look at the text alone. A profile that no
    other place extends tells the year the report must be about.
    """
    outlines = outline_of(profile)
    found = parts(report, outlines)
    unit = filing.unit_name if filing else ""
    place = _Places(report, filing.unit_code if filing else "", unit or unit_of(found), found)
    wanted = profile.year if len(profile.lineage) > 1 else 0
    remarks = [*title_remarks(found, unit, wanted), *caption_remarks(report, wanted or year_of(found))]
    remarks += [one for part in found for one in outline_remarks(part, outlines)]
    told = [(one.paragraph.number if one.paragraph else 0, _remarked(one, place)) for one in remarks]
    for judgement in judgements(found, filing, profile):
        if judgement.code:
            told.append((judgement.sentence.passage, _told(judgement, place)))
    yield from (one for _, one in sorted(told, key=lambda pair: pair[0]))


def judgements(found: Sequence[Part], filing: Filing | None, profile: Profile) -> Iterator[Judgement]:
    """Every statement of the reports that could be read, right or wrong."""
    year = year_of(found) or profile.year
    for number, part in enumerate(found):
        read = [*series(part)]
        by_sentence = [(one, sums(one)) for _, one in all_sentences(part.passages)]
        read += [one for _, own in by_sentence for one in own]
        facts = Facts(part, read, year)
        yield from judged_sums(read)
        for sentence, _ in by_sentence:
            yield from derivations(sentence, read, facts)
            yield from counted_names(sentence)
            yield from oddities(sentence)
        yield from overstaffed(facts)
        yield from contradictions(facts)
        if number == 0:
            yield from old_years(facts)
            if filing is not None:
                yield from against_tables(facts, filing, profile)


class _Places:
    """Where paragraphs stand, as findings name it."""

    def __init__(self, report: Report, unit_code: str, unit_name: str, found: Sequence[Part]) -> None:
        self._report, self._unit = report, (unit_code, unit_name)
        self._passages = {one.paragraph.number: one for part in found for one in part.passages}

    def of(self, number: int, key: str) -> Location:
        """The place of paragraph ``number``, 0 for the report as a whole; ``key`` tells findings apart."""
        cell = f"第{number}段" if number else ""
        passage: Passage | None = self._passages.get(number)
        section = passage.heading.title if passage and passage.heading else ""
        return Location(self._report.path, "", cell, "", section, key, *self._unit)


def _told(one: Judgement, places: _Places) -> Finding:
    figure = one.figure
    start = figure.start - len(figure.label)
    context = {**one.context, "quote": quote(one.sentence, max(0, start), figure.end)}
    place = places.of(one.sentence.passage, figure.label or one.context.get("label", ""))
    return finding(one.code, place, one.value, one.expected, **context)


def _remarked(one: Remark, places: _Places) -> Finding:
    place = places.of(one.paragraph.number if one.paragraph else 0, one.title)
    return finding(one.code, place, one.value, one.expected, title=one.title, **one.context)
