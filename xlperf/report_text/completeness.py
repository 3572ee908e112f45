"""A report and its filing → attachments that it lists and lacks, prompts left over, reasons not given."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from xlperf.declarations.model import Profile
from xlperf.declarations.records import Filing
from xlperf.declarations.value_display import printed, type_of
from xlperf.report_text.grammar import grammar
from xlperf.report_text.lexer import squeezed
from xlperf.report_text.outline_checks import Remark
from xlperf.report_text.report_reading import ReportParagraph, ReportText
from xlperf.report_text.structure import ReportPart

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
            if found := _prompts().search(paragraph.text[:_LONGEST_READ]):
                yield Remark(_PROMPT, paragraph, found[0][:_LONGEST_PROMPT], found[0][:_LONGEST_PROMPT])


def _paragraphs(part: ReportPart) -> Iterator[ReportParagraph]:
    yield from part.front
    yield from (heading.paragraph for heading in part.numbered)
    yield from (passage.paragraph for passage in part.passages)


@cache
def _prompts() -> re.Pattern[str]:
    return re.compile("|".join(grammar().raw["prompts"]))


def reason_remarks(parts: Sequence[ReportPart], filing: Filing | None, profile: Profile) -> Iterator[Remark]:
    """An execution rate below 100 % for which neither the report nor the forms give a reason."""
    declared = grammar().raw["execution"]
    form = declared["form"]
    if filing is None or form not in profile.forms or not any(part.top for part in parts):
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
        for passage in part.passages:
            yield from (
                (sentence.before.text if sentence.before else "") + sentence.text
                for sentence in passage.sentences
            )
    for record in filing.records:
        yield from (value for value in record.fields.values() if isinstance(value, str))
        rows = (row for listed in record.tables.values() for row in listed)
        yield from (value for row in rows for value in row.values() if isinstance(value, str))
