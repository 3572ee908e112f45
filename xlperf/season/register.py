"""A season → 报送登记.xlsx, with states and histories of units, and 催报名单.xlsx, with the days left."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from openpyxl import Workbook

from xlperf.core.workdays import workdays_after
from xlperf.declarations.source import text_of, texts_of
from xlperf.ooxml.openpyxl_writing import workbook_bytes
from xlperf.outputs.finding_texts import place
from xlperf.outputs.problem_cells import CENTRE, HEADING, PLAIN, TEXT, TITLE, CellWriter, fit_height, lay_out
from xlperf.season.season_records import Event, FindingState, KeptFile, KeptFinding, Tally, Unit, UnitState
from xlperf.season.store import Store

_Row = Sequence[str | int]
_WAITING = (UnitState.MISSING, UnitState.RETURNED)


class Season:
    """What a store holds, read once."""

    def __init__(self, store: Store) -> None:
        self.title = store.about("title")
        self.units = store.units()
        self.rounds = {made.number: made for made in store.rounds()}
        self.packages = store.packages()
        self.findings = store.findings()
        self.files = store.files()
        self.events = store.events()
        self.by_id = {unit.id: unit for unit in self.units}

    def tally(self, unit: Unit) -> Tally:
        """The findings of a unit, counted."""
        return Tally.of(self.findings.get(unit.id, []))

    def states(self) -> str:
        """How many units are in each state, as a phrase."""
        count = Counter(unit.state for unit in self.units)
        known = "，".join(f"{state.text} {count[state]}" for state in UnitState if count[state])
        return text_of("season", "register", "summary", total=len(self.units), states=known)


def register(season: Season) -> bytes:
    """The workbook 报送登记."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = "xlperf", texts_of("season")["register"]["title"]
    texts = texts_of("season")["register"]
    for name, rows in (
        ("units", _units(season)),
        ("history", _history(season)),
        ("findings", _findings(season)),
        ("files", _files(season)),
    ):
        above = (str(texts["title"]), season.states()) if name == "units" else ()
        _sheet(book, str(texts[name]["sheet"]), texts[name]["columns"], rows, above)
    return workbook_bytes(book)


def _sheet(
    book: Workbook, title: str, widths: Mapping[str, float], rows: Iterable[_Row], above: Sequence[str] = ()
) -> None:
    """Add a list with its headings, under lines of text where there are any."""
    sheet = book.create_sheet(title)
    cells = CellWriter(sheet)
    for number, text in enumerate(above, 1):
        cells.write(number, 1, text, TITLE if number == 1 else PLAIN)
    top = len(above) + 1
    columns = dict(widths)
    cells.write_row(top, list(columns), HEADING)
    fit_height(sheet, top, columns.items())
    last = top
    for last, row in enumerate(rows, top + 1):
        cells.write_row(last, row, TEXT, CENTRE)
        fit_height(sheet, last, zip(map(str, row), columns.values(), strict=True))
    lay_out(sheet, list(columns.values()), title, repeats_heading=False)
    sheet.print_title_rows = f"{top}:{top}"
    sheet.freeze_panes = f"A{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{sheet.cell(last, len(columns)).coordinate}"


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""


def _units(season: Season) -> Iterable[_Row]:
    last: dict[tuple[int, UnitState | None], date] = {}
    history: dict[int, list[Event]] = {}
    for event in season.events:
        if event.unit is not None:
            history.setdefault(event.unit, []).append(event)
            last[event.unit, event.state] = event.day
    unlisted = texts_of("season")["register"]["unlisted"]
    for number, unit in enumerate(season.units, 1):
        tally, rounds = season.tally(unit), season.packages.get(unit.id, [])
        days = [season.rounds[at].day for at in rounds]
        is_accepted = unit.state is UnitState.ACCEPTED
        remark = [] if unit.is_listed else [unlisted]
        remark += [event.text for event in history.get(unit.id, [])[-1:]]
        yield (
            number,
            unit.code,
            unit.name,
            unit.department,
            unit.state.text,
            len(rounds),
            _written(days[0] if days else None),
            _written(days[-1] if days else None),
            _written(last.get((unit.id, UnitState.RETURNED))),
            _written(unit.due),
            _written(last.get((unit.id, UnitState.ACCEPTED)) if is_accepted else None),
            tally.errors or "",
            tally.warnings or "",
            tally.answered or "",
            tally.fixed or "",
            tally.unchecked or "",
            "；".join(remark),
        )


def _history(season: Season) -> Iterable[_Row]:
    for event in season.events:
        unit = season.by_id.get(event.unit or 0)
        at = text_of("season", "register", "round", round=event.round) if event.round else ""
        code, name = (unit.code, unit.name) if unit else ("", "")
        yield event.day.isoformat(), at, code, name, event.text, event.by


def _findings(season: Season) -> Iterable[_Row]:
    order = {state: number for number, state in enumerate(_ORDER)}
    for unit in season.units:
        kept = season.findings.get(unit.id, [])
        for held in sorted(kept, key=lambda held: (order[held.state], held.finding.severity.rank)):
            yield _finding(unit, held)


_ORDER = (
    FindingState.OPEN,
    FindingState.NEW,
    FindingState.UNCHECKED,
    FindingState.ANSWERED,
    FindingState.EXEMPT,
    FindingState.FIXED,
)


def _finding(unit: Unit, kept: KeptFinding) -> _Row:
    found = kept.finding
    first = text_of("season", "register", "round", round=kept.first)
    state, severity = kept.state.text, found.severity.value
    return (
        unit.code,
        unit.name,
        state,
        severity,
        first,
        found.location.file,
        place(found),
        found.message,
        kept.answer,
    )


def _files(season: Season) -> Iterable[_Row]:
    texts = texts_of("season")["register"]["files"]
    before: dict[int | None, set[str]] = {}
    now: dict[int | None, set[str]] = {}
    number = 0
    for file in season.files:
        if file.round != number:
            before |= now
            now, number = {}, file.round
        yield _file(season, file, before.get(file.unit), texts)
        now.setdefault(file.unit, set()).add(file.digest)


def _file(season: Season, file: KeptFile, before: set[str] | None, texts: Mapping[str, str]) -> _Row:
    unit = season.by_id.get(file.unit or 0)
    if file.unread:
        compared = texts["unread"].format(reason=file.unread)
    elif before is None or unit is None:
        compared = texts["first"]
    else:
        compared = texts["same" if file.digest in before else "different"]
    at = text_of("season", "register", "round", round=file.round)
    code, name = (unit.code, unit.name) if unit else ("", "")
    day = season.rounds[file.round].day.isoformat()
    return at, day, code, name, file.path, file.size, file.digest, compared


def days_left(due: date | None, day: date) -> tuple[str, int | None]:
    """How long it is from ``day`` until ``due``, in words; and the year whose holidays are not known."""
    texts = texts_of("season")["left"]
    if due is None:
        return str(texts["none"]), None
    if due == day:
        return str(texts["today"]), None
    late = due < day
    try:
        days = workdays_after(due, day) if late else workdays_after(day, due)
    except LookupError as error:
        days = abs((due - day).days)
        return str(texts["late_days" if late else "left_days"]).format(days=days), int(error.args[0])
    return str(texts["late" if late else "left"]).format(days=days), None


def reminder(season: Season, day: date) -> tuple[bytes, int]:
    """The workbook 催报名单 on ``day``: who has not filed or not filed again; and how many they are."""
    texts = texts_of("season")["remind"]
    waiting = [unit for unit in season.units if unit.state in _WAITING]
    waiting.sort(key=lambda unit: (unit.due or date.max, unit.state is not UnitState.MISSING))
    rows, years = [], set()
    for number, unit in enumerate(waiting, 1):
        left, year = days_left(unit.due, day)
        years |= {year} if year else set()
        tally = season.tally(unit)
        due = _written(unit.due)
        names = unit.code, unit.name, unit.department, unit.state.text
        rows.append((number, *names, due, left, tally.errors, tally.warnings))
    unknown = "；".join(text_of("season", "left", "unknown_year", year=year) for year in sorted(years))
    note = str(texts["note"]).format(day=day.isoformat(), count=len(waiting), unknown=unknown)
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = "xlperf", str(texts["title"])
    _sheet(book, str(texts["sheet"]), texts["columns"], rows, (str(texts["title"]), note))
    return workbook_bytes(book), len(waiting)
