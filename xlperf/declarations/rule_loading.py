"""Rule declarations to Rule: ``for`` written out, expressions and message templates parsed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from xlperf.core.errors import DeclarationError
from xlperf.core.json_files import text_of_file, valid_json
from xlperf.core.paths import core_text, schemas_dir
from xlperf.declarations.column_readings import plain_name
from xlperf.declarations.fields import parsed
from xlperf.declarations.forms_and_rules import Example, Message, Rule, RuleInstance, Severity
from xlperf.declarations.source import Json, bindings, substitute, texts_of

_MOST_FILES = 64
_TEXTS = ("at", "when", "check", "expected", "terms", "message", "fix")
_HOLE = re.compile(r"\{([^{}]+)\}")
_FORMAT = re.compile(r"(.+):(\w+)", re.DOTALL)
_NAME_AS_COMPARED = re.compile(r"PLAINNAME\(([\w.]+)\)")
"""``PLAINNAME(x)``: the name in field x in the spelling by which formulas compare names."""
VALUE, EXPECTED, LABEL, ROW = "值", "应为", "标签", "行"
"""Holes of messages that are filled from the finding itself."""


def read_rules(name: str) -> Sequence[Rule]:
    """The rules of ``schemas/rules/<name>.json``; raises DeclarationError naming the rule."""
    path = schemas_dir() / "rules" / f"{name}.json"
    return _built(text_of_file(path), name)


@lru_cache(_MOST_FILES)
def _built(text: str, name: str) -> Sequence[Rule]:
    """The rules in the text of a file: the same objects for every profile that has it."""
    file = f"rules/{name}.json"
    content = valid_json(text, "rule", file)
    forms = tuple(content["forms"])
    return [build_rule(code, spec, forms, f"{file}：{code}") for code, spec in content["rules"].items()]


def build_rule(code: str, spec: Json, forms: tuple[str, ...], place: str) -> Rule:
    """One rule; ``forms`` are the aliases it belongs to, empty for rules over a whole filing."""
    examples = spec.get("examples", {})
    for kind in ("pass", "fail"):
        if kind not in examples:
            raise DeclarationError(place, core_text("wrong", "no_example", kind))
    texts = {key: str(spec[key]) for key in _TEXTS if key in spec}
    instances = tuple(_instance(substitute(texts, names), place) for names in bindings(spec.get("for")))
    return Rule(
        code=code,
        name=spec["name"],
        severity=Severity(spec["severity"]),
        forms=forms,
        each=spec.get("each", ""),
        basis=spec["basis"],
        instances=instances,
        passing=_example(examples["pass"]),
        failing=_example(examples["fail"]),
        procedure=spec.get("procedure", ""),
        options=spec.get("parameters", {}),
        native=spec.get("native", True),
        native_reason=spec.get("native_reason", ""),
        place=place,
    )


def _instance(texts: dict[str, str], place: str) -> RuleInstance:
    at, expected, check = texts["at"], texts.get("expected"), texts.get("check")
    if check is None and expected is not None:
        check = f"PRINTED({expected},{at})={at}"
        terms = texts.get("terms", "1")
    else:
        terms = ""
    written_out = _NAME_AS_COMPARED.sub(lambda call: plain_name(call[1]), check or "")
    return RuleInstance(
        at=at,
        check=parsed(written_out, f"{place}/check") if check else None,
        check_text=check or "",
        when=parsed(texts["when"], f"{place}/when") if "when" in texts else None,
        when_text=texts.get("when", ""),
        expected=parsed(expected, f"{place}/expected") if expected else None,
        terms=parsed(terms, f"{place}/terms") if terms else None,
        message=read_message(texts["message"], f"{place}/message"),
        fix=read_message(texts["fix"], f"{place}/fix"),
    )


def read_message(text: str, place: str) -> Message:
    """A text with holes such as {值} or {甲-乙:amount}; DeclarationError for a hole that is no expression."""
    parts: list[tuple[str, Any, str]] = []
    end = 0
    for hole in _HOLE.finditer(text):
        before, inside = text[end : hole.start()], hole[1]
        end = hole.end()
        if inside in (VALUE, EXPECTED, LABEL, ROW):
            parts.append((before, None, inside))
            continue
        formatted = _FORMAT.fullmatch(inside)
        expression, kind = (formatted[1], formatted[2]) if formatted else (inside, "")
        parts.append((before, parsed(expression, place), kind))
    parts.append((text[end:], None, ""))
    return tuple(parts)


def _example(spec: Json) -> Example:
    tables = {name: tuple(rows) for name, rows in spec.get("tables", {}).items()}
    sheets = {
        alias: tuple(rows) for alias, rows in spec.items() if alias not in ("fields", "tables", "expected")
    }
    return Example(spec.get("fields", {}), tables, sheets, spec.get("expected"))


@dataclass(frozen=True, slots=True)
class Wording:
    """``rounding`` and ``rounding_fix`` are for a difference that rounding explains; ``error`` is printed in
    a message in place of an Excel error.
    """

    rounding: Message
    rounding_fix: Message
    error: str


@cache
def wording() -> Wording:
    """The shared messages of this installation, read once."""
    declared = texts_of("messages")
    rounding, place = declared["rounding"], "messages.json：rounding"
    return Wording(
        read_message(rounding["message"], f"{place}/message"),
        read_message(rounding["fix"], f"{place}/fix"),
        declared["error"],
    )
