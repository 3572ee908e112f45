"""Calls that make files of what was received → the files in a folder, each written whole or not at all.

What an earlier run has made of the same is not made again: the journal has for every copy a digest of what it
was made of, and one of the bytes that were written.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlperf.core.files import atomic_write, ensure_writable_dir, output_error
from xlperf.declarations.findings import Finding
from xlperf.declarations.source import text_of
from xlperf.jobs.engines import Engine
from xlperf.jobs.journal import Journal, as_text
from xlperf.jobs.reading_files import is_lasting
from xlperf.jobs.runner import Task
from xlperf.jobs.sources import refuse_overwriting
from xlperf.jobs.stored_results import findings_of_stored, stored_findings

CopyMade = tuple[bytes, Sequence[Finding]]
"""The bytes of a copy, none where there can be none, and what is to be reported."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that is to be made of ``source`` at ``target``, by the call of the task that ``task`` makes.

    ``inputs`` is a digest of all that it is made of, "" where it is to be made by every run.
    """

    source: str
    target: Path
    inputs: str
    task: Callable[[], Task[CopyMade]]


@dataclass(frozen=True, slots=True)
class CopiesResult:
    """The copies written, in the order of their sources; what is to be reported; the sources without a copy;
    how long it took.
    """

    files: list[Path]
    findings: list[Finding]
    skipped: list[Path]
    seconds: float


@dataclass(frozen=True, slots=True)
class WrittenCopy:
    """What became of a copy: whether it was written, and what is to be reported."""

    is_written: bool
    findings: Sequence[Finding]


def claim_targets(
    journal: Journal,
    job: str,
    sources: Iterable[Path],
    targets: Sequence[Path],
    folder: Path,
    *,
    force: bool,
) -> None:
    """Make sure of ``folder`` and keep in the journal that the run writes ``targets`` into it.

    ``job`` is what makes them: annotate, import, strip, "" for another. Raises OutputError where one would
    replace a source or, without ``force``, a file that no run which was interrupted has written, or that was
    changed since.
    """
    rows = journal.execute("SELECT target, inputs, digest FROM copies")
    written = {target: (inputs, digest) for target, inputs, digest in rows}
    ours = {target for target in targets if _is_ours(target, written.get(as_text(str(target))))}
    kind = text_of("messages", "copies", job) if job else ""
    refuse_overwriting(kind, sources, targets, folder, force, ours)
    ensure_writable_dir(folder)
    for target in targets:
        values = (as_text(str(target)), stored_findings(()))
        journal.execute("INSERT OR IGNORE INTO copies VALUES (?, '', '', ?)", values)
    journal.settle(now=True)


def _is_ours(target: Path, row: tuple[str, str] | None) -> bool:
    """Whether a file has the bytes that an earlier run has written; ``row`` is what the journal has of it.

    A file that was claimed may have been written just before the run was killed. An empty one is what a
    power cut leaves.
    """
    if row is None or not target.is_file():
        return False
    inputs, digest = row
    return file_digest(target) in {digest, ""} if digest else not inputs


def file_digest(path: Path) -> str:
    """The SHA-256 of a file that was written, "" where there is none or nothing in it."""
    try:
        data = path.read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(data).hexdigest() if data else ""


def write_copies(
    copies: Iterable[Copy], runner: Engine, journal: Journal, step: Callable[[], None]
) -> dict[str, WrittenCopy]:
    """Write the copies whose targets were claimed; source → what became of its copy.

    ``step`` is called when one is done.
    """
    outcomes: dict[str, WrittenCopy] = {}
    sent: dict[str, Copy] = {}

    def tasks() -> Iterator[Task[CopyMade]]:
        """The calls for copies that an earlier run has not made; the outcome of those it has is put down."""
        for copy in copies:
            if (kept := made_before(copy.target, copy.inputs, journal)) is not None:
                outcomes[copy.source] = kept
                step()
            else:
                sent[copy.source] = copy
                yield copy.task()

    for task in runner.run(tasks()):
        copy = sent.pop(task.path)
        data, findings = (b"", [task.refusal.finding]) if task.refusal else task.made()
        if data:
            _write(copy.target, data)
        outcomes[copy.source] = WrittenCopy(bool(data), findings)
        put_copy(
            copy.target, copy.inputs, hashlib.sha256(data).hexdigest() if data else "", journal, findings
        )
        step()
    return outcomes


def _write(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(target.parent, error) from error
    atomic_write(target, data)


def made_before(target: Path, inputs: str, journal: Journal) -> WrittenCopy | None:
    """What an earlier run made of the same ``inputs``, where it is still there.

    Where there is something else, it is kept that the file may be replaced.
    """
    if not journal.is_kept:
        return None
    select = "SELECT inputs, digest, findings FROM copies WHERE target = ?"
    ((known, digest, findings),) = journal.execute(select, (as_text(str(target)),))
    if inputs and known == inputs and (not digest or file_digest(target) == digest):
        return WrittenCopy(bool(digest), findings_of_stored(findings))
    if known or digest:
        journal.execute(
            "UPDATE copies SET inputs = '', digest = '' WHERE target = ?", (as_text(str(target)),)
        )
        journal.settle(now=True)
    return None


def put_copy(
    target: Path, inputs: str, digest: str, journal: Journal, findings: Sequence[Finding] = ()
) -> None:
    """Keep that a copy is done; ``digest`` is that of the bytes written, "" where there are none."""
    if journal.is_kept:
        lasting = inputs if is_lasting(findings) else ""
        values = (lasting, digest, stored_findings(findings), as_text(str(target)))
        journal.execute("UPDATE copies SET inputs = ?, digest = ?, findings = ? WHERE target = ?", values)
        journal.settle()


def targets_written(targets: Mapping[Path, Path], outcomes: Mapping[str, WrittenCopy]) -> dict[Path, Path]:
    """Of source → target, those whose copies were written."""
    return {source: target for source, target in targets.items() if outcomes[str(source)].is_written}
