"""schemas/functions.json → Function and Argument; a formula's text → the add-in's functions that it calls.

Nothing here is slow to import. Excel saves ``[1]!XP_READ(B4)`` with a link to the add-in, or shows its path;
functions of the Office.js service carry a prefix and a namespace.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from xlperf.declarations.source import texts_of

_PROFILE = "profile"
_KINDS = ("ratio", "scoring", "field", "row", "procedure")


@dataclass(frozen=True, slots=True)
class Argument:
    """``name`` for Excel, ``label`` for people and for Office.js.

    ``shape``: of a ``cell`` a range may be given as well, which is computed cell by cell; ``single`` is one
    cell only; ``range`` is all cells of a range as one value; ``table`` a whole table; ``areas`` several
    ranges, each an argument of its own (a ParamArray of VBA hands over values without their place).
    ``binds`` is what the cell is in the formula, ``type`` the id of a field type, ``parameter`` the
    parameter of the profile taken for a blank; of the shape ``areas`` at most ``most`` are given.
    """

    name: str
    label: str
    help: str
    binds: str = ""
    type: str = ""
    shape: str = "cell"
    optional: bool = False
    parameter: str = ""
    most: int = 1

    @property
    def is_profile(self) -> bool:
        """Whether it names the profile to compute with."""
        return self.name == _PROFILE

    @property
    def may_be_left_out(self) -> bool:
        """Whether a call may end before this argument."""
        return self.optional or bool(self.parameter)


@dataclass(frozen=True, slots=True)
class FunctionExample:
    """``arguments`` as typed in Excel; ``rest``: more rows than those of ``result`` follow."""

    arguments: tuple[str, ...]
    result: Any
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """``kind`` is one of ratio, scoring, field, row, procedure; ``subject`` what it names.

    ``basis`` is "" where the formula has its own; ``usage`` a formula over cells, "" where none is needed.
    """

    name: str
    chinese: str
    description: str
    kind: str
    subject: Any
    arguments: tuple[Argument, ...]
    examples: tuple[FunctionExample, ...]
    basis: str = ""
    usage: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def help(self) -> str:
        """What Excel's function wizard shows: the description, and how the function is typed."""
        first = self.examples[0]
        call = f"={self.name}({','.join(first.arguments)})"
        known = {"usage": self.usage, "call": call, "result": first.result}
        return self.description + declared().messages["usage" if self.usage else "example"].format_map(known)


@dataclass(frozen=True, slots=True)
class Declared:
    """The whole declaration.

    ``most_cells`` is the limit of one range, ``messages`` what cells say, ``guide`` the first paragraphs
    of the documentation.
    """

    category: str
    default_profile: str
    most_cells: int
    messages: Mapping[str, str]
    guide: tuple[str, ...]
    functions: Mapping[str, Function]


@cache
def declared() -> Declared:
    """The functions of this installation, read once.

    Raises DeclarationError for a file that is missing, no JSON, or lacks an entry.
    """
    content = texts_of("functions")
    shared = {name: Argument(**spec) for name, spec in content["shared"].items()}
    functions = {name: _function(name, spec, shared) for name, spec in content["functions"].items()}
    return Declared(
        content["category"],
        content["default_profile"],
        content["most_cells"],
        content["messages"],
        tuple(content["guide"]),
        functions,
    )


def _function(name: str, spec: Mapping[str, Any], shared: Mapping[str, Argument]) -> Function:
    kind = next(kind for kind in _KINDS if kind in spec)
    return Function(
        name,
        spec["chinese"],
        spec["description"],
        kind,
        spec[kind],
        tuple(shared[given] if isinstance(given, str) else Argument(**given) for given in spec["arguments"]),
        tuple(
            FunctionExample(tuple(example["arguments"]), example["result"], example.get("rest", False))
            for example in spec["examples"]
        ),
        spec.get("basis", ""),
        spec.get("usage", ""),
        spec.get("options", {}),
    )


class CellProblem(Exception):  # noqa: N818 - what a cell says instead of a result, no error of ours
    """Why a cell has no result: a message of functions.json with its holes filled."""

    def __init__(self, message: str, **holes: object) -> None:
        super().__init__(declared().messages[message].format_map(holes))


_LONGEST_CALL = 400
"""Characters of a function with the file that it comes from; Excel takes fewer."""
_SOURCE = re.compile(r"(?:'(?:[^']|'')*+'|\[[^\[\]]*+\][^!]*+|[^!']*+)!")
"""Where a function comes from, before its name: '…\\file'!, [1]!, file!"""
_NAMESPACE = re.compile(r".*\.|_xldudf_(?:.*_)?", re.IGNORECASE)


@lru_cache(maxsize=4096)
def addin_calls(formula: str) -> Sequence[str]:
    """The functions of ours that ``formula`` (without "=") calls, by their English names, each once.

    Most formulas are the same on every workbook of a batch.
    """
    return tuple(dict.fromkeys(name for _, name in _calls(formula)))


def without_sources(formula: str) -> str:
    """``formula`` with our functions called by bare name, without the file or add-in they came from."""
    for call, name in dict(_calls(formula)).items():
        formula = formula.replace(call, f"{name}(")
    return formula


def addin_function(call: str) -> str:
    """The English name of our function that ``call`` names ("[1]!xp_read"), "" for all others."""
    if len(call) > _LONGEST_CALL:
        return ""
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
    from xlperf.expressions.tokens import calls  # noqa: PLC0415 — Excel loads this module without expressions

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
