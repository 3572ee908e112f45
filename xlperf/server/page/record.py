"""A report and the files it is about → the record of a self-check, a text that goes along with the files."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlperf import __version__
from xlperf.declarations.check_report import Report
from xlperf.declarations.source import texts_of
from xlperf.outputs.finding_texts import one_line, place
from xlperf.outputs.verdict import counts_text, verdict


def record_of(report: Report, files: Sequence[Path], day: str, engine: str) -> str:
    """The record: ``day`` is when the check was made, ``files`` are what was given, ``engine`` checked it."""
    return "\r\n".join(_lines(report, files, day, engine)) + "\r\n"


def _lines(report: Report, files: Sequence[Path], day: str, engine: str) -> Iterator[str]:
    texts = texts_of("selfcheck")["record"]
    yield texts["title"]
    yield ""
    yield texts["day"].format(day=day)
    yield texts["program"].format(version=__version__, engine=engine)
    yield texts["verdict"].format(verdict=one_line(verdict(report)), counts=counts_text(report.findings))
    yield ""
    yield texts["files"]
    for path in files:
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        yield texts["file"].format(name=one_line(str(path)), bytes=len(data), digest=digest)
    yield ""
    yield texts["findings"] if report.findings else texts["none"]
    for number, found in enumerate(report.findings, start=1):
        where = " ".join(part for part in (found.location.file, place(found)) if part)
        yield texts["finding"].format(
            number=number,
            severity=found.severity.value,
            code=found.code,
            where=one_line(where),
            message=one_line(found.message),
        )
    yield ""
    yield texts["note"]
    yield from texts_of("selfcheck")["not_checked"]
