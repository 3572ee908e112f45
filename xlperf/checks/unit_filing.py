"""The readings of one unit's package → its filing: the forms of all files, their places, what is in doubt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xlperf.checks.context import CheckContext
from xlperf.checks.file_reading import FileReading
from xlperf.checks.merged_filing import MergedFiling, merged
from xlperf.checks.scopes import Scopes
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing
from xlperf.intake.received import Received, ValueAddress


@dataclass(slots=True)
class UnitFiling:
    """What one unit filed, put together from its files.

    ``homes`` has the file of each record of ``filing``, ``doubts`` for each record the values that are not
    sure, with the reason; the values themselves are left out of the record. ``differing`` are the forms that
    are in two files with different values, of which the first counts.
    """

    filing: Filing
    year: int
    files: tuple[str, ...]
    homes: list[str] = field(default_factory=list)
    doubts: list[dict[ValueAddress, str]] = field(default_factory=list)
    differing: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The unit's code, "" where it is not known."""
        return self.filing.unit_code

    @property
    def name(self) -> str:
        """The unit's name."""
        return self.filing.unit_name


def unit_filings(readings: Sequence[FileReading], profile: Profile | None) -> Iterator[UnitFiling]:
    """The filing of a package; files that follow another profile than the package are filings of their own.

    ``profile`` is for packages in which no file names its own.
    """
    unit = merged(readings, profile) if len(readings) > 1 else None
    single = [reading.received for reading in readings]
    if unit is not None:
        yield _of_merged(unit, [reading.path for reading in readings])
        others = {file.path for file in unit.other_profile} - {readings[0].path}
        single = [received for received in single if received.path in others]
    for received in single:
        if (alone := _of_file(received)) is not None:
            yield alone


def _of_file(received: Received) -> UnitFiling | None:
    context = CheckContext.of(received)
    if context is None:
        return None
    doubts = _doubts(received)
    records = context.filing.records
    return UnitFiling(
        Filing(context.filing.unit_code, context.filing.unit_name, context.profile.id, records),
        _year([received], context.profile),
        (received.path,),
        [received.path] * len(records),
        [doubts.get(id(record), {}) for record in records],
    )


def _of_merged(unit: MergedFiling, paths: Sequence[str]) -> UnitFiling:
    """The first version of every form; those that differ in another file are named."""
    doubts = {key: found for file in unit.files for key, found in _doubts(file).items()}
    versions = [
        version for same in unit.versions.values() for version in same if version.file is same[0].file
    ]
    order = list(unit.profile.forms)
    versions.sort(key=lambda version: order.index(version.record.form))
    records = [version.record for version in versions]
    filing = Filing(unit.code, unit.name, unit.profile.id, records)
    Scopes(filing, unit.profile)
    return UnitFiling(
        filing,
        _year(unit.files, unit.profile),
        tuple(paths),
        [version.file.path for version in versions],
        [doubts.get(id(record), {}) for record in records],
        tuple(dict.fromkeys(clash.form.id for clash in unit.clashes if clash.labels)),
    )


def _doubts(received: Received) -> dict[int, dict[ValueAddress, str]]:
    """Record → its values that are not sure, with the reasons."""
    sheets = received.reading.sheets if received.reading else ()
    return {id(sheet.record): dict(sheet.page.doubts) for sheet in sheets if sheet.page}


def _year(files: Sequence[Received], profile: Profile) -> int:
    """The year that the forms name, else that of their profile."""
    forms = (sheet.page.form for file in files if file.reading for sheet in file.reading.sheets if sheet.page)
    return next((form.year for form in forms if form.year), profile.year)
