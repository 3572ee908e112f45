"""Sentences that call a result 优, 良, 中 or 差 → whether the score is one of that grade."""

import re
from collections.abc import Iterator
from functools import cache

from xlperf.declarations.evaluation import parameters
from xlperf.declarations.model import Form, Profile
from xlperf.declarations.records import Filing
from xlperf.notation import Quantity
from xlperf.report_text.grammar import grammar
from xlperf.report_text.judgement import Judgement
from xlperf.report_text.sentences import SentenceFigure
from xlperf.report_text.stated_figures import StatedFigures
from xlperf.report_text.structure import ReportPart, all_sentences

_GRADE = "R136"
_LONGEST_READ = 3000


def grades(
    part: ReportPart, facts: StatedFigures, filing: Filing | None, profile: Profile
) -> Iterator[Judgement]:
    """Every grade that a report states, against the score that it states, else that of the form."""
    declared = grammar().raw["grades"]
    form = profile.forms.get(declared["form"])
    score = _score(facts, filing) if form else None
    if form is None or score is None:
        return
    right = _grade(score, form, profile)
    for _, sentence in all_sentences(part.passages):
        for found in _pattern().finditer(sentence.text[:_LONGEST_READ]):
            said = found[1]
            if any(word in sentence.text for word in declared["not"]) or said[0] not in declared["letters"]:
                continue
            wrong = bool(right) and not said.startswith(right)
            quantity = Quantity("=", score, declared["unit"], 0, said)
            figure = SentenceFigure(quantity, 0, found.start(1), found.end(1), "")
            context = {"label": declared["field"], "score": f"{score:g}"}
            yield Judgement(_GRADE if wrong else "", sentence, figure, said, right, context)


def _score(facts: StatedFigures, filing: Filing | None) -> float | None:
    declared = grammar().raw["grades"]
    stated = {fact.figure.quantity.value for fact in facts.all if fact.concept == declared["concept"]}
    if stated:
        return stated.pop() if len(stated) == 1 else None
    values = (
        [record.fields.get(declared["total"]) for record in filing.of(declared["form"])] if filing else []
    )
    return values[0] if values and isinstance(values[0], float) else None


def _grade(score: float, form: Form, profile: Profile) -> str:
    declared = grammar().raw["grades"]
    field = form.fields.get(declared["field"])
    if field is None or field.function is None:
        return ""
    return str(field.function({**parameters(profile), declared["total"]: score}))


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(grammar().raw["grades"]["pattern"])
