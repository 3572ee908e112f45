"""What a file says once it is read: forms, fields, indicator rows, and what became of every cell.

Each non-empty cell ends with exactly one role, or unused with a reason.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from xlperf.declarations.source import text_of
from xlperf.intake.page import BOX, Document, Page, PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.texts import Number

Plain = Number | str | None


def reason(name: str, **filled: object) -> str:
    """The sentence declared as ``name`` with its braces filled."""
    return text_of("reading", "reasons", name, **filled)


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
    cell: PageCell
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

    def end(self, page: Page, cell: PageCell, role: Role, reason: str = "") -> Entry:
        """Record the role of a cell; a role once given stays, only what was unused may be given one."""
        entry = self.entries.get(id(cell))
        if entry is None:
            entry = self.entries[id(cell)] = Entry(page, cell, role, reason)
        elif entry.role is Role.UNUSED:
            entry.role, entry.reason = role, reason
        return entry

    def change(self, cell: PageCell, role: Role, reason: str = "") -> None:
        """Give a cell that has ended another role: a value that arithmetic does not take is unused."""
        entry = self.entries[id(cell)]
        entry.role, entry.reason = role, reason
        if role is Role.UNUSED:
            entry.paths = ()

    def role(self, cell: PageCell) -> Role | None:
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


@dataclass(slots=True)
class PageValue:
    """One value and why it is that.

    ``cell`` is None for a paragraph; ``raw`` is the text it was read from, ``part`` the piece of it where
    the cell holds several labels. ``labels`` and ``headings`` are the printed texts that decided,
    ``unit`` and ``decimals`` as printed. ``notes`` say what was normalised. ``doubt`` is "" for a sure
    value; where readings remain that the page does not decide, ``value`` is None and ``others`` are those.
    Next to a sure value ``others`` are what the page says of it elsewhere.
    """

    value: Plain
    cell: PageCell | None = None
    raw: str = ""
    part: str = ""
    labels: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    unit: str = ""
    decimals: int | None = None
    notes: tuple[str, ...] = ()
    doubt: str = ""
    others: tuple[Plain, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether rules may judge the value."""
        return not self.doubt


@dataclass(slots=True)
class Indicator:
    """One row of an indicator table; columns that the page does not have are absent, blank cells too.

    Keys of ``values``: level1 level2 level3 target actual weight score deviation. ``level1_points`` are
    printed behind the level-1 name. ``parts`` holds a target that is split over several columns.
    """

    page: Page
    row: int
    values: dict[str, PageValue] = field(default_factory=dict)
    level1_points: Number | None = None
    parts: Mapping[str, Plain] | None = None

    def plain(self, name: str) -> Plain:
        """The value of a column, None where it is absent."""
        found = self.values.get(name)
        return found.value if found else None


@dataclass(slots=True, eq=False)
class FormReading:
    """One form: ``kind`` is 基础, 整体, 项目 or 考核 (names.py).

    ``fields`` by official path; ``empty`` are the fields that the page has blank or as a dash, with the
    printed text; ``misread`` those whose cell holds something that is no number. ``level_points``: printed
    level-1 name → points. ``year`` is that of its values, ``title_year`` the one printed above it. ``unit``
    is the money unit printed for the whole form, ``organisation`` the unit that fills it in.
    ``entries`` are what became of its cells.
    """

    kind: str
    page: Page
    titles: list[str] = field(default_factory=list)
    year: int | None = None
    title_year: int | None = None
    unit: str = ""
    organisation: str = ""
    fields: dict[str, PageValue] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)
    misread: dict[str, PageCell] = field(default_factory=dict)
    indicators: list[Indicator] = field(default_factory=list)
    level_points: dict[str, Number] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list, repr=False)

    def plain(self, path: str) -> Plain:
        """The value of a field, None where it is absent or blank."""
        found = self.fields.get(path)
        return found.value if found else None


@dataclass(slots=True)
class DocumentReading:
    """All forms of a file, the account of its cells, and the headings that the lexicon does not know.

    ``far`` are cells of pages that were not read because they are too far from the first one.
    """

    document: Document
    forms: list[FormReading]
    account: Account
    unknown: Sequence[str] = ()
    far: Sequence[tuple[Page, Sequence[PageCell]]] = ()
    _rows: dict[int, dict[int, list[PageCell]]] = field(default_factory=dict, repr=False)
    _hidden: dict[int, frozenset[int]] = field(default_factory=dict, repr=False)

    @property
    def organisation(self) -> str:
        """The unit that fills the forms in, "" where they do not say."""
        return next((form.organisation for form in self.forms if form.organisation), "")

    @property
    def names_units(self) -> bool:
        """Whether a form says whose it is in any way: who fills it in, does the work or is in charge."""
        paths = (names.DEPARTMENT, names.DOER, names.CHARGE, names.UNIT_NAME)
        return bool(self.organisation) or any(form.plain(path) for form in self.forms for path in paths)

    def in_row(self, page: Page, row: int) -> Sequence[PageCell]:
        """The cells of a page that cover a row; a page is gone through once, when first asked."""
        if id(page) not in self._rows:
            rows = self._rows[id(page)] = defaultdict(list)
            for cell in page.cells:
                for covered in range(cell.r0, cell.r1 + 1):
                    rows[covered].append(cell)
        return self._rows[id(page)].get(row, ())

    def hidden_rows(self, page: Page) -> frozenset[int]:
        """The filled rows of a page of which nothing is seen; a page is gone through once."""
        if id(page) not in self._hidden:
            filled = list(page.filled())
            seen = {cell.r0 for cell in filled if not cell.hidden}
            self._hidden[id(page)] = frozenset({cell.r0 for cell in filled if cell.hidden} - seen)
        return self._hidden[id(page)]

    def unused_texts(self) -> Mapping[str, list[tuple[str, str, str]]]:
        """By page with a form, the texts that were read and fed nothing: place, text, the reason."""
        pages = {id(entry.page) for form in self.forms for entry in form.entries}
        if pages:
            boxes = (page for page in self.document.pages if page.kind == BOX)
            pages.update(map(id, (*self.document.asides, *boxes)))
        found: dict[str, list[tuple[str, str, str]]] = {}
        for entry in self.account.unused():
            if entry.cell.number is None and not entry.cell.hidden and id(entry.page) in pages:
                text = "".join(entry.cell.text.split())
                found.setdefault(entry.page.name, []).append((entry.cell.place, text, entry.reason))
        return found

    def unused_numbers(self) -> Mapping[str, list[tuple[str, str, str]]]:
        """By page, the numbers that fed nothing: place, their labels, the reason."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        for entry in self.account.unused():
            if entry.cell.number is not None and not entry.cell.hidden:
                nearest = (*entry.labels[:1], *entry.headings[:1])
                labels = "、".join("".join(text.split()) for text in nearest)
                found.setdefault(entry.page.name, []).append((entry.cell.place, labels, entry.reason))
        return found
