"""一键校验: the findings of the batch on the open workbook → the sheet of findings, colours, a selection.

Filled cells are read from the file in one step; asking Excel for the colour of each would be thousands.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import xlwings as xw

from xlperf.core.user_files import read_settings
from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import Finding, all_colours, colour_of, unfolded
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import texts_of
from xlperf.excel.actions.excel_ui import FEW, ExcelUI, brief, text
from xlperf.excel.actions.finding_navigation import go_to_first
from xlperf.excel.actions.list_sheets import write_listing
from xlperf.excel.actions.open_books import is_shown, open_book, saved_copy, sheet_of, with_password
from xlperf.excel.actions.short_actions import chosen_profile
from xlperf.intake.open_any import open_package
from xlperf.jobs.check import check as check_files
from xlperf.jobs.run_options import RunOptions
from xlperf.ooxml.comments import without_passages
from xlperf.ooxml.package_writing import DAMAGED, Parts
from xlperf.ooxml.parts import listing_of
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_tree import SheetTree
from xlperf.ooxml.styles import StyleSheet
from xlperf.ooxml.xml_tree import children, local

Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass(slots=True)
class SheetFills:
    """The filled cells of one sheet: ``ours`` have the colours of an earlier check, ``own`` all others.

    ``is_annotated``: the sheet has notes that ``xlperf annotate`` wrote.
    """

    grid: SheetTree
    is_annotated: bool = False
    ours: set[Place] = field(default_factory=set)
    own: set[Place] = field(default_factory=set)


def read_fills(path: Path) -> dict[str, SheetFills] | None:
    """The filled cells of every worksheet, by title; None for a file that is no readable .xlsx."""
    try:
        package = open_package(path)
        listing, parts = listing_of(package), Parts(package)
        sheet = parts.tree(listing.parts["styles"])
        ours, own = StyleSheet(sheet).of_colours(all_colours()), _filled(sheet)
        return {
            tab.title: _sheet_fills(
                SheetFills(SheetTree(parts.tree(tab.part)), _is_annotated(parts, tab.part)), ours, own - ours
            )
            for tab in listing.tabs
            if tab.is_worksheet
        }
    except (Refused, ParseError, *DAMAGED):
        return None


def _is_annotated(parts: Parts, part: str) -> bool:
    comments = parts.relations(part).find("comments")
    return bool(comments) and texts_of("annotate")["comment"]["start"] in parts.read(comments).decode(
        "utf-8", "replace"
    )


def _sheet_fills(fills: SheetFills, ours: set[int], own: set[int]) -> SheetFills:
    for cell in fills.grid.cells():
        style = int(cell.get("s", "0"))
        place = fills.grid.shown(cell.get("r", ""))
        if place and style in ours:
            fills.ours.add(place)
        elif place and style in own:
            fills.own.add(place)
    return fills


def _filled(styles: Element) -> set[int]:
    """The numbers of the cell formats that fill the cell."""
    fills = {
        number
        for number, fill in enumerate(children(styles, "fills")[0])
        for pattern in fill
        if pattern.get("patternType", "none") != "none" or local(pattern) != "patternFill"
    }
    formats = enumerate(children(styles, "cellXfs")[0])
    return {number for number, format_ in formats if int(format_.get("fillId", "0")) in fills}


Run = tuple[int, int, int]
"""A column and the first and last of neighbouring rows."""


def repaint(
    book: xw.Book, ui: ExcelUI, findings: Iterable[Finding], fills: Mapping[str, SheetFills]
) -> Iterator[str]:
    """Remove the colours and notes of an earlier check, then colour the cells of ``findings``.

    ``fills`` are the filled cells by sheet. A cell with a fill of its own keeps it, so that no fill has to be
    restored later; sheets protected by a password stay as they are. Yields what is to be said of both.
    """
    expected, locked, own = _colours_of(findings, fills), [], 0
    for sheet in book.sheets:
        filled = fills.get(sheet.name)
        if filled is None or not (filled.ours or expected[sheet.name] or filled.is_annotated):
            continue
        colours = {place: colour for place, colour in expected[sheet.name].items() if place not in filled.own}
        if ui.may_format(sheet) and not filled.is_annotated:
            _recolour(sheet, filled.ours, colours)
        else:
            with ui.unlocked(sheet) as is_free:
                if not is_free:
                    locked.append(sheet.name)
                    continue
                _recolour(sheet, filled.ours, colours)
                if filled.is_annotated:
                    _withdraw_notes(sheet)
        own += len(expected[sheet.name]) - len(colours)
    if locked:
        yield text("locked", sheets="、".join(locked))
    if own:
        yield text("own_fill", count=own)


def runs(places: Iterable[Place]) -> Iterator[Run]:
    """The places as columns of neighbouring rows, each place once."""
    by_column: dict[int, list[int]] = defaultdict(list)
    for row, column in places:
        by_column[column].append(row)
    for column, rows in sorted(by_column.items()):
        ordered = sorted(set(rows))
        starts = [row for row in ordered if row - 1 not in by_column[column]]
        ends = [row for row in ordered if row + 1 not in by_column[column]]
        yield from ((column, start, end) for start, end in zip(starts, ends, strict=True))


def _colours_of(findings: Iterable[Finding], fills: Mapping[str, SheetFills]) -> dict[str, dict[Place, str]]:
    """The colour of each cell by sheet: that of its gravest finding."""
    gravest: dict[tuple[str, Place], Finding] = {}
    for finding in findings:
        title, cell = finding.location.sheet, finding.location.cell
        place = fills[title].grid.shown(cell) if title in fills else None
        if place is None:
            continue
        key = title, place
        if key not in gravest or finding.severity.rank < gravest[key].severity.rank:
            gravest[key] = finding
    colours: dict[str, dict[Place, str]] = defaultdict(dict)
    for (title, place), finding in gravest.items():
        colours[title][place] = colour_of(finding)
    return colours


def _recolour(sheet: xw.Sheet, earlier: Set[Place], colours: Mapping[Place, str]) -> None:
    _paint(sheet, earlier - colours.keys(), None)
    for colour in sorted(set(colours.values())):
        _paint(sheet, (place for place, own in colours.items() if own == colour), f"#{colour}")


def _withdraw_notes(sheet: xw.Sheet) -> None:
    """Remove the passages of an annotated copy from the notes; the text of people stays."""
    words = texts_of("annotate")
    marks = words["comment"]
    for note in list(sheet.notes):
        left = without_passages(note.text, marks["start"], marks["end"])
        if not left.strip() and note.author == words["author"]:
            note.delete()
        elif left != note.text:
            note.text = left


def _paint(sheet: xw.Sheet, places: Iterable[Place], colour: str | None) -> None:
    for column, first, last in runs(places):
        sheet.range((first, column), (last, column)).color = colour


def check(ui: ExcelUI) -> None:
    """Check the workbook as it is now, list and colour what is found, and select the first of it."""
    book = open_book(ui)
    ui.status(text("checking"))
    with saved_copy(ui, book) as path:
        report = checked(path, ui)
        fills = read_fills(path)
    with ui.quiet():
        remarks = [*_show(book, ui, report.findings, fills), *_other_year(report)]
    ui.status()
    if not ui.is_fixed(book) and go_to_first(book, ui):
        remarks.append(text("selected"))
    counts = {"errors": report.errors, "warnings": report.warnings, "notes": report.notes}
    found = text("counts", count=len(report.findings), **counts) if report.findings else text("no_findings")
    ui.say("\n".join([found, *remarks]))


def checked(path: Path, ui: ExcelUI) -> Report:
    """The report of the batch on the file at ``path``; asks for the password of a protected file."""
    profile = chosen_profile()
    return with_password(
        ui,
        lambda limits: check_files([path], profile, options=RunOptions(limits=limits)),
        lambda report: report.findings,
    )


def _show(
    book: xw.Book, ui: ExcelUI, findings: Sequence[Finding], fills: Mapping[str, SheetFills] | None
) -> Iterator[str]:
    """Colour and list the findings in the workbook; yields what is to be said about that."""
    if fills is None:
        yield text("not_coloured")
    else:
        yield from repaint(book, ui, unfolded(findings), fills)
    if ui.is_fixed(book):
        yield from [text("not_listed"), *map(brief, findings[:FEW])]
    else:
        sheet, usual = write_listing(book, ui, findings), str(texts_of("annotate")["sheet"]["name"])
        if sheet.name != usual and sheet_of(book, usual):
            yield text("listed_as", name=sheet.name)
    if ui.is_read_only(book):
        yield text("read_only")
    titles = dict.fromkeys(finding.location.sheet for finding in unfolded(findings))
    hidden = [title for title in titles if (found := sheet_of(book, title)) and not is_shown(found)]
    if hidden:
        yield text("hidden", sheets="、".join(hidden))


def _other_year(report: Report) -> list[str]:
    """A sentence for a workbook of another year than the chosen one, such as last year's forms."""
    chosen = read_settings().year
    profiles = [load_profile(file.profile) for file in report.files if file.profile]
    others = [profile for profile in profiles if chosen and profile.year != chosen]
    return [text("other_year", name=profile.name, year=profile.year, chosen=chosen) for profile in others]
