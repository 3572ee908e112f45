"""The list of units of a ledger → the file of a new season."""

from datetime import date
from pathlib import Path

from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import text_of
from xlperf.ledgers.ledger import read_ledger
from xlperf.season.season_records import Event, Unit
from xlperf.season.store import Store


def start(
    path: Path, ledger: str | Path, profile_id: str, *, due: date | None, day: date, by: str = ""
) -> int:
    """Make the file at ``path`` with the units of ``ledger``, who are to file until ``due``; their number.

    Raises InputError for a ledger or profile that cannot be used, and where the file is there already.
    """
    profile = load_profile(profile_id) if profile_id else None
    rows = read_ledger(ledger, profile).units
    made = path.with_name(f"{path.name}.new")
    for end in ("", "-wal", "-shm"):
        Path(f"{made}{end}").unlink(missing_ok=True)
    with Store(path if path.exists() else made, create=True) as store, store.change():
        store.about("profile", profile.id if profile else "")
        for row in rows:
            store.add_unit(Unit(0, row.code, row.name, row.department, due=due))
        said = text_of("season", "events", "start", count=len(rows))
        store.note(Event(day, 0, None, said, by))
    made.replace(path)
    return len(rows)
