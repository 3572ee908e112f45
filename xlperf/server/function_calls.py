"""A call as Office.js sends it, with where its arguments lie → the rows that the worksheet function gives."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from functools import cache, wraps
from types import SimpleNamespace
from typing import Any

from openpyxl.utils import range_boundaries

from xlperf.declarations.worksheet_functions import Function, declared
from xlperf.excel.functions.publish import Area, publish
from xlperf.server.listening import message, required

call_addresses: ContextVar[Sequence[str]] = ContextVar("call_addresses", default=())
"""The addresses of the arguments of the current call, one each; empty where they are not known."""


def addresses_in(given: object, count: int) -> Sequence[str]:
    """The addresses in what came with a call of ``count`` arguments, none where their number differs."""
    found = [*_flat(given)]
    return found if len(found) == count else ()


def placed(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` called with ranges that have the sheet, row and column of ``call_addresses``."""

    @wraps(function)
    def run(*given: object) -> Any:
        known = call_addresses.get()
        return function(*map(_with_place, given, known) if len(known) == len(given) else given)

    return run


def _flat(given: object) -> Iterator[str]:
    if isinstance(given, list):
        for inner in given:
            yield from _flat(inner)
    else:
        yield given if isinstance(given, str) else ""


def _with_place(given: object, address: str) -> object:
    sheet, _, cells = address.rpartition("!")
    if not isinstance(given, Area) or not (sheet and cells):
        return given
    try:
        column, row, *_ = range_boundaries(cells)
    except ValueError:
        return given
    title = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
    return replace(given, sheet=title.rpartition("]")[2], row=row or 1, column=column or 1)


_RUNTIME = re.compile(r"1\.[1-9]")
_OLDEST_RUNTIME = "1.1"
_AREAS = "areas"
_PASSED_ON = ("culture_info_name", "date_format", "caller_address")


class BadCallError(Exception):
    """A call that is not answered: ``status`` is that of HTTP, the text is for the cell."""

    def __init__(self, status: int, name: str, /, **values: object) -> None:
        super().__init__(message(name, **values))
        self.status = status


@cache
def published() -> SimpleNamespace:
    """The functions as xlwings.server takes them, with the names that people read."""
    server = required("xlwings.server")
    made = publish(server.func, server.arg, server.ret, chinese=True)
    return SimpleNamespace(**{name: placed(function) for name, function in made.items()})


def metadata() -> dict[str, Any]:
    """The description of the functions for Excel: ids, names, descriptions, parameters."""
    found: dict[str, Any] = required("xlwings.server").custom_functions_meta(published())
    return found


async def answer(payload: object) -> object:
    """The rows that the call ``payload`` gives. Raises BadCallError for anything but a call of ours."""
    if not isinstance(payload, Mapping):
        raise BadCallError(422, "shape", reason=type(payload).__name__)
    function = declared().functions.get(str(payload.get("func_name")))
    if function is None:
        raise BadCallError(404, "function", name=payload.get("func_name"))
    data = {name: payload.get(name) for name in _PASSED_ON}
    arguments = _arguments(function, payload.get("args"))
    runtime = str(payload.get("runtime"))
    data |= {
        "client": "Office.js",
        "version": "",
        "runtime": runtime if _RUNTIME.fullmatch(runtime) else _OLDEST_RUNTIME,
        "func_name": function.name,
        "args": arguments,
    }
    count = sum(
        len(given) if argument.shape == _AREAS else 1
        for argument, given in zip(function.arguments, arguments, strict=False)
    )
    call_addresses.set(addresses_in(payload.get("parameter_addresses"), count))
    try:
        return await required("xlwings.server").custom_functions_call(data, published())
    except Exception as error:
        raise BadCallError(500, "failed", reason=f"{type(error).__name__}: {error}") from error


def _arguments(function: Function, given: object) -> list[Any]:
    """The arguments of a call; those left out at the end are blank."""
    if not isinstance(given, list):
        raise BadCallError(422, "shape", reason=message("arguments"))
    needed = sum(
        not (argument.may_be_left_out or argument.shape == _AREAS) for argument in function.arguments
    )
    if not needed <= len(given) <= len(function.arguments):
        raise BadCallError(422, "shape", reason=message("count"))
    for argument, value in zip(function.arguments, given, strict=False):
        if argument.shape == _AREAS and not isinstance(value, list):
            raise BadCallError(422, "shape", reason=message("ranges", label=argument.label))
    return given
