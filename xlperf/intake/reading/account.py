"""What became of every non-empty cell of a file: each ends as exactly one role, or unused with a reason."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from xlperf.declarations.source import text_of, texts_of
from xlperf.intake.page import Cell, Document, Page


def reason(name: str, **filled: object) -> str:
    """The sentence declared as ``name`` with its braces filled."""
    return text_of("reading", "reasons", name, **filled)


def expected_fields(kind: str) -> Sequence[str]:
    """The fields that every form of a kind has, besides those of its money table."""
    fields: Sequence[str] = texts_of("reading")["forms"][kind]
    return fields


class Role(StrEnum):
    """What a cell is."""

    TITLE = "title"
    LABEL = "label"
    HEADING = "heading"
    VALUE = "value"
    TEMPLATE = "template"
    NOTE = "note"
    SIGNATURE = "signature"
    UNUSED = "unused"


@dataclass(slots=True)
class Entry:
    """The end of one cell: its role, the reason, the fields that it feeds (more than one only where the
    cell holds several labels with their values), the labels and headings that were seen next to it."""

    page: Page
    cell: Cell
    role: Role
    reason: str = ""
    paths: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()

    @property
    def is_filled_in(self) -> bool:
        """Whether the cell holds what a unit fills in."""
        return self.role in (Role.VALUE, Role.SIGNATURE)


@dataclass(slots=True)
class Account:
    """Entries by cell."""

    entries: dict[int, Entry] = field(default_factory=dict)

    def end(self, page: Page, cell: Cell, role: Role, reason: str = "") -> Entry:
        """Record the role of a cell; a role once given stays, only what was unused may be given one."""
        entry = self.entries.get(id(cell))
        if entry is None:
            entry = self.entries[id(cell)] = Entry(page, cell, role, reason)
        elif entry.role is Role.UNUSED:
            entry.role, entry.reason = role, reason
        return entry

    def change(self, cell: Cell, role: Role, reason: str = "") -> None:
        """Give a cell that has ended another role: a value that arithmetic does not take is unused."""
        entry = self.entries[id(cell)]
        entry.role, entry.reason = role, reason
        if role is Role.UNUSED:
            entry.paths = ()

    def role(self, cell: Cell) -> Role | None:
        """The role of a cell so far."""
        entry = self.entries.get(id(cell))
        return entry.role if entry else None

    def unused(self) -> Iterator[Entry]:
        """The cells that fed nothing, in the order of the pages."""
        return (entry for entry in self.entries.values() if entry.role is Role.UNUSED)

    def counts(self) -> dict[str, int]:
        """How many cells ended as what."""
        found = Counter(entry.role for entry in self.entries.values())
        return {role.value: found[role] for role in Role}


def violations(document: Document, account: Account, fed: Sequence[tuple[str, Cell, str]]) -> list[str]:
    """What breaks the account, for tests: a cell without an entry, or one that feeds two fields.

    ``fed`` are (path, cell, part of its text) of all values; the parts of a cell that holds several labels
    differ.
    """
    broken = [
        f"{page.name} {cell.place}: no entry"
        for page in (*document.pages, *document.asides)
        for cell in page.filled()
        if id(cell) not in account.entries
    ]
    seen: dict[tuple[int, str], str] = {}
    for path, cell, part in fed:
        before = seen.setdefault((id(cell), part), path)
        if before != path:
            broken.append(f"{cell.place}: feeds {before} and {path}")
    return broken
