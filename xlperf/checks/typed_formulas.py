"""Formulas that a unit wrote on the official sheets itself → whether their saved results still hold.

They are recomputed by a foreign engine. It reads some inputs otherwise than Excel (texts like 1,234.50, the
sixteenth digit, errors inside text functions): where its answer would not be believed, that is said instead.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from xlperf.checks.context import CheckContext
from xlperf.core.cell_addresses import coordinate_to_tuple
from xlperf.declarations.codes import builtin_codes, finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import FieldType
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.value_display import printed
from xlperf.declarations.worksheet_functions import addin_calls
from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.operators import near, round_half_up
from xlperf.intake.book import Book
from xlperf.intake.received import SheetReading, ValueAddress
from xlperf.intake.recompute import Place, Recomputed, recompute
from xlperf.intake.trust import ADDIN, LINKED, is_link
from xlperf.ooxml.sheet_cells import Sheet

AS_TEXT, ERRORS, UNCERTAIN, SIXTEENTH = "as_text", "errors", "uncertain", "sixteenth"
"""Why a formula was not recomputed, as messages.json names it."""
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_CLOSE = 1e-9


def same(saved: Value, computed: Value) -> bool:
    """Whether a saved result is what was computed; an empty text and nothing are alike."""
    if isinstance(saved, float) and isinstance(computed, float):
        return abs(saved - computed) <= _CLOSE * max(1.0, abs(saved), abs(computed))
    return ("" if saved is None else saved) == ("" if computed is None else computed)


def _is_shown_alike(sheet: Sheet, address: str, computed: Value) -> bool:
    """Whether the saved result is what was computed, as far as the cell's number format shows it."""
    saved, shown, _ = sheet.stored(address)
    if isinstance(saved, float) and isinstance(computed, float) and shown.digits is not None:
        return near(round_half_up(saved, shown.digits), round_half_up(computed, shown.digits))
    return same(saved, computed)


def leave_doubtful(book: Book, result: Recomputed) -> None:
    """Move results that differ, but rest on doubtful input, from ``values`` to ``left``."""
    sheets = book.tabs()
    differing = [
        (title, address)
        for (title, address), value in result.values.items()
        if not same(sheets[title].value(address), value)
    ]
    inputs = {
        title: list(_doubtful_inputs(sheets[title])) for title in _titles(differing, result) & sheets.keys()
    }
    while differing:
        doubtful = {place: reason for place in differing if (reason := _doubt(inputs, place, result))}
        if not doubtful:
            return
        for (title, address), reason in doubtful.items():
            result.left[title, address] = reason
            del result.values[title, address]
            inputs[title].append((*coordinate_to_tuple(address), UNCERTAIN))
        differing = [place for place in differing if place not in doubtful]


def _titles(places: Iterable[Place], result: Recomputed) -> set[str]:
    return {title for place in places for title, _ in (place, *result.readings[place].areas)}


def _doubtful_inputs(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    """Row, column and reason for each cell that the engine may read otherwise than Excel."""
    for address in sheet.cells:
        value = sheet.value(address)
        if isinstance(value, str):
            reason = AS_TEXT if any(map(str.isdigit, value)) and not _PLAIN.fullmatch(value.strip()) else ""
        elif isinstance(value, float):
            reason = SIXTEENTH if float(f"{value:.15g}") != value else ""
        else:
            reason = ERRORS if isinstance(value, ErrorValue) else ""
        if reason:
            yield *coordinate_to_tuple(address), reason


def _doubt(inputs: Mapping[str, Sequence[tuple[int, int, str]]], place: Place, result: Recomputed) -> str:
    """Why a difference at ``place`` may be the engine's, "" where it is not."""
    reading = result.readings[place]
    for title, (top, left, bottom, right) in reading.areas:
        for row, column, reason in inputs.get(title, ()):
            if not (top <= row <= bottom and left <= column <= right):
                continue
            if (reason != AS_TEXT or (title, (top, left, bottom, right)) in reading.texts) and (
                reason != SIXTEENTH or reading.compares
            ):
                return reason
    computed = result.values[place]
    return ERRORS if isinstance(computed, ErrorValue) and computed is not ErrorValue.DIV0 else ""


_MANY = 10
"""Findings of one code on one sheet beyond which the others are reported together."""


def recomputed(context: CheckContext, own: Mapping[str, Set[str]]) -> Recomputed:
    """The formulas of the official sheets recomputed, except the form's own at ``own``: sheet → cells."""
    own_formulas = [
        (reading.sheet.name, address)
        for reading in context.reading.sheets
        for address in reading.sheet.formulas()
        if address not in own[reading.sheet.name] or is_link(reading.sheet.formula(address) or "")
    ]
    if not own_formulas:
        return Recomputed()
    result = recompute(context.reading.book, own_formulas)
    leave_doubtful(context.reading.book, result)
    return result


def check_typed(context: CheckContext, reading: SheetReading, result: Recomputed) -> Iterator[Finding]:
    """What is wrong with the formulas of one sheet that are not the form's own."""
    cells = _Cells(context, reading)
    found: dict[str, list[Finding]] = defaultdict(list)
    left: dict[str, list[str]] = defaultdict(list)
    for place in result.places:
        if place[0] != reading.sheet.name or place[1] not in reading.sheet.cells:
            continue
        address, reason = place[1], result.left.get(place, "")
        if reason == LINKED:
            found["M415"].append(cells.finding_for("M415", address))
        elif place in result.circular:
            found["M413"].append(cells.finding_for("M413", address))
        elif reading.sheet.is_unsaved(address):
            found["M408"] += cells.unsaved(address, result.values.get(place))
        elif reason and reason != ADDIN:
            left[reason].append(address)
        elif place in result.values and not _is_shown_alike(reading.sheet, address, result.values[place]):
            found["M411"].append(cells.finding_for("M411", address, result.values[place]))
    for code, alike in found.items():
        yield from alike[:_MANY]
        if more := [problem.location.cell for problem in alike[_MANY:]]:
            yield _counted(context, reading, "M416", more, kind=builtin_codes()[code].name)
    doubts: Mapping[str, str] = texts_of("messages")["doubts"]
    for reason, addresses in left.items():
        yield _counted(context, reading, "M414", addresses, reason=doubts.get(reason, reason))
    yield from _addin(context, reading)


def _addin(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """The formulas of the sheet that call functions of the add-in."""
    calls = {
        address: addin_calls(reading.sheet.formula(address) or "") for address in reading.sheet.formulas()
    }
    cells = [address for address, names in calls.items() if names]
    if cells:
        names = dict.fromkeys(name for found in calls.values() for name in found)
        yield _counted(context, reading, "M418", cells, functions="、".join(names))


def _counted(
    context: CheckContext, reading: SheetReading, code: str, cells: Sequence[str], **named: str
) -> Finding:
    return finding(code, context.file_place(reading.sheet.name, cells[0]), count=len(cells), **named)


@dataclass(slots=True)
class _Cells:
    """The places of formulas on one sheet: fields of the form where they are that, else bare cells."""

    context: CheckContext
    reading: SheetReading
    fields: dict[str, ValueAddress] = field(init=False)

    def __post_init__(self) -> None:
        provenance = self.reading.record.provenance
        self.fields = {found.cell: at for at, found in provenance.items() if found.formula is not None}

    def finding_for(self, code: str, address: str, right: Value = None) -> Finding:
        """A finding with the formula, its saved result and ``right``, the recomputed one."""
        kind = self._kind(address)
        empty = text_of("messages", "checks", "empty")
        saved = printed(self.reading.sheet.value(address), kind) or empty
        formula = self.reading.sheet.formula(address)
        return finding(code, self._place(address), saved, printed(right, kind) or empty, formula=formula)

    def unsaved(self, address: str, right: Value) -> Iterator[Finding]:
        """A field whose formula has no saved result: nothing could be read from it."""
        if address in self.fields and right != "":
            computed = (
                ""
                if right is None
                else text_of("messages", "computed", value=printed(right, self._kind(address)))
            )
            formula = self.reading.sheet.formula(address) or ""
            yield finding("M408", self._place(address), formula, computed=computed)

    def _kind(self, address: str) -> FieldType | None:
        at = self.fields.get(address)
        return None if at is None else self.context.field(self.reading.record, at).type

    def _place(self, address: str) -> Location:
        at = self.fields.get(address)
        if at is None:
            return self.context.file_place(self.reading.sheet.name, address, address)
        return self.context.place(self.reading.record, at)
