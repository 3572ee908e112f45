"""Where the lines of a roll-up lie on the sheets → the addresses and formulas of their figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from xlperf.expressions import native
from xlperf.finishing.rollup.layout import Columns, load_rollup, texts

IS_NUMBER = '">-1E+300"'
"""The criterion that every number meets and no text."""


@dataclass(frozen=True, slots=True)
class LinePlaces:
    """Where lines lie: rows ``first`` to ``last``, and for each column its sheet and letter."""

    columns: Columns
    first: int
    last: int
    letters: Mapping[str, tuple[str, str]]

    def cell(self, column: str, row: int) -> str:
        """The address of a value."""
        sheet, letter = self.letters[column]
        return f"{quoted(sheet)}!{letter}{row}"

    def area(self, column: str) -> str:
        """The address of all values of a column."""
        sheet, letter = self.letters[column]
        return f"{quoted(sheet)}!${letter}${self.first}:${letter}${self.last}"

    def line_formula(self, column: str, row: int) -> str:
        """The formula of a computed value of one line."""
        return self._native(column, lambda name: self.cell(name, row))

    def total_formula(self, column: str) -> str:
        """The sum of a column; of a rate, the rate of the sums over the lines that have all its parts."""
        if not self.columns.is_rate(column):
            return f"SUM({self.area(column)})"
        parts = self.columns.parts(column)

        def summed(name: str) -> str:
            """The sum of one part."""
            others = [f"{self.area(part)},{IS_NUMBER}" for part in parts if part != name]
            area = self.area(name)
            return f"SUMIFS({area},{','.join(others)})" if others else f"SUM({area})"

        return self._native(column, summed)

    def mean_formula(self, column: str) -> str:
        """The mean of the numbers of a column, nothing where there are none."""
        area = self.area(column)
        return f'IF(COUNT({area})=0,"",AVERAGE({area}))'

    def counted_formula(self, column: str) -> str:
        """How many lines are in the total of a column."""
        if not self.columns.is_rate(column):
            return f"COUNT({self.area(column)})"
        return (
            f"COUNTIFS({','.join(f'{self.area(part)},{IS_NUMBER}' for part in self.columns.parts(column))})"
        )

    def doubtful_formula(self, column: str) -> str:
        """How many lines have a doubt in a column."""
        start = texts()["doubtful"].partition("{")[0]
        parts, counts = self.columns.parts(column), []
        for number, part in enumerate(parts):
            others = [f',{self.area(other)},"<>{start}*"' for other in parts[:number]]
            counts.append(f'COUNTIFS({self.area(part)},"{start}*"{"".join(others)})')
        return "+".join(counts)

    def _native(self, column: str, locate: Any) -> str:
        formula, fields = self.columns.fields[column].formula, self.columns.fields
        assert formula is not None
        given = load_rollup().parameters
        return native(formula, lambda name: locate(name) if name in fields else f'"{given[name]}"')


def quoted(sheet: str) -> str:
    """A sheet's name as formulas have it."""
    escaped = sheet.replace("'", "''")
    return f"'{escaped}'"


def place_of(sheet: str, row: int, column: int = 1) -> str:
    """A place in the workbook, for links."""
    return f"{quoted(sheet)}!{get_column_letter(column)}{row}"


def width_of(kind: str) -> float:
    """How wide a column of some type is."""
    return float(texts()["widths"][kind])
