"""A delivery that was checked → its annotated copies and the letter, as ``rounds return`` writes them."""

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlperf.declarations.source import text_of
from xlperf.jobs.annotate import Letter
from xlperf.jobs.engines import Engine
from xlperf.jobs.run_options import RunOptions
from xlperf.season.deliveries import Deliveries
from xlperf.season.returning import ReturnedPackage, write_return
from xlperf.season.review import last_files
from xlperf.season.store import Store


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
    unit = next(unit for unit in store.units() if unit.id == delivery.unit)
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
