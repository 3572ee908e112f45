"""The addresses that Excel gives for the arguments of a call → ranges that know their sheet, row and column.

Excel gives ``Sheet1!A1:G36`` for each argument; how it lists those of a repeating parameter is not
documented, so lists within the list are taken as well. What does not fit is left out.
"""

from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import replace
from functools import wraps
from typing import Any

from openpyxl.utils import range_boundaries

from xlperf.excel.functions.areas import Area

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
