"""A broken rule → the finding that users read: texts filled in, figures printed, the place named."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from xlperf.checks.context import At, CheckContext
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import FieldType, Message, Rule, RuleInstance, Severity
from xlperf.declarations.records import Record
from xlperf.declarations.rule_loading import wording
from xlperf.declarations.value_display import printed, type_of
from xlperf.declarations.verdicts import Verdict, VerdictKind
from xlperf.expressions import ErrorValue, Node, compile_expression
from xlperf.expressions.tree import Reference

_compiled = cache(compile_expression)
_SPECIAL_VALUE, _SPECIAL_EXPECTED, _SPECIAL_LABEL, _SPECIAL_ROW = "值", "应为", "标签", "行"


def told(
    rule: Rule,
    instance: RuleInstance,
    verdict: Verdict,
    names: Mapping[str, Any],
    context: CheckContext,
    record: Record,
    at: At,
) -> Finding:
    """The finding of a rule that is broken, or kept only up to rounding (then a 提示)."""
    place = context.place(record, at)
    kind = context.field(record, at).type
    specials = {
        _SPECIAL_VALUE: _shown(verdict.value, record, at, kind),
        _SPECIAL_EXPECTED: printed(verdict.expected, kind),
        _SPECIAL_LABEL: place.label,
        _SPECIAL_ROW: place.row_key,
    }
    value, expected = specials[_SPECIAL_VALUE], specials[_SPECIAL_EXPECTED]
    unit = "" if kind.unit == "%" else kind.unit
    if verdict.kind is VerdictKind.WITHIN:
        severity, texts = Severity.NOTE, (wording().rounding, wording().rounding_fix)
    else:
        severity, texts = rule.severity, (instance.message, instance.fix)
    message, fix = (render(text, names, specials) for text in texts)
    return Finding(rule.code, severity, message, fix, rule.basis, place, value, expected, unit)


def render(message: Message, names: Mapping[str, Any], specials: Mapping[str, str]) -> str:
    """A message with its holes filled: special names, and expressions printed by their type."""
    parts: list[str] = []
    for literal, node, kind in message:
        parts.append(literal)
        if node is not None:
            parts.append(_filled(node, type_of(kind) if kind else None, names))
        elif kind:
            parts.append(specials[kind])
    return "".join(parts)


def _filled(node: Node, kind: FieldType | None, names: Mapping[str, Any]) -> str:
    """An empty cell is no text, but 0 where a number is to be printed."""
    if isinstance(node, Reference) and names[node.name] is None and (kind is None or not kind.number):
        return ""
    value = _compiled(node)(names)
    return wording().error if isinstance(value, ErrorValue) else printed(value, kind)


def _shown(value: object, record: Record, at: At, kind: FieldType) -> str:
    found = record.provenance.get(at)
    if found is not None and isinstance(found.raw, str) and kind.number:
        return " ".join(found.raw.split())
    return " ".join(printed(value, kind).split())
