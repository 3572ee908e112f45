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


class ExpressionError(XlperfError):
    """A formula cannot be read.

    ``text`` is the formula, ``position`` the 0-based offset of the offending character (the length of
    the text when something is missing at its end), ``why`` a Chinese sentence for its author.
    """

    def __init__(self, text: str, position: int, why: str) -> None:
        super().__init__(f"公式“{text}”第 {position + 1} 个字符：{why}")
        self.text = text
        self.position = position
        self.why = why


QUALIFIER = "!"
LONGEST_NAME = 255
TRUTH_VALUES = ("TRUE", "FALSE")
_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}", re.ASCII)
_ROW_COLUMN = re.compile(r"[Rr][0-9]*([Cc][0-9]*)?|[Cc][0-9]*", re.ASCII)


def name_problem(name: str) -> str | None:
    """Say in Chinese why ``name`` cannot be used in a formula, or return None when it can.

    ``name`` may be qualified once (``alias!name``); both halves obey the same rule.
    """
    halves = name.split(QUALIFIER)
    if len(halves) > 2:
        return f"“{name}”里只能有一个“!”"
    return next((why for half in halves if (why := _id_problem(half))), None)


def _id_problem(name: str) -> str | None:
    if "$" in name or ":" in name or _CELL.fullmatch(name) or _ROW_COLUMN.fullmatch(name):
        return f"“{name}”会被 Excel 当作单元格地址，请改用字段名"
    if not name.replace(".", "_").isidentifier() or name.startswith("."):
        return f"“{name}”不是字段名：只能用汉字、字母、数字、“_”和“.”，不以数字开头，标点用半角"
    if name.upper() in TRUTH_VALUES:
        return f"“{name}”是逻辑值，不能作字段名"
    if len(name) > LONGEST_NAME:
        return f"字段名超过 {LONGEST_NAME} 个字符"
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

    NUMBER = "数"
    TEXT = "文本"
    CONSTANT = "常量"
    NAME = "字段名"
    FUNCTION = "函数"
    OPEN = "左括号"
    CLOSE = "右括号"
    COMMA = "逗号"
    PREFIX = "正负号"
    INFIX = "运算符"
    PERCENT = "百分号"
    END = "公式结尾"


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
        raise ExpressionError(text, text.index("="), "公式开头不写“=”")
    try:
        tokens = Tokenizer(f"={text}").items
    except (TokenizerError, IndexError) as error:
        raise ExpressionError(text, len(text), "引号或括号没有配对，或含有无法识别的符号") from error
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
        raise ExpressionError(text, position, f"公式里不能用“{token.value}”")
    if kind is LexemeKind.NAME and token.value.upper() in TRUTH_VALUES:
        kind = LexemeKind.CONSTANT
    value = token.value[:-1] if kind is LexemeKind.FUNCTION else token.value
    return Lexeme(kind, value, position)
