"""A season → a folder with what every unit sent last, a folder for each unit, as it was received.

What a unit did not send again comes from the round before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from xlperf.core.errors import OutputError
from xlperf.core.files import ensure_writable_dir, output_error, safe_name
from xlperf.declarations.source import text_of
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.unit_folders import folder_name
from xlperf.season.not_sent_again import not_sent_again
from xlperf.season.review import last_files
from xlperf.season.season_records import KeptFile, Unit, UnitState
from xlperf.season.store import Store

_LETTERS, _BYTES = 70, 255
"""Of a name without its suffix; what systems take of a name."""


@dataclass(frozen=True, slots=True)
class LatestFilings:
    """How many units and files were written, and remarks on what comes from earlier rounds."""

    units: int
    files: int
    remarks: list[str]


def write_latest(
    store: Store,
    folder: Path,
    units: Sequence[Unit] = (),
    *,
    accepted: bool = False,
    options: RunOptions = USUAL,
) -> LatestFilings:
    """Write what ``units``, all where none are named, sent last into ``folder``: whole or nothing.

    With ``accepted`` only of units that are accepted. Raises OutputError where ``folder`` holds anything or
    cannot be written.
    """
    chosen = [unit for unit in units or store.units() if unit.state is UnitState.ACCEPTED or not accepted]
    _refuse_taken(folder)
    earlier, remarks = not_sent_again(store, chosen, options)
    packages = [(unit, [*last_files(store, unit.id), *earlier.get(unit.id, ())]) for unit in chosen]
    sent = [(unit, files) for unit, files in packages if files]
    try:
        _refuse_taken(folder)
        parent = ensure_writable_dir(folder.absolute().parent)
        with TemporaryDirectory(prefix=".xlperf-", dir=parent) as name:
            made = Path(name, "made")
            made.mkdir()
            for unit, files in sent:
                _write_unit(store, made / folder_name(unit.code, unit.name), files)
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
    except OSError as error:
        raise output_error(folder, error) from error
    return LatestFilings(len(sent), sum(len(files) for _, files in sent), remarks)


def _refuse_taken(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(text_of("season", "messages", "taken", folder=folder))


def _write_unit(store: Store, folder: Path, files: Iterable[KeptFile]) -> None:
    """Write the files under their own names; one whose name is taken gets a number behind it."""
    folder.mkdir(exist_ok=True)
    for file in files:
        path, number = Path(file.path), 1
        target = folder / safe_name(f"{path.stem[:_LETTERS]}{path.suffix}", _BYTES)
        while target.exists():
            number += 1
            target = folder / safe_name(f"{path.stem[:_LETTERS]}（{number}）{path.suffix}", _BYTES)
        target.write_bytes(store.content(file.digest))
