"""Declared functions → Python functions that xlwings takes for worksheet functions.

The same for both ways: Excel over COM (``xlwings.func`` …) and Office.js (``xlwings.server.func`` …).
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import Parameter, Signature
from typing import Any

from xlperf.declarations.worksheet_functions import Argument, Function, declared
from xlperf.excel.functions.areas import AreaReader

Published = Callable[..., Any]
Decorator = Callable[..., Callable[[Published], Published]]
CALL_MODULE = "xlperf.excel.functions.udf_call"
"""Imported by the first call: what it needs takes most of a second to load."""
_AREAS = "areas"
CALLER = "caller"
"""The parameter in which xlwings hands over the cells that hold the formula."""
_EITHER = Parameter.POSITIONAL_OR_KEYWORD


def publish(func: Decorator, arg: Decorator, ret: Decorator, *, chinese: bool) -> dict[str, Published]:
    """Every declared function by its ASCII name, bound to the decorators given.

    ``chinese`` is for Office.js: functions and arguments have the names that people read, and a 0 may be
    a blank cell, which arrives as that. Ranges arrive as lists of rows, errors as their texts.
    """
    return {
        function.name: _published(function, func, arg, ret, chinese)
        for function in declared().functions.values()
    }


def _published(
    function: Function, func: Decorator, arg: Decorator, ret: Decorator, chinese: bool
) -> Published:
    made = _plain(function, chinese)
    options = {"convert": AreaReader} if _takes_areas(function) else {"ndim": 2, "err_to_str": True}
    for argument in function.arguments:
        for name in argument_names(argument, chinese=chinese):
            made = arg(name, doc=argument.help, **options)(made)
    named = {"name": function.chinese} if chinese else {"category": declared().category}
    return func(**named)(ret()(made))


def _plain(function: Function, chinese: bool) -> Published:
    """A Python function with the declared signature, name and description; its call imports the rest."""

    def run(*given: object) -> object:
        return import_module(CALL_MODULE).call(function, given, blank_is_zero=chinese)

    run.__name__ = run.__qualname__ = function.name
    run.__doc__ = function.description
    run.__annotations__ = {}  # xlwings takes annotations for converters
    run.__signature__ = Signature(list(parameters(function, chinese=chinese)))  # type: ignore[attr-defined]
    return run


def parameters(function: Function, *, chinese: bool) -> Iterator[Parameter]:
    """The parameters; over COM the calling cells come before ranges, which may be left out."""
    for argument in function.arguments:
        names = argument_names(argument, chinese=chinese)
        if argument.shape == _AREAS and chinese:
            yield Parameter(names[0], Parameter.VAR_POSITIONAL)
            continue
        if argument.shape == _AREAS:
            yield Parameter(CALLER, _EITHER)
        for number, name in enumerate(names):
            may_be_left_out = number > 0 or argument.may_be_left_out
            yield Parameter(name, _EITHER, default=None if may_be_left_out else Parameter.empty)


def _takes_areas(function: Function) -> bool:
    return any(argument.shape == _AREAS for argument in function.arguments)


def argument_names(argument: Argument, *, chinese: bool) -> list[str]:
    """The names of an argument; over COM each of several ranges has its own.

    VBA hands over the ranges of a ParamArray as bare values, without their place.
    """
    if chinese:
        return [argument.label]
    if argument.shape == _AREAS:
        return [f"{argument.name}{number}" for number in range(1, argument.most + 1)]
    return [argument.name]
