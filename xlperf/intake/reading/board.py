"""A region while it is read: which cells are still free, which are labels, what was found so far."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.form_readings import Account, FormReading, PageValue, Plain, Role, reason
from xlperf.intake.reading.lexicon import Label, Lexicon
from xlperf.intake.reading.recognition import figure_of, is_dash
from xlperf.intake.reading.regions import Region
from xlperf.intake.reading.texts import Number, PrintedFigure, flat, neat, squeeze, tidy, times

_ONE_LINE = 40

_LONGEST_FIGURE = 12
"""Letters of a text that may be written in place of a number."""


@dataclass(slots=True, eq=False)
class Draft:
    """A form on its way: ``found`` are all values by path, several where the page has several.

    ``closed``: its row of totals was read, so that no table below continues it. ``bare_rates`` are paths
    of rates printed without a percent sign. ``totals`` are numbers of a row of totals under two columns,
    ``loose_totals`` several numbers behind 总分 without any headings.
    """

    form: FormReading
    found: dict[str, list[PageValue]] = field(default_factory=dict)
    closed: bool = False
    bare_rates: set[str] = field(default_factory=set)
    totals: list[PageValue] = field(default_factory=list)
    loose_totals: list[PageValue] = field(default_factory=list)

    def put(self, path: str, value: PageValue) -> None:
        """Add a value of a field."""
        self.found.setdefault(path, []).append(value)


class Board:
    """One region of one form."""

    def __init__(
        self, region: Region, draft: Draft, account: Account, lex: Lexicon, context: Sequence[PageCell] = ()
    ) -> None:
        """``context``: the labels next to the cell in which a nested table lies."""
        self.region, self.draft, self.form = region, draft, draft.form
        self.account, self.lex, self.context = account, lex, context
        self.cells = region.cells
        self.free = {id(cell): cell for cell in self.cells if account.role(cell) is None}
        self.labels: dict[int, Label] = {}
        self._label_rows: dict[int, list[int]] = defaultdict(list)
        self.scope: dict[int, int] = {}
        """Heading → the last row that it governs."""
        self.row_labels: set[int] = set()
        """Labels that are rows of a money table by their place."""
        self.parts: set[int] = set()
        """Headings that say of which part of the heading above them their values are."""
        self.wholes: set[int] = set()
        """The headings above those: a figure right below one is of no part that anybody knows."""
        self.band_rows: list[int] = []
        self.row_names: dict[str, PageCell] = {}
        self.unknown: list[str] = []
        self.empty = self._empty_columns()
        self.row_units: dict[int, str] = {}
        """Row → the unit printed in a column of units."""
        self.side_cells: set[int] = set()
        """Cells of number and unit columns, which are next to row labels and name nothing."""
        self.side_columns: set[int] = set()
        """The columns under headings of numbers and units: blank cells there lie between nothing."""

    def _empty_columns(self) -> set[int]:
        """Columns in which no cell begins or ends: a label and its value may have them between."""
        edges = {edge for cell in self.cells for edge in (cell.c0, cell.c1)}
        return set(range(self.region.c0, self.region.c1 + 1)) - edges

    # ------------------------------------------------------------------ roles
    def is_free(self, cell: PageCell) -> bool:
        """Whether the cell has no role yet."""
        return id(cell) in self.free

    def is_heading(self, cell: PageCell) -> bool:
        """Whether the cell is a heading of a table."""
        return self.account.role(cell) is Role.HEADING

    def label_of(self, cell: PageCell) -> Label | None:
        """What the cell means where it has been found to be a label."""
        return self.labels.get(id(cell))

    def read(self, cell: PageCell) -> Label:
        """What the text of any cell may mean."""
        return self.lex.label(cell.text)

    def take(self, cell: PageCell, role: Role, why: str = "") -> None:
        """End a cell."""
        self.account.end(self.region.page, cell, role, why)
        self.free.pop(id(cell), None)

    def unused(self, cell: PageCell, why: str, **filled: object) -> None:
        """End a cell that feeds nothing, with the reason declared as ``why``."""
        self.take(cell, Role.UNUSED, reason(why, **filled))

    def misread(self, cell: PageCell, path: str, label: str = "") -> None:
        """End a cell under the labels of a number that holds something else.

        A short text is what somebody wrote for the number; a long one belongs to no number.
        """
        if len(cell.text) <= _LONGEST_FIGURE:
            self.form.misread.setdefault(path, cell)
        self.unused(cell, "not_number", label=label or path)

    def reject(self, cell: PageCell, why: str, **filled: object) -> None:
        """Make a cell unused that was taken for a label or a value."""
        self.labels.pop(id(cell), None)
        self.take(cell, Role.UNUSED)
        self.account.change(cell, Role.UNUSED, reason(why, **filled))

    def be(self, cell: PageCell, role: Role = Role.LABEL, label: Label | None = None) -> None:
        """End a cell as a label or heading that others are read by."""
        self.take(cell, role)
        if id(cell) not in self.labels:
            for column in range(cell.c0, min(cell.c1, self.region.c1) + 1):
                for row in range(cell.r0, min(cell.r1, self.region.r1) + 1):
                    insort(self._label_rows[column], row)
        self.labels[id(cell)] = label or self.read(cell)

    def label_row_above(self, row: int, first: int, last: int) -> int:
        """The nearest row above ``row`` in which there may be a label over these columns, else -1."""
        listed = (self._label_rows[column] for column in range(first, last + 1) if column in self._label_rows)
        return max((rows[at - 1] for rows in listed if (at := bisect_left(rows, row))), default=-1)

    def promote(self, cell: PageCell) -> None:
        """Make a label a heading."""
        self.be(cell, Role.HEADING)
        self.account.change(cell, Role.HEADING)

    @cached_property
    def has_other_grants(self) -> bool:
        """Whether the form has a row of government funds next to the general public budget."""
        return any(label.of("group_row") == names.GOVERNMENT_FUNDS for label in self.labels.values())

    @cached_property
    def has_groups(self) -> bool:
        """Whether anything on the form is printed as 按…分."""
        return any(self.read(cell).of("group") for cell in self.cells)

    @cached_property
    def has_years(self) -> bool:
        """Whether headings of amounts name their years, so that one without a year is not this year's."""
        top = min(self.band_rows, default=self.region.r1 + 1) - 1
        texts = (self.read(cell) for cell in self.cells if cell.r0 >= top)
        return any(text.year and text.of("year", "year_column") for text in texts)

    @cached_property
    def has_nameless_row(self) -> bool:
        """Whether nothing is left of several amounts, so that nobody knows which funds they are."""
        return any(map(self._is_nameless_below, self.band_rows))

    def _is_nameless_below(self, top: int) -> bool:
        headings = [cell for cell in self.region.row(top) if self.is_heading(cell)]
        last = max((self.scope.get(id(heading), top) for heading in headings), default=top)
        lines = (self.region.row(row)[:2] for row in range(top + 1, last + 1))
        return any(len(line) > 1 and all(cell.number is not None for cell in line) for line in lines)

    def unknown_headings(self) -> list[str]:
        """The headings and row labels that mean something nobody has declared."""
        return [
            label.printed
            for cell in self.cells
            if (label := self.labels.get(id(cell))) and not label.means and label.core
            if self.is_heading(cell) or id(cell) in self.row_labels
        ]

    def dash(self, cell: PageCell) -> bool:
        """Whether the cell says that there is nothing."""
        return is_dash(self.lex, cell.text)

    def no_amount(self, cell: PageCell) -> bool:
        """Whether the cell says, in place of a number, that there is none."""
        return self.dash(cell) or short(cell) in self.lex.no_amount

    def nothing(self, cell: PageCell, path: str = "") -> None:
        """End a dash: it is read, and its field is empty."""
        self.take(cell, Role.VALUE, reason("empty"))
        if path:
            self.form.empty.setdefault(path, tidy(cell.text))

    # ------------------------------------------------------------------ values
    def put(self, path: str, value: PageValue) -> None:
        """Record a value of a field and end its cell."""
        if value.cell is not None:
            self.take(value.cell, Role.VALUE)
            entry = self.account.entries[id(value.cell)]
            entry.paths = (*entry.paths, path)
            entry.labels, entry.headings = value.labels, value.headings
        self.draft.put(path, value)

    def figure(self, cell: PageCell) -> PrintedFigure | None:
        """The figure that the cell shows."""
        return figure_of(self.lex, cell)

    def money(
        self, shown: PrintedFigure, labels: Sequence[Label], row_unit: str = ""
    ) -> tuple[Number, tuple[str, ...], str]:
        """(amount in 万元, notes, doubt) of a figure; its unit is behind it, in a label or on the form."""
        units = self.lex.money
        unit = shown.unit if shown.unit in units else ""
        unit = unit or row_unit or next((label.unit for label in labels if label.unit in units), "")
        unit = unit or next(
            (self.read(cell).unit for cell in self.context if self.read(cell).unit in units), ""
        )
        unit, doubt = unit or self._unit_of_page, ""
        if not unit:
            unit, doubt = names.MONEY_UNIT, reason("no_unit")
        notes = () if unit == names.MONEY_UNIT else (reason("from_unit", unit=unit),)
        return times(shown.number, units[unit]), notes, doubt

    @cached_property
    def _unit_of_page(self) -> str:
        """The money unit of figures that have none of their own: of the block, else of the form, else of the
        rows; "" for none. That of a column is the column's alone, but for 万元, which needs none.
        """
        labels = self.labels.values()
        of_rows, of_columns = (
            {label.unit for label in labels if label.of(*kinds)}
            for kinds in (("row", "sum"), ("money_column", "year_column"))
        )
        for printed in (self.block_units, {self.form.unit}, of_rows, of_columns & {names.MONEY_UNIT}):
            units = printed & self.lex.money.keys()
            if len(units) == 1:
                return units.pop()
        return ""

    @cached_property
    def block_units(self) -> set[str]:
        """The units printed in labels of blocks; those in the corners of tables of amounts are added."""
        return {label.unit for label in self.labels.values() if label.of("block") and label.unit}

    def is_of_another_year(self, label: Label) -> bool:
        """Whether a heading of amounts is of another year than the form, whose official names are not its."""
        return bool(label.relative or (label.year and self.form.year and label.year != self.form.year))

    def text(self, cell: PageCell) -> str | None:
        """The text of a cell on one line, None for a dash."""
        shown = flat(cell.text)
        return None if not shown or self.dash(cell) else shown


def points(shown: PrintedFigure) -> Number:
    """Points: 25% of 100 is 25."""
    return neat(shown.number * 100 if shown.percent else shown.number)


def seen(
    cell: PageCell, plain: Plain, labels: Sequence[Label] = (), headings: Sequence[Label] = ()
) -> PageValue:
    """A value read from a cell by these labels and headings."""
    return PageValue(
        plain,
        cell,
        cell.text,
        labels=tuple(label.printed for label in labels),
        headings=tuple(label.printed for label in headings),
        decimals=cell.decimals,
        notes=cell.notes,
    )


def prose(text: str) -> str:
    """A text value: short ones on one line, long ones as they are printed."""
    return flat(text) if len(text) < _ONE_LINE else tidy(text)


def short(cell: PageCell) -> str:
    """The text of a cell without blanks, half width."""
    return squeeze(cell.text)
