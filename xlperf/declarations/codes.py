"""Every code a finding can carry: those of schemas/codes.json and those of a profile's rules.

``finding`` turns a code, a place and the values found there into a complete Finding. Which findings may
follow from which others is declared by their codes, in schemas/consequences.json.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import core_text
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Message, Profile, Rule, Severity
from xlperf.declarations.source import texts_of

_FILE = "codes.json"
_RULE_STAGE = "规则"


@dataclass(frozen=True, slots=True)
class TextExample:
    """Paragraphs of a report, the values of tables filed with it, and the right figure where one is given."""

    text: tuple[str, ...]
    fields: Mapping[str, float | str]
    expected: str


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """What ``xlperf explain`` prints about a code.

    ``message`` and ``fix`` are templates: ``{names}`` are filled with what a check finds. Codes of the
    report's text have a right and a wrong example.
    """

    code: str
    name: str
    severity: Severity
    stage: str
    message: str
    fix: str
    basis: str
    examples: tuple[TextExample, TextExample] | None = None


@cache
def builtin_codes() -> Mapping[str, CodeInfo]:
    """The codes of schemas/codes.json, in its order; DeclarationError when the file is wrong."""
    content = texts_of("codes")
    return {
        code: CodeInfo(
            code,
            entry["name"],
            _severity(code, entry["severity"]),
            entry["stage"],
            entry["message"],
            entry["fix"],
            entry["basis"],
            _examples(entry.get("examples")),
        )
        for code, entry in content.items()
        if not code.startswith("$")
    }


def _severity(code: str, word: str) -> Severity:
    try:
        return Severity(word)
    except ValueError:
        raise DeclarationError(f"{_FILE}：{code}", core_text("wrong", "severity", word=word)) from None


def _examples(declared: Mapping[str, Any] | None) -> tuple[TextExample, TextExample] | None:
    if declared is None:
        return None
    right, wrong = (
        TextExample(tuple(example["text"]), example.get("fields", {}), example.get("expected", ""))
        for example in (declared["pass"], declared["fail"])
    )
    return right, wrong


def catalogue(profile: Profile | None = None) -> Mapping[str, CodeInfo]:
    """All codes by code; the rules of ``profile`` among them when one is given."""
    rules = {**profile.rules, **profile.year_rules} if profile else {}
    return {**builtin_codes(), **{code: _of_rule(rule) for code, rule in rules.items()}}


def _of_rule(rule: Rule) -> CodeInfo:
    first = rule.instances[0]
    message, fix = _template(first.message), _template(first.fix)
    return CodeInfo(rule.code, rule.name, rule.severity, _RULE_STAGE, message, fix, rule.basis)


def _template(message: Message) -> str:
    return "".join(
        f"{text}{'…' if node else special and f'{{{special}}}'}" for text, node, special in message
    )


def finding(code: str, location: Location, value: str = "", expected: str = "", **context: object) -> Finding:
    """The Finding of a built-in code: one of codes.json.

    The templates may name ``value``, ``expected``, every attribute of ``location`` and whatever
    ``context`` gives; a template that names anything else, or a code that is not declared, is a
    DeclarationError.
    """
    if code not in builtin_codes():
        raise DeclarationError(_FILE, core_text("wrong", "code", code=code))
    info = builtin_codes()[code]
    place = {name: getattr(location, name) for name in Location.__slots__}
    names = {**place, "value": value, "expected": expected, **context}
    try:
        message, fix, basis = (text.format_map(names) for text in (info.message, info.fix, info.basis))
    except KeyError as missing:
        raise DeclarationError(f"{_FILE}：{code}", core_text("source", "no_value", name=missing)) from None
    amount_unit = str(context.get("amount_unit", ""))
    return Finding(code, info.severity, message, fix, basis, location, value, expected, amount_unit)


class By(Enum):
    """What shows that a finding follows from another; schemas/consequences.json explains each."""

    MENDED = "mended"
    SCALED = "scaled"
    USES = "uses"
    SAME_CELL = "same_cell"
    DIFFERENCE = "difference"
    FORM = "form"
    READING = "reading"
    COPIED = "copied"


@dataclass(frozen=True, slots=True)
class Following:
    """Findings whose codes begin with one of ``of`` may follow from those of ``cause``, as ``by`` shows.

    ``divisor`` is by what amounts are divided where ``by`` is SCALED.
    """

    cause: tuple[str, ...]
    of: tuple[str, ...]
    by: By
    divisor: float = 1.0


@cache
def followings() -> Sequence[Following]:
    """All declared ones; where several fit, the first counts."""
    return [
        Following(tuple(entry["cause"]), tuple(entry["of"]), By(entry["by"]), entry.get("divisor", 1.0))
        for entry in texts_of("consequences")["follows"]
    ]


@cache
def sheet_groups() -> Sequence[frozenset[str]]:
    """Sets of codes of which a sheet has one line."""
    return [frozenset(group) for group in texts_of("consequences")["one_line"]["groups"]]


@cache
def in_one_file_only() -> tuple[str, ...]:
    """How codes begin that are about a file itself, and never the same fault in another."""
    return tuple(texts_of("consequences")["several_files"]["except"])
