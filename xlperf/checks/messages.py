"""A broken rule → the finding that users read: texts filled in, figures printed, the place named."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from xlperf.checks.printing import printed, type_of
from xlperf.checks.subject import At, Subject
from xlperf.checks.verdicts import Outcome, Verdict
from xlperf.expressions import compile_expression
from xlperf.findings import Finding
from xlperf.forms import FieldType, Rule, RuleInstance, Severity
from xlperf.forms.model import Message
from xlperf.records import Record

_compiled = cache(compile_expression)
_ROUNDING = "{label}填的是 {value}，按所印的各数计算为 {expected}，只差四舍五入的尾差。"
_ROUNDING_FIX = "可以不改；合计数由公式计算、各分项保留两位小数时，不会出现尾差。"
_SPECIAL_VALUE, _SPECIAL_EXPECTED, _SPECIAL_LABEL, _SPECIAL_ROW = "值", "应为", "标签", "行"


def told(
    rule: Rule,
    instance: RuleInstance,
    verdict: Verdict,
    names: Mapping[str, Any],
    subject: Subject,
    record: Record,
    at: At,
) -> Finding:
    """The finding of a rule that is broken, or kept only up to rounding (then a 提示)."""
    place = subject.place(record, at)
    kind = subject.field(record, at).type
    specials = {
        _SPECIAL_VALUE: _shown(verdict.value, record, at, kind),
        _SPECIAL_EXPECTED: printed(verdict.expected, kind),
        _SPECIAL_LABEL: place.label,
        _SPECIAL_ROW: place.row_key,
    }
    value, expected = specials[_SPECIAL_VALUE], specials[_SPECIAL_EXPECTED]
    unit = "" if kind.unit == "%" else kind.unit
    if verdict.outcome is Outcome.WITHIN:
        message = _ROUNDING.format(label=place.label, value=value, expected=expected)
        return Finding(
            rule.code, Severity.NOTE, message, _ROUNDING_FIX, rule.basis, place, value, expected, unit
        )
    message, fix = (render(text, names, specials) for text in (instance.message, instance.fix))
    return Finding(rule.code, rule.severity, message, fix, rule.basis, place, value, expected, unit)


def render(message: Message, names: Mapping[str, Any], specials: Mapping[str, str]) -> str:
    """A message with its holes filled: special names, and expressions printed by their type."""
    parts: list[str] = []
    for literal, node, kind in message:
        parts.append(literal)
        if node is not None:
            parts.append(printed(_compiled(node)(names), type_of(kind) if kind else None))
        elif kind:
            parts.append(specials[kind])
    return "".join(parts)


def _shown(value: object, record: Record, at: At, kind: FieldType) -> str:
    found = record.provenance.get(at)
    if found is not None and isinstance(found.raw, str) and kind.number:
        return " ".join(found.raw.split())
    return " ".join(printed(value, kind).split())
