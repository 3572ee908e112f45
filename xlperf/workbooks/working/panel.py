"""The add-in's part of 校验: one array formula that lists findings, shown in the columns of the list above.

The array fills hidden columns, so that the cells people see keep the widths and links of the list; where
the add-in is missing it is empty, and a note says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from xlperf.core.errors import DeclarationError
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.native_formulas import literal
from xlperf.declarations.source import Json, text_of, texts_of
from xlperf.declarations.worksheet_functions import Function
from xlperf.declarations.worksheet_functions import declared as functions
from xlperf.workbooks.working.cases import HelperColumn, check_columns
from xlperf.workbooks.working.check_lines import column_number, letter, severity_colours
from xlperf.workbooks.working.directory_sheet import HEADING, ROW, TALL
from xlperf.workbooks.working.helper_plan import PlannedCell, PlannedRow, SheetInstance, area, prefix

_LINK = ("fix", "verdict")
"""From which to which column the link at the top of the sheet reaches."""
_TITLE, _NOTE, _HEADING = 1, 2, 3
"""Rows after the first, which is empty. The array begins in the row of the headings, as it brings its own."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel of ``profile`` and ``sites``, whose first row (an empty one) is ``start``."""

    profile: Profile
    sites: Sequence[SheetInstance]
    start: int

    @property
    def widths(self) -> tuple[float, ...]:
        """Of the hidden columns after those of the list."""
        return (_HIDDEN_WIDTH,) * len(_roles())

    @property
    def hidden(self) -> frozenset[int]:
        """The columns of the array, from 1."""
        return frozenset(range(_first_column(), _first_column() + len(_roles())))

    @property
    def merges(self) -> tuple[str, ...]:
        """The link at the top, title and note."""
        left, right = map(letter, _LINK)
        rows = (self.start + _TITLE, self.start + _NOTE)
        return (f"{left}{_LINK_ROW}:{right}{_LINK_ROW}", *(f"A{row}:{right}{row}" for row in rows))

    @property
    def conditions(self) -> Iterator[tuple[str, str, str]]:
        """A colour for the findings of each severity, as in the list."""
        return severity_colours(range(self._top + 1, self._bottom + 1))

    def link(self) -> PlannedCell:
        """The cell at the top of the sheet that leads here."""
        texts = _texts()["link"]
        formula = f'HYPERLINK("#A{self.start + _TITLE}",{self._either(texts)})'
        return PlannedCell(column_number(_LINK[0]), _STYLES["link"], texts["missing"], formula)

    def rows(self) -> Iterator[PlannedRow]:
        """The rows from ``start`` on."""
        texts = _texts()
        yield PlannedRow(ROW, ())
        yield PlannedRow(HEADING, (PlannedCell(1, "section", texts["title"]),))
        yield PlannedRow(TALL, (PlannedCell(1, "note", texts["missing"], self._either(texts)),))
        shown = {_NUMBER, *_roles()}
        headings = (column.heading if role in shown else "" for role, column in _visible().items())
        cells = (PlannedCell(at, "heading", text) for at, text in enumerate(headings, 1))
        yield PlannedRow(HEADING, (*cells, *self._array(self._top)))
        for row in range(self._top + 1, self._bottom + 1):
            yield PlannedRow(texts["height"], (*self._shown(row), *self._array(row)))

    @property
    def _top(self) -> int:
        """The first row of the array."""
        return self.start + _HEADING

    @property
    def _bottom(self) -> int:
        return self._top + int(_texts()["rows"])

    def _either(self, texts: Json) -> str:
        """One text where the add-in is missing, another where it has answered, one for too many sheets."""
        if not self._fits:
            return literal(texts["beyond"])
        answer = f"{_letter(0)}{self._top}"
        before, _, after = texts["present"].partition("{answer}")
        parts = (literal(before), answer, *([literal(after)] if after else ()))
        return f'IF({answer}="",{literal(texts["missing"])},{"&".join(parts)})'

    def _array(self, row: int) -> Iterator[PlannedCell]:
        last = len(_roles()) - 1
        block = f"{_letter(0)}{self._top}:{_letter(last)}{self._bottom}"
        for number in range(last + 1):
            formula = self._call() if (row, number) == (self._top, 0) else ""
            yield PlannedCell(_first_column() + number, _STYLES["text"], "", formula, area=block)

    @property
    def _fits(self) -> bool:
        """Whether the function takes as many ranges as there are sheets."""
        (areas,) = (argument for argument in _function().arguments if argument.shape == "areas")
        return len(self.sites) <= areas.most

    def _call(self) -> str:
        if not self._fits:
            return literal("")
        areas = (area(prefix(site, self.sites)) for site in self.sites)
        arguments = ",".join((literal(self.profile.id), *areas))
        return f'IFERROR({_function().name}({arguments}),"")'

    def _shown(self, row: int) -> Iterator[PlannedCell]:
        """What people see of a row of the array."""
        found = {role: f"${_letter(number)}{row}" for number, role in enumerate(_roles())}
        where_found = f'IF({found["code"]}="",{{otherwise}},{{text}})'
        first = f"${_letter(0)}{row}"
        special = {
            _NUMBER: where_found.format(otherwise='""', text=row - self._top),
            "cell": where_found.format(otherwise='""', text=_linked(found["sheet"], found["cell"])),
            "message": where_found.format(
                otherwise=f'IF({first}="","",{literal(_texts()["more"])})', text=found["message"]
            ),
        }
        for number, (role, column) in enumerate(_visible().items(), 1):
            if role in found or role in special:
                formula = special.get(role) or where_found.format(otherwise='""', text=f'{found[role]}&""')
                yield PlannedCell(number, _STYLES.get(column.style, _STYLES["center"]), "", formula)


_HIDDEN_WIDTH = 9.0
_LINK_ROW = 3
_NUMBER = "number"
_STYLES = {"text": "found_text", "center": "found_center", "link": "found_link"}
"""Looks of the list → those without borders, as rows may stay empty."""


def _texts() -> Json:
    texts: Json = texts_of("working")["check"]["panel"]
    return texts


def _function() -> Function:
    name = _texts()["function"]
    if name not in functions().functions:
        raise DeclarationError(
            "working.json：check.panel.function", text_of("working", "errors", "no_function", name=name)
        )
    return functions().functions[name]


def _roles() -> list[str]:
    """What the columns of the array are, as columns of the list."""
    return [column["shows"] for column in _function().options["columns"]]


def _visible() -> Mapping[str, HelperColumn]:
    return {role: column for role, column in check_columns().items() if not column.hidden}


def _linked(sheet: str, cell: str) -> str:
    """The address of a cell as a link; a finding about a whole sheet has none."""
    return f'IF({cell}="","",HYPERLINK("#\'"&{sheet}&"\'!"&{cell},{cell}))'


def _first_column() -> int:
    return len(check_columns()) + 1


def _letter(number: int) -> str:
    """The letter of the ``number``-th column of the array, from 0."""
    return get_column_letter(_first_column() + number)
