"""Declared functions → Python functions that xlwings takes for worksheet functions.

The same for both roads: Excel over COM (``xlwings.func`` …) and Office.js (``xlwings.server.func`` …).
"""

from collections.abc import Callable
from importlib import import_module
from inspect import Parameter, Signature
from typing import Any

from xlperf.worksheet.declared import Argument, Function, declared

Published = Callable[..., Any]
Decorator = Callable[..., Callable[[Published], Published]]
_MACHINERY = "xlperf.worksheet.call"
"""Imported by the first call: what it needs takes most of a second to load."""
_EITHER = Parameter.POSITIONAL_OR_KEYWORD


def publish(func: Decorator, arg: Decorator, ret: Decorator, *, chinese: bool) -> dict[str, Published]:
    """Every declared function by its ASCII name, bound to the decorators given.

    ``chinese`` gives functions and arguments the names that people read, which only Office.js takes.
    Ranges arrive as lists of rows, errors as their texts.
    """
    return {
        function.name: _published(function, func, arg, ret, chinese)
        for function in declared().functions.values()
    }


def _published(
    function: Function, func: Decorator, arg: Decorator, ret: Decorator, chinese: bool
) -> Published:
    made = _plain(function, chinese)
    for one in function.arguments:
        made = arg(_name(one, chinese), doc=one.help, ndim=2, err_to_str=True)(made)
    named = {"name": function.chinese} if chinese else {"category": declared().category}
    return func(**named)(ret()(made))


def _plain(function: Function, chinese: bool) -> Published:
    """The function as Python sees it: signature, name and description, imported when first called."""

    def run(*given: object) -> object:
        return import_module(_MACHINERY).call(function, given)

    run.__name__ = run.__qualname__ = function.name
    run.__doc__ = function.description
    run.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(_name(one, chinese), _EITHER, default=None if one.may_be_left_out else Parameter.empty)
            for one in function.arguments
        ]
    )
    return run


def _name(argument: Argument, chinese: bool) -> str:
    return argument.label if chinese else argument.name
