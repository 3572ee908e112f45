"""A form as it was read by labels and headings → the record of a profile's form, and what is left over."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from xlperf.declarations.forms_and_rules import Field, Form, Profile
from xlperf.declarations.records import Provenance, Record, Row
from xlperf.declarations.source import text_of
from xlperf.expressions import Value
from xlperf.intake.cell_values import AS_TEXT, FROM_YUAN, IN_LABEL, read_value
from xlperf.intake.page import PageCell
from xlperf.intake.printed_labels import (
    OfficialPaths,
    PrintedLabels,
    RowPaths,
    official_paths,
    printed_labels,
)
from xlperf.intake.reading import names
from xlperf.intake.reading.form_readings import DocumentReading, FormReading, Indicator, PageValue, Role
from xlperf.intake.received import PageRecord, ValueAddress
from xlperf.notation import label_key
from xlperf.ooxml.styles import GENERAL

_RANGE = "range"
"""The kind of what worksheet functions receive: values without merges."""
_FIGURES_OF_WAN = 4
_SHOWN = 20
"""Letters of a text that a doubt shows."""
_SCORE = "score"
"""The type of points: a general number of them shows the decimals that were typed."""
_PERCENT, _FIGURES_OF_PERCENT = "%", 2
_BETWEEN = "·"
"""Between the row and the column in the label of a field."""


def page_record(
    read: FormReading, document: DocumentReading, profile: Profile, *, guessed: bool
) -> PageRecord:
    """The record of ``read`` by the form of ``profile`` of the same kind.

    Of a profile that is ``guessed`` nothing counts but the names: weights are those printed on the page.
    """
    paths = official_paths(profile.id, read.kind, read.year or profile.year)
    made = PageRecord(read, Record(read.kind, read.page.name), paths=paths.fields)
    _Reader(made, paths, profile.forms[read.kind], printed_labels(read, document), document).fill()
    unknown = {*_unknown(made)}
    if guessed and paths.indicators:
        made.record.weights = {name: float(points) for name, points in read.level_points.items()}
        levels = {row.get(paths.columns["level1"]) for row in made.record.tables[paths.indicators]}
        if not levels <= made.record.weights.keys():
            rows = range(len(made.record.tables[paths.indicators]))
            unknown |= {
                f"{paths.indicators}_{names.LEVEL1_WEIGHT}",
                *((paths.indicators, row, names.LEVEL1_WEIGHT) for row in rows),
            }
    made.record.unknown = frozenset(unknown)
    return made


def _unknown(made: PageRecord) -> Iterator[ValueAddress]:
    """The names and keys of values that rules cannot judge: absent columns are that in every row."""
    yield from made.absent
    yield from made.unlevelled
    yield from made.hidden
    for at in made.doubtful:
        yield at
        if not isinstance(at, str):
            yield f"{at[0]}_{at[2]}"
    for table, rows in made.record.tables.items():
        columns = [name.removeprefix(f"{table}_") for name in made.absent if name.startswith(f"{table}_")]
        yield from ((table, index, column) for index in range(len(rows)) for column in columns)


@dataclass(slots=True)
class _Reader:
    made: PageRecord
    paths: OfficialPaths
    form: Form
    labels: PrintedLabels
    document: DocumentReading

    def fill(self) -> None:
        """Fields first, then tables; what has no place in the form is ``more``."""
        read, record = self.made.form, self.made.record
        used: set[str] = set()
        for path, name in self.paths.fields.items():
            value = read.fields.get(path)
            if value is not None:
                used.add(path)
                self._put(name, self.form.fields[name], value)
            elif path in read.misread:
                self._misread(name, self.form.fields[name], read.misread[path])
            elif (cell := self.labels.unread_value_of(path)) is not None:
                self._undecided(name, cell)
            elif any(other.startswith(f"{path}/") for other in read.fields):
                self.made.absent.add(name)
            elif path in read.empty or (place := self.labels.place_of(path)) is not None:
                record.fields[name] = None
                place = "" if path in read.empty else place or ""
                record.provenance[name] = Provenance(record.sheet, place, read.empty.get(path))
            else:
                self.made.absent.add(name)
        for rows in self.paths.rows:
            used |= self._rows(rows)
        if self.paths.indicators:
            self._indicators()
            lines = [indicator.row for indicator in read.indicators if indicator.page is read.page]
            self._hidden(self.paths.indicators, lines)
        self.made.more = [path for path in read.fields if path not in used]

    def _put(self, at: ValueAddress, declared: Field, value: PageValue) -> None:
        record = self.made.record
        plain, provenance = _value(value, declared), _provenance(value, record.sheet)
        if provenance.digits is None and declared.type.id == _SCORE and isinstance(plain, float):
            provenance = replace(provenance, digits=len(f"{plain:.15g}".partition(".")[2]))
        if isinstance(at, str):
            record.fields[at] = plain
        else:
            record.tables[at[0]][at[1]][at[2]] = plain
        record.provenance[at] = provenance
        if value.doubt:
            self.made.doubts[at] = value.doubt
        if value.doubt and (value.value is None or value.others):
            self.made.doubtful.add(at)

    def _misread(self, at: ValueAddress, declared: Field, cell: PageCell) -> None:
        """A field for a number whose cell holds something else: a figure with its unit, or what is there, for
        the checks to judge.
        """
        raw = cell.stored if cell.stored is not None else cell.text
        value, digits, note = read_value(declared, raw, GENERAL, frozenset())
        record = self.made.record
        if isinstance(at, str):
            record.fields[at] = value
        else:
            record.tables[at[0]][at[1]][at[2]] = value
        record.provenance[at] = Provenance(record.sheet, cell.place, raw, cell.formula, digits, note)
        self.document.account.change(cell, Role.VALUE)

    def _undecided(self, name: str, cell: PageCell) -> None:
        """A field whose value may be in ``cell``: it is reported, and no rule judges by it.

        Of ranges nobody knows what is merged: there a blank cell in front is part of the label's.
        """
        if self.document.document.kind == _RANGE:
            self._misread(name, self.form.fields[name], cell)
            return
        record = self.made.record
        record.fields[name] = None
        record.provenance[name] = Provenance(record.sheet, cell.place, cell.text)
        self.made.doubts[name] = text_of("reading", "reasons", "behind_blank", text=cell.text[:_SHOWN])
        self.made.doubtful.add(name)

    def _rows(self, rows: RowPaths) -> set[str]:
        """The rows of a table that goes by printed names, such as special funds: those below its own row.

        A name that begins as the label of another row of the form is that row with more words, or a name:
        it is left out.
        """
        named: dict[str, dict[str, PageValue | PageCell]] = {}
        used: set[str] = set()
        read = self.made.form
        found: dict[str, PageValue | PageCell] = {**read.misread, **read.fields}
        others = tuple({_row_label(self.form.fields[field]) for field in self.paths.fields.values()} - {""})
        for path, value in found.items():
            cell = value if isinstance(value, PageCell) else value.cell
            start, _, column = path.rpartition("/")
            name = start.rpartition("/")[2]
            if column not in rows.columns or not self._is_below(rows, path, cell):
                continue
            if not label_key(name).startswith(others):
                named.setdefault(name, {})[rows.columns[column]] = value
                used.add(path)
        table = self.form.tables[rows.table]
        listed: list[Row] = [dict.fromkeys(table.columns) | {rows.name: name} for name in named]
        self.made.record.tables[rows.table] = listed
        for index, values in enumerate(named.values()):
            for column, value in values.items():
                at, declared = (rows.table, index, column), table.columns[column]
                if isinstance(value, PageCell):
                    self._misread(at, declared, value)
                else:
                    self._put(at, declared, value)
        cells = [value if isinstance(value, PageCell) else value.cell for value in found.values()]
        self._hidden(rows.table, [cell.r0 for cell in cells if cell is not None])
        return used

    def _hidden(self, table: str, lines: Sequence[int]) -> None:
        """Leave sums over a list alone of which filled rows are hidden: nobody knows whether they count."""
        rows = self.document.hidden_rows(self.made.form.page)
        if lines and any(min(lines) - len(rows) <= row <= max(lines) + len(rows) for row in rows):
            self.made.hidden |= {f"{table}_{column}" for column in self.form.tables[table].columns}

    def _is_below(self, rows: RowPaths, path: str, cell: PageCell | None) -> bool:
        """Whether the value at ``path`` is in a row of its own below the row of the table."""
        if path in self.paths.fields:
            return False
        start = path.rpartition("/")[0]
        above = start.rpartition("/")[0]
        own_row = self.labels.row_of(rows.path)
        is_below = above in (rows.path, rows.path.partition("/")[0]) and start != rows.path
        is_above = cell is not None and own_row is not None and cell.r0 < own_row
        return is_below and not is_above

    def _indicators(self) -> None:
        table = self.form.tables[self.paths.indicators]
        listed = self.made.form.indicators
        present = {key for indicator in listed for key in indicator.values} | self.labels.headings.keys()
        cells = {key: value.cell for row in listed for key, value in row.values.items() if value.cell}
        places = self.labels.headings | {key: cell.c0 for key, cell in cells.items()}
        shown = {key: column for key, column in self.paths.columns.items() if key in present}
        record = self.made.record
        record.tables[table.id] = [dict.fromkeys(self.paths.columns.values()) for _ in listed]
        for index, indicator in enumerate(listed):
            for key, column in shown.items():
                at = table.id, index, column
                if value := indicator.values.get(key):
                    self._put(at, table.columns[column], value)
                else:
                    record.provenance[at] = self._blank(indicator, places.get(key))
        level = self.paths.columns.get("level1", "")
        if any(row.get(level) is None for row in record.tables[table.id]):
            self.made.unlevelled |= {f"{table.id}_{level}"}
        absent = self.paths.columns.keys() - present
        self.made.absent |= {f"{table.id}_{self.paths.columns[key]}" for key in absent}

    def _blank(self, indicator: Indicator, column: int | None) -> Provenance:
        """Where the value of a column would be in the row of an indicator; ``raw`` is a dash in its place."""
        sheet = self.made.record.sheet
        if column is None:
            return Provenance(sheet, "")
        if indicator.page is self.labels.page:
            cell = self.labels.found(indicator.row, column)
            raw = None if cell is None or cell.blank else cell.text
            return Provenance(sheet, self.labels.cell_at(indicator.row, column), raw)
        for cell in self.document.in_row(indicator.page, indicator.row):
            if cell.c0 <= column <= cell.c1:
                return Provenance(sheet, cell.place, None if cell.blank else cell.text)
        return Provenance(sheet, "")


def _row_label(declared: Field) -> str:
    """What the row of an amount is called; "" for a field that is not one of several in its row."""
    row, between, _ = declared.label.partition(_BETWEEN)
    return label_key(row) if between else ""


def _value(value: PageValue, declared: Field) -> Value:
    plain = value.value
    if isinstance(plain, str) or plain is None:
        return plain
    number = float(plain)
    return number if declared.type.number else value.raw


def _provenance(value: PageValue, sheet: str) -> Provenance:
    cell = value.cell
    if cell is None:
        return Provenance(sheet, "", value.raw, note=_note(value))
    raw = cell.stored if cell.stored is not None and not value.part else value.raw
    return Provenance(sheet, cell.place, raw, cell.formula, _digits(value), _note(value))


def _note(value: PageValue) -> str:
    """What was normalised, in the words by which the checks know it."""
    cell = value.cell
    if not isinstance(value.value, int | float):
        return "；".join(note for note in value.notes if not note.startswith(names.PRINTED))
    if value.part:
        return IN_LABEL
    if _is_from_yuan(value):
        return FROM_YUAN.format(unit=names.MONEY_UNIT)
    if cell is None or not isinstance(cell.stored, str):
        return ""
    return AS_TEXT if cell.number is not None else text_of("reading", "reasons", "unit_typed")


def _digits(value: PageValue) -> int | None:
    """The decimals printed, in the scale of the value."""
    if value.decimals is None:
        return None
    if value.raw.rstrip().endswith((_PERCENT, "％")) or _is_from_percent(value):
        return value.decimals + _FIGURES_OF_PERCENT
    return value.decimals + (_FIGURES_OF_WAN if _is_from_yuan(value) else 0)


def _is_from_percent(value: PageValue) -> bool:
    """Whether a heading says that the figure printed is a percentage: 93 under 控制率（%）."""
    printed = value.cell.number if value.cell else None
    if not isinstance(value.value, int | float) or not printed:
        return False
    return math.isclose(printed, 100 * value.value, rel_tol=1e-12)


def _is_from_yuan(value: PageValue) -> bool:
    """Whether an amount was converted: its figure is not the one printed."""
    cell = value.cell
    printed = cell.number if cell else None
    return (
        isinstance(value.value, int | float)
        and printed is not None
        and names.MONEY_UNIT in "".join(value.notes)
    )
