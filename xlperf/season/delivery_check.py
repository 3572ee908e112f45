"""A delivery → read into its round, checked, what was found kept for the unit; each step whole or not at all.

Whoever comes first does a step: the service that took the delivery, or the bureau by ``xlperf rounds check``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from xlperf.declarations.source import texts_of
from xlperf.jobs.engines import Engine
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.runner import Runner
from xlperf.jobs.sources import Sources, survey
from xlperf.notation.text import name_key
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.season.deliveries import Deliveries, Delivery, DeliveryState
from xlperf.season.receiving import Arrival
from xlperf.season.review import Others, review
from xlperf.season.season_records import FindingState, KeptFile, KeptFinding, Unit, UnitState
from xlperf.season.store import Store

_OTHER_NAME = "D906"


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How deliveries are checked: as ``review`` takes these."""

    exemptions: Sequence[Exemption] = ()
    known: Sequence[str] = ()
    limits: Limits = field(default=LIMITS)


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
            elif delivery.state is DeliveryState.WAITING:
                unit = _unit_of(store, delivery)
                _read(store, Deliveries(store), delivery, unit, runner, options.limits)


def finish_read(store: Store, checked: Sequence[CheckedFile]) -> None:
    """Keep for units what ``review``, which saw ``checked``, has found about deliveries that were read."""
    deliveries = Deliveries(store)
    with store.change():
        waiting = store.waiting()
        for delivery in deliveries.waiting():
            if delivery.state is DeliveryState.READ and delivery.unit not in waiting:
                unit = _unit_of(store, delivery)
                seen = [file for file in checked if file.unit_code == unit.code]
                _finish(store, deliveries, delivery, unit, seen)


def check_delivery(store: Store, receipt: str, runner: Engine, options: CheckOptions, *, day: date) -> None:
    """Do what is still to be done about a delivery. Raises InputError and OutputError as ``review`` does."""
    deliveries = Deliveries(store)
    delivery = deliveries.get(receipt)
    if delivery is None or not delivery.is_open:
        return
    unit = _unit_of(store, delivery)
    if delivery.state is DeliveryState.WAITING:
        _read(store, deliveries, delivery, unit, runner, options.limits)
    seen: Sequence[CheckedFile] = ()
    if unit.id in store.waiting():
        seen = review(
            store,
            day=day,
            exemptions=options.exemptions,
            known=options.known,
            unit=unit.id,
            others=other_names(store),
            options=RunOptions(limits=options.limits, engine=runner),
        ).report.files
    with store.change():
        now = deliveries.get(receipt)
        if now and now.is_open:
            _finish(store, deliveries, delivery, unit, seen)


def _unit_of(store: Store, delivery: Delivery) -> Unit:
    return next(unit for unit in store.units() if unit.id == delivery.unit)


def _finish(
    store: Store, deliveries: Deliveries, delivery: Delivery, unit: Unit, seen: Sequence[CheckedFile]
) -> None:
    files = store.files(unit.id, delivery.round)
    deliveries.finish(delivery.receipt, seen or _plain(files, unit), _shown(store, unit, files))


def _read(
    store: Store, deliveries: Deliveries, delivery: Delivery, unit: Unit, runner: Engine, limits: Limits
) -> None:
    """Read the files of a delivery and put them into its round."""
    with TemporaryDirectory(prefix="xlperf-season-") as name:
        folder = Path(name) / "received"
        _write(store, deliveries, delivery, folder)
        sources = _sources(folder)
        with Arrival(store, [folder]) as arrival:
            arrival.read(sources, runner, limits)
            with store.change():
                now = deliveries.get(delivery.receipt)
                if not now or now.state is not DeliveryState.WAITING:
                    return
                _settle(store, deliveries, delivery, unit, arrival, sources)


def _settle(
    store: Store,
    deliveries: Deliveries,
    delivery: Delivery,
    unit: Unit,
    arrival: Arrival,
    sources: Sources,
) -> None:
    """Enter what was read in place of the package that was noted when it came."""
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
        for found in _in_name_of(unit, arrival.refused)
    ]
    deliveries.set_state(delivery.receipt, DeliveryState.READ)
    deliveries.add_findings(delivery.receipt, refused)


def _in_name_of(unit: Unit, findings: Iterable[Finding]) -> Iterator[Finding]:
    for found in findings:
        place = replace(found.location, unit_code=unit.code, unit_name=unit.name)
        yield replace(found, location=place)


def _write(store: Store, deliveries: Deliveries, delivery: Delivery, folder: Path) -> None:
    folder.mkdir()
    for file in deliveries.files(delivery.receipt):
        path = folder / file.name
        try:
            path.write_bytes(store.content(file.digest))
        except OSError as error:
            raise output_error(path, error) from error


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
            if kept.round in rounds and name and code in ("", unit.code) and not _is_called(unit, name):
                place = Location(result.file.path, unit_code=unit.code, unit_name=unit.name)
                yield finding(_OTHER_NAME, place, expected=unit.name, value=name)

    return found


def _is_called(unit: Unit, name: str) -> bool:
    return is_same_unit(name_key(name), name_key(unit.name))


def _shown(store: Store, unit: Unit, files: Sequence[KeptFile]) -> Iterator[KeptFinding]:
    """The findings on a unit as itself may read them: without the names of others and of their files."""
    hidden = texts_of("season")["deliveries"]["hidden"]

    def without_names(found: Finding) -> Finding:
        """The finding with a message that names nobody else."""
        return replace(found, message=hidden[found.code]) if found.code in hidden else found

    for kept in store.findings(unit.id).get(unit.id, []) if files else ():
        (shown,) = changed([kept.finding], without_names)
        yield replace(kept, finding=shown)


def _plain(files: Sequence[KeptFile], unit: Unit) -> list[CheckedFile]:
    """The files of a delivery that was not checked, because the same had been before."""
    return [CheckedFile(file.path, unit.code, unit.name) for file in files if not file.is_letter]
