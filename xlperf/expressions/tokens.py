"""The text of a formula to its lexemes, by openpyxl's tokenizer, and the names it may use.

A name is a field or column id, alone or as ``alias!id``; an id must also be legal as an Excel defined name,
so that a formula reads the same everywhere. A mistake is raised with the text and the place in it.
"""

import re
import sys
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.errors import XlperfError


class Mistake:
    """What is wrong with a formula or a name.

    ``code`` is the key of its text in schemas/expressions.json, ``values`` fill the holes of that text.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        self.code = code
        self.values = values


class ExpressionError(XlperfError):
    """A formula cannot be read.

    ``text`` is the formula, ``position`` the 0-based offset of the offending character (the length of
    the text when something is missing at its end).
    """

    def __init__(self, text: str, position: int, mistake: Mistake) -> None:
        super().__init__(f"{text!r}, {position}: {mistake.code}")
        self.text = text
        self.position = position
        self.mistake = mistake


QUALIFIER = "!"
LONGEST_NAME = 255
TRUTH_VALUES = ("TRUE", "FALSE")
_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}", re.ASCII)
_ROW_COLUMN = re.compile(r"[Rr][0-9]*([Cc][0-9]*)?|[Cc][0-9]*", re.ASCII)


def name_problem(name: str) -> Mistake | None:
    """Why ``name`` cannot be used in a formula, None when it can.

    ``name`` may be qualified once (``alias!name``); both halves obey the same rule.
    """
    halves = name.split(QUALIFIER)
    if len(halves) > 2:
        return Mistake("two_qualifiers", name=name)
    return next((why for half in halves if (why := _id_problem(half))), None)


def _id_problem(name: str) -> Mistake | None:
    if "$" in name or ":" in name or _CELL.fullmatch(name) or _ROW_COLUMN.fullmatch(name):
        return Mistake("like_a_cell", name=name)
    if not name.replace(".", "_").isidentifier() or name.startswith("."):
        return Mistake("no_name", name=name)
    if name.upper() in TRUTH_VALUES:
        return Mistake("truth_value", name=name)
    if len(name) > LONGEST_NAME:
        return Mistake("long_name", most=LONGEST_NAME)
    return None


def _tokenizer() -> tuple[type, type, type]:
    """openpyxl's tokenizer, without the rest of openpyxl, numpy and lxml, which its package imports.

    The file of the tokenizer needs only ``re``. Where openpyxl is loaded, or its files are not to be
    found, it is imported as usual.
    """
    name = "openpyxl.formula.tokenizer"
    found = find_spec("openpyxl")
    folders = (found.submodule_search_locations or ()) if found else ()
    files = [Path(folder) / "formula" / "tokenizer.py" for folder in folders]
    spec = spec_from_file_location("xlperf_openpyxl_tokenizer", files[0]) if files else None
    if "openpyxl" in sys.modules or spec is None or spec.loader is None or not files[0].is_file():
        module = import_module(name)
    else:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    return module.Token, module.Tokenizer, module.TokenizerError


if TYPE_CHECKING:
    from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
else:
    Token, Tokenizer, TokenizerError = _tokenizer()


class LexemeKind(Enum):
    """What a lexeme is to the parser."""

    NUMBER = "number"
    TEXT = "text"
    CONSTANT = "constant"
    NAME = "name"
    FUNCTION = "function"
    OPEN = "open"
    CLOSE = "close"
    COMMA = "comma"
    PREFIX = "prefix"
    INFIX = "infix"
    PERCENT = "percent"
    END = "end"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a formula: ``text`` as written (of a function its name), ``position`` 0-based."""

    kind: LexemeKind
    text: str
    position: int


_KINDS = {
    (Token.OPERAND, Token.NUMBER): LexemeKind.NUMBER,
    (Token.OPERAND, Token.TEXT): LexemeKind.TEXT,
    (Token.OPERAND, Token.LOGICAL): LexemeKind.CONSTANT,
    (Token.OPERAND, Token.ERROR): LexemeKind.CONSTANT,
    (Token.OPERAND, Token.RANGE): LexemeKind.NAME,
    (Token.FUNC, Token.OPEN): LexemeKind.FUNCTION,
    (Token.FUNC, Token.CLOSE): LexemeKind.CLOSE,
    (Token.PAREN, Token.OPEN): LexemeKind.OPEN,
    (Token.PAREN, Token.CLOSE): LexemeKind.CLOSE,
    (Token.SEP, Token.ARG): LexemeKind.COMMA,
    (Token.OP_PRE, ""): LexemeKind.PREFIX,
    (Token.OP_IN, ""): LexemeKind.INFIX,
    (Token.OP_POST, ""): LexemeKind.PERCENT,
}


def tokenize(text: str) -> list[Lexeme]:
    """Cut a formula (without a leading "=") into lexemes, an END last; blanks between them are dropped.

    Raises ExpressionError for what cannot be cut, and for array constants and structured references.
    """
    if text.lstrip().startswith("="):
        raise ExpressionError(text, text.index("="), Mistake("equals_sign"))
    try:
        tokens = Tokenizer(f"={text}").items
    except (TokenizerError, IndexError) as error:
        raise ExpressionError(text, len(text), Mistake("not_cut")) from error
    lexemes = []
    position = 0
    for token in tokens:
        if token.type == Token.WSPACE:
            continue
        position += len(text[position:]) - len(text[position:].lstrip(" \n"))
        lexemes.append(_lexeme(text, token, position))
        position += len(token.value)
    lexemes.append(Lexeme(LexemeKind.END, "", len(text)))
    return lexemes


def calls(text: str) -> list[str]:
    """The functions that a formula of Excel (without "=") calls, as written, each with its bracket.

    Nothing for a text that cannot be cut into lexemes.
    """
    try:
        tokens = Tokenizer(f"={text}").items
    except TokenizerError:
        return []
    return [token.value for token in tokens if token.type == Token.FUNC and token.subtype == Token.OPEN]


def _lexeme(text: str, token: Token, position: int) -> Lexeme:
    kind = _KINDS.get((token.type, token.subtype))
    if kind is None or (kind is LexemeKind.INFIX and token.value == ","):
        raise ExpressionError(text, position, Mistake("no_token", token=token.value))
    if kind is LexemeKind.NAME and token.value.upper() in TRUTH_VALUES:
        kind = LexemeKind.CONSTANT
    value = token.value[:-1] if kind is LexemeKind.FUNCTION else token.value
    return Lexeme(kind, value, position)
