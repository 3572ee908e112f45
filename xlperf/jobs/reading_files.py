"""The files of a run → each opened and recognised once, its reading kept until its package is known."""

import hashlib
import io
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from xlperf.checks.file_check import FileResult, check_reading
from xlperf.checks.file_reading import FileReading, read_file
from xlperf.checks.filing_parts import FilingPart, container, is_document
from xlperf.core.errors import XlperfError
from xlperf.core.user_files import user_cache
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.jobs.engines import Engine
from xlperf.jobs.journal import Journal
from xlperf.jobs.originals import Original, original_of
from xlperf.jobs.runner import Task
from xlperf.jobs.stored_results import stored_result
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused, read_content


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of the readers of a run.

    ``checks``: a file to which no other can belong is checked as soon as it has been read. With
    ``originals`` the bytes of files are kept. With ``digests`` those of their contents are made, and a file
    whose digest is the one that the caller knows is not read.
    """

    limits: Limits
    checks: bool = False
    originals: bool = False
    digests: bool = False


_ALWAYS, _IF_WHOLE, _NEVER = "always", "if whole", "never"
"""When a file is checked as soon as it has been read: whole is a workbook that is a filing by itself."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file of a run after reading: what of a filing it is, and either its packed reading or its result.

    ``unread`` are the findings that say why no form could be read. ``is_same``: the content is the one that
    is known, and nothing was read. ``digest`` is "" where another run might read the same content otherwise.
    """

    path: str
    part: FilingPart | None = None
    reading: bytes | None = None
    result: bytes | None = None
    unread: Sequence[Finding] = ()
    original: Original | None = None
    digest: str = ""
    is_same: bool = False


def load_declarations() -> None:
    """Load every profile and what reads files without a seal, so that forks find both loaded."""
    load_profiles()
    for name in ("reading.read", "page_records", "sheet_pages"):
        import_module(f"xlperf.intake.{name}")


def load_profiles() -> None:
    """Load every profile, which readers need to find whose a file is; what is wrong with one, they report."""
    with suppress(XlperfError):
        for name in profile_ids():
            load_profile(name)
    user_cache().save()


_CHANGEABLE = frozenset({"F103", "F112", "F113", "F114", "F116", "F117", "F118", "F135"})
"""What is wrong with the computer, a password or by chance, and need not be so next time."""


def is_lasting(findings: Iterable[Finding]) -> bool:
    """Whether another run finds the same in the same content."""
    return _CHANGEABLE.isdisjoint(found.code for found in findings)


def read_files(
    files: Sequence[str],
    profile: Profile | None,
    order: Order,
    runner: Engine,
    journal: Journal,
) -> Iterator[ReadFile]:
    """Read ``files``, in the order in which they are done, and keep in ``journal`` what they are.

    ``profile`` is for those that do not name their own. What is wrong with a file is in its reading or
    result. A file whose content the journal knows is not read.
    """
    when = _when_checked(files) if order.checks else lambda path: _NEVER
    profile_id = profile.id if profile else None
    seconds = order.limits.seconds
    tasks = (
        Task(path, seconds, read_one, (path, profile_id, order, when(path), journal.digest(path)))
        for path in files
    )
    for task in runner.run(tasks):
        read = _unreadable(task.path, task.refusal.finding, order) if task.refusal else task.made()
        yield journal.keep(read)


def _unreadable(path: str, found: Finding, order: Order) -> ReadFile:
    result = stored_result(FileResult(CheckedFile(path), [found]))
    is_known = order.digests and is_lasting([found])
    digest = content_digest(path, order.limits) if is_known else ""
    return ReadFile(path, result=result, unread=[found], digest=digest)


def _when_checked(files: Sequence[str]) -> Callable[[str], str]:
    if len(files) == 1:
        return lambda path: _ALWAYS
    is_by_itself = _by_themselves(files)
    return lambda path: _IF_WHOLE if is_by_itself(path) else _NEVER


def content_digest(path: str, limits: Limits) -> str:
    """The SHA-256 of a file's content, "" where it cannot be read."""
    try:
        return hashlib.sha256(read_content(path, limits)).hexdigest()
    except Refused:
        return ""


def keep_digests(files: Iterable[str], limits: Limits, runner: Engine, journal: Journal) -> Iterator[str]:
    """Keep the digests of the contents of ``files``; each file when it is done."""
    tasks = (Task(path, limits.seconds, content_digest, (path, limits)) for path in files)
    for task in runner.run(tasks):
        journal.keep(ReadFile(task.path, digest=task.result or ""))
        yield task.path


def read_one(path: str, profile_id: str | None, order: Order, checked: str, known: str) -> ReadFile:
    """Read a file, in a worker, unless its content is that with the digest ``known``."""
    digest = content_digest(path, order.limits) if order.digests else ""
    if known and digest == known:
        return ReadFile(path, digest=digest, is_same=True)
    profile = load_profile(profile_id) if profile_id else None
    reading = read_file(path, profile, order.limits)
    original = original_of(reading.opened) if order.originals and reading.opened else None
    part, received = reading.part, reading.received
    reading.opened = None
    unread = received.findings if received.filing is None else ()
    if not is_lasting(received.findings):
        digest = ""
    if part is None or checked == _ALWAYS or (checked == _IF_WHOLE and part.is_alone):
        result = stored_result(check_reading(reading, profile))
        return ReadFile(path, part, None, result, unread, original, digest)
    return ReadFile(path, part, pack(reading), None, unread, original, digest)


def _by_themselves(files: Sequence[str]) -> Callable[[str], bool]:
    """Whether no document lies near a workbook: in its folder or .zip, above it or below it."""
    near: set[Path] = set()
    above: set[Path] = set()
    for path in files:
        if is_document(path) and (home := container(path)) not in near:
            near.add(home)
            above.update(home.parents)
    if not near:
        return lambda path: True

    def is_by_itself(path: str) -> bool:
        """Whether a workbook is by itself."""
        home = container(path)
        return home not in above and near.isdisjoint((home, *home.parents))

    return is_by_itself


_QUICK = 1


def pack(reading: FileReading) -> bytes:
    """The reading without the bytes of its file."""
    stream = io.BytesIO()
    opened, reading.opened = reading.opened, None
    try:
        _Pickler(stream, reading.received.profile).dump(reading)
    finally:
        reading.opened = opened
    return zlib.compress(stream.getvalue(), _QUICK)


def unpack(packed: bytes) -> FileReading:
    """The reading that ``pack`` wrote in this process or in another one of the same run."""
    reading: FileReading = _Unpickler(io.BytesIO(zlib.decompress(packed))).load()
    return reading


class _Pickler(pickle.Pickler):
    """Writes a profile as its id, and a form as its alias in that profile."""

    def __init__(self, stream: io.BytesIO, profile: Profile | None) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        forms = profile.forms.values() if profile else ()
        self._names = {id(form): (profile.id, form.alias) for form in forms if profile}

    def persistent_id(self, written: object) -> tuple[str, str] | None:
        """The name of a declaration, None for everything else."""
        if isinstance(written, Profile):
            return written.id, ""
        return self._names[id(written)] if isinstance(written, Form) else None


class _Unpickler(pickle.Unpickler):
    """Reads what ``_Pickler`` wrote, with the declarations of this process."""

    def persistent_load(self, name: tuple[str, str]) -> Profile | Form:
        """The profile of an id with alias "", else its form; raises DeclarationError for another id."""
        profile, alias = name
        loaded = load_profile(profile)
        return loaded.forms[alias] if alias else loaded
