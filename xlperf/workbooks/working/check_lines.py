"""A case on its place → the formulas of its line on the check sheet, with marks for row, sheet and slot."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter

from xlperf.declarations.model import Severity
from xlperf.declarations.native_formulas import literal
from xlperf.declarations.source import texts_of
from xlperf.expressions import native
from xlperf.expressions.tree import Reference
from xlperf.workbooks.working.cases import Case
from xlperf.workbooks.working.line_texts import (
    EXPECTED,
    LABEL,
    VALUE,
    LineText,
)
from xlperf.workbooks.working.locate import OWN, ROW_NAME, SLOT, Locator, finish
from xlperf.workbooks.working.sheet_texts import check_columns, verdict_words

CHANGING = ("verdict", "cell", "severity", "subject", "value", "expected", "message", "fix", "address")
"""The columns whose value depends on the filing, in the order of their slots."""
STEP = len(CHANGING)
"""Slots from one line to the next."""


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


def letter(role: str) -> str:
    """The letter of a column of the check sheet."""
    return get_column_letter(list(check_columns()).index(role) + 1)


def line(line_text: LineText, locator: Locator, absent: str = "") -> CheckLine:
    """The line of a case; ``absent`` is TRUE where the table has no such row."""
    case = line_text.case
    label = literal(case.at.label) if locator.table else own("subject")
    special = {VALUE: own("value"), EXPECTED: own("expected"), LABEL: label}
    in_line = Locator(locator.profile, locator.form, locator.table, locator.blocks, locator.lists, special)
    where_wrong = {
        "value": _where_wrong(native(line_text.value, in_line), line_text),
        "expected": _where_wrong(native(line_text.expected, in_line), line_text),
        **_texts(line_text, in_line),
    }
    formulas = {
        "verdict": _verdict(case, in_line, absent),
        "cell": f'HYPERLINK("#\'"&{own("sheet")}&"\'!"&{own("address")},{own("address")})',
        "address": _address(locator.cell(case.instance.at), absent),
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
    plain = texts["row"].format(slot=SLOT)
    name = f'IF({_wrong(line_text)},{native(Reference(ROW_NAME), locator)},"{plain}")'
    shown = f'"{label}"&{name}'
    return f"{label}{plain}", f'IF({own("verdict")}="","",{shown})' if absent else shown
