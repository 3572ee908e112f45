"""How far the defined name of a table column reaches → the rows of the table that sums leave out.

A row inserted at the edge of a block, not in its midst, lies outside the names that formulas speak of.
"""

from xlperf.declarations.model import Field
from xlperf.intake.filing_reader import SheetReading
from xlperf.intake.trust import area_of
from xlperf.intake.xlsx_reader import Book


def rows_left_out(book: Book, sheet: SheetReading, field: Field) -> list[int]:
    """The sheet rows with values of a column that ``field`` reads by a name that does not reach them."""
    names = book.names_on(sheet.sheet.name)
    left_out: set[int] = set()
    for at, found in sheet.record.provenance.items():
        name = "" if isinstance(at, str) else f"{at[0]}_{at[2]}"
        if name and found.raw is not None and name in field.formula_text:
            reach, row = area_of(names.get(name, "")), area_of(found.cell)
            if reach and row and not reach[0] <= row[0] <= reach[2]:
                left_out.add(row[0])
    return sorted(left_out)
