"""The completed forms of a filing, and its score sheet → the figures that a report writes.

schemas/statements.json says for the check which field a named figure must agree with; here the same
declaration says which field the figure is taken from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xlperf.checks.grading.score_sheet import POINTS, RATE, ScoredItem, ScoredUnit, score_sheet, scored
from xlperf.declarations.evaluation import columns, complete, compute, parameters
from xlperf.declarations.forms_and_rules import Field, Form, Profile
from xlperf.declarations.records import Filing, Record, Row
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.value_display import type_of
from xlperf.expressions import ErrorValue, Evaluator, Value, round_half_up
from xlperf.outputs.finding_texts import one_line
from xlperf.report_text.grammar import Formula, grammar
from xlperf.report_text.lexer import squeezed

_MONEY_DIGITS = 2
_PERCENT_DIGITS = 4
_A_LITTLE = 1e-9
_BEFORE_NAME = 4
"""Letters of a number before the name."""
SCORE = "得分"
"""The name of a row's score in its sentence."""
Entries = Mapping[str, float]
"""Points and figures that a person gave, by the name of their row."""


class FigureSource:
    """Where the figures of sentences come from: the forms of a unit, or the roll-up, which has names only."""

    def judged(self, function: Evaluator) -> Value:
        """The value of a compiled expression."""
        return None

    def field(self, name: str) -> str | None:
        """What is shown for a name; None for nothing."""
        return None

    def number(self, name: str) -> float | None:
        """The number of a field; None for none."""
        return None

    def stated(self, concept: str, role: str) -> float | None:
        """The figure of a declared concept; None for none."""
        return None

    def derived(self, concept: str, name: str) -> float | None:
        """What follows from figures; None where it cannot be worked out."""
        return None


class Figures(FigureSource):
    """What sentences can name: fields, figures of declared concepts, and figures that follow from them.

    ``records`` are completed, one for each form that is there once; ``row`` are names that come first, those
    of a project or of a table's row, with the declarations of their fields.
    """

    def __init__(
        self,
        filing: Filing,
        profile: Profile,
        row: Mapping[str, Value | Sequence[Value]] | None = None,
        row_fields: Mapping[str, Field] | None = None,
    ) -> None:
        self.filing, self.profile = filing, profile
        self._fields: dict[str, Field] = {}
        names: dict[str, Value | Sequence[Value]] = dict(parameters(profile))
        for form in profile.single_forms():
            self._fields |= form.fields
            names |= {**dict.fromkeys(form.fields), **_no_rows(form)}
        for form in profile.forms.values():
            if form.repeated:
                names[text_of("report_bodies", "count", form=form.alias)] = float(len(filing.of(form.alias)))
        for record in filing.records:
            if not profile.forms[record.form].repeated:
                names |= {**record.fields, **columns(record, profile.forms[record.form])}
        self._fields |= row_fields or {}
        self._names = names | {**dict.fromkeys(row_fields or ()), **(row or {})}

    def of_row(self, row: Mapping[str, Value | Sequence[Value]], fields: Mapping[str, Field]) -> "Figures":
        """The figures of a project or of a row of a table, over those of the whole unit."""
        return Figures(self.filing, self.profile, row, fields)

    def judged(self, function: Evaluator) -> Value:
        """The value of a compiled expression over the names."""
        return function(self._names)

    def field(self, name: str) -> str | None:
        """A field as its cell shows it, without its unit but for %; None for an empty cell."""
        value = self._names.get(name)
        if isinstance(value, float):
            return shown(value, self._fields[name].type.unit)
        is_text = isinstance(value, str) and not self._fields[name].type.number
        return (one_line(str(value)) or None) if is_text else None

    def number(self, name: str) -> float | None:
        """The number of a field; None where there is none."""
        value = self._names.get(name)
        return value if isinstance(value, float) else None

    def stated(self, concept: str, role: str) -> float | None:
        """The figure of a declared concept, from the first field whose condition holds."""
        tables = grammar().concepts[concept].tables
        others = texts_of("report_bodies")["in_place_of"].get(role, ())
        for role_name in (role,) if role in tables else others:
            for table_value in tables.get(role_name, ()):
                value = self.number(table_value.field)
                if value is not None and self._holds(table_value.when):
                    return round_half_up(value, _MONEY_DIGITS)
        return None

    def derived(self, concept: str, name: str) -> float | None:
        """A rate or difference by its first declared formula that can be worked out; None where none can."""
        for formula in grammar().derived[name].formulas:
            operands = {operand: self._operand(concept, operand) for operand in formula.names}
            if None not in operands.values():
                value = formula.function(operands)
                return None if isinstance(value, ErrorValue) or not isinstance(value, float) else value
        return None

    def _operand(self, concept: str, operand: str) -> float | None:
        kind = grammar().raw["operands"][operand]
        previous, whole = grammar().raw["previous"], grammar().concepts[concept].whole if concept else ""
        spent = previous["of"]
        if kind == "concept":
            return self.stated(operand, "")
        if kind == "side":
            return self.stated(concept, operand)
        if kind in ("part", "this_year"):
            return self.stated(concept, spent)
        if kind == "last_year":
            return self.stated(concept, previous["tables"])
        return self.stated(whole, spent) if kind == "whole" and whole else None

    def _holds(self, when: Formula | None) -> bool:
        return when is None or when.function(self._names) is True


def completed(filing: Filing, profile: Profile) -> Filing:
    """The filing with every formula worked out, those that only rules need included."""
    records = []
    for record in filing.records:
        full = complete(record, profile).record
        whole = replace(full, fields=dict(full.fields), tables=_copied(full))
        compute(whole, profile)
        records.append(whole)
    return replace(filing, records=records)


def _copied(record: Record) -> dict[str, list[Row]]:
    return {name: [dict(row) for row in rows] for name, rows in record.tables.items()}


def _no_rows(form: Form) -> dict[str, Sequence[Value]]:
    """The columns of the form's tables where it has no record."""
    return {f"{table.id}_{column}": [] for table in form.tables.values() for column in table.columns}


def shown(value: float, unit: str) -> str:
    """A number as a report prints it: at most two decimals, a share in per cent."""
    if unit == type_of("rate").unit:
        return f"{_short(round_half_up(value * 100, _PERCENT_DIGITS - 2))}{unit}"
    return _short(round_half_up(value, _MONEY_DIGITS))


def agrees(value: float, other: float, unit: str) -> bool:
    """Whether two numbers are printed alike."""
    return shown(value, unit) == shown(other, unit)


def _short(value: float) -> str:
    return f"{value + 0.0:.15g}" if abs(value) > _A_LITTLE else "0"


def unit_scores(filing: Filing, profile: Profile, entries: Entries) -> ScoredUnit | None:
    """The score sheet of a unit, worked out; None where the place has none."""
    name = profile.grading.get("scores", "")
    return scored(score_sheet(name), filing, profile, entries) if name else None


def is_about(row: ScoredItem, text: str) -> bool:
    """Whether a paragraph begins with the name of a row, whole or but for its last letter."""
    return squeezed(row.item.id)[:-1] in squeezed(text)[: len(row.item.id) + _BEFORE_NAME]


def row_words(unit: ScoredUnit, row: ScoredItem) -> Mapping[str, str]:
    """What the sentence about a row may name, as printed: all figures, its rate, points and score."""
    rate = row.rate if isinstance(row.rate, float) else None
    known = {**unit.figures, POINTS: row.item.points, SCORE: row.score}
    return {**_shown(known), **({} if rate is None else {RATE: shown(rate, type_of("rate").unit)})}


def dimension_words(rows: Sequence[ScoredItem]) -> Mapping[str, str]:
    """The points of a dimension, and its score unless a row has none."""
    scores = [row.score for row in rows]
    known = [score for score in scores if score is not None]
    points = sum(row.item.points for row in rows)
    return _shown({POINTS: points, SCORE: sum(known) if len(known) == len(scores) else None})


def _shown(figures: Mapping[str, float | None]) -> dict[str, str]:
    return {name: shown(value, "") for name, value in figures.items() if value is not None}
