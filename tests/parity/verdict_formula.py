"""A rule instance in, its verdict as one Excel formula out: "ok", "within", "broken" or "skipped".

What a sheet of the workbook can say without this program; xlperf.checks.verdicts.judge must agree.
"""

from functools import cache

from xlperf.expressions import Node, native, parse
from xlperf.forms import RuleInstance


def verdict_formula(instance: RuleInstance) -> Node:
    """Errors anywhere skip the rule; an equality compares printed figures and allows for rounding."""
    judged = _equality(instance) if instance.terms is not None else _predicate(instance)
    if instance.when is not None:
        judged = f'IF({_text(instance.when)},{judged},"skipped")'
    return _parsed(f'IFERROR({judged},"skipped")')


@cache
def _parsed(text: str) -> Node:
    return parse(text)


def _text(node: Node | None) -> str:
    assert node is not None
    return native(node, str)


def _predicate(instance: RuleInstance) -> str:
    return f'IF({_text(instance.check)},"ok","broken")'


def _equality(instance: RuleInstance) -> str:
    at, right, terms = instance.at, _text(instance.expected), _text(instance.terms)
    digits = f"digits!{at}"
    shown = f"ROUND({at},{digits})"
    close = f"ABS({shown}-({right}))<=({terms})*0.5*10^-{digits}+0.000000001"
    compared = f'IF({shown}=ROUND({right},{digits}),"ok",IF({close},"within","broken"))'
    return f'IF(ISNUMBER({at}),IF(ISNUMBER({right}),{compared},"skipped"),"skipped")'
