"""A season → its workbooks: 报送登记.xlsx, 催报名单.xlsx with the days left, 报送码.xlsx with new codes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from xlperf.core.workdays import workdays_after
from xlperf.declarations.source import text_of, texts_of
from xlperf.outputs.finding_texts import place
from xlperf.outputs.problem_cells import CENTRE
from xlperf.outputs.sheet_writing import BookWriter
from xlperf.season.codes import UnitCode
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
    texts = texts_of("season")["register"]
    book = BookWriter(texts["title"])
    for name, rows, above in (
        ("units", _units(season), (texts["title"], season.states())),
        ("history", _history(season), ()),
        ("findings", _findings(season), ()),
        ("files", _files(season), ()),
    ):
        sheet = book.sheet(texts[name]["sheet"])
        sheet.listed(texts[name]["columns"], rows, above, figure=CENTRE)
    return book.data()


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
    for unit in season.units:
        kept = season.findings.get(unit.id, [])
        for held in sorted(kept, key=lambda held: (_ORDER.index(held.state), held.finding.severity.rank)):
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
    lead = unit.code, unit.name, kept.state.text, found.severity.value, first
    return *lead, found.location.file, place(found), found.message, kept.answer


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
    if not days:
        return str(texts["late_days" if late else "left_days"]).format(days=abs((due - day).days)), None
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
    book = BookWriter(texts["title"])
    book.sheet(texts["sheet"]).listed(texts["columns"], rows, (texts["title"], note), figure=CENTRE)
    return book.data(), len(waiting)


def code_sheet(codes: Sequence[UnitCode], url: str) -> bytes:
    """The workbook 报送码, a row for each unit with the link that signs it in.

    ``url`` is where units reach the service, "" where links are not to be written.
    """
    texts = texts_of("intake")["codes"]
    rows = [
        (
            made.unit.code,
            made.unit.name,
            made.code,
            f"{url.rstrip('/')}/intake#{made.code}" if url else texts["no_link"],
        )
        for made in codes
    ]
    book = BookWriter(texts["sheet"])
    writer = book.sheet(texts["sheet"])
    writer.listed(texts["columns"], rows, (texts["title"], texts["note"]))
    writer.sheet.print_title_rows = "1:3"
    return book.data()
