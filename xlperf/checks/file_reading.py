"""A received file → its reading: opened once, recognised once, and all that a check needs of it kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.checks.filing_parts import DOCUMENTS, FilingPart, part_of
from xlperf.checks.unit_naming import name_unit
from xlperf.core.errors import InputError, XlperfError
from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.intake.filing_reader import read_again, read_received
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.received import Received
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.received_bytes import Refused, out_of_memory

if TYPE_CHECKING:
    from xlperf.report_text import report_reading
    from xlperf.report_text.report_reading import ReportText
else:
    report_reading = LazyModule("xlperf.report_text.report_reading")


@dataclass(slots=True)
class FileReading:
    """One received file as it was read.

    ``report`` is the text of a Word document, None for other files; ``part`` is what of a filing the
    file holds, None for nothing; ``opened`` are its bytes, None for a file that could not be opened.
    """

    received: Received
    report: "ReportText | None" = None
    part: FilingPart | None = None
    opened: Opened | None = None

    @property
    def path(self) -> str:
        """The file as it was named."""
        return self.received.path

    def recognised_as(self, profile: Profile, named_by: str) -> Received:
        """The file with its forms recognised by the profile of its package, from memory where it is another.

        ``named_by`` says by what the package names it, "" where it is guessed.
        """
        received = self.received
        is_same = received.profile is profile and bool(received.named_by) == bool(named_by)
        return received if is_same else read_again(received, profile, named_by)


def read_file(path: str | Path, profile: Profile | None = None, limits: Limits = LIMITS) -> FileReading:
    """Open and recognise ``path``; ``profile`` is for a file that does not name its own.

    A file that cannot be read has the reason among the findings of ``received``. Raises XlperfError
    for declarations that cannot be used.
    """
    name = str(path)
    try:
        return _read(name, profile, limits)
    except XlperfError:
        raise
    except Exception as error:
        return FileReading(Received(name, findings=[why_unread(name, error, limits)]))


def why_unread(path: str, error: Exception, limits: Limits = LIMITS) -> Finding:
    """What is said of a file that ``error`` kept from being read or checked."""
    if isinstance(error, MemoryError):
        error = out_of_memory(path, limits)
    if isinstance(error, Refused):
        return error.finding
    return finding("F113", Location(file=path), reason=f"{type(error).__name__}: {error}")


def _read(name: str, profile: Profile | None, limits: Limits) -> FileReading:
    opened = open_file(name, limits)
    try:
        received = read_received(opened, profile, limits)
    except Refused as refused:
        return FileReading(Received(name, findings=[refused.finding]), opened=opened)
    if received.filing is not None and received.profile is not None:
        printed = received.document.organisation if received.document else ""
        name_unit(received.filing, received.profile, printed)
    return FileReading(received, _report(opened, limits), part_of(received), opened)


def _report(opened: Opened, limits: Limits) -> "ReportText | None":
    if opened.kind.id not in DOCUMENTS:
        return None
    try:
        return report_reading.report_of(opened, limits)
    except (InputError, Refused):
        return None
