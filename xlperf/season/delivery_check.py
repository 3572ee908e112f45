"""A delivery → read into its round, checked, what was found kept for the unit; copies of it and the letter.

Whoever comes first does a step, whole or not at all: the service that took the delivery, or the bureau by
``xlperf rounds check``.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from xlperf.checks.file_check import FileResult
from xlperf.checks.filing_parts import is_same_unit
from xlperf.core.errors import InputError
from xlperf.core.files import output_error
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.codes import finding
from xlperf.declarations.finding_filters import Exemption
from xlperf.declarations.findings import Finding, Location, changed
from xlperf.declarations.source import text_of, texts_of
from xlperf.jobs.annotate import Letter
from xlperf.jobs.engines import Engine
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.runner import Runner
from xlperf.jobs.sources import Sources, survey
from xlperf.notation.text import name_key
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.season.deliveries import Deliveries, Delivery, DeliveryState
from xlperf.season.receiving import Arrival
from xlperf.season.returning import ReturnedPackage, write_return
from xlperf.season.review import Others, last_files, named_as, review
from xlperf.season.season_records import FindingState, KeptFile, KeptFinding, Unit, UnitState
from xlperf.season.store import Store

_OTHER_NAME = "D906"


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How deliveries are checked: as ``review`` takes these."""

    exemptions: Sequence[Exemption] = ()
    known: Sequence[str] = ()
    limits: Limits = LIMITS


def read_waiting(store: Store, options: CheckOptions, *, day: date, workers: int = 1) -> None:
    """Read all deliveries that are waiting, so that ``review`` checks them with what else came.

    Of several deliveries of a unit the earlier ones are checked here. Raises as ``check_delivery`` does.
    """
    waiting = Deliveries(store).waiting()
    last = {delivery.unit: delivery for delivery in waiting}
    if not waiting:
        return
    with Runner(workers, options.limits, load_declarations) as runner:
        for delivery in waiting:
            if delivery is not last[delivery.unit]:
                check_delivery(store, delivery.receipt, runner, options, day=day)
            else:
                _Delivered(store, delivery).read(runner, options.limits)


def finish_read(store: Store, checked: Sequence[CheckedFile]) -> None:
    """Keep for units what ``review``, which saw ``checked``, has found about deliveries that were read."""
    with store.change():
        waiting = store.waiting()
        for delivery in Deliveries(store).waiting():
            if delivery.state is DeliveryState.READ and delivery.unit not in waiting:
                delivered = _Delivered(store, delivery)
                delivered.finish([file for file in checked if file.unit_code == delivered.unit.code])


def check_delivery(store: Store, receipt: str, runner: Engine, options: CheckOptions, *, day: date) -> None:
    """Do what is still to be done about a delivery. Raises InputError and OutputError as ``review`` does."""
    delivery = Deliveries(store).get(receipt)
    if delivery is None or not delivery.is_open:
        return
    delivered = _Delivered(store, delivery)
    delivered.read(runner, options.limits)
    seen: Sequence[CheckedFile] = ()
    if delivery.unit in store.waiting():
        seen = review(
            store,
            day=day,
            exemptions=options.exemptions,
            known=options.known,
            unit=delivery.unit,
            others=other_names(store),
            options=RunOptions(limits=options.limits, engine=runner),
        ).report.files
    with store.change():
        now = delivered.now()
        if now and now.is_open:
            delivered.finish(seen)


class _Delivered:
    """A delivery of an open season, with the unit that it is of."""

    def __init__(self, store: Store, delivery: Delivery) -> None:
        self._store, self._delivery, self._deliveries = store, delivery, Deliveries(store)
        self.unit = next(unit for unit in store.units() if unit.id == delivery.unit)

    def now(self) -> Delivery | None:
        """The delivery as another process may have left it."""
        return self._deliveries.get(self._delivery.receipt)

    def read(self, runner: Engine, limits: Limits) -> None:
        """Read its files and put them into its round, unless that has been done."""
        if self._delivery.state is not DeliveryState.WAITING:
            return
        with TemporaryDirectory(prefix="xlperf-season-") as name:
            folder = Path(name) / "received"
            self._write(folder)
            sources = _sources(folder)
            with Arrival(self._store, [folder]) as arrival:
                arrival.read(sources, runner, limits)
                with self._store.change():
                    now = self.now()
                    if now and now.state is DeliveryState.WAITING:
                        self._settle(arrival, sources)

    def _write(self, folder: Path) -> None:
        folder.mkdir()
        for file in self._deliveries.files(self._delivery.receipt):
            path = folder / file.name
            try:
                path.write_bytes(self._store.content(file.digest))
            except OSError as error:
                raise output_error(path, error) from error

    def _settle(self, arrival: Arrival, sources: Sources) -> None:
        """Enter what was read in place of the package that was noted when it came."""
        store, unit, delivery = self._store, self.unit, self._delivery
        unit.state = delivery.before
        store.put_unit(unit)
        store.remove_package(unit.id, delivery.round)
        made = next(found for found in store.rounds() if found.number == delivery.round)
        arrival.settle_of(unit, made, sources.paths)
        if unit.id not in store.packages():
            unit.state = UnitState.MISSING
            store.put_unit(unit)
        refused = [
            KeptFinding(unit.id, found, FindingState.NEW, delivery.round)
            for found in named_as(arrival.refused, unit)
        ]
        self._deliveries.set_state(delivery.receipt, DeliveryState.READ)
        self._deliveries.add_findings(delivery.receipt, refused)

    def finish(self, seen: Sequence[CheckedFile]) -> None:
        """Keep the files as the check has ``seen`` them, and what was found; the same may be known before."""
        unit, files = self.unit, self._store.files(self._delivery.unit, self._delivery.round)
        plain = [CheckedFile(file.path, unit.code, unit.name) for file in files if not file.is_letter]
        self._deliveries.finish(self._delivery.receipt, seen or plain, _shown(self._store, unit, files))


def _sources(folder: Path) -> Sources:
    """What is in the folder; where nothing in it can be read, its files as they are, to say why."""
    try:
        return survey([folder])
    except InputError:
        return survey(sorted(folder.iterdir()))


def other_names(store: Store) -> Others:
    """What finds files of deliveries that name a unit which is neither the sender nor on the list."""
    rounds = Deliveries(store).rounds()

    def found(
        results: Iterable[FileResult], owners: Mapping[str, tuple[Unit, KeptFile]]
    ) -> Iterator[Finding]:
        """A finding for each such file."""
        for result in results:
            unit, kept = owners[result.file.path]
            code, name = result.file.unit_code, result.file.unit_name
            is_same = is_same_unit(name_key(name), name_key(unit.name))
            if kept.round in rounds and name and code in ("", unit.code) and not is_same:
                place = Location(result.file.path, unit_code=unit.code, unit_name=unit.name)
                yield finding(_OTHER_NAME, place, expected=unit.name, value=name)

    return found


def _shown(store: Store, unit: Unit, files: Sequence[KeptFile]) -> Iterator[KeptFinding]:
    """The findings on a unit as itself may read them: without the names of others and of their files."""
    hidden = texts_of("season")["deliveries"]["hidden"]

    def without_names(found: Finding) -> Finding:
        """The finding with a message that names nobody else."""
        return replace(found, message=hidden[found.code]) if found.code in hidden else found

    for kept in store.findings(unit.id).get(unit.id, []) if files else ():
        (shown,) = changed([kept.finding], without_names)
        yield replace(kept, finding=shown)


@dataclass(frozen=True, slots=True)
class DeliveryCopies:
    """The one copy or the archive of all, and the letter; None where there is none, ``reasons`` say why."""

    annotated: Path | None
    notice: Path | None
    reasons: Sequence[str] = ()


def delivery_copies(
    store: Store, receipt: str, folder: Path, letter: Letter, engine: Engine
) -> DeliveryCopies:
    """Write them into ``folder``, which is new. Copies are known again when they are handed in unchanged.

    Raises InputError and OutputError as ``annotate`` does.
    """
    deliveries = Deliveries(store)
    delivery = deliveries.get(receipt)
    if delivery is None:
        return DeliveryCopies(None, None)
    unit = _Delivered(store, delivery).unit
    files = [file for file in store.files(unit.id, delivery.round) if file.digest and not file.is_letter]
    package = ReturnedPackage(unit, files or last_files(store, unit.id), deliveries.findings(receipt))
    due = unit.due if unit.due and unit.due >= letter.day else None
    options, letter = RunOptions(engine=engine), replace(letter, due=due)
    result = write_return(store, folder, [package], letter, force=True, options=options)
    with store.change():
        store.add_sent(hashlib.sha256(path.read_bytes()).hexdigest() for path in result.files)
    reasons = [f"{found.location.file}：{found.message}" for found in result.findings]
    return DeliveryCopies(_one_of(result.files, folder), next(iter(result.notices), None), reasons)


def _one_of(files: Sequence[Path], folder: Path) -> Path | None:
    """The only file, or an archive of all."""
    if len(files) < 2:
        return next(iter(files), None)
    target = folder / text_of("season", "deliveries", "copies")
    with zipfile.ZipFile(target, "w") as archive:
        for file in files:
            archive.write(file, file.name)
    return target
