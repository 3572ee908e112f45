"""Where things lie on a sheet: columns that moved, and content outside the cells of the form."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from xlperf.checks.context import CheckContext
from xlperf.core.cell_addresses import column_index_from_string
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.intake.column_remap import NO_COLUMN
from xlperf.intake.filing_reader import SheetReading
from xlperf.intake.label_index import anchors
from xlperf.notation import label_key

_TOGETHER = 4
"""Headings that moved by as many columns beyond which this is reported once."""
_FEW = 5


def check_columns(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """Headings that stand in other columns than declared; many that moved alike are one finding."""
    by_offset: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for moved in reading.alignment.moved_headings:
        now, declared = _letters(moved[0]), moved[2]
        by_offset[column_index_from_string(now) - column_index_from_string(declared)].append(moved)
    for offset, headings in by_offset.items():
        together = len(headings) > _TOGETHER
        for address, text, letter in headings[:1] if together else headings:
            label = "".join(text.split())
            place = context.file_place(reading.sheet.name, address, label)
            direction = "右" if offset > 0 else "左"
            shift = {"count": len(headings), "offset": abs(offset), "direction": direction}
            yield finding("T214" if together else "T209", place, _letters(address), letter, **shift)


def absent(reading: SheetReading) -> Mapping[str, str]:
    """The values for which the sheet has no column at all, as locations name them → their heading."""
    known = anchors(reading.alignment.form)
    found = {}
    for name, letter in reading.alignment.shifted.items():
        _, guide = known.guides[name]
        if letter == NO_COLUMN and guide:
            field = name if isinstance(name, str) else "_".join(name)
            found[field] = "".join(known.texts[guide[0]][guide[1]].split())
    return found


def check_absent(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """The columns that the sheet does not have, reported once."""
    if labels := dict.fromkeys(absent(reading).values()):
        shown = "、".join(f"“{label}”" for label in labels)
        yield finding("T226", context.file_place(reading.sheet.name), labels=shown)


def check_strays(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """Content in cells that the form does not have: it was not read, and nobody would read it."""
    alignment, sheet = reading.alignment, reading.sheet
    if alignment.missing or alignment.moved_headings:
        return
    read = {found.cell for found in reading.record.provenance.values()}
    labels = {
        f"{letter}{alignment.rows[index]}"
        for index, texts in anchors(alignment.form).texts.items()
        if index in alignment.rows
        for letter in texts
    }
    strays = [
        address
        for address in sheet.cells
        if address not in read and address not in labels and not _belongs(reading, address)
    ]
    if strays:
        more = f" 等 {len(strays)} 格" if len(strays) > _FEW else ""
        shown = "、".join(strays[:_FEW]) + more
        yield finding("T215", context.file_place(sheet.name, strays[0]), cells=shown)


def _belongs(reading: SheetReading, address: str) -> bool:
    """Whether a cell is empty or a dash, is reported elsewhere, or is in a table row without entries."""
    value = reading.sheet.value(address)
    if value is None or (isinstance(value, str) and not label_key(value)):
        return True
    alignment, letters = reading.alignment, _letters(address)
    row = int(address[len(letters) :])
    if row in alignment.inserted:
        return True
    return any(
        first <= row <= last and any(alignment.column((table, column)) == letters for column in columns)
        for table, (first, last) in alignment.spans.items()
        for columns in [_shown(reading, table)]
    )


def _shown(reading: SheetReading, table: str) -> list[str]:
    rows = reading.alignment.form.rows
    return [cell.field for row in rows if row.table == table for cell in row.cells if cell.field]


def _letters(address: str) -> str:
    return address.rstrip("0123456789")
