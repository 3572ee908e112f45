"""The add-in's part of 校验: one array formula that lists findings, shown in the columns of the list above.

The array fills hidden columns, so that the cells people see keep the widths and links of the list; where
the add-in is missing it is empty, and a note says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from xlperf.forms import Profile, Severity
from xlperf.forms.source import Json
from xlperf.workbook.formulas import literal
from xlperf.working.declared import check_columns, declared
from xlperf.working.directory import HEAD, ROW, TALL
from xlperf.working.lines import letter
from xlperf.working.model import PlannedCell, PlannedRow, Site
from xlperf.working.naming import area, prefix

_LINK = ("message", "basis")
"""From which to which column the link in the head of the sheet reaches."""
_BLANK, _TITLE, _NOTE, _HEADING = range(4)
_ABOVE = _HEADING + 1
"""Rows before the first finding."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel of ``profile`` and ``sites``, whose first row (an empty one) is ``start``."""

    profile: Profile
    sites: Sequence[Site]
    start: int

    @property
    def widths(self) -> tuple[float, ...]:
        """Of the hidden columns after those of the list."""
        return (_HIDDEN_WIDTH,) * len(_texts()["columns"])

    @property
    def hidden(self) -> frozenset[int]:
        """The columns of the array, from 1."""
        return frozenset(range(_first_column(), _first_column() + len(_texts()["columns"])))

    @property
    def merges(self) -> tuple[str, ...]:
        """The link in the head, title and note."""
        left, right = map(letter, _LINK)
        rows = (self.start + _TITLE, self.start + _NOTE)
        return (f"{left}{_LINK_ROW}:{right}{_LINK_ROW}", *(f"A{row}:{right}{row}" for row in rows))

    @property
    def conditions(self) -> Iterator[tuple[str, str, str]]:
        """A colour for the findings of each severity, as in the list."""
        first, last = self._first, self._last
        for one in Severity:
            told = f'${letter("severity")}{first}="{one.value}"'
            yield f"A{first}:{letter(_LINK[1])}{last}", told, one.value

    def link(self) -> PlannedCell:
        """The cell in the head of the sheet that leads here."""
        texts = _texts()["link"]
        shown = self._either(texts)
        formula = f'HYPERLINK("#A{self.start + _TITLE}",{shown})'
        return PlannedCell(_number(_LINK[0]), _STYLES["link"], texts["missing"], formula)

    def rows(self) -> Iterator[PlannedRow]:
        """The rows from ``start`` on."""
        texts, columns = _texts(), check_columns()
        yield PlannedRow(ROW, ())
        yield PlannedRow(HEAD, (PlannedCell(1, "section", texts["title"]),))
        yield PlannedRow(TALL, (PlannedCell(1, "note", texts["missing"], self._either(texts)),))
        shown = {_NUMBER, *texts["columns"]}
        headings = (one.heading if role in shown else "" for role, one in columns.items() if not one.hidden)
        yield PlannedRow(HEAD, tuple(PlannedCell(at, "heading", text) for at, text in enumerate(headings, 1)))
        for row in range(self._first, self._last + 1):
            yield PlannedRow(texts["height"], tuple(self._cells(row)))

    @property
    def _first(self) -> int:
        return self.start + _ABOVE

    @property
    def _last(self) -> int:
        return self._first + int(_texts()["rows"]) - 1

    def _either(self, texts: Json) -> str:
        """One text where the add-in is missing, another where it has answered."""
        return f'IF({_letter(0)}{self._first}="",{literal(texts["missing"])},{literal(texts["present"])})'

    def _cells(self, row: int) -> Iterator[PlannedCell]:
        roles = _texts()["columns"]
        source = {role: f"${_letter(number)}{row}" for number, role in enumerate(roles)}
        for number, (role, column) in enumerate(check_columns().items(), 1):
            if role in source or role == _NUMBER:
                style = _STYLES.get(column.style, _STYLES["center"])
                yield PlannedCell(number, style, "", self._shown(role, source, row))
        block = f"{_letter(0)}{self._first}:{_letter(len(roles) - 1)}{self._last}"
        for number in range(len(roles)):
            formula = self._call() if (row, number) == (self._first, 0) else ""
            yield PlannedCell(_first_column() + number, _STYLES["text"], "", formula, area=block)

    def _shown(self, role: str, source: dict[str, str], row: int) -> str:
        if role == _NUMBER:
            return f'IF({source["code"]}="","",{row - self._first + 1})'
        if role == "cell":
            place = f'HYPERLINK("#\'"&{source["sheet"]}&"\'!"&{source[role]},{source[role]})'
            return f'IF({source[role]}="","",{place})'
        return f'IF({source[role]}="","",{source[role]})'

    def _call(self) -> str:
        areas = (area(prefix(site, self.sites)) for site in self.sites)
        arguments = ",".join((literal(self.profile.id), *areas))
        return f'IFERROR({_texts()["function"]}({arguments}),"")'


_HIDDEN_WIDTH = 9.0
_LINK_ROW = 3
_NUMBER = "number"
_STYLES = {"text": "found_text", "center": "found_center", "link": "found_link"}
"""Looks of the list → those without borders, as rows may stay empty."""


def _texts() -> Json:
    texts: Json = declared().check["panel"]
    return texts


def _number(role: str) -> int:
    return list(check_columns()).index(role) + 1


def _first_column() -> int:
    return len(check_columns()) + 1


def _letter(number: int) -> str:
    """The letter of the ``number``-th column of the array, from 0."""
    return get_column_letter(_first_column() + number)
