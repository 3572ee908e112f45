"""Declared functions → Python functions that xlwings takes for worksheet functions, served to Excel.

The same for both ways: Excel over COM (``xlwings.func`` …) and Office.js (``xlwings.server.func`` …).
The ranges of XP_CHECK arrive as an Area, converted by ``AreaReader``.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from inspect import Parameter, Signature
from threading import Thread
from typing import Any

from xlperf.declarations.worksheet_functions import Argument, Function, declared

Published = Callable[..., Any]
Decorator = Callable[..., Callable[[Published], Published]]
UDF_MODULE = "xlperf.udfs"
"""The module whose functions Excel calls; it binds xlwings' decorators when it is imported."""
CALL_MODULE = "xlperf.excel.functions.udf_call"
"""Imported by the first call: what it needs takes most of a second to load."""
_AREAS = "areas"
CALLER = "caller"
"""The parameter in which xlwings passes the cells that hold the formula."""
_EITHER = Parameter.POSITIONAL_OR_KEYWORD
_AREA_OPTIONS: dict[str, Any] = {"ndim": 2, "err_to_str": True}


def serve(clsid: str) -> None:
    """Answer Excel's calls under the class id ``clsid`` until Excel quits; Windows only.

    The functions are loaded first and without a workbook: xlwings would otherwise look for Python code in
    the sheets of the workbook that happens to be open. What they need is loaded by a thread while Excel
    connects.
    """
    xlwings = import_module("xlwings")
    with suppress(Exception):
        xlwings.get_udf_module(UDF_MODULE, None)
    Thread(target=import_module, args=(CALL_MODULE,), daemon=True).start()
    xlwings.serve(clsid)


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
    takes_areas = any(argument.shape == _AREAS for argument in function.arguments)
    options = {"convert": AreaReader} if takes_areas else _AREA_OPTIONS
    for argument in function.arguments:
        for name in argument_names(argument, chinese=chinese):
            made = arg(name, doc=argument.help, **options)(made)
    named = {"name": function.chinese} if chinese else {"category": declared().category}
    return func(**named)(ret()(made))


def _plain(function: Function, chinese: bool) -> Published:
    """A Python function with the declared signature, name and description; its call imports the rest."""

    def run(*given: object) -> object:
        """The result of the function; replaced by its declared description."""
        return import_module(CALL_MODULE).call(function, given, blank_is_zero=chinese)

    run.__name__ = run.__qualname__ = function.name
    run.__doc__ = function.description if chinese else function.help
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


def argument_names(argument: Argument, *, chinese: bool) -> list[str]:
    """The names of an argument; over COM each of several ranges has its own.

    VBA passes the ranges of a ParamArray as bare values, without their place.
    """
    if chinese:
        return [argument.label]
    if argument.shape == _AREAS:
        return [f"{argument.name}{number}" for number in range(1, argument.most + 1)]
    return [argument.name]


_MANY_ROWS = 5_000
"""Rows from which on a range is cut down to the used rows of its sheet before it is read: A:I."""


@dataclass(frozen=True, slots=True)
class ValueArea:
    """``values`` as Excel gives them; ``row`` and ``column`` of the first cell count from 1.

    ``sheet`` and ``book`` are "" where the values are on no sheet, or it is not known.
    """

    values: object
    sheet: str = ""
    book: str = ""
    row: int = 1
    column: int = 1


class AreaReader:
    """The converter for xlwings: ranges and plain values alike become an Area."""

    @staticmethod
    def reader(options: dict[str, Any]) -> Any:
        """The stages of the conversion: those of a plain value, before them _cut, after them _placed."""
        standard = import_module("xlwings.conversion.standard")
        stages = standard.ValueAccessor.reader({**options, **_AREA_OPTIONS})
        stages.insert(0, _cut)
        stages.append(_placed)
        return stages


def _cut(context: Any) -> None:
    """Cut a tall range, such as a whole column, down to the used rows of its sheet."""
    found = context.range
    if found is None or found.shape[0] < _MANY_ROWS:
        return
    used = found.sheet.used_range
    last = max(min(found.row + found.shape[0], used.row + used.shape[0]) - 1, found.row)
    corners = (found.row, found.column), (last, found.column + found.shape[1] - 1)
    context.range = found.sheet.range(*corners)


def _placed(context: Any) -> None:
    found = context.range
    if found is None:
        context.value = ValueArea(context.value)
    else:
        sheet = found.sheet
        context.value = ValueArea(context.value, sheet.name, sheet.book.name, found.row, found.column)
