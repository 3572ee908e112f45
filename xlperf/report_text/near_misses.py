"""Large amounts of a report that are those of a form but for the last digits → findings."""

from collections.abc import Iterator

from xlperf.declarations.model import Profile
from xlperf.declarations.records import Filing
from xlperf.notation.declared_words import notation
from xlperf.report_text.agreement import place_of
from xlperf.report_text.grammar import grammar
from xlperf.report_text.judgement import Judgement, printed, shown
from xlperf.report_text.structure import ReportPart, all_sentences

_ALMOST = "R135"
_DECIMALS = 2
_A_LITTLE = 1e-9


def near_misses(part: ReportPart, filing: Filing, profile: Profile) -> Iterator[Judgement]:
    """Large amounts that no form has, where one differs from them in the last digits; each once."""
    declared, unit = grammar().raw["near_misses"], notation()["money"]["unit"]
    amounts = _amounts(filing, profile)
    seen: set[float] = set()
    for _, sentence in all_sentences(part.passages):
        for figure in sentence.figures:
            quantity = figure.quantity
            exact = quantity.digits >= _DECIMALS and quantity.value >= declared["least"]
            if quantity.unit != unit or not (exact and figure.plain) or quantity.value in seen:
                continue
            seen.add(quantity.value)
            by_distance = sorted((abs(value - quantity.value), value) for value in amounts)
            if not by_distance or not _A_LITTLE < by_distance[0][0] <= declared["most"] + _A_LITTLE:
                continue
            value = by_distance[0][1]
            context = {"label": figure.label, "place": place_of(profile, amounts[value])}
            yield Judgement(_ALMOST, sentence, figure, printed(figure), shown(value, quantity), context)


def _amounts(filing: Filing, profile: Profile) -> dict[float, str]:
    """Every amount that the forms hold → the field, or column of a table, where it comes first."""
    unit, found = notation()["money"]["unit"], dict[float, str]()
    for record in filing.records:
        form = profile.forms[record.form]
        for name, value in record.fields.items():
            if isinstance(value, float) and name in form.fields and form.fields[name].type.unit == unit:
                found.setdefault(value, name)
        for table in form.tables.values():
            money = [name for name, column in table.columns.items() if column.type.unit == unit]
            for row in record.tables.get(table.id, ()):
                for name in money:
                    if isinstance(amount := row.get(name), float):
                        found.setdefault(amount, f"{form.title}“{table.label}”")
    return found
