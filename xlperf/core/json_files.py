"""JSON files that people edit → values; what is wrong with one is said in Chinese, with the place inside it.

Meta-schemas say what a file may hold. A text found valid once is not looked at again: see ``user_files``.
"""

import json
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from xlperf.core.errors import DeclarationError, InputError
from xlperf.core.lazy import LazyModule
from xlperf.core.paths import core_text, schemas_dir
from xlperf.core.user_files import user_cache

if TYPE_CHECKING:
    import jsonschema
else:
    jsonschema = LazyModule("jsonschema")

_WIDE = "“”‘’，：；｛｝［］【】（）"
_SYNTAX = (
    "',' delimiter", "':' delimiter", "property name", "value", "Extra data", "Invalid control", "escape",
)  # fmt: skip
"""What Python's messages about JSON say; core.json has each in Chinese."""
_DESCRIBED = frozenset({"pattern", "oneOf", "anyOf", "not"})
_LONGEST_SHOWN = 40
_MOST_FILES = 256
"""Files kept as read: the profiles of one folder share forms and rules."""


def file_name(path: Path) -> str:
    """``path`` as the author of a declaration knows it: relative to schemas/ where it lies there."""
    try:
        root = schemas_dir()
    except InputError:
        return str(path)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def text_of_file(path: Path) -> str:
    """The text of a file; DeclarationError for one that cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        reason = core_text("source", "missing")
    except UnicodeDecodeError:
        reason = core_text("source", "encoding")
    except OSError as error:
        reason = core_text("source", "unreadable", reason=error.strerror)
    raise DeclarationError(file_name(path), reason)


def parsed_json(text: str, where: str) -> Any:
    """The JSON value in ``text``; DeclarationError for no JSON, and for an object that has a key twice."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        """The object of ``items``."""
        content = dict(items)
        if len(content) < len(items):
            keys = [key for key, _ in items]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise DeclarationError(where, core_text("source", "twice", key=twice))
        return content

    def refuse(number: str) -> NoReturn:
        """Python would take NaN and Infinity, which are no JSON."""
        raise DeclarationError(where, core_text("source", "no_number", number=number))

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=refuse)
    except json.JSONDecodeError as error:
        place = core_text("source", "json_place", where=where, line=error.lineno, column=error.colno)
        raise DeclarationError(place, core_text("source", "no_json", reason=_syntax(error))) from None


def _syntax(error: json.JSONDecodeError) -> str:
    """Why a text is no JSON there: what is at the place, else what Python says, in Chinese."""
    before, here = error.doc[: error.pos].rstrip(), error.doc[error.pos : error.pos + 1]
    if here and here in _WIDE:
        return core_text("source", "wide", char=here)
    if here == "," or (before.endswith(",") and here in "}]"):
        return core_text("source", "last_comma")
    found = next((part for part in _SYNTAX if part in error.msg), "Unterminated")
    return core_text("source", "syntax", found)


@lru_cache(_MOST_FILES)
def valid_json(text: str, meta: str, where: str) -> Any:
    """The JSON value in ``text``, valid against ``schemas/<meta>.schema.json``; nobody may change it."""
    content, kept = parsed_json(text, where), user_cache()
    schema = _schema(meta)
    if not kept.is_valid("schema", schema, text):
        validate(content, meta, where)
        kept.add_valid("schema", schema, text)
    return content


def validate(content: object, meta: str, where: str) -> None:
    """Raise DeclarationError for the most specific violation of a meta-schema."""
    errors = [*_validator(_schema(meta)).iter_errors(content)]
    if errors:
        error = _most_specific(errors)
        steps = (
            core_text("source", "item", number=step + 1) if isinstance(step, int) else step
            for step in error.absolute_path
        )
        inside = "/".join(steps) or core_text("source", "outermost")
        raise DeclarationError(f"{where}：{inside}", violation(error))


def _most_specific(errors: Sequence[Any]) -> Any:
    """The error that helps most; of alternatives, what is wrong inside the one that was meant."""
    error = max(errors, key=jsonschema.exceptions.relevance)
    meant = [inner for inner in error.context or () if inner.relative_path or inner.validator != "type"]
    inside = [inner for inner in meant if inner.relative_path]
    chosen = inside if "description" in error.schema else meant
    return _most_specific(chosen) if chosen else error


def _schema(meta: str) -> str:
    return text_of_file(schemas_dir() / f"{meta}.schema.json")


@cache
def _validator(schema: str) -> "jsonschema.Draft202012Validator":
    kind = jsonschema.Draft202012Validator
    return kind(json.loads(schema), format_checker=kind.FORMAT_CHECKER)


def violation(error: Any) -> str:
    """What of a ValidationError breaks the meta-schema, and what may be written instead.

    Of a pattern and of alternatives the ``description`` in the meta-schema says it.
    """
    schema, keyword, rule, value = error.schema, error.validator, error.validator_value, error.instance
    said = {"limit": rule, "value": shown(value), "description": schema.get("description", "")}
    match keyword:
        case "additionalProperties":
            names, patterns = [*schema.get("properties", ())], [*schema.get("patternProperties", ())]
            others = (key for key in value if key not in names)
            key = next(key for key in others if not any(re.search(pattern, key) for pattern in patterns))
            said |= {"key": key, "known": "、".join(names or patterns), "guess": guess(key, names)}
        case "required":
            said["key"] = next(key for key in rule if key not in value)
        case "dependentRequired":
            needed = ((key, name) for key, names in rule.items() if key in value for name in names)
            said["key"], said["missing"] = next((key, name) for key, name in needed if name not in value)
        case "type":
            kinds = [rule] if isinstance(rule, str) else rule
            said["known"] = core_text("source", "or").join(
                core_text("source", "kinds", kind) for kind in kinds
            )
        case "enum":
            said["known"] = "、".join(map(shown, rule))
    if keyword in _DESCRIBED and said["description"]:
        keyword = "described"
    try:
        return core_text("source", "invalid", keyword, **said)
    except KeyError:
        return core_text("source", "invalid", "other", **said)


def guess(name: str, known: Iterable[str]) -> str:
    """``，是不是“name”？`` for the known name that is nearest to one misspelt; "" where none is near."""
    near = get_close_matches(name, [*known], 1)
    return core_text("source", "guess", name=near[0]) if near else ""


def shown(value: object) -> str:
    """A value as it is written in JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
