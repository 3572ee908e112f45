"""A case → the texts of its line where the rule is broken: value, right value, message, fix, as formulas."""

from dataclasses import dataclass
from functools import cached_property

from xlperf.declarations.model import Message
from xlperf.declarations.native_formulas import message_node, printed_node
from xlperf.declarations.rule_loading import wording
from xlperf.expressions import (
    Evaluator,
    Node,
    Value,
    compile_expression,
)
from xlperf.expressions.tree import Reference, Text
from xlperf.workbooks.working.cases import Case
from xlperf.workbooks.working.filing_scopes import NameValues
from xlperf.workbooks.working.locate import ROW_NAME, one_line
from xlperf.workbooks.working.shorten import shortened

VALUE, EXPECTED, LABEL = "line!value", "line!expected", "line!label"
"""The texts of the line's own value and right value and the label of its cell, for its message."""
LineValues = tuple[Value, Value, Value, Value]


@dataclass(frozen=True)
class LineText:
    """The texts of one case; ``within`` are those for a difference that rounding explains."""

    case: Case

    @cached_property
    def value(self) -> Node:
        """The value that the rule is about, as printed."""
        kind = self.case.at.type
        shown = shortened(printed_node(Reference(self.case.instance.at), kind), self.case.numbers)
        return shown if kind.number else one_line(shown)

    @cached_property
    def expected(self) -> Node:
        """The right value as printed, "" where the rule knows none."""
        right = self.case.instance.expected
        if right is None:
            return Text("")
        return shortened(printed_node(right, self.case.at.type), self.case.numbers)

    @cached_property
    def broken(self) -> tuple[Node, Node]:
        """Message and fix of the rule."""
        return self._text(self.case.instance.message), self._text(self.case.instance.fix)

    @cached_property
    def within(self) -> tuple[Node, Node] | None:
        """Message and fix for a difference of rounding; None for rules that know no such thing."""
        if self.case.instance.terms is None:
            return None
        return self._text(wording().rounding), self._text(wording().rounding_fix)

    def values(self, scope: NameValues, *, rounding: bool) -> LineValues:
        """Value, right value, message and fix over the names of the place."""
        value, expected, broken, within = self._compiled
        scope[VALUE], scope[EXPECTED], scope[LABEL] = value(scope), expected(scope), self.case.at.label
        message, fix = within if rounding and within else broken
        return scope[VALUE], scope[EXPECTED], message(scope), fix(scope)

    @cached_property
    def _compiled(
        self,
    ) -> tuple[Evaluator, Evaluator, tuple[Evaluator, Evaluator], tuple[Evaluator, Evaluator] | None]:
        message, fix = map(compile_expression, self.broken)
        rounding = self.within and (compile_expression(self.within[0]), compile_expression(self.within[1]))
        return compile_expression(self.value), compile_expression(self.expected), (message, fix), rounding

    def _text(self, message: Message) -> Node:
        specials: dict[str, Node] = {
            "值": Reference(VALUE),
            "应为": Reference(EXPECTED),
            "标签": Reference(LABEL),
            "行": Reference(ROW_NAME),
        }
        return shortened(message_node(message, specials), self.case.numbers)
