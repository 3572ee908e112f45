"""Values to the rest of a ``<c …`` element: a plain cell, or a formula with its cached value."""

import re
from xml.sax.saxutils import escape

from xlperf.expressions import ErrorValue, Value

LONGEST_TEXT = 32767
"""The most UTF-16 units that a cell takes; longer texts are cut."""

_FORBIDDEN = "\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"
_ILLEGAL = re.compile(f"\r\n?|[{_FORBIDDEN}]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile("[&<>_]")


def legal_text(text: str) -> str:
    """``text`` with line feeds only, without characters that XML forbids, no longer than a cell."""
    text = _ILLEGAL.sub(lambda match: "\n" if match[0][0] == "\r" else "", text)
    if len(text) * 2 > LONGEST_TEXT:
        text = text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
    return text


def is_simple(text: str) -> bool:
    """Whether ``text`` (no longer than a cell) can be written in XML as it is, on one line."""
    return text.isprintable() and not _SPECIAL.search(text)


def simple_cell(text: str) -> str:
    """Everything after the style of a cell that holds a simple text."""
    return f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _text(text: str) -> str:
    if len(text) <= LONGEST_TEXT // 2 and is_simple(text):
        return text
    return escape(_ESCAPE_LIKE.sub("_x005F_", legal_text(text)))


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


def plain_cell(value: Value) -> str:
    """Everything after the style of a cell that holds ``value`` itself; "" is an empty cell.

    Text stays text, whatever it looks like: a leading "=" makes no formula.
    """
    if type(value) is float:
        return f"><v>{_number(value)}</v></c>"
    if value is None or value == "":
        return "/>"
    if type(value) is str:
        return simple_cell(_text(value))
    return _rare_cell("", value)


def formula_cell(formula: str, value: Value) -> str:
    """Everything after the style of a cell with ``formula`` (an ``<f>`` element) that gives ``value``."""
    if type(value) is float:
        return f">{formula}<v>{_number(value)}</v></c>"
    if value is None:
        return f' t="str">{formula}<v></v></c>'
    if type(value) is str:
        return f' t="str">{formula}<v>{_text(value)}</v></c>'
    return _rare_cell(formula, value)


def _rare_cell(formula: str, value: Value) -> str:
    if isinstance(value, ErrorValue):
        return f' t="e">{formula}<v>{value}</v></c>'
    if isinstance(value, bool):
        return f' t="b">{formula}<v>{value:d}</v></c>'
    raise TypeError(f"no cell value: {value!r}")
