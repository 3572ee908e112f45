"""The rules of a profile → the cases that helper sheets list: one a rule instance and place it runs on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xlperf.declarations.column_readings import READABLE, unread_sources
from xlperf.declarations.model import Field, Form, Profile, Rule, RuleInstance, Table
from xlperf.declarations.native_formulas import verdict_node
from xlperf.declarations.rule_plan import rule_plan
from xlperf.declarations.verdicts import RuleSet
from xlperf.expressions import Node
from xlperf.expressions.tree import Call, Reference
from xlperf.workbooks.working.cases import numbers_where, shortened, verdict_words


@dataclass(frozen=True, slots=True)
class Case:
    """A rule instance: ``at`` is the declaration of its value, ``home`` the alias of the form that has it.

    ``sources`` are TRUE where formulas can read the texts that the verdict rests on.
    """

    rule: Rule
    instance: RuleInstance
    at: Field
    home: str
    sources: tuple[str, ...]

    @property
    def readable(self) -> Node | None:
        """Whether formulas can read all that the verdict rests on; None where it rests on no text."""
        return Call("AND", tuple(map(Reference, self.sources))) if self.sources else None

    def verdict(self) -> Node:
        """The verdict as a formula, apart from what cannot be read."""
        return shortened(verdict_node(self.instance, verdict_words()))

    @property
    def numbers(self) -> frozenset[Node]:
        """The nodes that are numbers in every case in which the rule is broken."""
        known = numbers_where(self.instance.when)
        if self.instance.terms is None or self.instance.expected is None:
            return known
        return known | {Reference(self.instance.at), self.instance.expected}


def once(profile: Profile, form: Form) -> list[Case]:
    """What is judged once on each sheet of ``form``, by the rules of the form."""
    return list(_on_sheets(rule_plan(profile).once[form.alias], profile, form))


def on_rows(profile: Profile, form: Form, table: Table) -> list[Case]:
    """What is judged on each row of ``table``."""
    rules = rule_plan(profile).rows[form.alias][table.id]
    return [_on_row(rule, instance, form, table) for rule, instance in rules.cases if rule.native]


def over_all(profile: Profile, form: Form | None) -> list[Case]:
    """What rules over the whole filing judge: once, or once on each sheet of ``form``."""
    plan = rule_plan(profile)
    rules = plan.sheets[form.alias] if form else plan.filing
    return list(_on_sheets(rules, profile, form))


def not_native(profile: Profile) -> list[Rule]:
    """The rules that only the batch can judge."""
    return [rule for rule in profile.rules.values() if not rule.native]


def nodes_of(case: Case) -> Iterator[Node]:
    """Every formula of a case, those inside its messages included."""
    instance = case.instance
    variables = (node for _, node, _ in (*instance.message, *instance.fix))
    parts = (instance.when, instance.check, instance.expected, instance.terms, case.readable, *variables)
    yield from (node for node in parts if node is not None)


def _judging(instance: RuleInstance) -> tuple[Node | None, ...]:
    return instance.when, instance.check, instance.expected, instance.terms


def _on_row(rule: Rule, instance: RuleInstance, form: Form, table: Table) -> Case:
    sources = unread_sources(_judging(instance), table)
    return Case(rule, instance, table.columns[instance.at], form.alias, _readable(sources))


def _on_sheets(rules: RuleSet, profile: Profile, form: Form | None) -> Iterator[Case]:
    """The cases of the native ``rules`` but those about a field that this profile's forms do not show."""
    forms = [candidate for candidate in (form, *profile.single_forms()) if candidate]
    for rule, instance in rules.cases:
        fields = [candidate.fields[instance.at] for candidate in forms if instance.at in candidate.fields]
        if rule.native and not (fields and fields[0].virtual):
            yield _on_sheet(rule, instance, profile, form)


def _on_sheet(rule: Rule, instance: RuleInstance, profile: Profile, form: Form | None) -> Case:
    forms = [form] if form else []
    home = next(
        candidate for candidate in [*forms, *profile.forms.values()] if instance.at in candidate.fields
    )
    tables = form.tables.values() if form else ()
    sources = [source for table in tables for source in unread_sources(_judging(instance), table)]
    return Case(rule, instance, home.fields[instance.at], home.alias, _readable(sources))


def _readable(sources: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{source}{READABLE}" for source in sources)
