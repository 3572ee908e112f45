"""Which ledger cell a value of a record came from, worked out when somebody asks."""

from collections.abc import Iterator, MutableMapping

from xlperf.declarations.records import Provenance
from xlperf.ledgers.tables import LedgerTable

Key = str | tuple[str, int, str]


class LedgerProvenance(MutableMapping[Key, Provenance]):
    """Like a dict from field id, or (table, row, column), to Provenance; filled at its first use.

    ``add_fields`` and ``add_row`` say which rows of which tables went into the record.
    """

    __slots__ = ("_alias", "_found", "_parts")

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._parts: list[tuple[LedgerTable, int, int]] = []
        self._found: dict[Key, Provenance] | None = None

    def add_fields(self, table: LedgerTable, index: int) -> None:
        """The row at ``index`` of ``table`` gave values to fields of the record."""
        self._parts.append((table, index, -1))

    def add_row(self, table: LedgerTable, index: int, row: int) -> None:
        """The row at ``index`` of ``table`` became the row ``row`` of the record's table."""
        self._parts.append((table, index, row))

    def __getitem__(self, key: Key) -> Provenance:
        return self._dict()[key]

    def __setitem__(self, key: Key, value: Provenance) -> None:
        self._dict()[key] = value

    def __delitem__(self, key: Key) -> None:
        del self._dict()[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._dict())

    def __len__(self) -> int:
        return len(self._dict())

    def _dict(self) -> dict[Key, Provenance]:
        if self._found is None:
            self._found = {}
            for table, index, row in self._parts:
                self._found |= dict(self._of_row(table, index, row))
        return self._found

    def _of_row(self, table: LedgerTable, index: int, row: int) -> Iterator[tuple[Key, Provenance]]:
        for head, column in table.layout.columns.items():
            cell = table.column(head)[index]
            if cell is None and not column.fallback:
                continue
            origin = Provenance(table.name, table.address(head, index), cell)
            for alias, name in column.targets:
                if row >= 0:
                    yield (table.layout.table, row, name), origin
                elif alias == self._alias:
                    yield name, origin
