"""The declared worksheet functions bound to xlwings.server, and calls of them as Office.js sends them."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from xlperf.core.errors import InputError
from xlperf.declarations.worksheet_functions import Function
from xlperf.declarations.worksheet_functions import declared as functions
from xlperf.excel.functions.publish import publish
from xlperf.server.declared import declared
from xlperf.server.places import addresses, placed, told

_RUNTIME = re.compile(r"1\.[1-9]")
_OLDEST_RUNTIME = "1.1"
_AREAS = "areas"
_PASSED_ON = ("culture_info_name", "date_format", "caller_address")


class BadCallError(Exception):
    """A call that is none: ``status`` is that of HTTP, the text is for the cell."""

    def __init__(self, status: int, key: str, **context: object) -> None:
        super().__init__(declared().message(key, **context))
        self.status = status


def required(name: str) -> Any:
    """The module ``name`` of the extra ``server``; InputError where it or its licence is missing."""
    try:
        return import_module(name)
    except ImportError as missing:
        raise InputError(declared().message("extra", name=missing.name or name)) from missing
    except Exception as refused:
        if type(refused).__name__ != "LicenseError":
            raise
        raise InputError(declared().message("licence", reason=refused)) from refused


@cache
def published() -> SimpleNamespace:
    """The functions as xlwings.server takes them, with the names that people read."""
    server = required("xlwings.server")
    made = publish(server.func, server.arg, server.ret, chinese=True)
    return SimpleNamespace(**{name: placed(function) for name, function in made.items()})


def metadata() -> dict[str, Any]:
    """What Excel is told of the functions: ids, names, descriptions, parameters."""
    found: dict[str, Any] = required("xlwings.server").custom_functions_meta(published())
    return found


async def answer(payload: object) -> object:
    """The rows that the call ``payload`` gives. Raises BadCallError for what is no call of ours."""
    if not isinstance(payload, Mapping):
        raise BadCallError(422, "shape", reason=type(payload).__name__)
    function = functions().functions.get(str(payload.get("func_name")))
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
    count = sum(len(one) if _repeats(function, at) else 1 for at, one in enumerate(arguments))
    told.set(addresses(payload.get("parameter_addresses"), count))
    try:
        return await required("xlwings.server").custom_functions_call(data, published())
    except Exception as error:
        raise BadCallError(500, "failed", reason=f"{type(error).__name__}: {error}") from error


def _repeats(function: Function, at: int) -> bool:
    return function.arguments[at].shape == _AREAS


def _arguments(function: Function, given: object) -> list[Any]:
    """The arguments of a call; those left out at the end are blank."""
    declared_ones = function.arguments
    if not isinstance(given, list):
        raise BadCallError(422, "shape", reason=declared().message("arguments"))
    needed = sum(not (one.may_be_left_out or one.shape == _AREAS) for one in declared_ones)
    if not needed <= len(given) <= len(declared_ones):
        raise BadCallError(422, "shape", reason=declared().message("count"))
    for at, argument in enumerate(given):
        if _repeats(function, at) and not isinstance(argument, list):
            label = declared_ones[at].label
            raise BadCallError(422, "shape", reason=declared().message("ranges", label=label))
    return given
