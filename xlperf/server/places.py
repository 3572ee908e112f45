"""Where Excel says that the arguments of a call stand → ranges that know their sheet, row and column.

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

told: ContextVar[Sequence[str]] = ContextVar("told", default=())
"""The addresses of the arguments of the call at hand, one each; empty where they are not known."""


def addresses(given: object, count: int) -> Sequence[str]:
    """The addresses that came with a call of ``count`` arguments, or none."""
    found = [*_flat(given)]
    return found if len(found) == count else ()


def placed(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` with the places told put into its ranges."""

    @wraps(function)
    def run(*given: object) -> Any:
        known = told.get()
        return function(*map(_at, given, known) if len(known) == len(given) else given)

    return run


def _flat(given: object) -> Iterator[str]:
    if isinstance(given, list):
        for one in given:
            yield from _flat(one)
    else:
        yield given if isinstance(given, str) else ""


def _at(given: object, address: str) -> object:
    sheet, _, cells = address.rpartition("!")
    if not isinstance(given, Area) or not (sheet and cells):
        return given
    try:
        column, row, *_ = range_boundaries(cells)
    except ValueError:
        return given
    title = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
    return replace(given, sheet=title.rpartition("]")[2], row=row or 1, column=column or 1)
