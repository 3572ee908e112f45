"""The formulas of a received workbook → their values by formualizer, within limits.

Only the sheets that these formulas read are given to it, with all their formulas; what is not believed
(see trust) is there by its saved value.
"""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from xlperf.core.cell_addresses import coordinate_to_tuple, get_column_letter, quote_sheetname
from xlperf.core.lazy import LazyModule
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.book import Book, serial
from xlperf.intake.trust import (
    DOUBTS,
    JOINED,
    LINKED,
    Area,
    FormulaReading,
    Resolve,
    area_of,
    is_link,
    read_formula,
)
from xlperf.ooxml.sheet_cells import Sheet

if TYPE_CHECKING:
    import formualizer
else:
    formualizer = LazyModule("formualizer")

Place = tuple[str, str]
"""Sheet title and A1 address."""

_MOST_FORMULAS = 5_000
_LONGEST_TEXT = 32_767
"""Characters of a cell; the engine has no such limit."""
_MILLISECONDS = 2_000
_KINDS = {
    ErrorValue.DIV0: "Div",
    ErrorValue.NA: "Na",
    ErrorValue.NAME: "Name",
    ErrorValue.NULL: "Null",
    ErrorValue.NUM: "Num",
    ErrorValue.REF: "Ref",
    ErrorValue.VALUE: "Value",
}
_ERRORS = {kind: error for error, kind in _KINDS.items()}


@dataclass(slots=True)
class Recomputed:
    """``values`` of the formulas ``places``; ``left``: the others, and why they were left.

    In ``circular`` are those that rest on themselves; ``readings`` say what each formula of the
    sheets concerned reads. Volatile formulas are in none of these.
    """

    places: Collection[Place] = ()
    values: dict[Place, Value] = field(default_factory=dict)
    left: dict[Place, str] = field(default_factory=dict)
    circular: set[Place] = field(default_factory=set)
    readings: dict[Place, FormulaReading] = field(default_factory=dict)


def recompute(book: Book, places: Collection[Place]) -> Recomputed:
    """Compute the formulas at ``places`` again, in the order in which they rest on each other.

    In a browser, which has no engine, all are left.
    """
    result = Recomputed(places)
    sheets = book.tabs()
    if not _has_engine():
        result.left = {place: _left_without_engine(sheets, *place) for place in places}
        return result
    if not _read(book, sheets, places, result):
        result.left = dict.fromkeys(places, DOUBTS["too_many"])
        return result
    _doubt_long_texts(sheets, result)
    titles = {title for title, _ in result.readings}
    concerned = (
        titles | {title for reading in result.readings.values() for title, _ in reading.areas} & sheets.keys()
    )
    engine = _engine()
    for title in sorted(concerned):
        engine.add_sheet(title)
    for title in sorted(concerned):
        _fill(engine, sheets[title], book, result)
    try:
        engine.evaluate_all()
    except formualizer.ExcelEvaluationError:
        result.left = dict.fromkeys(places, DOUBTS["unfinished"])
        return result
    for place in places:
        _collect(engine, place, result)
    return result


def _read(book: Book, sheets: Mapping[str, Sheet], places: Collection[Place], result: Recomputed) -> bool:
    """Read all formulas of the sheets concerned; False when there are too many."""
    waiting = sorted({title for title, _ in places})
    seen = set(waiting)
    while waiting:
        sheet = sheets[waiting.pop()]
        resolve = resolver(book, sheet.name)
        for address in sheet.formulas():
            if len(result.readings) >= _MOST_FORMULAS:
                return False
            reading = _reading(sheet, address, resolve)
            result.readings[sheet.name, address] = reading
            others = {title for title, _ in reading.areas} - seen
            for title in sorted(others):
                seen.add(title)
                if title in sheets:
                    waiting.append(title)
                else:
                    reading.doubt = reading.doubt or DOUBTS["sheet"].format(title=title)
    return True


def _doubt_long_texts(sheets: Mapping[str, Sheet], result: Recomputed) -> None:
    """Doubt formulas that join texts of other formulas, which could double each time, or long ones."""
    textual: dict[str, set[tuple[int, int]]] = {}
    for (title, address), reading in result.readings.items():
        if reading.textual and not reading.doubt:
            textual.setdefault(title, set()).add(coordinate_to_tuple(address))
    longest: dict[str, int] = {}
    for reading in result.readings.values():
        for title, area in reading.texts if reading.joins and not reading.doubt else ():
            if title not in longest:
                longest[title] = _longest_text(sheets[title])
            if (
                _may_read(area, textual.get(title, set()))
                or longest[title] * len(reading.texts) > _LONGEST_TEXT
            ):
                reading.doubt = JOINED
                break


def _longest_text(sheet: Sheet) -> int:
    values = map(sheet.value, sheet.cells)
    return max((len(value) for value in values if isinstance(value, str)), default=0)


def _may_read(area: Area, places: Set[tuple[int, int]]) -> bool:
    """Whether one of ``places`` is in an area; of a large area it is taken to be so where there are any."""
    top, left, bottom, right = area
    return (top, left) in places if (top, left) == (bottom, right) else bool(places)


def _reading(sheet: Sheet, address: str, resolve: Resolve) -> FormulaReading:
    array = sheet.array(address)
    if array not in ("", address):
        return FormulaReading(doubt=DOUBTS["multiple"])
    return read_formula(sheet.formula(address) or "", sheet.name, resolve, array=bool(array))


def resolver(book: Book, title: str) -> Resolve:
    """What finds the place of a defined name that a formula on ``title`` speaks of."""

    def resolve(name: str) -> tuple[str, Area] | None:
        """The sheet and area of a name; None for one of no area, or of several sheets."""
        homes = [tab for tab, names in book.names.items() if name in names]
        homes = [title] if title in homes else homes
        area = area_of(book.names_on(homes[0])[name]) if len(homes) == 1 else None
        return None if area is None else (homes[0], area)

    return resolve


@cache
def _has_engine() -> bool:
    return find_spec("formualizer") is not None


def _left_without_engine(sheets: Mapping[str, Sheet], title: str, address: str) -> str:
    return LINKED if is_link(sheets[title].formula(address) or "") else DOUBTS["no_engine"]


def _engine() -> "formualizer.Workbook":
    limits = formualizer.EvaluationConfig()
    limits.max_eval_time_ms = _MILLISECONDS
    limits.enable_parallel = False
    return formualizer.Workbook(config=formualizer.WorkbookConfig(eval_config=limits))


def _fill(engine: "formualizer.Workbook", sheet: Sheet, book: Book, result: Recomputed) -> None:
    resolve = resolver(book, sheet.name)
    for address in sheet.cells:
        row, column = coordinate_to_tuple(address)
        reading = result.readings.get((sheet.name, address))
        if reading is not None and not reading.doubt and not reading.volatile:
            engine.set_formula(sheet.name, row, column, _without_names(sheet.formula(address) or "", resolve))
            continue
        value = sheet.value(address)
        if isinstance(value, ErrorValue):
            engine.set_value(sheet.name, row, column, formualizer.LiteralValue.error(_KINDS[value], ""))
        elif value is not None:
            engine.set_value(sheet.name, row, column, value)


def _without_names(formula: str, resolve: Resolve) -> str:
    """The formula with cells in place of defined names: the engine knows none."""
    tokens = formualizer.tokenize("=" + formula).tokens()
    texts = (_place_of(token.value, resolve) if _is_name(token) else token.value for token in tokens)
    return "=" + "".join(texts).removeprefix("=")


def _is_name(token: "formualizer.Token") -> bool:
    return str(token.subtype) == "Range" and area_of(token.value.rpartition("!")[2]) is None


def _place_of(name: str, resolve: Resolve) -> str:
    place = resolve(name)
    if place is None:
        return name
    title, (top, left, bottom, right) = place
    return f"{quote_sheetname(title)}!{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"


def _collect(engine: "formualizer.Workbook", place: Place, result: Recomputed) -> None:
    reading = result.readings[place]
    if reading.doubt:
        result.left[place] = reading.doubt
    elif not reading.volatile:
        value = engine.get_value(place[0], *coordinate_to_tuple(place[1]))
        if isinstance(value, dict) and value["kind"] == "Circ":
            result.circular.add(place)
        elif isinstance(value, dict) and value["kind"] not in _ERRORS:
            result.left[place] = DOUBTS["unfinished"]
        else:
            result.values[place] = _value(value)


def _value(value: object) -> Value:
    if isinstance(value, dict):
        return _ERRORS[value["kind"]]
    if isinstance(value, date):
        return serial(value)
    if isinstance(value, bool) or value is None:
        return value
    return float(value) if isinstance(value, int | float) else str(value)
