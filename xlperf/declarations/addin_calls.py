"""The text of a formula → the add-in's functions that it calls, however a program spelled the call.

Excel saves ``[1]!XP_READ(B4)`` with a link to the add-in, or shows its path; functions of the Office.js
road carry a prefix and a namespace.
"""

import re
from collections.abc import Iterator
from functools import cache

from xlperf.declarations.worksheet_functions import declared
from xlperf.expressions.tokens import calls

_SOURCE = re.compile(r"(?:'(?:[^']|'')*'|\[[^\[\]]*\][^!]*|[^!']*)!")
"""Where a function comes from, before its name: '…\\file'!, [1]!, file!"""
_NAMESPACE = re.compile(r".*\.|_xldudf_(?:.*_)?", re.IGNORECASE)


def addin_calls(formula: str) -> list[str]:
    """The functions of ours that ``formula`` (without "=") calls, by their English names, each once."""
    return list(dict.fromkeys(name for _, name in _calls(formula)))


def without_sources(formula: str) -> str:
    """``formula`` with our functions called by bare name, without the file or add-in they came from."""
    for call, name in _calls(formula):
        formula = formula.replace(call, f"{name}(")
    return formula


def addin_function(call: str) -> str:
    """The English name of our function that ``call`` names ("[1]!xp_read"), "" for all others."""
    name = _SOURCE.sub("", call).casefold()
    return _names().get(name) or _in_namespace(name)


def _in_namespace(name: str) -> str:
    space = _NAMESPACE.match(name)
    if space is None:
        return ""
    ends = (name[at:] for at in range(1, space.end() + 1) if name[at - 1] in "._")
    return next((_names()[end] for end in ends if end in _names()), "")


def _calls(formula: str) -> Iterator[tuple[str, str]]:
    """Each call of ours as written, with its bracket, and the function's English name."""
    if not _quick().search(formula):
        return
    for call in calls(formula):
        if name := addin_function(call.removesuffix("(")):
            yield call, name


@cache
def _names() -> dict[str, str]:
    """Both names of each function, in small letters → the English one."""
    functions = declared().functions.values()
    return {
        name.casefold(): function.name for function in functions for name in (function.name, function.chinese)
    }


@cache
def _quick() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _names())), re.IGNORECASE)
