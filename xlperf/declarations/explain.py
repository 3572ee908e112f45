"""What a code means, for people: the declaration of a rule or of a built-in code as a page of text.

``python -m xlperf.declarations.explain --all`` prints docs/问题代码.md.
"""

import re
import sys
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby

from xlperf.core.errors import InputError
from xlperf.declarations.codes import CodeInfo, TextExample, catalogue
from xlperf.declarations.finding_filters import close_to
from xlperf.declarations.forms_and_rules import LAST_YEAR, Example, Field, Profile, Rule
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import text_of, texts_of
from xlperf.expressions.tree import references

_Section = tuple[str, list[str]]
_FORMULAS = ("checks", "when")
_FOR_AUTHORS = frozenset((*_FORMULAS, "procedure", "reason"))
"""What only those read who write rules."""
_HOLE = re.compile(r"\{(\w+)[^}]*\}")
_PARAMETER = "参数!"
_LAST_YEAR = LAST_YEAR.removesuffix(".")


@cache
def all_codes() -> Mapping[str, CodeInfo]:
    """Every code that exists, those of all profiles included, in alphabetical order."""
    found = {code: info for profile in _profiles() for code, info in catalogue(profile).items()}
    return dict(sorted(found.items()))


def explain(code: str, shown: Container[str] | None = None, *, formulas: bool = False) -> str:
    """The page of ``code``: what is checked, message, remedy, basis, examples, profiles.

    ``shown`` are the headings to show; where it is None all, those for authors of rules only with
    ``formulas``. Raises InputError for a code that does not exist.
    """
    info = _info(code)
    lines = [f"{info.code} {info.name}"]
    for heading, texts in _sections(info):
        title = text_of("explain", "headings", heading)
        if title not in shown if shown is not None else heading in _FOR_AUTHORS and not formulas:
            continue
        lines.append(f"{title}：{texts[0]}" if len(texts) == 1 else f"{title}：")
        lines.extend(f"  {text}" for text in texts if len(texts) > 1)
    return "\n".join(lines)


def reference() -> str:
    """All codes as one Markdown page, grouped by the letter of the code."""
    lines = [text_of("explain", "title"), "", text_of("explain", "generated"), ""]
    for letter, codes in groupby(all_codes().values(), key=lambda info: info.code[0]):
        entries = list(codes)
        lines += [f"## {letter} {_subject(entries[0])}", ""]
        for info in entries:
            lines += [f"### {info.code} {info.name}", "", *_items(info), ""]
    return "\n".join(lines)


def _items(info: CodeInfo) -> Iterator[str]:
    for heading, texts in _sections(info):
        shown = [f"`{text}`" if heading in _FORMULAS else _escaped(text) for text in texts]
        title = text_of("explain", "headings", heading)
        yield f"- {title}：{shown[0]}" if len(shown) == 1 else f"- {title}："
        yield from (f"  - {text}" for text in shown if len(shown) > 1)


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|$" else char for char in text)


def _info(code: str) -> CodeInfo:
    known = code.strip().upper()
    if known not in all_codes():
        guess = close_to(known, all_codes())
        raise InputError(text_of("explain", "no_code", code=code, guess=guess))
    return all_codes()[known]


@cache
def _profiles() -> list[Profile]:
    return [load_profile(name) for name in profile_ids()]


def _sections(info: CodeInfo) -> Iterator[_Section]:
    owners = _owners(info)
    rule = rule_of(owners[0], info.code) if owners else None
    yield "severity", [info.severity.value]
    each = text_of("explain", "each", table=rule.each) if rule and rule.each else ""
    yield "subject", [_subject(info) + each]
    if rule:
        yield from _conditions(rule)
    yield "message", [_readable(info.message)]
    yield "fix", [_readable(info.fix)]
    yield "basis", [_readable(info.basis)]
    if rule:
        if thresholds := [*_thresholds(info.code, owners)]:
            yield "thresholds", thresholds
        labels = _labels(max(owners, key=lambda profile: profile.year), rule)
        about = labels.get(rule.instances[0].at)
        yield "passing", [_example(rule.passing, labels, about)]
        yield "failing", [_example(rule.failing, labels, about)]
        every = len(owners) == len(_profiles())
        named = (
            text_of("explain", "every_profile") if every else "、".join(profile.name for profile in owners)
        )
        yield "profiles", [named]
    if info.examples:
        yield from zip(("passing", "failing"), map(_passage, info.examples), strict=True)


def rule_of(profile: Profile, code: str) -> Rule | None:
    """The rule of a profile with ``code``, also one that compares years."""
    return profile.rules.get(code) or profile.year_rules.get(code)


def _owners(info: CodeInfo) -> list[Profile]:
    return [profile for profile in _profiles() if rule_of(profile, info.code)]


def _subject(info: CodeInfo) -> str:
    """The forms that a rule looks at, or the stage of a built-in code."""
    for profile in _owners(info):
        rule = rule_of(profile, info.code)
        forms = (profile.forms[alias].id for alias in (rule.forms if rule else ()))
        return "、".join(forms) or text_of("explain", "between_forms")
    return info.stage


def _conditions(rule: Rule) -> Iterator[_Section]:
    checks = [f"{each.at}：{each.check_text}" for each in rule.instances if each.check_text]
    whens = [each.when_text for each in rule.instances if each.when_text]
    if checks:
        yield "checks", list(dict.fromkeys(checks))
    if rule.procedure:
        yield "procedure", [rule.procedure]
    if not rule.native:
        yield "reason", [rule.native_reason]
    if whens:
        yield "when", list(dict.fromkeys(whens))


def _readable(template: str) -> str:
    """A message with its holes named as users call what is filled in."""
    names: Mapping[str, str] = texts_of("explain")["holes"]
    return _HOLE.sub(lambda hole: f"〔{names[hole[1]]}〕" if hole[1] in names else "…", template)


def _thresholds(code: str, owners: Sequence[Profile]) -> Iterator[str]:
    """The figures of the profiles that a rule compares with, once where all have the same."""
    rule = rule_of(owners[0], code)
    spoken = {
        name.removeprefix(_PARAMETER)
        for instance in (rule.instances if rule else ())
        for node in (instance.when, instance.check, instance.expected, instance.terms)
        if node is not None
        for name in references(node)
        if name.startswith(_PARAMETER)
    }
    for name in sorted(spoken):
        values = {profile.name: profile.parameters.get(name) for profile in owners}
        numbers = {place: value for place, value in values.items() if isinstance(value, int | float)}
        if len(set(numbers.values())) == 1:
            yield f"{name} {_value(next(iter(numbers.values())))}"
        elif numbers:
            yield f"{name} " + "、".join(f"{_value(value)}（{place}）" for place, value in numbers.items())


def _labels(profile: Profile, rule: Rule) -> Mapping[str, Field]:
    """The fields and columns of all forms by their names; of two alike those that the rule is about."""
    order = sorted(profile.forms.values(), key=lambda form: form.alias in rule.forms)
    return {
        name: field
        for form in order
        for fields in (*(table.columns for table in form.tables.values()), form.fields)
        for name, field in fields.items()
    }


def _example(example: Example, labels: Mapping[str, Field], about: Field | None) -> str:
    parts = [_stated(name, value, labels) for name, value in example.fields.items()]
    for kind, blocks in (("row", example.tables), ("sheet", example.sheets)):
        for name, rows in blocks.items():
            for number, row in enumerate(rows, start=1):
                if name == _LAST_YEAR:
                    parts += [f"{name}.{key} = {_value(value)}" for key, value in row.items()]
                    continue
                values = "，".join(_stated(key, value, labels) for key, value in row.items())
                parts.append(text_of("explain", kind, name=name, number=number, values=values))
    text = "，".join(parts)
    if example.expected is None:
        return text
    return f"{text}；{text_of('explain', 'expected', value=_printed(example.expected, about))}"


def _stated(name: str, value: object, labels: Mapping[str, Field]) -> str:
    """``标签 = 值``, a rate as a percentage."""
    field = labels.get(name)
    return f"{field.label if field else name} = {_printed(value, field)}"


def _printed(value: object, field: Field | None) -> str:
    if field is not None and field.type.unit == "%" and isinstance(value, int | float):
        return f"{value * 100:.6g}%"
    return _value(value)


def _passage(example: TextExample) -> list[str]:
    """The paragraphs of an example, what the tables say, the right figure."""
    tables = [f"{name} = {_value(value)}" for name, value in example.fields.items()]
    right = [text_of("explain", "expected", value=example.expected)] if example.expected else []
    attached = [text_of("explain", "attached", values="，".join(tables))] if tables else []
    return [*example.text, *attached, *right]


def _value(value: object) -> str:
    if value is None:
        return text_of("explain", "empty")
    return f"{value:.10g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    if sys.argv[1:] != ["--all"]:
        raise SystemExit(text_of("explain", "usage"))
    sys.stdout.buffer.write(reference().encode())
