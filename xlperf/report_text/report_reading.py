"""A report file (.docx, .doc, or plain text) → its paragraphs, numbers of automatic lists written out.

Tables are left to the readers of forms. The file is only read, within the limits of received files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.declarations.source import text_of
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.office import as_docx
from xlperf.intake.word_pages import word_pages
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import ZipPackage, open_zip
from xlperf.ooxml.received_bytes import Refused

_WORD = ("doc", "docx")
_CELL = "\t"
_TABLE_GAP = 3


@dataclass(frozen=True, slots=True)
class ReportParagraph:
    """A paragraph as it is printed. ``number`` counts from 1, blank ones and tables left out;
    ``style`` is the level of its heading style, 0 for running text.
    """

    number: int
    text: str
    style: int = 0


@dataclass(frozen=True, slots=True)
class ReportText:
    """The text of a report; ``path`` is the file as it was named."""

    path: str
    paragraphs: tuple[ReportParagraph, ...]


def read_report(path: str | Path, limits: Limits = LIMITS) -> ReportText:
    """The paragraphs of a Word document, or of a text file, where lines with tabs are rows of tables.

    InputError, with the reason, for a file that is missing, unreadable or something else.
    """
    file = Path(path)
    try:
        if file.suffix.lower() == ".txt":
            return _report(str(path), _of_text(file.read_text("utf-8-sig")))
        return report_of(open_file(file, limits), limits)
    except Refused as refused:
        raise InputError(f"“{path}”：{refused.finding.message}") from refused
    except (UnicodeDecodeError, OSError) as error:
        raise InputError(text_of("statements", "files", "unreadable", path=path)) from error


def report_of(opened: Opened, limits: Limits = LIMITS) -> ReportText:
    """The paragraphs of an open Word document.

    Raises InputError for a file that is something else, Refused for a damaged one.
    """
    return _report(opened.path, _of_word(_package(opened, limits), limits))


def _report(path: str, pieces: Iterator[tuple[str, int]]) -> ReportText:
    printed = [(text, style) for text, style in pieces if text.strip()]
    return ReportText(
        path,
        tuple(ReportParagraph(number, text, style) for number, (text, style) in enumerate(printed, start=1)),
    )


def _package(opened: Opened, limits: Limits) -> ZipPackage:
    if opened.kind.id not in _WORD:
        kind = opened.kind.name
        raise InputError(text_of("statements", "files", "no_word", path=opened.path, kind=kind))
    if opened.package is not None:
        return opened.package
    return open_zip(opened.path, as_docx(opened.path, opened.data, limits), limits)


def _of_word(package: ZipPackage, limits: Limits) -> Iterator[tuple[str, int]]:
    for passage in word_pages(package, limits).passages:
        yield passage.label + passage.text.replace("\n", " "), passage.level


def _of_text(text: str) -> Iterator[tuple[str, int]]:
    """The lines of a text file without tables: lines with tabs, and a few lines between two of them."""
    lines = [line for line in text.split("\n") if line.strip()]
    rows = [number for number, line in enumerate(lines) if _CELL in line]
    inside = set(rows)
    for first, second in pairwise(rows):
        if second - first <= _TABLE_GAP:
            inside.update(range(first, second))
    yield from ((line, 0) for number, line in enumerate(lines) if number not in inside)
