"""A received file → the plain JSON of what its forms say, in official wording, for other programs.

What each value is called is declared in schemas/exported.json; see its ``conventions``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlperf.declarations.model import Cell, Form, Profile
from xlperf.declarations.profile import load_form, load_profile, profile_ids
from xlperf.declarations.records import Provenance
from xlperf.declarations.source import Json
from xlperf.declarations.texts import texts_of
from xlperf.expressions import Value
from xlperf.intake.align import align, labels_of, likeness
from xlperf.intake.cell_values import shown_text
from xlperf.intake.certainty import certainty, thresholds
from xlperf.intake.cover import report_of
from xlperf.intake.filing_reader import SheetReading, read_sheet
from xlperf.intake.identify import profile_of, recognise
from xlperf.intake.label_normaliser import relabelled
from xlperf.intake.open_any import open_book
from xlperf.intake.stacked_forms import unstacked
from xlperf.intake.xlsx_reader import Book
from xlperf.notation import level1_label, normalise, parse_number
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.number_formats import GENERAL
from xlperf.ooxml.sheet_cells import Sheet

_ASSESSMENT = "assessment"
_YEAR = re.compile(r"(20[0-9]{2})\s*年")
_BLANKS = " \t\n\r\u3000\xa0"
_DASHES = re.compile(r"[—–―─-]+")
_PROSE = "prose"
_HOLE = re.compile(r"\{(\w+)\}")
_THIS_YEAR, _LAST_YEAR = "年度", "上年度"
_LABEL_END = "·"
_WORKBOOKS = ("xlsx", "xls", "ods")
_TOP_ROWS = 5
_DIGITS = 3


def export_file(path: str | Path, profile: Profile | None = None, limits: Limits = LIMITS) -> Json:
    """``source``, ``report``, ``conventions`` and ``forms`` of a file; raises Refused as open_book does."""
    book = relabelled(unstacked(open_book(path, limits)), profile)
    chosen = profile_of(book, profile) or profile or load_profile(profile_ids()[0])
    forms = [_Export(one, chosen, book).json() for one in _read(book, chosen)]
    declared = texts_of("exported")
    units = [
        unit for form in forms for name, unit in form["fields"].items() if name in declared["report"]["units"]
    ]
    years = [form.pop("year") for form in forms]
    report = report_of(book.paragraphs, units, years, declared["report"])
    return {
        "source": Path(path).name,
        "report": report,
        "conventions": declared["conventions"],
        "forms": forms,
    }


def _read(book: Book, profile: Profile) -> Iterator[SheetReading]:
    """Every sheet that is a form, in the order of the file; hidden ones carry nothing."""
    assessment = load_form(_ASSESSMENT, profile.id)
    for one in recognise(book, profile):
        if one.sheet.state != "visible":
            continue
        alignment = one.alignment
        if alignment is None:
            labels = labels_of(one.sheet, [assessment])
            if likeness(labels, assessment) < thresholds().enough:
                continue
            alignment = align(one.sheet, labels, assessment, dict)
        yield read_sheet(one.sheet, alignment, profile, book.names_on(one.sheet.name))


@dataclass(slots=True)
class _Export:
    """One form on its sheet, on its way to JSON."""

    reading: SheetReading
    profile: Profile
    book: Book

    def json(self) -> Json:
        """``kind``, ``sheet`` (of workbooks), ``certainty``, ``fields``, ``notes``, ``indicators``."""
        declared = texts_of("exported")["forms"][self._form.alias]
        made: Json = {"kind": declared["kind"], "year": self._year()}
        if self.book.kind in _WORKBOOKS:
            made["sheet"] = self.reading.sheet.name
        made["certainty"] = self._certainty()
        fields: Json = {}
        notes: dict[str, str] = {}
        for block in declared["blocks"]:
            for row, path in block["rows"].items():
                self._row(row, self._filled(path), block, fields, notes)
        for table, block in declared.get("rows", {}).items():
            self._rows(table, block, fields)
        made |= {"fields": fields, "notes": notes, "indicators": []}
        if listed := declared.get("indicators"):
            made["indicators"] = list(self._indicators(listed))
            notes |= {"indicators": listed["note"]} if "note" in listed else {}
        return made

    @property
    def _form(self) -> Form:
        return self.reading.alignment.form

    def _certainty(self) -> float:
        """How sure it is that the sheet is this form, 0 to 1."""
        sheet, names = self.reading.sheet, self.book.names_on(self.reading.sheet.name)
        sure = certainty(sheet, self.reading.alignment, names, self.book.properties)
        return round(sure.share, _DIGITS)

    def _year(self) -> int:
        """The year that the file names, else the top of the sheet, else that of the profile."""
        if self.book.year:
            return self.book.year
        sheet = self.reading.sheet
        texts = [text for row, _, text in sheet.texts() if row < sheet.first_row + _TOP_ROWS]
        years = [int(year) for text in texts for year in _YEAR.findall("".join(text.split()))]
        return max(years, default=self.profile.year)

    def _filled(self, text: str) -> str:
        """``text`` with the year, and what the place calls a row, filled in."""
        year = self._year()
        words = {_THIS_YEAR: str(year), _LAST_YEAR: str(year - 1)}
        return _HOLE.sub(lambda name: words.get(name[1]) or _label(self._form, name[1]), text)

    def _row(self, row: str, path: str, block: Json, fields: Json, notes: dict[str, str]) -> None:
        index = next((i for i, one in enumerate(self._form.rows) if one.id == row), None)
        if index is None:
            return
        cells = self._form.rows[index].cells
        for name, field in block.get("line", {}).items():
            fields[_joined(path, name)] = self._of_line(index, name, field)
        for letter, name in block.get("cells", {}).items():
            place = _joined(path, self._filled(name))
            cell = next(one for one in cells if one.first == ord(letter) - ord("A") + 1)
            fields[place], note = self._cell(cell, letter, index)
            if note:
                notes[place] = note

    def _cell(self, cell: Cell, letter: str, index: int) -> tuple[Any, str]:
        """The value of a declared cell and what must be said about how it is printed."""
        sheet, record = self.reading.sheet, self.reading.record
        if not cell.field:
            row = self.reading.alignment.rows.get(index)
            raw = sheet.value(f"{letter}{row}") if row else None
            found = parse_number(raw) if isinstance(raw, str) else None
            number = found[0] if found else raw if isinstance(raw, float) else None
            return number, _nothing_note(raw)
        found_at = record.provenance.get(cell.field, Provenance("", ""))
        value = record.fields.get(cell.field)
        declared = self._form.fields[cell.field]
        if declared.type.unit == "%" and isinstance(value, float):
            return value, texts_of("exported")["notes"]["percent"].format(text=_shown(sheet, found_at))
        return _plain(value, declared.type.id == _PROSE), _nothing_note(found_at.raw)

    def _of_line(self, index: int, name: str, field: str | None) -> float | str | None:
        if field is not None:
            return _plain(self.reading.record.fields.get(field))
        row = self.reading.alignment.rows.get(index)
        raw = next((text for at, _, text in self.reading.sheet.texts() if at == row and name in text), "")
        return raw.rpartition(name)[2].strip(f"：:{_BLANKS}") or None

    def _rows(self, table: str, block: Json, fields: Json) -> None:
        for row in self.reading.record.tables.get(table, ()):
            name = _plain(row.get(block["name"]))
            for column, label in block["cells"].items():
                path = _joined(self._filled(block["path"]), str(name or ""))
                fields[_joined(path, self._filled(label))] = row.get(column)

    def _indicators(self, listed: Json) -> Iterator[Json]:
        record, table = self.reading.record, self._form.tables[listed["table"]]
        for index, row in enumerate(record.tables.get(table.id, ())):
            made: Json = {}
            for name, column in listed["columns"].items():
                found = record.provenance.get((table.id, index, column))
                made[name] = self._of_column(row, column, found) if column else None
                if column in table.levels[:1]:
                    made[listed["points"]] = self._points(table.id, index, column)
            if any(value is not None for name, value in made.items() if not name.startswith("level1")):
                yield made

    def _of_column(self, row: Mapping[str, Value], column: str, found: Provenance | None) -> Any:
        value = row.get(column)
        if isinstance(value, str) and found and isinstance(found.raw, float):
            return _shown(self.reading.sheet, found)
        return _plain(value)

    def _points(self, table: str, index: int, column: str) -> float | None:
        """The points printed behind the level-1 name of a row, or of the row above that it is filled from."""
        for above in range(index, -1, -1):
            raw = self.reading.record.provenance[table, above, column].raw
            if isinstance(raw, str) and raw.strip(_BLANKS):
                return level1_label(raw)[1]
        return None


def _label(form: Form, row: str) -> str:
    """The label of a declared row, as its fields bear it in front."""
    cells = next(one.cells for one in form.rows if one.id == row)
    field = next(cell.field for cell in cells if cell.field)
    return form.fields[field].label.partition(_LABEL_END)[0]


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path and name else path or name


def _shown(sheet: Sheet, found: Provenance) -> str:
    """What the cell of a value prints."""
    if isinstance(found.raw, str):
        return normalise(found.raw).strip()
    shown = sheet.stored(found.cell)[1] if found.cell in sheet.cells else GENERAL
    return shown_text(found.raw, shown) if isinstance(found.raw, float) else ""


def _nothing_note(raw: Value) -> str:
    is_dash = isinstance(raw, str) and _DASHES.fullmatch(raw.strip(_BLANKS))
    return str(texts_of("exported")["notes"]["nothing"]) if is_dash else ""


def _plain(value: Value, prose: bool = False) -> float | str | None:
    """A value as JSON has it: texts stripped, on one line unless they are prose, null for nothing."""
    if not isinstance(value, str):
        return value if isinstance(value, float) else None
    text = value if prose else value.replace("\r", "").replace("\n", "")
    text = text.strip(_BLANKS)
    return None if not text or _DASHES.fullmatch(text) else text
