"""The sheets of a workbook → the defined names under which helper sheets read them.

A plan speaks of names only, so that it fits tables of other sizes; what they refer to goes with each unit.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from openpyxl.utils import get_column_letter, quote_sheetname

from xlperf.core.errors import DeclarationError
from xlperf.declarations.form_layout import Placement, absolute, place
from xlperf.declarations.model import Profile
from xlperf.declarations.source import texts_of
from xlperf.workbooks.working.helper_plan import SheetInstance
from xlperf.workbooks.working.table_sizes import spare


def prefix(site: SheetInstance, sites: Sequence[SheetInstance]) -> str:
    """The prefix of the names of ``site`` alone, with its number among the sheets of its form."""
    alike = [sheet.number for sheet in sites if sheet.form.alias == site.form.alias]
    start: str = texts_of("working")["names"]["sheet"].format(
        form=site.form.alias, number=alike.index(site.number) + 1
    )
    return start


def sheet_prefix(title: str) -> str:
    """``'title'!`` before an address."""
    return f"{quote_sheetname(title)}!"


def above(start: str, table: str) -> str:
    """The name of a cell in the row above a table of the sheet whose names begin with ``start``."""
    return _RESERVED + start + str(texts_of("working")["names"]["above"]).format(table=table)


def below(start: str, table: str) -> str:
    """The name of a cell in the row below a table."""
    return _RESERVED + start + str(texts_of("working")["names"]["below"]).format(table=table)


def area(start: str) -> str:
    """The name of a whole sheet with some rows to spare."""
    return f"{_RESERVED}{start}{texts_of('working')['names']['area']}"


_RESERVED = "_xlperf."
"""The prefix of names that are no fields: of cells that hold texts of the form."""


class UsedNames:
    """The names that ``formulas`` of helper sheets use of the sheets ``sites``.

    Raises DeclarationError where one is a name of the forms as well.
    """

    def __init__(self, profile: Profile, sites: Sequence[SheetInstance], formulas: Iterable[str]) -> None:
        starts = [prefix(site, sites) for site in sites]
        name = re.compile(rf"(?:{re.escape(_RESERVED)})?(?:{'|'.join(map(re.escape, starts))})[\w.]+")
        self._used = {found for text in formulas for found in name.findall(text)}
        taken = {name for form in profile.single_forms() for name in place(form).names()}
        if clash := min(self._used & taken, default=""):
            raise DeclarationError("working.json：names", f"“{clash}”已经是表样的名称，请换一种叫法")

    def of(self, sites: Sequence[SheetInstance]) -> Mapping[str, str]:
        """The names and their absolute references, with sheets of these table sizes."""
        found = {}
        for site in sites:
            start, sheet = prefix(site, sites), sheet_prefix(site.title)
            for name, area in _areas(site.placement, start):
                if name in self._used:
                    found[name] = sheet + area
        return found


def _areas(placement: Placement, start: str) -> Iterator[tuple[str, str]]:
    """Every field and column, the surroundings of tables and the whole, as references on the own sheet."""
    width = get_column_letter(len(placement.form.columns))
    yield area(start), f"$A$1:${width}${placement.last_row + spare()}"
    yield from ((f"{start}{field}", absolute(address)) for field, address in placement.fields.items())
    for (table, column), letter in placement.columns.items():
        first, last = placement.spans[table]
        yield f"{start}{table}_{column}", f"${letter}${first}:${letter}${last}"
    for table, (first, last) in placement.spans.items():
        letter = next(letter for (own, _), letter in placement.columns.items() if own == table)
        yield above(start, table), f"${letter}${first - 1}"
        yield below(start, table), f"${letter}${last + 1}"
