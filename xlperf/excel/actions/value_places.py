"""A sheet as it was read → the cells of its values: all on a sealed sheet, else where labels show them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlperf.core.cell_addresses import coordinate_to_tuple, get_column_letter
from xlperf.declarations.model import Cell, Field
from xlperf.intake.received import SheetReading
from xlperf.intake.sealed_workbooks import TableRows
from xlperf.intake.trust import area_of
from xlperf.notation import label_key


@dataclass(frozen=True, slots=True)
class ValuePlaces:
    """Addresses of fields and sentences, "" for a field without a place; the tables whose rows are known."""

    fields: Sequence[tuple[str, Field, str]]
    lines: Sequence[tuple[Cell, str]]
    tables: Sequence[TableRows]


def value_places(reading: SheetReading, names: Mapping[str, str]) -> ValuePlaces:
    """Where the values of ``reading`` are, blank ones too.

    ``names`` are the defined names on the sheet → reference: they have the cells of blank values, that labels
    do not always show.
    """
    layout = reading.layout
    if layout is not None:
        return ValuePlaces(layout.fields, layout.lines, layout.tables)
    form, provenance = reading.form, reading.record.provenance
    fields: list[tuple[str, Field, str]] = []
    lines: list[tuple[Cell, str]] = []
    for cell in (cell for row in form.rows if not row.table for cell in row.cells):
        if cell.field:
            found = provenance.get(cell.field)
            own, named = found.cell if found else "", names.get(cell.field, "").replace("$", "")
            is_filled = found is not None and found.raw is not None
            fields.append((cell.field, form.fields[cell.field], own if is_filled else named or own))
        elif cell.line:
            signed = [name for _, name in cell.line if name]
            if address := _line_place(reading, cell):
                lines.append((cell, address))
            else:
                fields += [(name, form.fields[name], "") for name in signed]
    return ValuePlaces(fields, lines, list(_tables(reading, names)))


def _line_place(reading: SheetReading, line: Cell) -> str:
    """The cell that holds all words of a sentence of the form, "" where none does."""
    words = [label_key(text) for text, _ in line.line if label_key(text)]
    texts = reading.sheet.texts()
    found = (
        f"{letters}{row}" for row, letters, text in texts if all(word in label_key(text) for word in words)
    )
    return next(found, "") if words else ""


def _tables(reading: SheetReading, names: Mapping[str, str]) -> Iterator[TableRows]:
    """The tables whose rows follow one another, with the columns that they show."""
    for table in reading.form.tables.values():
        rows: set[int] = set()
        letters: dict[str, str] = {}
        for column in table.columns:
            if area := area_of(names.get(f"{table.id}_{column}", "")):
                letters[column] = get_column_letter(area[1])
                rows.update(range(area[0], area[2] + 1))
        for at, found in reading.record.provenance.items():
            if not isinstance(at, str) and at[0] == table.id and found.cell:
                row, number = coordinate_to_tuple(found.cell)
                letters.setdefault(at[2], get_column_letter(number))
                if at[2] not in table.levels:
                    rows.add(row)
        if rows and max(rows) - min(rows) + 1 == len(rows):
            shown = [name for name in table.columns if name in letters]
            columns = [(name, table.columns[name], letters[name]) for name in shown]
            yield TableRows(table, min(rows), max(rows), columns)
