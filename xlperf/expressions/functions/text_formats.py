"""Number formats of TEXT: those the forms print, as functions from a number to its text."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from xlperf.expressions.calendar import parts_of
from xlperf.expressions.value_types import ErrorValue, Fault

TextFormat = Callable[[float], str]

_CONTEXT = Context(prec=800)
_WORDING = r'(?:"[^"]*"|[^\x00-\x7f]|[ ()+/:-])*'
_NUMBER = re.compile(rf"({_WORDING})(#,##0|#*0*)(?:\.(0*)(#*))?(%?)({_WORDING})")
_DATE_CODES = {"yyyy", "yy", "mm", "m", "dd", "d"}
_DATE_PIECE = re.compile(r'(y+|m+|d+)|("[^"]*"|[^\x00-\x7f]|[ ./-])')


@lru_cache(maxsize=256)
def text_format(form: str) -> TextFormat | None:
    """Return the function that prints numbers in ``form``, or None when the format is not supported."""
    return _number_format(form) or _date_format(form)


def _number_format(form: str) -> TextFormat | None:
    match = _NUMBER.fullmatch(form)
    if match is None:
        return None
    before, whole, zeros, optional, percent, after = match.groups()
    if not whole and not zeros and not optional:
        return None
    head, tail = before.replace('"', ""), percent + after.replace('"', "")
    least_digits = whole.count("0")
    least, most = len(zeros or ""), len(zeros or "") + len(optional or "")
    point = "." if zeros is not None else ""
    scale = 2 if percent else 0

    def write(value: float) -> str:
        exact = (
            Decimal(f"{value:.15g}").scaleb(scale).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP, _CONTEXT)
        )
        integer, _, decimals = f"{exact.copy_abs():f}".partition(".")
        integer = integer.lstrip("0").rjust(least_digits, "0")
        if "," in whole:
            integer = f"{int(integer):,}"
        decimals = decimals[:least] + decimals[least:].rstrip("0")
        return f"{'-' if exact < 0 else ''}{head}{integer}{point}{decimals}{tail}"

    return write


def _date_format(form: str) -> TextFormat | None:
    pieces = _DATE_PIECE.findall(form)
    codes = {code for code, _ in pieces if code}
    if "".join(code + wording for code, wording in pieces) != form or not codes or codes - _DATE_CODES:
        return None

    def write(value: float) -> str:
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
