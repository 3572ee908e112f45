"""A report → what the page shows of it, as JSON: the verdict, the files, the findings of each form.

And a finding with the pages of its file → the rows around its cell, as a small table to draw.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import text_of, texts_of
from xlperf.intake.open_any import open_pages
from xlperf.intake.page import SHEET, Document, Page, PageCell
from xlperf.ooxml.limits import Limits
from xlperf.outputs.finding_texts import (
    profile_of,
    recognised,
    subject,
    texts_of_finding,
    under,
    unit_of,
    xml_text,
)
from xlperf.outputs.text_report import counts_text, verdict

_SHOWN = ("severity", "code", "file", "sheet", "cell", "message", "value", "expected", "basis", "fix")
_ORDER = {severity: number for number, severity in enumerate(Severity)}


def shown_report(report: Report) -> Mapping[str, Any]:
    """What the page shows: texts as the problem list has them, findings with their numbers in the report."""
    return {
        "verdict": xml_text(verdict(report)),
        "grade": report.worst.english if report.worst else "good",
        "counts": counts_text(report.findings),
        "files": [_file(file) for file in report.files],
        "groups": [*_groups(report.findings, _titles(report.files))],
    }


def _file(file: CheckedFile) -> Mapping[str, str]:
    return {
        "path": xml_text(file.path),
        "unit": xml_text(unit_of(Location(unit_code=file.unit_code, unit_name=file.unit_name))),
        "profile": xml_text(profile_of(file)),
        "forms": xml_text(recognised(file)),
        "counts": text_of(
            "reports", "verdict", "unit", errors=file.errors, warnings=file.warnings, notes=file.notes
        ),
    }


def _titles(files: Sequence[CheckedFile]) -> Mapping[tuple[str, str], str]:
    """The titles of the forms that were recognised, by file and sheet."""
    titles = {}
    for file in files:
        declared = load_profile(file.profile).forms if file.profile in profile_ids() else {}
        for seen in file.forms:
            if seen.form in declared:
                titles[file.path, seen.sheet] = " ".join(filter(None, (declared[seen.form].title, seen.item)))
    return titles


def _groups(
    findings: Sequence[Finding], titles: Mapping[tuple[str, str], str]
) -> Iterator[Mapping[str, Any]]:
    """The findings of each sheet of each file, the gravest first; so too the sheets of a file, the files."""
    groups: dict[tuple[str, str], list[tuple[int, Finding]]] = {}
    gravest: dict[str, int] = {}
    for number, found in enumerate(findings):
        place, rank = found.location, _ORDER[found.severity]
        groups.setdefault((place.file, place.sheet), []).append((number, found))
        gravest[place.file] = min(rank, gravest.get(place.file, rank))
    numbers = {file: number for number, file in enumerate(gravest)}
    for members in groups.values():
        members.sort(key=lambda member: _ORDER[member[1].severity])
    for (file, sheet), members in sorted(
        groups.items(),
        key=lambda group: (gravest[group[0][0]], numbers[group[0][0]], _ORDER[group[1][0][1].severity]),
    ):
        whole = text_of("selfcheck", "whole_file" if file else "all_files")
        yield {
            "file": xml_text(PurePath(file).name),
            "title": xml_text(titles.get((file, sheet), "")) or xml_text(sheet) or whole,
            "sheet": xml_text(sheet) if (file, sheet) in titles else "",
            "counts": counts_text([found for _, found in members]),
            "findings": [_finding(number, found) for number, found in members],
        }


def _finding(number: int, found: Finding) -> Mapping[str, Any]:
    texts = texts_of_finding(found)
    return {
        "number": number,
        "grade": found.severity.english,
        "subject": xml_text(subject(found)),
        "under": [[heading, [*map(xml_text, listed)]] for heading, listed in under(found)],
        **{name: xml_text(texts[name]) for name in _SHOWN},
    }


def places_of(findings: Sequence[Finding]) -> Mapping[str, list[tuple[int, str, str]]]:
    """Where the findings about cells are, by file: the number of each finding, sheet and cell."""
    places: dict[str, list[tuple[int, str, str]]] = {}
    for number, found in enumerate(findings):
        if found.location.cell:
            where = number, found.location.sheet, found.location.cell
            places.setdefault(found.location.file, []).append(where)
    return places


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell of a drawing: its text, over how many columns and rows it goes, whether it is the one meant."""

    text: str
    columns: int
    rows: int
    is_meant: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """``columns`` are the letters above, each row has its number and its cells; both "" in Word."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[DrawnCell]]]


class Surroundings:
    """Draws the surroundings of cells of one document."""

    def __init__(self, document: Document) -> None:
        self._pages = {page.name: _Indexed(page) for page in (*document.pages, *document.hidden)}

    def drawn(self, sheet: str, cell: str) -> Drawing | None:
        """The rows around ``cell``, the first of several; None for a place that no page has."""
        page = self._pages.get(sheet)
        place = cell.partition(":")[0].partition("、")[0]
        meant = page.places.get(place) if page and place else None
        return page.around(meant) if page and meant else None


class _Indexed:
    """The cells of a page by place and by row."""

    def __init__(self, page: Page) -> None:
        self._is_sheet = page.kind == SHEET
        self.places = {cell.place: cell for cell in page.cells}
        self._rows: dict[int, list[PageCell]] = defaultdict(list)
        most = texts_of("selfcheck")["drawing"]["spread"]
        for cell in page.cells:
            if not cell.hidden:
                for row in range(cell.r0, min(cell.r1, cell.r0 + most) + 1):
                    self._rows[row].append(cell)
        for cells in self._rows.values():
            cells.sort(key=lambda cell: cell.c0)

    def around(self, meant: PageCell) -> Drawing:
        """The rows above and below ``meant``, as many columns as are declared."""
        limits = texts_of("selfcheck")["drawing"]
        rows = range(max(meant.r0 - limits["rows"], 0), meant.r0 + limits["rows"] + 1)
        shown = [row for row in rows if self._rows.get(row)]
        last = max((self._rows[row][-1].c1 for row in shown), default=meant.c1)
        first = max(min(meant.c0 - limits["before"], last + 1 - limits["columns"]), 0)
        columns = range(first, min(last + 1, first + limits["columns"]))
        letters = [get_column_letter(column + 1) if self._is_sheet else "" for column in columns]
        return Drawing(
            letters,
            [
                (str(row + 1) if self._is_sheet else "", [*self._cells(row, shown, columns, meant)])
                for row in shown
            ],
        )

    def _cells(self, row: int, rows: Sequence[int], columns: range, meant: PageCell) -> Iterator[DrawnCell]:
        """The cells that begin in a row of the drawing, and empty ones between them."""
        longest = texts_of("selfcheck")["drawing"]["letters"]
        cells = self._rows[row]
        column = columns.start
        at = bisect_left(cells, column, key=lambda cell: cell.c1)
        for cell in cells[at : at + len(columns)]:
            start, end = max(cell.c0, columns.start), min(cell.c1 + 1, columns.stop)
            if start >= columns.stop:
                break
            yield from (DrawnCell("", 1, 1, is_meant=False) for _ in range(column, start))
            column = end
            if row == min(shown for shown in rows if shown >= cell.r0):
                covered = sum(cell.r0 <= shown <= cell.r1 for shown in rows)
                text = " ".join(cell.text.split())
                text = text if len(text) <= longest else f"{text[:longest]}…"
                yield DrawnCell(text, end - start, max(covered, 1), is_meant=cell is meant)
        yield from (DrawnCell("", 1, 1, is_meant=False) for _ in range(column, columns.stop))


def drawings_of(path: str, places: Sequence[tuple[int, str, str]], limits: Limits) -> Mapping[int, Any]:
    """The drawings for ``places`` of a file, by their numbers; raises Refused for one that is not read."""
    around = Surroundings(open_pages(Path(path), limits))
    drawn = {number: around.drawn(sheet, cell) for number, sheet, cell in places}
    return {number: _plain(drawing) for number, drawing in drawn.items() if drawing}


def _plain(drawing: Drawing) -> Mapping[str, Any]:
    rows = [
        [name, [asdict(cell) | {"text": xml_text(cell.text)} for cell in cells]]
        for name, cells in drawing.rows
    ]
    return {"columns": drawing.columns, "rows": rows}
