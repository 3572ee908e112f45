"""Formulas → which still work when only some sheets are kept, and the names they need."""

import re
from collections.abc import Collection, Iterator, Sequence

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from xlperf.declarations.worksheet_functions import addin_function
from xlperf.ooxml.parts import DefinedName

_ELSEWHERE = ("[", "_xll.", "#REF!")
"""Marks of what an upload copy does not have: other files and tables, add-ins, lost cells."""
_QUALIFIED = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")


class References:
    """The defined names of a workbook of which only the sheets ``titles`` stay.

    ``used`` collects the names that the formulas accepted by ``works`` need.
    """

    def __init__(self, names: Sequence[DefinedName], titles: Collection[str]) -> None:
        self._names = {(name.sheet.casefold(), name.name.casefold()): name for name in names}
        self._titles = {title.casefold() for title in titles}
        self.used: set[DefinedName] = set()

    def works(self, formula: str, sheet: str) -> bool:
        """Whether a formula (without "=") of a cell of ``sheet`` gives the same when the others go."""
        found: set[DefinedName] = set()
        if not self._works_with(formula, sheet, found):
            return False
        self.used |= found
        return True

    def _works_with(self, formula: str, sheet: str, found: set[DefinedName]) -> bool:
        try:
            operands = list(_operands(formula))
        except TokenizerError:
            return False
        return all(self._is_here(operand, sheet, found) for operand in operands)

    def _is_here(self, operand: str, sheet: str, found: set[DefinedName]) -> bool:
        if any(mark in operand for mark in _ELSEWHERE) or addin_function(operand):
            return False
        qualified = _QUALIFIED.fullmatch(operand)
        if qualified:
            sheet, operand = (qualified[1] or qualified[2]).replace("''", "'"), qualified[3]
            if sheet.casefold() not in self._titles:
                return False
        for word in operand.casefold().split(":"):
            name = self._names.get((sheet.casefold(), word)) or self._names.get(("", word))
            if name is None or name in found:
                continue
            found.add(name)
            if not self._works_with(name.text, sheet, found):
                return False
        return True


def _operands(formula: str) -> Iterator[str]:
    """References, names and called functions; a function of another file is written ``'file'!f(``."""
    for token in Tokenizer(f"={formula}").items:
        if token.type == Token.OPERAND and token.subtype in (Token.RANGE, Token.ERROR):
            yield token.value
        elif token.type == Token.FUNC and token.subtype == Token.OPEN:
            yield token.value.removesuffix("(")
