"""A formula of a form and the values it sees → its calculation, step by step, each a formula of plain values.

A choice is made before what it chooses is calculated, and what is rounded before it is rounded, so that every
step can be followed with pencil and paper, or by any spreadsheet program.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xlperf.declarations.forms_and_rules import PARAMETERS, Field
from xlperf.declarations.native_formulas import literal
from xlperf.expressions import ErrorValue, Node, Value, compile_expression, native, references
from xlperf.expressions.tree import Call, Number, Reference, Text

_DIGITS = "digits!"
_SUM = re.compile(r"\bSUM\(")
Names = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``kind`` is a key of why.json, or "" for the value of the field ``label``; ``formula`` has
    values in place of names, without "="; ``value`` is what it gives.
    """

    kind: str
    label: str
    formula: str
    value: Value


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a value comes about: the names of what is typed in or declared, in the order in which they are
    met, and the steps, those of what is computed on the way first.
    """

    operands: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def value(self) -> Value:
        """What the last step gives."""
        return self.steps[-1].value


def derivation(field: Field, fields: Mapping[str, Field], names: Names) -> Derivation:
    """The calculation of a computed ``field``; ``fields`` are those of its form or row, ``names`` what
    expressions see there.
    """
    known, operands, steps = dict(names), dict[str, None](), []
    for computed in _in_order(field, fields, []):
        assert computed.formula is not None
        for name in sorted(references(computed.formula), key=computed.formula_text.find):
            if not _is_computed(fields.get(name)) and not name.startswith(_DIGITS):
                operands[name] = None
        found = list(_steps(computed.formula, computed.label, known))
        steps += found
        known[computed.id] = found[-1].value
    return Derivation(tuple(operands), tuple(steps))


def _is_computed(field: Field | None) -> bool:
    return field is not None and field.formula is not None


def _in_order(field: Field, fields: Mapping[str, Field], found: list[Field]) -> list[Field]:
    """The computed fields that ``field`` needs, each after what it needs, itself last."""
    assert field.formula is not None
    for name in references(field.formula):
        needed = fields.get(name)
        if needed is not None and needed.formula is not None and needed not in found:
            _in_order(needed, fields, found)
    found.append(field)
    return found


def _steps(node: Node, label: str, names: Names) -> Iterator[Step]:
    match node:
        case Call(function="IF", arguments=(condition, then, otherwise)):
            holds = _value(condition, names)
            yield Step("condition", label, _plain(condition, names), holds)
            if isinstance(holds, ErrorValue):
                yield Step("", label, _plain(node, names), holds)
            else:
                yield from _steps(then if holds else otherwise, label, names)
        case Call(function="ROUND", arguments=(inner, digits)) if not isinstance(inner, Number | Reference):
            before = _value(inner, names)
            yield Step("before_rounding", label, _plain(inner, names), before)
            if isinstance(before, float):
                rounded = Call("ROUND", (Number(before), digits))
                yield Step("", label, f"ROUND({before!r},{_plain(digits, names)})", _value(rounded, names))
            else:
                yield Step("", label, _plain(node, names), _value(node, names))
        case _:
            yield Step("", label, _plain(node, names), _value(node, names))


def _value(node: Node, names: Names) -> Value:
    if isinstance(node, Number):
        return node.value
    return node.value if isinstance(node, Text) else compile_expression(node)(names)


def _plain(node: Node, names: Names) -> str:
    """``node`` as a formula of values. An empty cell is "" where that gives the same, else 0; a sum takes no
    text that is not in a cell.
    """
    empties = [name for name in references(node) if names.get(name) is None]
    as_text = not _SUM.search(native(node, str)) and (
        not empties or _same(node, names, {**names, **dict.fromkeys(empties, "")})
    )
    return native(node, lambda name: _literal(names.get(name), '""' if as_text else "0"))


def _same(node: Node, names: Names, others: Names) -> bool:
    return repr(_value(node, names)) == repr(_value(node, others))


def _literal(value: Any, empty: str) -> str:
    if isinstance(value, list | tuple):
        filled = [_literal(item, empty) for item in value if item not in (None, "")]
        return f"{{{';'.join(filled)}}}" if filled else empty
    if value is None:
        return empty
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"({value!r})" if value < 0 else repr(value).removesuffix(".0")
    return str(value) if isinstance(value, ErrorValue) else literal(value)


def is_parameter(name: str) -> bool:
    """Whether a name is that of a parameter of the profile."""
    return name.startswith(f"{PARAMETERS}!")
