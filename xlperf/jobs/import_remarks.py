"""One received file → what was read otherwise than written, and what has no place in a working copy."""

from collections.abc import Iterator, Set
from dataclasses import replace

from xlperf.checks.cells_stage import doubts
from xlperf.checks.context import CheckContext
from xlperf.checks.file_stage import spotted
from xlperf.checks.filing_parts import DOCUMENTS
from xlperf.checks.merged_filing import MergedFiling
from xlperf.checks.template_stage import check_template
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.records import Provenance
from xlperf.declarations.value_display import printed
from xlperf.expressions import ErrorValue
from xlperf.intake.align import labels_of
from xlperf.intake.cell_values import AS_TEXT
from xlperf.intake.filing_reader import Received, SheetReading
from xlperf.intake.own_files import helper_titles
from xlperf.intake.unrecognised import near
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

_TOLD = frozenset({"T208", "T215", "T225", "T226", "T227", "C320"})
"""What the check of the layout tells of content that was not read, and of forms that may be others."""
_LONGEST = 30
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def remarks(file: Received, unit: MergedFiling, used: Set[int]) -> Iterator[Finding]:
    """The remarks on a file of ``unit``; ``used`` are the ids of the records in the working copy."""
    context = CheckContext.of(file)
    if context is None:
        return
    context.filing.unit_code, context.filing.unit_name = unit.code, unit.name
    context.reading.sheets = [one for one in context.reading.sheets if id(one.record) in used]
    told = [*_converted(context), *_strangers(context)]
    told += [one for sheet in context.reading.sheets for one in _strange_rows(context, sheet)]
    told += [one for one in check_template(context) if one.code in _TOLD]
    told += doubts(context)
    for one in told:
        yield replace(one, location=spotted(one.location, context.reading.book))


def _converted(context: CheckContext) -> Iterator[Finding]:
    """Every value that stands otherwise in the working copy than it was received."""
    typed_in_word = context.reading.book.kind in DOCUMENTS
    for sheet, at, declared, found in context.values():
        record = sheet.record
        value = record.fields.get(at) if isinstance(at, str) else record.tables[at[0]][at[1]].get(at[2])
        if isinstance(value, ErrorValue):
            if declared.formula is None:
                yield finding("I109", context.place(record, at), str(value))
        elif found.note and not (typed_in_word and _is_plain(found)):
            raw = " ".join(str(found.raw).split())
            yield finding(
                "I101", context.place(record, at), raw, printed(value, declared.type), note=found.note
            )


def _is_plain(found: Provenance) -> bool:
    """Whether a text is a number as anybody writes it: in Word there are no others."""
    raw = str(found.raw).strip()
    return found.note == AS_TEXT and raw.isascii() and raw.lstrip("-").replace(".", "", 1).isdecimal()


def _strangers(context: CheckContext) -> Iterator[Finding]:
    """The sheets and tables that are no forms of the profile."""
    for sheet in context.reading.unknown:
        texts = [_short(text) for _, _, text in sheet.texts() if label_key(text)]
        if texts and sheet.name not in helper_titles():
            place = context.file_place(sheet.name)
            reason = near(sheet, context.profile)
            yield finding("I102", place, text=texts[0], count=len(sheet.cells), why=reason)


def _strange_rows(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """The rows that the form does not have, as far as more stands in them than its own labels."""
    sheet, form = reading.sheet, reading.alignment.form
    rows = set(reading.alignment.inserted)
    if not rows:
        return
    labels = {f"{letters}{row}" for row, letters, _ in labels_of(sheet, [form])}
    filled: dict[int, list[str]] = {}
    for address in sheet.cells:
        row = int(address.lstrip(_LETTERS))
        if row in rows and address not in labels and (text := _text(sheet, address)):
            filled.setdefault(row, []).append(text)
    for row, texts in filled.items():
        place = context.file_place(sheet.name, f"A{row}")
        yield finding("I103", place, text=_short("、".join(texts)))


def _text(sheet: Sheet, address: str) -> str:
    value = sheet.value(address)
    return printed(value) if isinstance(value, float) else " ".join(str(value or "").split())


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}……"
