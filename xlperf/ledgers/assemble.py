"""Tables of a ledger → drafts of units: every row goes to its unit and project, or is reported."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Record
from xlperf.expressions import Value
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.grids import fault, shown
from xlperf.ledgers.joining import Roster, SheetJoin, like_code
from xlperf.ledgers.layout import LedgerLayout
from xlperf.ledgers.reports import Reporter
from xlperf.ledgers.tables import LedgerTable, guess
from xlperf.ledgers.units import UnitDraft, UnitRow, came_from
from xlperf.ledgers.values import ColumnValues, lost_digits, read_code
from xlperf.notation.text import is_short_form

Placed = dict[int, UnitDraft]


class Assembler:
    """Places the rows of one ledger; ``drafts`` are the units by code, in ledger order."""

    def __init__(self, layout: LedgerLayout, profile: Profile, reporter: Reporter, answers: Answers) -> None:
        self._layout, self._profile, self._reporter = layout, profile, reporter
        self._answers = answers
        self._seen: dict[tuple[str, ...], tuple[LedgerTable, int]] = {}
        self._roster = Roster((), answers)
        self.drafts: dict[str, UnitDraft] = {}
        self.joins: list[SheetJoin] = []

    def units(self, table: LedgerTable) -> Placed:
        """Start a draft for each unit in the list of units; the rows by place."""
        name_head, department = (table.layout.head_of(role) for role in ("name", "department"))
        placed: Placed = {}
        blank: list[int] = []
        for index, code in enumerate(self._codes(table, "unit")):
            if code == "":
                blank.append(index)
            elif code and self._earlier(table, index, code):
                placed[index] = self.drafts[code]
            elif code:
                row = UnitRow(code, table.words(name_head, index), table.words(department, index))
                self.drafts[code] = placed[index] = UnitDraft.start(row, self._profile)
                if name_head in table.letters and table.column(name_head)[index] is None:
                    self._reporter.cell("L116", table, index, name_head, unit=row)
        self._report_blank(table, blank, "unit")
        self._roster = Roster((draft.row for draft in self.drafts.values()), self._answers)
        return placed

    def report_namesakes(self) -> None:
        """Report units of one name under several codes."""
        for units in self._roster.namesakes():
            codes, place = "、".join(unit.code for unit in units), Location(self._reporter.file)
            found = finding("L136", place, units[0].name, codes=codes, count=len(units))
            self._reporter.findings.append(found)

    def place(self, table: LedgerTable) -> Placed:
        """The drafts that the rows of a detail sheet belong to, by place; what has none is reported."""
        join = SheetJoin(table.name, len(table.numbers), titles=table.titles)
        self.joins.append(join)
        placed: Placed = {}
        name_head = next((head for head in table.cells if head not in table.layout.columns), "")
        head = table.layout.head_of("unit")
        unknown: dict[str, list[int]] = defaultdict(list)
        strange: dict[tuple[UnitRow, str], list[int]] = defaultdict(list)
        cells, as_shown = table.column(head), table.shown.get(head, {})
        for index, given in enumerate(self._codes(table, "unit")):
            if given is None:
                continue
            code, name = self._roster.parted(given, table.words(name_head, index))
            is_number = isinstance(cells[index], float) and index not in as_shown
            unit, text = self._roster.find(code, name, is_number=is_number)
            if unit is None:
                (unknown[code or name] if code or name else join.unnamed).append(index)
                continue
            if code and name and unit.name and not is_short_form(name, unit.name):
                strange[unit, name].append(index)
                if self._roster.named(name):
                    continue
            placed[index] = self.drafts[unit.code]
            if text:
                join.other.setdefault((text, unit), []).append(table.numbers[index])
            else:
                join.exact += 1
        self._report_blank(table, join.unnamed, "unit")
        join.unnamed = [table.numbers[index] for index in join.unnamed]
        self._report_unknown(table, unknown, join, name_head)
        self._report_strange(table, strange, name_head)
        return self._kept(table, placed)

    def _kept(self, table: LedgerTable, placed: Placed) -> Placed:
        """The rows without those of units that an earlier sheet of the same kind has; they are reported."""
        sheet = table.layout.name
        doubled = [index for index, draft in placed.items() if table.after and sheet in draft.sheets]
        if doubled:
            units = {placed[index].row.code: placed[index].row for index in doubled}
            first = next(iter(units.values()))
            head, name = table.layout.head_of("unit"), first.name or first.code
            self._reporter.rows(
                "L106", table, doubled, head, first=table.after, count=len(units), unit_name=name
            )
        for index in doubled:
            del placed[index]
        for draft in {id(draft): draft for draft in placed.values()}.values():
            draft.sheets.add(sheet)
        return placed

    def _report_strange(
        self, table: LedgerTable, strange: Mapping[tuple[UnitRow, str], Sequence[int]], name_head: str
    ) -> None:
        """Rows whose code and name are not of one unit."""
        for (unit, name), indexes in strange.items():
            code, meant = "L135" if self._roster.named(name) else "L134", f"{unit.name}（{unit.code}）"
            self._reporter.rows(code, table, indexes, name_head, name, meant=meant, unit=unit)

    def _report_unknown(
        self, table: LedgerTable, unknown: Mapping[str, Sequence[int]], join: SheetJoin, name_head: str
    ) -> None:
        head = table.layout.head_of("unit")
        head = head if head in table.letters else name_head
        for text, indexes in unknown.items():
            likely = self._roster.likely(text)
            join.unjoined[text] = [table.numbers[index] for index in indexes], likely
            if self._answers.answer("units", text) == "":
                continue
            is_name = any(unit.name and not text.isascii() for unit in likely)
            meant = guess([unit.name if is_name else unit.code for unit in likely])
            self._reporter.rows("L112", table, indexes, head, text, guess=meant)
            if likely:
                self._answers.ask([unit.code for unit in likely], "units", text)

    def _report_blank(self, table: LedgerTable, blank: Sequence[int], role: str) -> None:
        if blank:
            self._reporter.rows("L110", table, blank, table.layout.head_of(role))

    def _report_differing(self, table: LedgerTable, differing: Mapping[str, Sequence[int]]) -> None:
        for head, indexes in differing.items():
            self._reporter.rows("L137", table, indexes, head)

    def _codes(
        self, table: LedgerTable, role: str, placed: Collection[int] | None = None
    ) -> list[str | None]:
        """The codes in the column with ``role``, "" when blank; None for a faulty cell, reported."""
        head = table.layout.head_of(role)
        cells = list(table.column(head))
        for index, text in table.shown.get(head, {}).items():
            cells[index] = text
        known = {cell: None if fault(cell) or lost_digits(cell) else read_code(cell) for cell in set(cells)}
        codes = [known[cell] for cell in cells]
        if None in known.values():
            for index, code in enumerate(codes):
                if code is None and (placed is None or index in placed):
                    self._reporter.cell("L117", table, index, head, shown(cells[index]))
        return codes

    def fill_units(self, table: LedgerTable, placed: Placed, columns: Sequence[ColumnValues]) -> None:
        """Write rows to the forms that a unit has once, and to what its projects share."""
        single = set(next(iter(placed.values())).singles) if placed else set()
        targets = [
            (alias, name, found.values, found.column.head)
            for found in columns
            for alias, name in found.column.targets
        ]
        differing: dict[str, list[int]] = defaultdict(list)
        for index, draft in placed.items():
            draft.note_row(table, index)
            refused = []
            for alias, name, values, head in targets:
                value = values[index]
                if value is not None:
                    is_single = alias in single
                    fields = draft.singles[alias].fields if is_single else draft.shared.setdefault(alias, {})
                    if not _agrees(fields, name, value):
                        refused.append(head)
            if earlier := self._earlier(table, index, draft.row.code):
                refused = self._reporter.repeated(table, index, earlier, refused, draft.row.code)
            for head in refused:
                differing[head].append(index)
        self._report_differing(table, differing)

    def fill_projects(self, table: LedgerTable, placed: Placed, columns: Sequence[ColumnValues]) -> None:
        """Write a record of the repeated form for each row."""
        blank: list[int] = []
        differing: dict[str, list[int]] = defaultdict(list)
        codes = self._codes(table, "project", placed)
        for index, draft in placed.items():
            number = codes[index]
            if number == "":
                blank.append(index)
            elif number:
                earlier = self._earlier(table, index, draft.row.code, number)
                record = draft.projects[number] if earlier else draft.add_project(number, table.layout.form)
                came_from(record).add_fields(table, index)
                defaults = {} if earlier else {"name": draft.row.name, "department": draft.row.department}
                row = _project_row(index, columns, defaults)
                if earlier:
                    refused = [head for name, value, head in row if not _agrees(record.fields, name, value)]
                    key = (draft.row.code, number)
                    for head in self._reporter.repeated(table, index, earlier, refused, *key):
                        differing[head].append(index)
                else:
                    record.fields.update({name: value for name, value, _ in row})
        self._report_blank(table, blank, "project")
        self._report_differing(table, differing)

    def fill_rows(self, table: LedgerTable, placed: Placed, columns: Sequence[ColumnValues]) -> None:
        """Add the rows of a table to the records that they belong to; rows without values are passed over."""
        names = [name for found in columns for _, name in found.column.targets]
        values = [found.values for found in columns for _ in found.column.targets]
        owners, at = self._owners(table, placed), table.layout.table
        last: Record | None = None
        for index, cells in enumerate(zip(*values, strict=True)):
            record = owners.get(index)
            row = {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}
            if record is None or not row:
                continue
            if record is not last:
                last, rows = record, record.tables.setdefault(at, [])
                sources = came_from(record).add_rows(table, len(rows))
            rows.append(row)
            sources.append(index)

    def _owners(self, table: LedgerTable, placed: Placed) -> Mapping[int, Record]:
        """The records that the rows belong to, by place; a project number that is none is reported."""
        head, form = table.layout.head_of("project"), table.layout.form
        if head not in table.cells:
            return {index: draft.singles[form] for index, draft in placed.items()}
        owners: dict[int, Record] = {}
        unknown: dict[tuple[str, str], list[int]] = defaultdict(list)
        codes = self._codes(table, "project", placed)
        doubtful = _between_projects(placed, codes)
        for rows in doubtful.values():
            self._reporter.rows("L145", table, rows, head, unit=placed[rows[0]].row)
        left_out = {index for rows in doubtful.values() for index in rows}
        for index, draft in placed.items():
            number = codes[index]
            if index in left_out:
                continue
            if number == "":
                owners[index] = draft.singles[form]
            elif number in draft.projects:
                owners[index] = draft.projects[number]
            elif number:
                unknown[draft.row.code, number].append(index)
        for (code, number), indexes in unknown.items():
            draft = self.drafts[code]
            meant = guess([like_code(number, draft.projects)])
            self._reporter.rows("L113", table, indexes, head, number, guess=meant, unit=draft.row)
        return owners

    def _earlier(self, table: LedgerTable, index: int, *key: str) -> tuple[LedgerTable, int] | None:
        """The table and place of an earlier row with the same ``key``."""
        scope = table.name if table.is_part else table.layout.name
        first = self._seen.setdefault((scope, *key), (table, index))
        return None if first[0] is table and first[1] == index else first

    def report_absent(self, table: LedgerTable) -> None:
        """Report the units without a row in a sheet where each is expected to have one."""
        if not table.layout.expected or not table.numbers:
            return
        for draft in self.drafts.values():
            if table.layout.name not in draft.sheets:
                unit = draft.row
                place = Location(self._reporter.file, table.name, unit_code=unit.code, unit_name=unit.name)
                context = {"unit": unit.name or unit.code, "table": table.name}
                self._reporter.findings.append(finding("L114", place, **context))


def _between_projects(placed: Placed, codes: Sequence[str | None]) -> dict[str, list[int]]:
    """By unit the rows without a project number after one with it, where others without it come before or
    between: only the first row of each project may have its number.
    """
    blank: dict[str, list[int]] = defaultdict(list)
    runs: dict[str, int] = defaultdict(int)
    last: dict[str, str | None] = {}
    for index, draft in sorted(placed.items()):
        unit, number = draft.row.code, codes[index]
        runs[unit] += number == "" and last.get(unit) != ""
        if number == "" and (last.get(unit) or blank[unit]):
            blank[unit].append(index)
        last[unit] = number
    return {unit: rows for unit, rows in blank.items() if rows and runs[unit] > 1}


def _project_row(
    index: int, columns: Sequence[ColumnValues], defaults: Mapping[str, str]
) -> list[tuple[str, Value, str]]:
    """Field, value and heading of what a row says of its project, ``defaults`` where it is blank."""
    row: list[tuple[str, Value, str]] = []
    for found in columns:
        value: Value = found.values[index]
        if value is None:
            value = defaults.get(found.column.fallback) or None
        if value is not None:
            row += [(name, value, found.column.head) for _, name in found.column.targets]
    return row


def _agrees(fields: dict[str, Value], name: str, value: Value) -> bool:
    """Put ``value`` where nothing was; False where another value was, and then neither counts."""
    if fields.setdefault(name, value) == value:
        return True
    fields[name] = None
    return False
