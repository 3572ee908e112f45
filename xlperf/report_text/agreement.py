"""Figures that a report states against each other, the tables of the same filing, the year, the grade.

Large amounts that are those of a form but for the last digits are misprints of it.
"""

import re
from collections.abc import Iterator

from xlperf.declarations.evaluation import parameters
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.records import Filing
from xlperf.declarations.source import text_of
from xlperf.expressions import Value
from xlperf.notation import Quantity
from xlperf.notation.declared_words import notation
from xlperf.report_text.grammar import TableValue, grammar
from xlperf.report_text.judgement import A_LITTLE, Judgement, printed, shown
from xlperf.report_text.sentence_sums import is_score
from xlperf.report_text.sentences import Sentence, SentenceFigure
from xlperf.report_text.stated_figures import StatedFigure, StatedFigures
from xlperf.report_text.structure import ReportPart

_TWICE, _TABLE, _OLD_YEAR, _OVERSTAFFED = "R131", "R132", "R133", "R121"
_ANOTHER = "R134"


def contradictions(facts: StatedFigures) -> Iterator[Judgement]:
    """The same thing stated twice with different figures: the later one is reported."""
    first: dict[tuple[str, str, int], StatedFigure] = {}
    for fact in facts.all:
        earlier = first.setdefault((fact.concept, fact.role, fact.year), fact)
        if earlier is fact:
            continue
        agrees = _near(fact, earlier.figure.quantity.value, earlier.figure.quantity.step / 2)
        context = {"label": fact.concept, "other": earlier.sentence.text[:_SHORT]}
        yield Judgement(
            "" if agrees else _TWICE,
            fact.sentence,
            fact.figure,
            printed(fact.figure),
            printed(earlier.figure),
            context,
        )


_SHORT = 40


def against_tables(facts: StatedFigures, filing: Filing, profile: Profile) -> Iterator[Judgement]:
    """StatedFigures of the report's year and the one before against what the forms say; each figure once."""
    names = _single_values(filing, profile)
    once = {
        (fact.concept, fact.role, fact.year, fact.figure.quantity.value): fact for fact in reversed(facts.all)
    }
    for fact in reversed(once.values()):
        stated = [
            (value, table_value.field)
            for table_value in _table_values(facts, fact)
            if (table_value.when is None or table_value.when.function(names) is True)
            and isinstance(value := names.get(table_value.field), float)
        ]
        if stated:
            agrees = any(_near(fact, value) for value, _ in stated)
            value, field = stated[0]
            digits = _DECIMALS if fact.figure.quantity.unit == notation()["money"]["unit"] else 0
            expected = shown(value, fact.figure.quantity, digits)
            context = {
                "label": fact.concept,
                "place": place_of(profile, field),
                "others": _differing(stated, fact, profile),
            }
            code = "" if agrees else _TABLE
            yield Judgement(code, fact.sentence, fact.figure, printed(fact.figure), expected, context)
            if agrees:
                yield from _other_table(fact, stated, profile)


_DECIMALS = 2
_BETWEEN = "、"


def _differing(stated: list[tuple[float, str]], fact: StatedFigure, profile: Profile) -> str:
    """What the other forms say that a figure may come from, "" where all say the same."""
    first, *others = stated
    differing = {value: field for value, field in reversed(others) if abs(value - first[0]) > A_LITTLE}
    return "".join(
        text_of(
            "statements",
            "another_table",
            place=place_of(profile, field),
            value=shown(value, fact.figure.quantity, _DECIMALS),
        )
        for value, field in reversed(differing.items())
    )


def _other_table(
    fact: StatedFigure, stated: list[tuple[float, str]], profile: Profile
) -> Iterator[Judgement]:
    """Where a figure is that of one form, and another form that must say the same says something else."""
    if fact.role not in grammar().raw["concepts"][fact.concept].get("same", ()):
        return
    right = next(field for value, field in stated if _near(fact, value))
    for value, field in stated:
        if not _near(fact, value):
            context = {
                "label": fact.concept,
                "place": place_of(profile, right),
                "other": place_of(profile, field),
            }
            expected = shown(value, fact.figure.quantity, _DECIMALS)
            yield Judgement(_ANOTHER, fact.sentence, fact.figure, printed(fact.figure), expected, context)


def _single_values(filing: Filing, profile: Profile) -> dict[str, Value]:
    """Every field of the forms that a filing holds once, as filed; those not filed are None."""
    values: dict[str, Value] = {name: None for form in profile.single_forms() for name in form.fields}
    for record in filing.records:
        if not profile.forms[record.form].repeated:
            values |= record.fields
    return values


def _table_values(facts: StatedFigures, fact: StatedFigure) -> tuple[TableValue, ...]:
    """The fields that say what ``fact`` says; none for years the forms do not have."""
    tables, previous = grammar().concepts[fact.concept].tables, grammar().raw["previous"]
    if fact.year == facts.year:
        return tables.get(fact.role) or tables.get(fact.side, ())
    if fact.year == facts.year - 1 and fact.side == previous["of"]:
        return tables.get(previous["tables"], ())
    return ()


def place_of(profile: Profile, field: str) -> str:
    """The form and label of a field, as findings call it."""
    forms = (form for form in profile.forms.values() if field in form.fields)
    return next((f"{form.title}“{form.fields[field].label}”" for form in forms), field)


def old_years(facts: StatedFigures) -> Iterator[Judgement]:
    """StatedFigures of an earlier year where the report has none of its own year for the same thing."""
    current = {(fact.concept, fact.side) for fact in facts.all if fact.year == facts.year}
    for fact in facts.all:
        if fact.year < facts.year:
            old = (fact.concept, fact.side) not in current
            context = {"label": fact.concept}
            yield Judgement(
                _OLD_YEAR if old else "", fact.sentence, fact.figure, str(fact.year), str(facts.year), context
            )


def overstaffed(facts: StatedFigures) -> Iterator[Judgement]:
    """More staff than posts, as stated in one sentence."""
    posts, staff = grammar().raw["staff"]["posts"], grammar().raw["staff"]["staff"]
    stated = {id(fact.sentence): fact for fact in facts.all if fact.concept == posts}
    for fact in facts.all:
        allowed = stated.get(id(fact.sentence)) if fact.concept == staff else None
        if allowed is not None:
            over = fact.figure.quantity.value > allowed.figure.quantity.value
            yield Judgement(
                _OVERSTAFFED if over else "",
                fact.sentence,
                fact.figure,
                printed(fact.figure),
                printed(allowed.figure),
                {"label": fact.concept},
            )


def _near(fact: StatedFigure, value: float, doubt: float = 0.0) -> bool:
    quantity = fact.figure.quantity
    return abs(quantity.value - value) <= max(quantity.step / 2, doubt) + A_LITTLE


_ALMOST = "R135"


def near_misses(part: ReportPart, filing: Filing, profile: Profile) -> Iterator[Judgement]:
    """Large amounts that no form has, where some differ from them in the last digits; each once.

    Every form that holds such an amount is named: the figure may come from any of them.
    """
    declared, unit = grammar().raw["near_misses"], notation()["money"]["unit"]
    amounts = _amounts(filing, profile)
    seen: set[float] = set()
    for sentence in part.sentences:
        for figure in sentence.figures:
            quantity = figure.quantity
            exact = quantity.digits >= _DECIMALS and quantity.value >= declared["least"]
            if quantity.unit != unit or not (exact and figure.plain) or quantity.value in seen:
                continue
            seen.add(quantity.value)
            alike = sorted(
                (abs(value - quantity.value), value)
                for value in amounts
                if abs(value - quantity.value) <= declared["most"] + A_LITTLE
            )
            if not alike or alike[0][0] <= A_LITTLE:
                continue
            tables = [
                text_of(
                    "statements",
                    "near_misses",
                    "table",
                    places=_BETWEEN.join(amounts[value]),
                    value=shown(value, quantity),
                )
                for _, value in alike
            ]
            context = {"label": figure.label, "tables": _BETWEEN.join(tables)}
            expected = shown(alike[0][1], quantity)
            yield Judgement(_ALMOST, sentence, figure, printed(figure), expected, context)


def _amounts(filing: Filing, profile: Profile) -> dict[float, list[str]]:
    """Every amount that the forms hold → the fields, and tables of rows, where it is; one a form."""
    unit, found = notation()["money"]["unit"], dict[float, dict[str, str]]()
    for record in filing.records:
        form = profile.forms[record.form]
        for name, value in record.fields.items():
            if isinstance(value, float) and name in form.fields and form.fields[name].type.unit == unit:
                found.setdefault(value, {}).setdefault(form.alias, place_of(profile, name))
        for table in form.tables.values():
            money = [name for name, column in table.columns.items() if column.type.unit == unit]
            for row in record.tables.get(table.id, ()):
                for name in money:
                    if isinstance(amount := row.get(name), float):
                        place = f"{form.title}“{table.label}”"
                        found.setdefault(amount, {}).setdefault(form.alias, place)
    return {amount: list(places.values()) for amount, places in found.items()}


_GRADE = "R136"
_LONGEST_READ = 3000


def grades(
    part: ReportPart, facts: StatedFigures, filing: Filing | None, profile: Profile
) -> Iterator[Judgement]:
    """Every grade that a report states, against the score before it, else the report's or the form's."""
    declared = grammar().raw["grades"]
    form = profile.forms.get(declared["form"])
    if form is None:
        return
    general = _score(facts, filing)
    for sentence in part.sentences:
        for found in re.finditer(declared["pattern"], sentence.text[:_LONGEST_READ]):
            said, score = found[1], _score_before(sentence, found.start(), general)
            if any(word in sentence.text for word in declared["not"]) or said[0] not in declared["letters"]:
                continue
            if score is None:
                continue
            right = _grade(score, form, profile)
            wrong = bool(right) and not said.startswith(right)
            quantity = Quantity("=", score, declared["unit"], 0, said)
            figure = SentenceFigure(quantity, 0, found.start(1), found.end(1), "")
            context = {"label": declared["field"], "score": f"{score:g}"}
            yield Judgement(_GRADE if wrong else "", sentence, figure, said, right, context)


def _score_before(sentence: Sentence, end: int, general: float | None) -> float | None:
    """The score that a sentence states before ``end``; None where it states several, ``general`` for none."""
    unit, concept = grammar().raw["scores"]["unit"], grammar().raw["grades"]["concept"]
    full = grammar().raw["concepts"][concept]["full"]
    scores = [figure for figure in sentence.figures if figure.quantity.unit == unit and figure.end <= end]
    scores = [figure for figure in scores if figure.quantity.value != full or is_score(figure, reached=True)]
    if not scores:
        return general
    is_stated = len(scores) == 1 and is_score(scores[0], reached=True) and scores[0].plain
    return scores[0].quantity.value if is_stated else None


def _score(facts: StatedFigures, filing: Filing | None) -> float | None:
    declared = grammar().raw["grades"]
    stated = {fact.figure.quantity.value for fact in facts.all if fact.concept == declared["concept"]}
    if stated:
        return stated.pop() if len(stated) == 1 else None
    records = filing.of(declared["form"]) if filing else []
    value = records[0].fields.get(declared["total"]) if records else None
    return value if isinstance(value, float) else None


def _grade(score: float, form: Form, profile: Profile) -> str:
    declared = grammar().raw["grades"]
    field = form.fields.get(declared["field"])
    if field is None or field.function is None:
        return ""
    return str(field.function({**parameters(profile), declared["total"]: score}))
