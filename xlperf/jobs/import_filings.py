"""Received files → working copies, one a unit, in a folder.

The received files are only read. Each working copy is written whole or not at all.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from xlperf.checks.filing_parts import Piece, piece_of
from xlperf.checks.grouping import grouped
from xlperf.checks.merging import (
    Clash,
    Merged,
    merged,
    unit_of,
)
from xlperf.core.files import atomic_write, ensure_writable_dir, safe_name
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.sandbox import within
from xlperf.jobs.copy_targets import refuse_overwriting, sources_beside, targets_of
from xlperf.jobs.fill import file_name
from xlperf.jobs.import_remarks import remarks
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.received_bytes import Refused
from xlperf.workbooks.workbook_writer import Stamper

Progress = Callable[[int, int], None]
_FEW = 3
"""Differing columns that are named."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The working copies written; what was converted, could not be placed or read; the files of which
    nothing was written, and the time it took.
    """

    files: list[Path]
    findings: list[Finding]
    skipped: list[Path]
    seconds: float


def import_filings(
    paths: Iterable[str | Path],
    out_dir: str | Path,
    profile: Profile | str | None = None,
    *,
    functions: bool = False,
    force: bool = False,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
) -> ImportResult:
    """Write a working copy for every unit whose forms lie under ``paths`` into the folder ``out_dir``.

    The copy of a single file is named after it, that of several files after their unit. With
    ``functions`` they have the panel that the add-in fills. ``profile``
    (or its id) is for files that do not name their own. ``progress`` is called with the number of
    files read and their total. Raises InputError for a path or profile that cannot be used,
    OutputError when a copy would replace a source or (without ``force``) another file; nothing is
    written then.
    """
    started = time.perf_counter()
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    folder = Path(out_dir)
    sources = sources_beside(paths, folder)
    findings: list[Finding] = []
    pieces: list[Piece] = []
    for done, source in enumerate(sources, 1):
        name = str(source)
        try:
            piece, found = within(name, limits, limits.seconds, _piece, name, chosen and chosen.id)
        except Refused as refused:
            piece, found = None, [refused.finding]
        findings += found
        if piece:
            pieces.append(piece)
        if progress:
            progress(done, len(sources))
    units = {Path(group[0].path): group for group in _units(pieces)}
    targets, clashes = targets_of(list(units), folder, lambda lead: _name(units[lead]), "I108")
    findings += clashes
    refuse_overwriting("工作稿", sources, targets.values(), folder, force)
    ensure_writable_dir(folder)
    used: set[str] = set()
    for lead, target in list(targets.items()):
        made, found = _guarded(units[lead], chosen, limits, functions=functions)
        findings += found
        if made:
            atomic_write(target, made)
            used |= {piece.path for piece in units[lead]}
        else:
            del targets[lead]
    skipped = [source for source in sources if str(source) not in used]
    return ImportResult(list(targets.values()), findings, skipped, time.perf_counter() - started)


def _units(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The packages, and every file with forms that is in none."""
    packages = grouped(pieces)
    together = {piece.path for package in packages for piece in package}
    yield from packages
    yield from ([piece] for piece in pieces if piece.path not in together and piece.has_forms)


def _name(group: Sequence[Piece]) -> str:
    if len(group) == 1:
        return f"{Path(group[0].path).stem}.xlsx"
    code, name = unit_of(group)
    return file_name(Filing(code, name, "")) if code else f"{safe_name(name)}.xlsx"


def _piece(path: str, profile_id: str | None, limits: Limits) -> tuple[Piece | None, list[Finding]]:
    """What of a filing a file holds, and why nothing could be read where that is so."""
    received = read_filing(path, load_profile(profile_id) if profile_id else None, limits)
    return piece_of(received), received.findings if received.filing is None else []


def _guarded(
    group: Sequence[Piece], profile: Profile | None, limits: Limits, *, functions: bool
) -> tuple[bytes, list[Finding]]:
    """The same as ``_working_copy``, within the limits; what goes beyond them is a finding."""
    seconds, lead = limits.seconds * len(group), group[0].path
    try:
        return within(lead, limits, seconds, _working_copy, group, profile and profile.id, functions)
    except Refused as refused:
        return b"", [refused.finding]


def _working_copy(
    group: Sequence[Piece], profile_id: str | None, functions: bool, limits: Limits
) -> tuple[bytes, list[Finding]]:
    """The working copy of one unit, b"" when there can be none, and all that is to be told."""
    unit = merged(group, load_profile(profile_id) if profile_id else None, limits)
    if unit is None:
        return b"", []
    found = [*_told(unit)]
    if any(clash.labels for clash in unit.clashes):
        return b"", found
    filing = unit.filing()
    records = [_without_errors(record, unit.profile) for record in filing.records]
    made = _stamper(unit.profile.id, functions=functions).stamp(replace(filing, records=records))
    used = {id(record) for record in filing.records}
    return made, [*found, *(one for file in unit.files for one in remarks(file, unit, used))]


@lru_cache(4)
def _stamper(profile_id: str, *, functions: bool) -> Stamper:
    return Stamper(load_profile(profile_id), functions=functions)


def _told(unit: Merged) -> Iterator[Finding]:
    """What concerns whole forms and files: there twice, missing, of another profile."""
    for file in unit.strange:
        place = Location(file.path, unit_code=unit.code, unit_name=unit.name)
        yield finding("I104", place, file.profile.id if file.profile else "", unit.profile.id)
    for clash in unit.clashes:
        yield _twice(clash, unit)
    present = {alias for alias, _ in unit.versions}
    for form in unit.profile.forms.values():
        if form.alias not in present:
            place = Location(unit.files[0].path, unit_code=unit.code, unit_name=unit.name, form=form.alias)
            yield finding("I107", place, form_name=form.id)


def _twice(clash: Clash, unit: Merged) -> Finding:
    other = clash.other
    place = Location(
        other.file.path,
        other.record.sheet,
        unit_code=unit.code,
        unit_name=unit.name,
        form=clash.form.alias,
    )
    context = {"form_name": clash.form.id, "other": Path(clash.first.file.path).name}
    if not clash.labels:
        return finding("I105", place, **context)
    return finding("I106", place, **context, differing="、".join(clash.labels[:_FEW]))


def _without_errors(record: Record, profile: Profile) -> Record:
    def kept(value: Value) -> Value:
        return None if isinstance(value, ErrorValue) else value

    tables = {
        name: [{column: kept(value) for column, value in row.items()} for row in rows]
        for name, rows in record.tables.items()
    }
    return replace(record, fields={name: kept(value) for name, value in record.fields.items()}, tables=tables)
