"""A case on its place → the formulas of its line on the check sheet, with marks for row, sheet and slot.

Where the rule is broken the line shows value, right value, message and fix, as formulas.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from openpyxl.utils import get_column_letter

from xlperf.declarations.forms_and_rules import Message, Severity
from xlperf.declarations.native_formulas import literal, message_node, printed_node
from xlperf.declarations.rule_loading import wording
from xlperf.declarations.source import texts_of
from xlperf.expressions import Evaluator, Node, Value, compile_expression, native
from xlperf.expressions.tree import Reference, Text
from xlperf.workbooks.working.cases import Case, check_columns, shortened, verdict_words
from xlperf.workbooks.working.filing_scopes import NameValues
from xlperf.workbooks.working.locate import OWN, ROW_NAME, SLOT, TARGET, Locator, finish, one_line

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


CHANGING = ("verdict", "cell", "severity", "subject", "value", "expected", "message", "fix", "rank")
"""The columns whose value depends on the filing, in the order of their slots."""
STEP = len(CHANGING)
"""Slots from one line to the next."""
_LEVEL, _SITE, _ROW = 1e12, 1e9, 1e5
"""What severity, sheet and row weigh in the rank of a problem, a whole number of thirteen digits."""


def rank_of(severity: Severity, site: int, row: int, line_row: int) -> float:
    """The place of a problem among all: by severity, official sheet, row there, line of the list."""
    return _weight(severity) * _LEVEL + site * _SITE + row * _ROW + line_row


def rank_formula(severity: str, row: str) -> str:
    """The formula of ``rank_of``: ``severity`` is a formula for its weight, ``row`` one for the row."""
    return f"{severity}*1E12+{TARGET}*1E9+{row}*1E5+ROW()"


def line_formula(rank: str) -> str:
    """The formula of the row of a line, whose rank is the formula ``rank``."""
    return f"MOD({rank},1E5)"


def _weight(severity: Severity) -> int:
    return list(Severity).index(severity) + 1


@dataclass(frozen=True, slots=True)
class CheckLine:
    """The texts of one line: ``formulas`` by column, ``constants`` for the others, and the value that
    ``subject`` has where nothing is wrong.
    """

    case: Case
    formulas: Mapping[str, str]
    constants: Mapping[str, str]
    subject: str

    def at(self, marks: Mapping[str, str]) -> "CheckLine":
        """The line with some of its marks finished."""
        return replace(self, formulas={role: finish(text, marks) for role, text in self.formulas.items()})


def own(role: str) -> str:
    """The cell of a column in the line's own row."""
    return f"${letter(role)}{OWN}"


def column_number(role: str) -> int:
    """The number, from 1, of a column of the check sheet."""
    return list(check_columns()).index(role) + 1


def letter(role: str) -> str:
    """Its letter."""
    return get_column_letter(column_number(role))


def severity_colours(rows: range) -> Iterator[tuple[str, str, str]]:
    """A colour for the problems of each severity that ``rows`` of the check sheet show."""
    for severity in Severity:
        has_severity = f'${letter("severity")}{rows[0]}="{severity.value}"'
        yield f"A{rows[0]}:{letter('verdict')}{rows[-1]}", has_severity, severity.value


def line(line_text: LineText, locator: Locator, absent: str = "") -> CheckLine:
    """The line of a case; ``absent`` is TRUE where the table has no such row."""
    case = line_text.case
    label = literal(case.at.label) if locator.table else own("subject")
    special = {VALUE: own("value"), EXPECTED: own("expected"), LABEL: label}
    in_line = replace(locator, special=special)
    where_wrong = {
        "value": _where_wrong(native(line_text.value, in_line), line_text),
        "expected": _where_wrong(native(line_text.expected, in_line), line_text),
        **_texts(line_text, in_line),
    }
    formulas = {
        "verdict": _verdict(case, in_line, absent),
        "cell": _address(locator.cell(case.instance.at), absent),
        "rank": f'IF({_wrong(line_text)},{_rank(case, locator.cell(case.instance.at))},"")',
        **({} if line_text.within is None else {"severity": _severity(case)}),
        **{role: text for role, text in where_wrong.items() if text},
    }
    constants = {
        "code": case.rule.code,
        "rule": case.rule.name,
        "basis": case.rule.basis,
        "severity": case.rule.severity.value,
    }
    if locator.table is None:
        return CheckLine(case, formulas, {**constants, "subject": case.at.label}, case.at.label)
    subject, formulas["subject"] = _subject(case, in_line, absent)
    return CheckLine(case, formulas, constants, subject)


def _verdict(case: Case, locator: Locator, absent: str) -> str:
    text = native(case.verdict(), locator)
    if case.readable is not None:
        batch = texts_of("working")["words"]["batch"]
        text = f'IF(IFERROR({native(case.readable, locator)},FALSE),{text},"{batch}")'
    return f'IF({absent},"",{text})' if absent else text


def _severity(case: Case) -> str:
    within = verdict_words().within
    return f'IF({own("verdict")}="{within}","{Severity.NOTE.value}","{case.rule.severity.value}")'


def _rank(case: Case, cell: str) -> str:
    level, within = _weight(case.rule.severity), verdict_words().within
    if case.instance.terms is not None:
        text = f'IF({own("verdict")}="{within}",{_weight(Severity.NOTE)},{level})'
        return rank_formula(text, f"ROW({cell})")
    return rank_formula(str(level), f"ROW({cell})")


def _address(cell: str, absent: str) -> str:
    address = f"ADDRESS(ROW({cell}),COLUMN({cell}),4)"
    return f'IF({own("verdict")}="","",{address})' if absent else address


def _where_wrong(text: str, line_text: LineText) -> str:
    if text == '""':
        return ""
    return f'IF({_wrong(line_text)},{text},"")'


def _wrong(line_text: LineText) -> str:
    words, verdict = verdict_words(), own("verdict")
    broken = f'{verdict}="{words.broken}"'
    return broken if line_text.within is None else f'OR({broken},{verdict}="{words.within}")'


def _texts(line_text: LineText, locator: Locator) -> Mapping[str, str]:
    words, verdict = verdict_words(), own("verdict")
    made = {}
    for number, role in enumerate(("message", "fix")):
        otherwise = '""'
        if line_text.within is not None:
            rounding = native(line_text.within[number], locator)
            otherwise = f'IF({verdict}="{words.within}",{rounding},"")'
        made[role] = f'IF({verdict}="{words.broken}",{native(line_text.broken[number], locator)},{otherwise})'
    return made


def _subject(case: Case, locator: Locator, absent: str) -> tuple[str, str]:
    """The label of a row's cell: with the row's name where something is wrong, else with its number."""
    texts, line_text = texts_of("working")["check"], LineText(case)
    label = texts["label"].format(label=case.at.label)
    before, after = texts["row"].split("{slot}")
    number = f'"{before}"&{SLOT}&"{after}"'
    name = f"IF({_wrong(line_text)},{native(Reference(ROW_NAME), locator)},{number})"
    shown = f'"{label}"&{name}'
    return label + texts["row"].format(slot=SLOT), f'IF({own("verdict")}="","",{shown})' if absent else shown
