"""The declared functions as one Markdown page: call, arguments, formula, examples, basis.

``python -m tests.excel.functions.page`` prints docs/工作表函数.md.
"""

import sys
from collections.abc import Iterator, Sequence

from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import texts_of
from xlperf.declarations.worksheet_functions import Argument, Function, FunctionExample, declared
from xlperf.excel.functions.declared_formulas import formula_over

_INTRODUCTION = (
    "# 工作表函数",
    "",
    "由 `python -m tests.excel.functions.page` 生成，请勿手工修改。",
    "",
)


def functions_page() -> str:
    """The page: how functions behave, tables of all by their use, then each by itself."""
    content = declared()
    known = {
        "category": content.category,
        "default_profile": content.default_profile,
        "most_cells": content.most_cells,
    }
    lines = [*_INTRODUCTION]
    for paragraph in content.guide:
        lines += [paragraph.format_map(known), ""]
    groups = texts_of("functions")["groups"]
    for title, names in groups.items():
        rows = [(f"[{name}](#{name.lower()})", content.functions[name].chinese) for name in names]
        lines += [f"**{title}**", "", *_table(("函数", "中文名"), rows), ""]
    for function in (content.functions[name] for names in groups.values() for name in names):
        lines += [*_section(function), ""]
    return "\n".join(lines)


def _section(function: Function) -> Iterator[str]:
    yield from (f"## {function.name}", "", f"**{function.chinese}** {function.description}", "")
    yield from (f"`{_call(function)}`", "")
    yield from _table(
        ("参数", "中文名", "说明"),
        [(_named(argument), argument.label, argument.help) for argument in function.arguments],
    )
    formula, basis = _formula(function)
    yield ""
    if formula:
        yield f"- 公式：`{formula}`"
    yield from (f"- 例：{text}" for text in _examples(function))
    if columns := function.options.get("columns"):
        yield f"- 结果的列：{'、'.join(column['head'].format(count='n') for column in columns)}"
    yield f"- 依据：{basis}"


def _call(function: Function) -> str:
    return f"={function.name}({', '.join(map(_placeholder, function.arguments))})"


def _named(argument: Argument) -> str:
    several = argument.shape == "areas"
    return f"{argument.name}1–{argument.name}{argument.most}" if several else argument.name


def _placeholder(argument: Argument) -> str:
    if argument.shape == "areas":
        return f"{argument.name}1, [{argument.name}2], …"
    return f"[{argument.name}]" if argument.may_be_left_out else argument.name


def _formula(function: Function) -> tuple[str, str]:
    """The formula that is computed, "" for procedures, and the basis."""
    if function.kind == "procedure":
        return "", function.basis
    if function.kind in ("field", "row"):
        form = load_profile(declared().default_profile).forms[function.subject["form"]]
        columns = form.tables[function.subject["table"]].columns if function.kind == "row" else {}
        field = columns[function.subject["column"]] if columns else form.fields[function.subject["field"]]
        return field.formula_text, field.basis or f"{form.id}“{field.label}”的公式"
    return formula_over(function.kind, function.subject, [argument.binds for argument in function.arguments])


def _examples(function: Function) -> Iterator[str]:
    if function.usage:
        yield f"`{function.usage}`"
    for example in function.examples:
        yield f"`={function.name}({','.join(example.arguments)})` → {_result(example)}"


def _result(example: FunctionExample) -> str:
    rows = example.result if isinstance(example.result, list) else [[example.result]]
    shown = "；".join("，".join(_cell(cell) for cell in row) for row in rows)
    return f"{shown}；…" if example.rest else shown


def _cell(value: object) -> str:
    text = f"{value:.15g}" if isinstance(value, int | float) else "／".join(str(value).split("\n"))
    return text or "（空白）"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in (headings, ["---"] * len(headings), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


if __name__ == "__main__":
    sys.stdout.buffer.write(functions_page().encode())
