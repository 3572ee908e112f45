"""The sheets of a workbook → 目录: one row each, with the figures of project sheets that other rules need."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from openpyxl.utils import get_column_letter

from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Field, Profile
from xlperf.declarations.records import Record
from xlperf.declarations.source import Json, texts_of
from xlperf.expressions import Value, compile_expression, parse, references
from xlperf.workbooks.working.cases import directory_columns, nodes_of, over_all
from xlperf.workbooks.working.helper_plan import (
    NO_SLOT,
    PlannedCell,
    PlannedRow,
    PlannedSheet,
    SheetInstance,
    above,
    below,
    prefix,
    sheet_prefix,
)
from xlperf.workbooks.working.locate import as_filled, filled, naming_column

_COLUMN = "column"
_total = compile_expression(parse(f"SUM({_COLUMN})"))
NO_POSITIONS = "ISERROR(_xlfn.SHEET($A$1))"
"""TRUE in programs that do not know the positions of sheets."""
ROW, TALL, HEADING = 18.0, 44.0, 30.0
"""Heights in points of a line, of a row with notes, of headings."""
JudgedRows = Mapping[tuple[int, str], int]
"""SheetInstance number and table → how many of its rows the other helper sheets judge."""


@dataclass(frozen=True, slots=True)
class DirectorySheet:
    """目录 for ``sites``; ``fields`` are the columns that rules name ``alias!field``, as (alias, field)."""

    sites: tuple[SheetInstance, ...]
    fields: tuple[tuple[str, Field], ...]
    first: int

    @classmethod
    def of(cls, profile: Profile, sites: tuple[SheetInstance, ...]) -> "DirectorySheet":
        """The directory that the rules of ``profile`` need."""
        texts = texts_of("working")["directory"]
        return cls(sites, _listed(profile), len(texts["notes"]) + 3)

    @property
    def title(self) -> str:
        """The title of the sheet."""
        return str(texts_of("working")["directory"]["title"])

    @property
    def last(self) -> int:
        """The last row for a sheet, spare ones included."""
        return self.first + len(self.sites) + int(texts_of("working")["directory"]["spare"]) - 1

    def prefix(self, site: SheetInstance) -> str:
        """How the names of a sheet begin."""
        return prefix(site, self.sites)

    def range(self, letter: str) -> str:
        """The cells of a column, in the rows of the sheets."""
        return f"{self.title}!${letter}${self.first}:${letter}${self.last}"

    def letter(self, role: str) -> str:
        """The letter of a fixed column."""
        return get_column_letter(list(directory_columns()).index(role) + 1)

    def cell(self, role: str, site: SheetInstance) -> str:
        """The cell of a fixed column in the row of a sheet, as other sheets refer to it."""
        return f"{self.title}!${self.letter(role)}${self.first + site.number - 1}"

    def lists(self) -> dict[str, str]:
        """``alias!field`` → its range."""
        start = len(directory_columns()) + 1
        return {
            f"{alias}!{field.id}": self.range(get_column_letter(column))
            for column, (alias, field) in enumerate(self.fields, start)
        }

    def listed(self, records: Sequence[Record]) -> dict[str, list[Value]]:
        """``alias!field`` → what its cells show, None in the rows of other sheets."""
        spare: list[Value] = [None] * int(texts_of("working")["directory"]["spare"])
        return {
            f"{alias}!{field.id}": [
                as_filled(record.fields.get(field.id)) if record.form == alias else None for record in records
            ]
            + spare
            for alias, field in self.fields
        }

    def values(self, listed: Mapping[str, Sequence[Value]], slot: int) -> Iterator[tuple[int, Value]]:
        """The values of the sheet, whose first slot is ``slot``, as ``sheet`` numbers them."""
        for alias, field in self.fields:
            column = listed[f"{alias}!{field.id}"]
            for site, value in zip(self.sites, column, strict=False):
                if site.form.alias == alias:
                    if value != "":
                        yield slot, value
                    slot += 1
            if field.type.number:
                if (total := _total({_COLUMN: column})) != 0:
                    yield slot, total
                slot += 1

    def sheet(self, judged_rows: JudgedRows, slots: "count[int]") -> PlannedSheet:
        """The sheet as planned; ``judged_rows`` says how many rows of each table are judged."""
        texts = texts_of("working")["directory"]
        columns = directory_columns().values()
        width = texts["field"]["width"]
        entries = [self._entries(number, slots) for number in range(len(self.fields))]
        rows = [
            PlannedRow(HEADING, (PlannedCell(1, "title", texts["heading"]),)),
            *(PlannedRow(TALL, (PlannedCell(1, "note", note),)) for note in texts["notes"]),
            PlannedRow(HEADING, tuple(self._headings())),
            *(self._row(index, judged_rows, entries) for index in range(self.last - self.first + 1)),
            self._totals(entries),
        ]
        whole = len(columns) + len(self.fields)
        return PlannedSheet(
            title=self.title,
            widths=(*(column.width for column in columns), *(width for _ in self.fields)),
            rows=tuple(rows),
            merges=tuple(
                f"A{row}:{get_column_letter(whole)}{row}" for row in range(2, len(texts["notes"]) + 2)
            ),
            frozen=f"{self.letter('form')}{self.first}",
            names={
                f"{self.title}_{column.heading}": self.range(self.letter(role))
                for role, column in directory_columns().items()
            },
        )

    def _headings(self) -> Iterator[PlannedCell]:
        texts = [column.heading for column in directory_columns().values()]
        texts += [field.label for _, field in self.fields]
        yield from (PlannedCell(number, "heading", text) for number, text in enumerate(texts, 1))

    def _entries(self, number: int, slots: "count[int]") -> dict[int, PlannedCell]:
        """The cells of one field's column by row index; -1 is that of the total."""
        alias, field = self.fields[number]
        column, looks = len(directory_columns()) + number + 1, texts_of("working")["directory"]["field"]
        style = looks["number" if field.type.number else "text"]
        made = {}
        for site in self.sites:
            if site.form.alias == alias:
                at = f"{self.prefix(site)}{field.id}"
                made[site.number - 1] = PlannedCell(column, style, "", filled(at), next(slots))
        letter = get_column_letter(column)
        total = f"SUM(${letter}${self.first}:${letter}${self.last})" if field.type.number else ""
        made[-1] = PlannedCell(
            column, style, 0.0 if total else None, total, next(slots) if total else NO_SLOT
        )
        return made

    def _row(
        self, index: int, judged_rows: JudgedRows, entries: Sequence[Mapping[int, PlannedCell]]
    ) -> PlannedRow:
        row, looks = self.first + index, texts_of("working")["directory"]["field"]
        site = self.sites[index] if index < len(self.sites) else None
        fixed = self._site_cells(site, row, judged_rows) if site else self._spare_cells(row, index)
        start = len(fixed) + 1
        fields = tuple(
            column.get(index) or PlannedCell(number, looks["text"] if site else looks["spare"])
            for number, column in enumerate(entries, start)
        )
        return PlannedRow(HEADING, (*fixed, *fields))

    def _site_cells(self, site: SheetInstance, row: int, judged_rows: JudgedRows) -> tuple[PlannedCell, ...]:
        position = f'IFERROR(_xlfn.SHEET({sheet_prefix(site.title)}$A$1),"")'
        title, place = f"${self.letter('title')}{row}", f"${self.letter('position')}{row}"
        missing = texts_of("working")["directory"]["states"]["missing"]
        known = f'OR({NO_POSITIONS},IFERROR(_xlfn.SHEET({title}&"")={place},FALSE))'
        state = f'IF({known},"","{missing}")'
        state += "".join(f"&{warning}" for warning in _rows_outside(site, self.prefix(site), judged_rows))
        number = float(site.number)
        return self._cells(
            ("", number), ("", site.title), ("", site.form.id), (position, number), (state, "")
        )

    def _spare_cells(self, row: int, index: int) -> tuple[PlannedCell, ...]:
        title, place = f"${self.letter('title')}{row}", f"${self.letter('position')}{row}"
        missing = texts_of("working")["directory"]["states"]["missing"]
        position = f'IF({title}="","",IFERROR(_xlfn.SHEET({title}&""),""))'
        state = f'IF(OR({NO_POSITIONS},{title}="",ISNUMBER({place})),"","{missing}")'
        return self._cells(("", index + 1.0), ("", None), ("", None), (position, ""), (state, ""))

    def _cells(self, *contents: tuple[str, Value]) -> tuple[PlannedCell, ...]:
        columns = directory_columns().values()
        return tuple(
            PlannedCell(number, column.style, value, formula)
            for number, (column, (formula, value)) in enumerate(zip(columns, contents, strict=True), 1)
        )

    def _totals(self, entries: Sequence[Mapping[int, PlannedCell]]) -> PlannedRow:
        label = list(directory_columns()).index("title") + 1
        fixed = [
            PlannedCell(
                number, "heading", texts_of("working")["directory"]["total"] if number == label else None
            )
            for number in range(1, len(directory_columns()) + 1)
        ]
        return PlannedRow(ROW, (*fixed, *(column[-1] for column in entries)))


def _listed(profile: Profile) -> tuple[tuple[str, Field], ...]:
    """The fields of repeated forms that native rules read from all their sheets, as these show them."""
    cases = [case for form in (None, *profile.forms.values()) for case in over_all(profile, form)]
    used = {name for case in cases for node in nodes_of(case) for name in references(node)}
    forms = [form for form in profile.forms.values() if form.repeated]
    return tuple(
        (form.alias, form.fields[name])
        for form in forms
        for name in place(form).fields
        if f"{form.alias}!{name}" in used
    )


def _rows_outside(site: SheetInstance, start: str, judged_rows: JudgedRows) -> Iterator[str]:
    """Warnings about rows added outside a table, as formulas that give "" where there are none."""
    states: Json = texts_of("working")["directory"]["states"]
    for table in site.form.tables.values():
        area = f"{start if site.form.repeated else ''}{table.id}_{naming_column(table)}"
        between = f"ROW({below(start, table.id)})-ROW({above(start, table.id)})-1"
        outside = states["outside"].format(table=table.label)
        yield f'IF(IFERROR({between}=ROWS({area}),FALSE),"","{outside}")'
        if slots := judged_rows.get((site.number, table.id)):
            beyond = states["beyond"].format(table=table.label, slots=slots)
            yield f'IF(IFERROR(ROWS({area})<={slots},FALSE),"","{beyond}")'
