"""schemas/ratios.json → each ratio as a function of its figures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from xlperf.declarations.evaluation import parameters
from xlperf.declarations.fields import formula_of, load_vocabulary, parsed
from xlperf.declarations.forms_and_rules import Profile
from xlperf.expressions import ErrorValue, Evaluator, Value, compile_expression

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio: its group (预算执行, …), the names of its figures, and what to know when reading it.

    ``formula`` is in Excel syntax over ``names``; a rate is a fraction (98.49 % is 0.9849).
    """

    id: str
    group: str
    names: tuple[str, ...]
    formula: str
    basis: str
    caution: str
    function: Evaluator

    def value(self, figures: Mapping[str, Value], profile: Profile) -> float | str | None:
        """The ratio of ``figures`` (name → number; absent or None is blank).

        None where a figure is missing or unusable, the profile's word (不适用) for a denominator of 0.
        """
        known = {name: figures.get(name) for name in self.names}
        result = self.function({**parameters(profile), **known})
        return None if result == "" or isinstance(result, ErrorValue | bool) else result


@cache
def declared_ratios() -> Mapping[str, Ratio]:
    """Every ratio of schemas/ratios.json by its id, in the declared order."""
    return {name: _ratio(name) for name in load_vocabulary().ratios}


def _ratio(name: str) -> Ratio:
    words = load_vocabulary()
    spec = words.ratios[name]
    names = tuple(
        dict.fromkeys(
            found[1] for part in ("numerator", "denominator") for found in _PLACEHOLDER.finditer(spec[part])
        )
    )
    place = f"ratios.json：{name}"
    formula, basis = formula_of({"ratio": name, "with": {each: each for each in names}}, words, place)
    function = compile_expression(parsed(formula, place))
    return Ratio(name, spec["group"], names, formula, basis, spec.get("caution", ""), function)
