"""Functions of text, and the number formats of TEXT that the forms print.

Positions and lengths count characters from 1.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from xlperf.expressions.functions.function_registry import ArgumentKind, FunctionRegistry
from xlperf.expressions.tokens import Mistake
from xlperf.expressions.tree import Node, Text
from xlperf.expressions.value_types import (
    LONGEST_TEXT,
    ErrorValue,
    Fault,
    Scalar,
    number,
    number_of_text,
    parts_of,
    text,
)

TextFormat = Callable[[float], str]

_CONTEXT = Context(prec=800)
_WORDING = r'(?:"[^"]*"|[^\x00-\x7f]|[ ()+/:-])*'
_NUMBER = re.compile(rf"({_WORDING}+)(#,##0|#*0*)(?:\.(0*)(#*))?(%?)({_WORDING})")
_LONGEST_FORMAT = 255
_DATE_CODES = {"yyyy", "yy", "mm", "m", "dd", "d"}
_DATE_PIECE = re.compile(r'(y+|m+|d+)|("[^"]*"|[^\x00-\x7f]|[ ./-])')


@lru_cache(maxsize=256)
def text_format(form: str) -> TextFormat | None:
    """Return the function that prints numbers in ``form``, or None when the format is not supported."""
    return None if len(form) > _LONGEST_FORMAT else _number_format(form) or _date_format(form)


def _number_format(form: str) -> TextFormat | None:
    match = _NUMBER.fullmatch(form)
    if match is None:
        return None
    before, whole, zeros, optional, percent, after = match.groups()
    if not whole and not zeros and not optional:
        return None
    opening, closing = before.replace('"', ""), percent + after.replace('"', "")
    least_digits = whole.count("0")
    least, most = len(zeros or ""), len(zeros or "") + len(optional or "")
    point = "." if zeros is not None else ""
    scale = 2 if percent else 0

    def write(value: float) -> str:
        """The number in this format."""
        exact = (
            Decimal(f"{value:.15g}").scaleb(scale).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP, _CONTEXT)
        )
        integer, _, decimals = f"{exact.copy_abs():f}".partition(".")
        integer = integer.lstrip("0").rjust(least_digits, "0")
        if "," in whole:
            integer = f"{int(integer):,}"
        decimals = decimals[:least] + decimals[least:].rstrip("0")
        return f"{'-' if exact < 0 else ''}{opening}{integer}{point}{decimals}{closing}"

    return write


def _date_format(form: str) -> TextFormat | None:
    pieces = _DATE_PIECE.findall(form)
    codes = {code for code, _ in pieces if code}
    if "".join(code + wording for code, wording in pieces) != form or not codes or codes - _DATE_CODES:
        return None

    def write(value: float) -> str:
        """The date in this format; #VALUE! (Fault) for a number that is no date."""
        parts = parts_of(value)
        if parts is None:
            raise Fault(ErrorValue.VALUE)
        year, month, day = parts
        known = {
            "yyyy": f"{year:04}",
            "yy": f"{year % 100:02}",
            "mm": f"{month:02}",
            "m": str(month),
            "dd": f"{day:02}",
            "d": str(day),
        }
        return "".join(known[code] if code else wording.strip('"') for code, wording in pieces)

    return write


FUNCTIONS: FunctionRegistry = FunctionRegistry()
_N, _T = ArgumentKind.NUMBER, ArgumentKind.TEXT


def _count(value: float, least: int = 0) -> int:
    if value < least:
        raise Fault(ErrorValue.VALUE)
    return int(value)


@FUNCTIONS.excel("LEN", _T, result=_N)
def length(string: str) -> float:
    """The number of characters."""
    return float(len(string))


@FUNCTIONS.excel("TRIM", _T, result=_T)
def trim(string: str) -> str:
    """The text without spaces at its ends, single ones between words; wide spaces stay."""
    stripped = string.strip(" ")
    return re.sub(" +", " ", stripped) if "  " in stripped else stripped


@FUNCTIONS.excel("LEFT", _T, optional=(_N,), result=_T)
def left(string: str, count: float = 1.0) -> str:
    """The first characters, 1 by default."""
    return string[: _count(count)]


@FUNCTIONS.excel("RIGHT", _T, optional=(_N,), result=_T)
def right(string: str, count: float = 1.0) -> str:
    """The last characters, 1 by default."""
    return string[max(len(string) - _count(count), 0) :]


@FUNCTIONS.excel("MID", _T, _N, _N, result=_T)
def middle(string: str, start: float, count: float) -> str:
    """Some characters from a position on."""
    first = _count(start, 1) - 1
    return string[first : first + _count(count)]


@FUNCTIONS.excel("FIND", _T, _T, optional=(_N,), result=_N)
def find(sought: str, string: str, start: float = 1.0) -> float:
    """The position of a text in another, case regarded; #VALUE! where it is not."""
    place = string.find(sought, _count(start, 1) - 1)
    if place < 0:
        raise Fault(ErrorValue.VALUE)
    return place + 1.0


@FUNCTIONS.excel("SUBSTITUTE", _T, _T, _T, optional=(_N,), result=_T)
def substitute(string: str, old: str, new: str, instance: float | None = None) -> str:
    """The text with all occurrences replaced, or only the one numbered by the fourth argument."""
    if instance is None:
        return string.replace(old, new) if old else string
    pieces = string.split(old) if old else [string]
    nth = _count(instance, 1)
    if nth >= len(pieces):
        return string
    return old.join(pieces[:nth]) + new + old.join(pieces[nth:])


@FUNCTIONS.excel("EXACT", _T, _T, result=ArgumentKind.LOGICAL)
def exact(first: str, second: str) -> bool:
    """Whether two texts are equal, case regarded."""
    return first == second


@FUNCTIONS.excel("REPT", _T, _N, result=_T)
def repeat(string: str, times: float) -> str:
    """The text repeated."""
    if len(string) * _count(times) > LONGEST_TEXT:
        raise Fault(ErrorValue.VALUE)
    return string * int(times)


@FUNCTIONS.excel("CHAR", _N, result=_T)
def character(code: float) -> str:
    """The character of a code from 1 to 127, such as CHAR(10); #VALUE! above, where systems differ."""
    if not 1 <= code < 128:
        raise Fault(ErrorValue.VALUE)
    return chr(int(code))


@FUNCTIONS.excel("UPPER", _T, result=_T)
def upper(string: str) -> str:
    """The text in capitals."""
    return string.upper()


@FUNCTIONS.excel("VALUE", ArgumentKind.SCALAR, result=_N)
def value_of(value: Scalar) -> float:
    """The number that a text spells."""
    if isinstance(value, bool):
        raise Fault(ErrorValue.VALUE)
    return number_of_text(value) if isinstance(value, str) else number(value)


def _unknown_format(arguments: tuple[Node, ...]) -> tuple[int, Mistake] | None:
    form = arguments[1]
    if isinstance(form, Text) and text_format(form.value) is None:
        return 1, Mistake("unknown_format", form=form.value)
    return None


@FUNCTIONS.excel("TEXT", ArgumentKind.SCALAR, _T, result=_T, refusal=_unknown_format)
def formatted(value: Scalar, form: str) -> str:
    """The value printed in a number format."""
    if isinstance(value, bool):
        return text(value)
    if isinstance(value, str):
        try:
            value = number_of_text(value)
        except Fault:
            return str(value)
    write: TextFormat | None = text_format(form)
    if write is None:
        raise Fault(ErrorValue.VALUE)
    return write(number(value))
