"""A sheet of ours whose fixed texts were altered → what was done to them: rows, columns, wording.

The sheet has been read by its labels; what is found here only says what to put back. Declared rows are found
again by their texts, else by the cells of their values, else by the defined names, else by counting.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import pairwise

from xlperf.checks.context import CheckContext
from xlperf.checks.template_seal import (
    declared_labels,
    issue_of,
    lost_line,
    moves,
    reworded,
    seal_broken,
    sheet_labels,
)
from xlperf.checks.template_stage import check_hidden_cells, check_names
from xlperf.core.cell_addresses import coordinate_to_tuple, get_column_letter
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.form_layout import Placement, place
from xlperf.declarations.forms_and_rules import Cell, Row
from xlperf.declarations.source import text_of
from xlperf.declarations.template_fingerprint import SealedLabel
from xlperf.intake.cell_values import IN_LABEL
from xlperf.intake.received import SheetReading

_TOGETHER = 4
"""Headings that moved by as many columns beyond which this is reported once."""
_MOST_TEXTS = 4000
"""Texts of a sheet beyond which its differences are not listed one by one."""


@dataclass(slots=True)
class TemplateChanges:
    """What differs on one sheet from the declared form.

    ``rows``: number of a declared row, as the blank form counts → sheet row; ``missing`` are declared rows
    that are not there, ``inserted`` sheet rows that the form does not have;
    ``reworded``: address and declared text; ``shifted``: address, text, column letter declared; ``lines``:
    sentence cells and their address; ``clauses`` say everything that differs from the seal.
    """

    rows: dict[int, int] = field(default_factory=dict)
    missing: list[Row] = field(default_factory=list)
    inserted: list[int] = field(default_factory=list)
    reworded: list[tuple[str, str]] = field(default_factory=list)
    shifted: list[tuple[str, str, str]] = field(default_factory=list)
    lines: list[tuple[Cell, str]] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)


def check_altered(
    context: CheckContext, reading: SheetReading, changes: TemplateChanges
) -> Iterator[Finding]:
    """What was done to a sheet of ours since it was issued."""
    issue = issue_of(context, reading)
    yield from check_hidden_cells(context, reading)
    yield from seal_broken(context, reading, issue, changes.clauses)
    if not issue.own_texts:
        for address, declared in changes.reworded:
            yield reworded(context, reading, address, declared)
        for cell, address in changes.lines:
            yield from lost_line(context, reading, cell, address)
        yield from _inserted_rows(context, reading, changes.inserted)
        yield from _shifted_columns(context, reading, changes.shifted)
    yield from _missing_rows(context, reading, changes.missing)
    yield from check_names(context, reading)


def _inserted_rows(context: CheckContext, reading: SheetReading, rows: Sequence[int]) -> Iterator[Finding]:
    sheet = reading.sheet
    filled = {_row_of(address) for address in sheet.cells} if rows else set()
    for first, last in _runs(rows):
        is_filled = not filled.isdisjoint(range(first, last + 1))
        content = text_of("messages", "content") if is_filled else ""
        shown = str(first) if first == last else f"{first}–{last}"
        yield finding("T207", context.file_place(sheet.name, f"A{first}"), rows=shown, content=content)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of numbers that follow one another."""
    starts = [index for index, number in enumerate(numbers) if not index or number != numbers[index - 1] + 1]
    for start, end in pairwise([*starts, len(numbers)]):
        yield numbers[start], numbers[end - 1]


def _shifted_columns(
    context: CheckContext, reading: SheetReading, headings: Sequence[tuple[str, str, str]]
) -> Iterator[Finding]:
    """Headings in other columns than declared; many that moved alike are one finding."""
    by_offset: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for address, text, letter in headings:
        offset = coordinate_to_tuple(address)[1] - coordinate_to_tuple(f"{letter}1")[1]
        by_offset[offset].append((address, text, letter))
    for offset, moved in by_offset.items():
        together = len(moved) > _TOGETHER
        for address, text, letter in moved[:1] if together else moved:
            label = "".join(text.split())
            place_ = context.file_place(reading.sheet.name, address, label)
            direction = text_of("messages", "checks", "right" if offset > 0 else "left")
            shift = {"count": len(moved), "offset": abs(offset), "direction": direction}
            now = address.rstrip("0123456789")
            yield finding("T214" if together else "T209", place_, now, letter, **shift)


def _missing_rows(context: CheckContext, reading: SheetReading, rows: Sequence[Row]) -> Iterator[Finding]:
    for row in rows:
        texts = [cell.text for cell in row.cells if cell.text.strip()]
        label = "".join((texts[0] if texts else row.id).split())
        yield finding("T208", context.file_place(reading.sheet.name, "", label))


def template_changes(context: CheckContext, reading: SheetReading) -> TemplateChanges:
    """What was done to the fixed texts of ``reading``, which was read by labels."""
    made = TemplateChanges()
    placement = place(reading.form)
    values = value_cells(context, reading)
    declared = declared_labels(reading.form, context.profile)
    texts = sheet_labels(reading.sheet, values, ())
    if len(texts) > _MOST_TEXTS:
        return made
    made.rows = _found_rows(declared, texts)
    names = context.reading.book.names_on(reading.sheet.name)
    with_text = {row for row, _, _ in reading.sheet.texts()}
    _complete(
        made.rows, placement, with_text, _rows_of_values(reading, placement), _rows_of_names(names, placement)
    )
    tables = _table_rows(made.rows, placement, reading)
    lost = [
        placed.row for placed in placement.rows if placed.index is None and placed.number not in made.rows
    ]
    made.missing = [row for row in lost if _is_absent(row, reading)]
    made.inserted = list(_inserted(made.rows, placement))
    left = [label for label in texts if label.row not in tables]
    _compare(made, reading, declared, left)
    made.lines = [
        (cell, f"{get_column_letter(cell.first)}{made.rows[placed.number]}")
        for placed in placement.rows
        if placed.number in made.rows
        for cell in placed.row.cells
        if cell.line
    ]
    today = [_today(label, made.rows) for label in declared]
    found = sheet_labels(reading.sheet, values, tables)
    if [label.shape for label in declared] != [label.shape for label in found]:
        made.clauses = moves(today, found)
    return made


def _is_absent(row: Row, reading: SheetReading) -> bool:
    """Whether a declared row is not there: nothing that belongs in it was read elsewhere."""
    fields = {cell.field for cell in row.cells if cell.field}
    return reading.page is None or not fields or not fields.isdisjoint(reading.page.absent)


def value_cells(context: CheckContext, reading: SheetReading) -> set[str]:
    """Where something was filled in on a sheet read by labels; a label with its figure is no such cell."""
    provenance = reading.record.provenance.values()
    cells = {found.cell for found in provenance if found.note != IN_LABEL}
    page, document = reading.page, context.document
    if page is not None and document is not None:
        entries = document.account.entries.values()
        cells |= {
            entry.cell.place for entry in entries if entry.page is page.form.page and entry.is_filled_in
        }
    return cells - {found.cell for found in provenance if found.note == IN_LABEL}


def _found_rows(declared: Sequence[SealedLabel], texts: Sequence[SealedLabel]) -> dict[int, int]:
    """Number of a declared row → the sheet row in which most of its texts are."""
    keys, others = [label.key for label in declared], [label.key for label in texts]
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    taken: set[int] = set()
    left: list[SealedLabel] = []
    for kind, first, last, start, end in SequenceMatcher(None, keys, others, autojunk=False).get_opcodes():
        if kind == "equal":
            taken.update(range(start, end))
            for old, now in zip(declared[first:last], texts[start:end], strict=True):
                votes[old.row][now.row] += 1
        else:
            left += declared[first:last]
    free: dict[str, list[SealedLabel]] = defaultdict(list)
    for index, label in enumerate(texts):
        if index not in taken:
            free[label.key].append(label)
    for old in left:
        if len(free[old.key]) == 1:
            votes[old.row][free[old.key][0].row] += 1
    rows: dict[int, int] = {}
    for number, counted in votes.items():
        row, _ = counted.most_common(1)[0]
        if row not in rows.values():
            rows[number] = row
    return rows


def _rows_of_values(reading: SheetReading, placement: Placement) -> Mapping[int, int]:
    """Number of a declared row → the sheet row from which most of its fields were read."""
    provenance = reading.record.provenance
    cells = {name: provenance[name].cell for name in placement.fields if name in provenance}
    return _most({name: cell for name, cell in cells.items() if cell}, placement)


def _rows_of_names(names: Mapping[str, str], placement: Placement) -> Mapping[int, int]:
    """The same by the defined names on the sheet."""
    return _most(
        {name: names[name].replace("$", "") for name in placement.fields if name in names}, placement
    )


def _most(cells: Mapping[str, str], placement: Placement) -> Mapping[int, int]:
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for name, cell in cells.items():
        if ":" not in cell:
            votes[_row_of(placement.fields[name])][_row_of(cell)] += 1
    return {number: counted.most_common(1)[0][0] for number, counted in votes.items()}


def _complete(
    rows: dict[int, int], placement: Placement, with_text: Set[int], *known: Mapping[int, int]
) -> None:
    """Place declared rows between their neighbours: as ``known`` has them, then by counting.

    Where there are more rows than declared, those ``with_text`` are counted.
    """
    for number in (placed.number for placed in placement.rows if placed.index is None):
        above = max((row for other, row in rows.items() if other < number), default=0)
        below = min((row for other, row in rows.items() if other > number), default=None)
        for places in known:
            row = places.get(number)
            if number not in rows and row and above < row and (below is None or row < below):
                rows[number] = row
    for low, high in pairwise([0, *sorted(rows)]):
        between: Sequence[int] = range(rows.get(low, 0) + 1, rows[high])
        if len(between) >= high - low:
            between = [row for row in between if row in with_text]
        if len(between) == high - low - 1:
            rows |= zip(range(low + 1, high), between, strict=True)


def _table_rows(rows: Mapping[int, int], placement: Placement, reading: SheetReading) -> set[int]:
    """The sheet rows between the fixed rows above and below each table."""
    found: set[int] = set()
    last = max((_row_of(address) for address in reading.sheet.cells), default=0)
    for first, end in placement.spans.values():
        above = max((row for number, row in rows.items() if number < first), default=0)
        below = min((row for number, row in rows.items() if number > end), default=last + 1)
        found |= set(range(above + 1, below))
    return found


def _inserted(rows: Mapping[int, int], placement: Placement) -> Iterator[int]:
    """The sheet rows that are too many between two declared rows without a table between them."""
    in_tables = {placed.number for placed in placement.rows if placed.index is not None}
    taken = set(rows.values())
    for low, high in pairwise([0, *_increasing(rows)]):
        between = [row for row in range(rows.get(low, 0) + 1, rows[high]) if row not in taken]
        surplus = len(between) - sum(number not in rows for number in range(low + 1, high))
        if surplus > 0 and in_tables.isdisjoint(range(low + 1, high)):
            yield from between[:surplus]


def _increasing(rows: Mapping[int, int]) -> list[int]:
    """The declared rows, in order, that lie below all those before them."""
    kept: list[int] = []
    for number in sorted(rows):
        if not kept or rows[number] > rows[kept[-1]]:
            kept.append(number)
    return kept


def _today(label: SealedLabel, rows: Mapping[int, int]) -> SealedLabel:
    """A declared label where it would lie now, had only rows above it gone in or out."""
    kept = _increasing(rows)
    near = next((number for number in kept if number >= label.row), kept[-1] if kept else None)
    shift = rows[near] - near if near is not None else 0
    return replace(label, row=label.row + shift)


def _compare(
    made: TemplateChanges,
    reading: SheetReading,
    declared: Sequence[SealedLabel],
    texts: Sequence[SealedLabel],
) -> None:
    """Fill in the labels that read otherwise, and those in another column of their row."""
    in_row: dict[int, dict[str, SealedLabel]] = defaultdict(dict)
    for label in texts:
        in_row[label.row].setdefault(label.key, label)
    in_labels = {found.cell for found in reading.record.provenance.values() if found.note == IN_LABEL}
    for label in declared:
        row = made.rows.get(label.row)
        if row is None:
            continue
        letter = get_column_letter(label.first)
        here = [found for found in texts if found.row == row and found.key == label.key]
        if here and all(found.first != label.first for found in here):
            made.shifted.append((here[0].address, label.text, letter))
        elif not here and f"{letter}{row}" not in in_labels:
            made.reworded.append((f"{letter}{row}", label.text))


def _row_of(address: str) -> int:
    return coordinate_to_tuple(address)[0]
