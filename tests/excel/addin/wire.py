"""What LibreOffice sends and gets over the socket, as values: the other side of basic/Wire.bas."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from tests.excel.addin.excelobjects import (
    ERROR_CODES,
    MISSING,
    Range,
    range_of,
)

EPOCH = dt.datetime(1899, 12, 30)
ERRORS = {
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
"""LibreOffice's own numbers of errors."""


def escaped(text: str) -> str:
    return re.sub(r"[^ -\[\]-~]", _units, text)


def _units(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))


def unescaped(text: str) -> str:
    units = re.sub(r"\\(....)", lambda match: chr(int(match[1], 16)), text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


def number(text: str) -> float:
    first, _, rest = text.partition("+")
    return float(first) + float(rest)


def cell(text: str) -> object:
    """Return one cell as pywin32 hands it over, errors as their text."""
    kind, content = text[:1], text[1:]
    read: dict[str, Callable[[str], object]] = {
        "x": lambda _: None,
        "s": unescaped,
        "b": "1".__eq__,
        "e": lambda code: ERRORS.get(int(code), f"Err:{code}"),
        "d": lambda serial: EPOCH + dt.timedelta(days=number(serial)),
        "c": lambda amount: Decimal(str(round(number(amount), 4))),
        "n": number,
    }
    return read[kind](content)


def rows(text: str) -> list[list[object]]:
    return [[cell(part) for part in line.split("\t")] for line in text.split("\n")]


def com(value: object) -> object:
    return ERROR_CODES[value] if isinstance(value, str) and value in ERROR_CODES else value


def argument(text: str) -> object:
    """Return one argument as xlwings gets it: a range with its values, a value, rows, MISSING, or None.

    None is given where the wrapper leaves a place for the range of the formula.
    """
    kind, content = text[:1], text[1:]
    if kind == "m":
        return MISSING
    if kind == "o":
        return None
    if kind == "v":
        return com(cell(content))
    values = (
        [[com(value) for value in row] for row in rows(content.partition("\n")[2])] if kind == "r" else []
    )
    if kind == "r":
        sheet, _, address = content.partition("\n")[0].partition("\t")
        return _range(values, unescaped(sheet), address)
    return tuple(tuple(row) for row in rows(content))


def _range(values: list[list[object]], sheet: str, address: str) -> Range:
    return range_of(values, address, sheet, "t.xlsm")


def result(values: object) -> str:
    """Return what CallUDF gave, as text for LibreOffice."""
    table = values if isinstance(values, list) else [[values]]
    if not isinstance(table[0], list):
        table = [table]
    return "\n".join("\t".join(map(_cell, row)) for row in table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return f"b{int(value)}"
    if isinstance(value, dt.datetime):
        return f"d{(value.replace(tzinfo=None) - EPOCH) / dt.timedelta(days=1)!r}"
    if isinstance(value, int | float):
        return f"n{value!r}"
    return f"s{escaped(str(value))}"
