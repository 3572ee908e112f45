"""Recognised tables → drafts of units: every row goes to its unit and project, or is reported."""

from collections.abc import Iterator, Mapping

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.declarations.records import Record
from xlperf.ledgers.heads import nearest
from xlperf.ledgers.rows import Context, RowReader
from xlperf.ledgers.tables import LedgerTable, guess
from xlperf.ledgers.units import UnitDraft


class Assembler:
    """Reads the tables of one ledger; ``drafts`` are the units by code, in ledger order."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen: dict[tuple[str, ...], int] = {}
        self.drafts: dict[str, UnitDraft] = {}

    def read(self, tables: Mapping[str, LedgerTable]) -> None:
        """Read all tables: units before what refers to them, projects before their rows."""
        readers = {"unit": self._units, "fields": self._fields, "record": self._projects, "table": self._rows}
        for kind, reader in readers.items():
            for name in self._context.layout.sheets:
                if name in tables and tables[name].layout.row == kind:
                    reader(tables[name])
        for table in tables.values():
            self._report_absent(table)

    def _units(self, table: LedgerTable) -> None:
        for row in self._readers(table):
            code = row.required_code("unit")
            if code and self._is_new(row, code):
                draft = self.drafts[code] = UnitDraft.start(row.unit_row(code), self._context.profile)
                row.fill_unit(draft)

    def _fields(self, table: LedgerTable) -> None:
        for row, draft in self._placed(table):
            if self._is_new(row, draft.row.code):
                row.fill_unit(draft)

    def _projects(self, table: LedgerTable) -> None:
        for row, draft in self._placed(table):
            number = row.required_code("project")
            if number and self._is_new(row, draft.row.code, number):
                row.row_key = number
                row.fill_record(draft, draft.add_project(number, table.layout.form))

    def _rows(self, table: LedgerTable) -> None:
        for row, draft in self._placed(table):
            record = self._owner(row, draft)
            if record is not None:
                row.append_row(draft, record)

    def _owner(self, row: RowReader, draft: UnitDraft) -> Record | None:
        layout = row.table.layout
        number = row.code("project")
        if number is None:
            return None
        if not number:
            return draft.singles[layout.form]
        if number not in draft.projects:
            row.report("L113", layout.head_of("project"), number, guess=guess(_like(number, draft.projects)))
        return draft.projects.get(number)

    def _readers(self, table: LedgerTable) -> Iterator[RowReader]:
        rows = (RowReader(self._context, table, row) for row in table.rows)
        return (row for row in rows if not row.is_total())

    def _placed(self, table: LedgerTable) -> Iterator[tuple[RowReader, UnitDraft]]:
        for row in self._readers(table):
            code = row.required_code("unit")
            if code in self.drafts:
                draft = self.drafts[code]
                draft.sheets.add(table.layout.name)
                row.unit = draft.row
                yield row, draft
            elif code:
                meant = guess(_like(code, self.drafts))
                row.report("L112", table.layout.head_of("unit"), code, guess=meant)

    def _is_new(self, row: RowReader, *key: str) -> bool:
        first = self._seen.setdefault((row.table.layout.name, *key), row.number)
        if first != row.number:
            words = "、".join(key)
            row.report("L111", row.table.layout.keys[-1], words, key=words, first=first)
        return first == row.number

    def _report_absent(self, table: LedgerTable) -> None:
        if not table.layout.expected or not table.rows:
            return
        for draft in self.drafts.values():
            if table.layout.name not in draft.sheets:
                unit = draft.row
                place = Location(self._context.file, table.name, unit_code=unit.code, unit_name=unit.name)
                context = {"unit": unit.name or unit.code, "table": table.name}
                self._context.findings.append(finding("L114", place, **context))


def _like(code: str, known: Mapping[str, object]) -> str:
    """The known code that ``code`` was probably meant to be: equal without leading zeros, or alike."""
    bare = code.lstrip("0")
    return next((other for other in known if other.lstrip("0") == bare), "") or nearest(code, known)
