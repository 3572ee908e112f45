"""A Grid and its declared sheet → rows of cells under declared heads; what is odd about heads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from openpyxl.utils import get_column_letter

from xlperf.core.errors import InputError
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.ledgers.grids import Grid, Plain
from xlperf.ledgers.heads import nearest
from xlperf.ledgers.layout import LedgerLayout, SheetLayout

_HEADER_WITHIN = 10
_BETWEEN = "·"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row that is not blank: its sheet row number and its cells by declared head."""

    number: int
    cells: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """A recognised sheet. ``letters`` and ``units`` (money unit or "") are by declared head."""

    layout: SheetLayout
    name: str
    letters: Mapping[str, str]
    units: Mapping[str, str]
    rows: tuple[LedgerRow, ...]

    def address(self, head: str, number: int) -> str:
        """A1 address of a cell; column A where the sheet has no such column."""
        return f"{self.letters.get(head, 'A')}{number}"


def recognise(
    grids: list[Grid], layout: LedgerLayout, file: str
) -> tuple[dict[str, LedgerTable], list[Finding]]:
    """The declared sheets among ``grids``, with findings on sheets and heads.

    Raises InputError when there is no sheet of units, or it has no unit codes: nothing can then
    be told apart.
    """
    tables: dict[str, LedgerTable] = {}
    findings: list[Finding] = []
    for grid in grids:
        head = layout.headings.read(grid.name)
        if head.key in tables:
            first = tables[head.key].name
            findings.append(finding("L106", Location(file, grid.name), first=first))
        elif head.key in layout.sheets:
            tables[head.key] = _Mapper(grid, layout, head.key, head.unit, file, findings).table()
        elif grid.rows and head.key != layout.headings.read(layout.guide_sheet).key:
            meant = guess(nearest(head.key, layout.sheets))
            findings.append(finding("L104", Location(file, grid.name), table=grid.name, guess=meant))
    _require_units(tables, grids, layout, file)
    if not all(grid.shows_errors for grid in grids):
        findings.append(finding("L107", Location(file)))
    missing = [name for name in layout.sheets if name not in tables]
    findings += [finding("L101", Location(file), table=name) for name in missing]
    return tables, findings


def _require_units(
    tables: Mapping[str, LedgerTable], grids: list[Grid], layout: LedgerLayout, file: str
) -> None:
    units = next(sheet for sheet in layout.sheets.values() if sheet.row == "unit")
    key = units.head_of("unit")
    if units.name not in tables:
        found = "、".join(grid.name.strip() for grid in grids) or "没有任何工作表"
        others = "、".join(name for name in layout.sheets if name != units.name)
        raise InputError(f"“{file}”不是台账：需要工作表“{units.name}”（以及{others}），现有：{found}。")
    table = tables[units.name]
    if key not in table.letters:
        raise InputError(f"“{file}”的工作表“{table.name}”没有列“{key}”，无法分辨各单位，请对照台账模板补上。")
    if not table.rows:
        raise InputError(f"“{file}”的工作表“{table.name}”里一个单位也没有，没有可填的内容。")


def guess(name: str) -> str:
    """The words that offer ``name`` as what was meant; "" for no name."""
    return f"（是否为“{name}”）" if name else ""


def _joined(above: Sequence[Plain], below: Sequence[Plain]) -> list[Plain]:
    """Two rows of heads as one; a head above stands over the columns up to the next one."""
    over: Plain = None
    heads: list[Plain] = []
    for upper, lower in zip_longest(above, below):
        over = upper if upper is not None else over
        parts = (upper if lower is None else over, lower)
        heads.append(_BETWEEN.join(str(part) for part in parts if part is not None) or None)
    return heads


class _Mapper:
    """Finds the header row of one grid and gives each column its declared head."""

    def __init__(
        self, grid: Grid, layout: LedgerLayout, name: str, unit: str, file: str, findings: list[Finding]
    ) -> None:
        self._grid = grid
        self._layout = layout
        self._sheet = layout.sheets[name]
        self._unit = unit
        self._file = file
        self._findings = findings
        self._known = self._known_heads()
        self._header, self._heads = self._find_heads()
        self._columns: dict[int, str] = {}
        self._units: dict[str, str] = {}

    def table(self) -> LedgerTable:
        self._map_columns()
        self._report_missing()
        return LedgerTable(
            layout=self._sheet,
            name=self._grid.name,
            letters={head: get_column_letter(index + 1) for index, head in self._columns.items()},
            units=self._units,
            rows=tuple(self._rows()),
        )

    def _known_heads(self) -> dict[str, str]:
        read = self._layout.headings.read
        known = {
            read(column.field.label).key: head for head, column in self._sheet.columns.items() if column.field
        }
        return known | {read(head).key: head for head in self._sheet.columns}

    def _find_heads(self) -> tuple[int, Sequence[Plain]]:
        """The (last) header row's index and the heads: two rows read as one where that tells more."""
        rows = self._grid.rows[: _HEADER_WITHIN + 1]
        single = list(enumerate(rows[:_HEADER_WITHIN]))
        double = [(index + 1, _joined(*pair)) for index, pair in enumerate(pairwise(rows))]
        return max([*single, *double], key=lambda found: self._recognised(found[1]), default=(0, ()))

    def _recognised(self, heads: Sequence[Plain]) -> int:
        read = self._layout.headings.read
        return sum(isinstance(cell, str) and read(cell).key in self._known for cell in heads)

    def _map_columns(self) -> None:
        for index, cell in enumerate(self._heads):
            if not isinstance(cell, str):
                continue
            found = self._layout.headings.read(cell)
            if found.key in self._layout.ignored:
                continue
            head = self._known.get(found.key)
            if head is None:
                meant = self._known.get(nearest(found.key, self._known), "")
                self._report("L103", index, cell, guess=guess(meant))
            elif head in self._columns.values():
                self._report("L105", index, head)
            else:
                self._columns[index] = head
                self._note_unit(index, head, found.unit or self._unit)

    def _note_unit(self, index: int, head: str, unit: str) -> None:
        if unit and self._layout.is_amount(self._sheet.columns[head]) and unit != self._layout.base_unit:
            self._units[head] = unit
            self._report("L122", index, head, given=unit)

    def _report_missing(self) -> None:
        missing = set(self._sheet.columns) - set(self._columns.values())
        keys = missing.intersection(self._sheet.keys)
        for head, column in self._sheet.columns.items():
            if head in (keys or missing) and not (column.optional or column.computed):
                self._report("L102", 0, head)

    def _report(self, code: str, index: int, head: str, **context: str) -> None:
        cell = f"{get_column_letter(index + 1)}{self._header + 1}"
        location = Location(self._file, self._grid.name, cell, field=head, label=head)
        self._findings.append(finding(code, location, head=head, **context))

    def _rows(self) -> Iterator[LedgerRow]:
        if not set(self._sheet.keys) <= set(self._columns.values()):
            return
        for number, row in enumerate(self._grid.rows[self._header + 1 :], self._header + 2):
            cells = {head: row[index] for index, head in self._columns.items() if index < len(row)}
            if any(cell is not None for cell in cells.values()):
                yield LedgerRow(number, cells)
