"""The rules of a profile → where each is judged: on a form, on the rows of its tables, across forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlperf.declarations.model import Profile, Rule
from xlperf.declarations.verdicts import RuleSet


@dataclass(frozen=True, slots=True)
class RulePlan:
    """The rules of a profile by the place where they are judged.

    ``once`` and ``rows`` by form alias (rows: table id → rules); ``filing`` once a filing,
    ``sheets`` once a sheet of a form over the whole filing; ``procedures`` by form alias.
    """

    once: Mapping[str, RuleSet]
    rows: Mapping[str, Mapping[str, RuleSet]]
    filing: RuleSet
    sheets: Mapping[str, RuleSet]
    procedures: Mapping[str, Sequence[Rule]]


def rule_plan(profile: Profile) -> RulePlan:
    """The plan of ``profile``, made once; its rule sets are compiled where they are first judged."""
    made = _MADE.get(id(profile))
    if made is None:
        made = _MADE[id(profile)] = (_plan(profile), profile)
    return made[0]


_MADE: dict[int, tuple[RulePlan, Profile]] = {}


def _plan(profile: Profile) -> RulePlan:
    formulas = [rule for rule in profile.rules.values() if not rule.procedure]
    procedures = [rule for rule in profile.rules.values() if rule.procedure]
    over_all = [rule for rule in formulas if not rule.forms]

    def on_form(alias: str, each: str) -> RuleSet:
        return RuleSet(rule for rule in formulas if alias in rule.forms and rule.each == each)

    return RulePlan(
        once={alias: on_form(alias, "") for alias in profile.forms},
        rows={
            alias: {table: on_form(alias, table) for table in form.tables}
            for alias, form in profile.forms.items()
        },
        filing=RuleSet(rule for rule in over_all if not rule.each),
        sheets={alias: RuleSet(rule for rule in over_all if rule.each == alias) for alias in profile.forms},
        procedures={
            alias: [rule for rule in procedures if alias in (rule.forms or (rule.each,))]
            for alias in profile.forms
        },
    )
