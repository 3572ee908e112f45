"""What a code means, for people: the declaration of a rule or of a built-in code as a page of text.

``python -m xlperf.declarations.explain --all`` prints docs/问题代码.md.
"""

import sys
from collections.abc import Container, Iterator, Mapping
from functools import cache
from itertools import groupby

from xlperf.core.errors import InputError
from xlperf.declarations.codes import CodeInfo, TextExample, catalogue
from xlperf.declarations.finding_filters import close_to
from xlperf.declarations.model import Example, Profile, Rule
from xlperf.declarations.profile import load_profile, profile_ids

_Section = tuple[str, list[str]]
_FORMULAS = ("应当成立", "何时检查")


@cache
def all_codes() -> Mapping[str, CodeInfo]:
    """Every code that exists, those of all profiles included, in alphabetical order."""
    found = {code: info for profile in _profiles() for code, info in catalogue(profile).items()}
    return dict(sorted(found.items()))


def explain(code: str, shown: Container[str] | None = None) -> str:
    """The page of ``code``: what is checked, message, remedy, basis, examples, profiles.

    ``shown`` are the headings to show, all where it is None. Raises InputError for a code that does
    not exist.
    """
    info = _info(code)
    lines = [f"{info.code} {info.name}"]
    for heading, texts in _sections(info):
        if shown is not None and heading not in shown:
            continue
        lines.append(f"{heading}：{texts[0]}" if len(texts) == 1 else f"{heading}：")
        lines.extend(f"  {text}" for text in texts if len(texts) > 1)
    return "\n".join(lines)


def reference() -> str:
    """All codes as one Markdown page, grouped by the letter of the code."""
    lines = ["# 问题代码", "", "由 `python -m xlperf.declarations.explain --all` 生成，请勿手工修改。", ""]
    for letter, codes in groupby(all_codes().values(), key=lambda info: info.code[0]):
        entries = list(codes)
        lines += [f"## {letter} {_subject(entries[0])}", ""]
        for info in entries:
            lines += [f"### {info.code} {info.name}", "", *_items(info), ""]
    return "\n".join(lines)


def _items(info: CodeInfo) -> Iterator[str]:
    for heading, texts in _sections(info):
        shown = [f"`{text}`" if heading in _FORMULAS else _escaped(text) for text in texts]
        yield f"- {heading}：{shown[0]}" if len(shown) == 1 else f"- {heading}："
        yield from (f"  - {text}" for text in shown if len(shown) > 1)


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|$" else char for char in text)


def _info(code: str) -> CodeInfo:
    known = code.strip().upper()
    if known not in all_codes():
        raise InputError(f"没有问题代码“{code}”{close_to(known, all_codes())}。")
    return all_codes()[known]


@cache
def _profiles() -> list[Profile]:
    return [load_profile(name) for name in profile_ids()]


def _sections(info: CodeInfo) -> Iterator[_Section]:
    owners = _owners(info)
    rule = owners[0].rules[info.code] if owners else None
    yield "严重程度", [info.severity.value]
    each = f"，逐个“{rule.each}”检查" if rule and rule.each else ""
    yield "检查什么", [_subject(info) + each]
    if rule:
        yield from _conditions(rule)
    yield "消息", [info.message]
    yield "处理办法", [info.fix]
    yield "依据", [info.basis]
    if rule:
        yield "正确的例子", [_example(rule.passing)]
        yield "错误的例子", [_example(rule.failing)]
        yield "用于口径", ["、".join(profile.id for profile in owners)]
    if info.examples:
        yield from zip(("正确的例子", "错误的例子"), map(_passage, info.examples), strict=True)


def _owners(info: CodeInfo) -> list[Profile]:
    return [profile for profile in _profiles() if info.code in profile.rules]


def _subject(info: CodeInfo) -> str:
    """The forms that a rule looks at, or the stage of a built-in code."""
    for profile in _owners(info):
        forms = (profile.forms[alias].id for alias in profile.rules[info.code].forms)
        return "、".join(forms) or "各表之间"
    return info.stage


def _conditions(rule: Rule) -> Iterator[_Section]:
    checks = [f"{each.at}：{each.check_text}" for each in rule.instances if each.check_text]
    whens = [each.when_text for each in rule.instances if each.when_text]
    if checks:
        yield "应当成立", list(dict.fromkeys(checks))
    if rule.procedure:
        yield "由程序检查", [rule.procedure]
    if not rule.native:
        yield "不写成公式的原因", [rule.native_reason]
    if whens:
        yield "何时检查", list(dict.fromkeys(whens))


def _example(example: Example) -> str:
    parts = [f"{name} = {_value(value)}" for name, value in example.fields.items()]
    for kind, blocks in (("行", example.tables), ("表", example.sheets)):
        for name, rows in blocks.items():
            for number, row in enumerate(rows, start=1):
                values = "，".join(f"{key} = {_value(value)}" for key, value in row.items())
                parts.append(f"{name}第 {number} {kind}（{values}）")
    text = "，".join(parts)
    return text if example.expected is None else f"{text}；应为 {_value(example.expected)}"


def _passage(example: TextExample) -> list[str]:
    """The paragraphs of an example, what the tables say, the right figure."""
    tables = [f"{name} = {_value(value)}" for name, value in example.fields.items()]
    right = [f"应为 {example.expected}"] if example.expected else []
    return [*example.text, *(["附表：" + "，".join(tables)] if tables else []), *right]


def _value(value: object) -> str:
    if value is None:
        return "（空）"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    if sys.argv[1:] != ["--all"]:
        raise SystemExit("用法：python -m xlperf.declarations.explain --all")
    sys.stdout.buffer.write(reference().encode())
