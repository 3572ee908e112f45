"""A report and the files it is about → the record of a self-check, a text that goes along with the files."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from xlperf import __version__
from xlperf.declarations.check_report import Report
from xlperf.declarations.source import text_of, texts_of
from xlperf.ooxml.archives import is_archive, split
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.received_bytes import Refused, read_content
from xlperf.outputs.finding_texts import one_line, place
from xlperf.outputs.text_report import counts_text, verdict


def record_of(report: Report, day: str, engine: str) -> str:
    """The record of a report: ``day`` is when the check was made, ``engine`` made it."""
    return "\r\n".join(_lines(report, day, engine)) + "\r\n"


def _lines(report: Report, day: str, engine: str) -> Iterator[str]:
    texts = texts_of("selfcheck")["record"]
    yield texts["title"]
    yield ""
    yield texts["day"].format(day=day)
    yield texts["program"].format(version=__version__, engine=engine)
    yield verdict_line(report)
    yield ""
    yield texts["files"]
    for path in dict.fromkeys(path for file in report.files for path in _with_archive(file.path)):
        yield _file(path)
    yield ""
    yield from finding_lines(report)
    yield ""
    yield texts["note"]
    yield from texts_of("selfcheck")["not_checked"]


def verdict_line(report: Report) -> str:
    """The line with the verdict and the counts."""
    counts = counts_text(report.findings)
    return text_of("selfcheck", "record", "verdict", verdict=one_line(verdict(report)), counts=counts)


def file_line(name: str, size: int, digest: str) -> str:
    """The line about a file: its name, its bytes, its SHA-256."""
    return text_of("selfcheck", "record", "file", name=one_line(name), bytes=size, digest=digest)


def finding_lines(report: Report) -> Iterator[str]:
    """A line for each finding, under a heading; or that there are none."""
    texts = texts_of("selfcheck")["record"]
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


def _with_archive(path: str) -> Iterator[str]:
    """The outermost archive that a file is in, if any, and the file."""
    outer = split(path)
    while outer and (further := split(outer[0])):
        outer = further
    if outer:
        yield outer[0]
    yield path


def _file(path: str) -> str:
    """The line of a file: its size and digest, or why it was not read."""
    try:
        with _opened(path) as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            return file_line(path, stream.seek(0, io.SEEK_END), digest)
    except (OSError, Refused) as error:
        reason = one_line(str(error))
        return text_of("selfcheck", "record", "unread", name=one_line(path), reason=reason)


def _opened(path: str) -> io.BytesIO | io.BufferedReader:
    is_outermost = is_archive(path) and not split(path)
    return Path(path).open("rb") if is_outermost else io.BytesIO(read_content(path, LIMITS))
