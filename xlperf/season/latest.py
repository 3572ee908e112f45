"""A season → a folder with what every unit sent last, a folder for each unit, as it was received.

What a unit did not send again, such as a report that was right, comes from an earlier round. Where such a
file has a form that was sent again, too, and not alike, that is said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from xlperf.checks.context import item_name
from xlperf.checks.file_reading import read_file
from xlperf.checks.merged_filing import differing_labels
from xlperf.core.errors import OutputError
from xlperf.core.files import ensure_writable_dir, output_error, safe_name
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Record
from xlperf.declarations.source import text_of
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.runner import Task
from xlperf.jobs.unit_folders import folder_name
from xlperf.ooxml.limits import Limits
from xlperf.season.review import last_files, place_of, unpacked
from xlperf.season.season_records import KeptFile, Unit, UnitState
from xlperf.season.store import Store

_LETTERS, _BYTES = 70, 255
"""Of a name without its suffix; what systems take of a name."""
Piece = tuple[str, str]
"""Form alias and, on repeated forms, what people call the sheet; a report has no alias."""
Pieces = Mapping[Piece, tuple[str, Record] | None]
"""The profile and the record of each form; None for a report."""
_REPORT: Piece = ("", "")


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
    earlier, remarks = _not_sent_again(store, chosen, options)
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


def _not_sent_again(
    store: Store, units: Iterable[Unit], options: RunOptions
) -> tuple[dict[int, list[KeptFile]], list[str]]:
    """By unit the files of earlier rounds, the latest first, that have something which later ones lack.

    The remarks say which they are. Only units that filed in several rounds are looked at.
    """
    files: dict[int, list[KeptFile]] = {}
    chosen = [*units]
    for unit in chosen:
        kept = [file for file in store.files(unit.id) if file.digest and not file.is_letter]
        if len({file.round for file in kept}) > 1:
            files[unit.id] = kept
    pieces = _pieces(store, [file for kept in files.values() for file in kept], options)
    remarks: list[str] = []
    found = {
        unit.id: _lacking(files[unit.id], last_files(store, unit.id), pieces, unit, remarks)
        for unit in chosen
        if unit.id in files
    }
    return found, remarks


def _pieces(store: Store, files: Sequence[KeptFile], options: RunOptions) -> dict[KeptFile, Pieces]:
    """What of a filing is in each file."""
    found: dict[KeptFile, Pieces] = {}
    profile, limits = store.about("profile"), options.limits
    steps = options.steps(len(files))
    with unpacked(store, files) as root, options.runner(load_declarations) as runner:
        places = {str(place_of(root, file)): file for file in files}
        tasks = (Task(path, limits.seconds, _pieces_in, (path, profile, limits)) for path in places)
        for task in runner.run(tasks):
            found[places[task.path]] = {} if task.refusal else task.made()
            steps.step()
    return found


def _pieces_in(path: str, profile_id: str, limits: Limits) -> Pieces:
    """In a worker: the forms of a file, and whether there is a report."""
    reading = read_file(path, load_profile(profile_id) if profile_id else None, limits)
    received, part = reading.received, reading.part
    found: dict[Piece, tuple[str, Record] | None] = {_REPORT: None} if part and part.title else {}
    if received.filing and received.profile:
        forms, named = received.profile.forms, received.profile.id
        for record in received.filing.records:
            found[record.form, item_name(forms[record.form], record)] = named, record
    return found


def _lacking(
    files: Sequence[KeptFile],
    last: Sequence[KeptFile],
    pieces: Mapping[KeptFile, Pieces],
    unit: Unit,
    remarks: list[str],
) -> list[KeptFile]:
    """The files of earlier rounds that have something which later ones lack, the latest first."""
    have = {piece: found for file in last for piece, found in pieces.get(file, {}).items()}
    more: list[KeptFile] = []
    for number in sorted({file.round for file in files} - {file.round for file in last}, reverse=True):
        of_round = [file for file in files if file.round == number]
        for file in of_round:
            if pieces[file].keys() <= have.keys():
                continue
            more.append(file)
            forms = "".join(dict.fromkeys(_differing(pieces[file], have)))
            values = {"unit": unit.title, "round": number, "file": Path(file.path).name, "forms": forms}
            remarks.append(text_of("season", "messages", "differs" if forms else "not_again", **values))
        have = {**{piece: found for file in of_round for piece, found in pieces[file].items()}, **have}
    return more


def _differing(pieces: Pieces, later: Pieces) -> Iterator[str]:
    """The titles of the forms that are filled in otherwise in a later file."""
    for piece, found in pieces.items():
        other = later.get(piece)
        if found and other:
            (profile, record), (other_profile, other_record) = found, other
            form = load_profile(other_profile).forms[record.form]
            if profile != other_profile or any(differing_labels(record, other_record, form)):
                yield f"《{form.id}》"
