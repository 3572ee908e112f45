"""What is printed around the tables of a file → titles, year, money unit and whose forms they are.

These are lines above a table, text boxes, headers, footers, notes and comments.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from xlperf.intake.page import ASIDE, BOX, SHEET, TABLE, Document, Page, PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.form_readings import Account, FormReading, Role, reason
from xlperf.intake.reading.inline import pieces_of
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.recognition import is_header_row, is_title, unit_inside, unit_of_line, year_of
from xlperf.intake.reading.regions import Region
from xlperf.intake.reading.texts import squeeze

_FIGURE = re.compile(r"[0-9]")
_LONGEST = 400
_TOP_ROWS = 5
_NEAR_PARAGRAPHS = 6
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Margins:
    """What headers and footers name for the whole document: year, money unit and who fills it in.

    None and "" for what they do not name, and for what several of them name differently.
    """

    year: int | None = None
    unit: str = ""
    organisation: str = ""


def year_of_paragraphs(pages: Sequence[Page], lex: Lexicon) -> int | None:
    """The only year that short paragraphs between the tables of a document name, as its title does."""
    lines = {line for page in pages for line in page.before if len(line) < _SHORT}
    years = {year for line in lines if (year := year_of(lex, [line]))}
    return years.pop() if len(years) == 1 else None


def margins_of(pages: Sequence[Page], lex: Lexicon) -> Margins:
    """What the pages outside the text of a document name."""
    whole = [page for page in pages if page.kind == ASIDE]
    lines = [line for page in whole for cell in page.filled() for line in _lines(cell.text[:_LONGEST])]
    years = {year for line in lines if (year := year_of(lex, [line]))}
    units = {unit for line in lines if (unit := _unit(lex, line))}
    named = {unit for line in lines if (unit := _organisation(lex, line))}
    return Margins(
        years.pop() if len(years) == 1 else None,
        units.pop() if len(units) == 1 else "",
        named.pop() if len(named) == 1 else "",
    )


def with_boxes(pages: Sequence[Page]) -> list[Page]:
    """The pages that are no text boxes; what a box says is above the next table, or above the first."""
    found: list[Page] = []
    lines: list[str] = []
    boxes = [text for page in pages if page.kind == BOX for text in _lines_of(page)]
    for page in pages:
        if page.kind == BOX:
            lines += _lines_of(page)
        elif page.kind == TABLE and (lines or (boxes and not found)):
            page.before = (*page.before, *(lines or boxes))
            found.append(page)
            lines, boxes = [], []
        else:
            found.append(page)
    return found


def _lines_of(page: Page) -> list[str]:
    return [line for cell in page.filled() for line in _lines(cell.text)]


class Top:
    """The lines at the top of a region: titles, lines of one cell, paragraphs before a Word table."""

    def __init__(self, region: Region, lex: Lexicon) -> None:
        """``lines`` are the paragraphs of this form, ``of_last`` those of the form before it.

        ``dated`` are the lines in which the year is looked for, in this order; ``above`` are titles in
        paragraphs, ``titles`` all of them; ``around`` are single lines near the top.
        """
        page = region.page
        all_before = list(page.before) if region.r0 == region.grid.top and page.kind != SHEET else []
        self.before = all_before[-_NEAR_PARAGRAPHS:]
        high = [cell for cell in region.cells if cell.r0 < region.r0 + _TOP_ROWS]
        self.above = [text for text in self.before if lex.label(text).of("title")]
        self.titles = [cell.text for cell in high if is_title(lex, cell.text)] + self.above[::-1]
        alone = [cell.text for cell in high if len(region.row(cell.r0)) == 1]
        nearest = [cell.text for cell in high[:4] if len(region.row(cell.r0)) == 1]
        self.around = self.before[-3:] + nearest
        lines = [
            cell.text
            for cell in high
            if is_title(lex, cell.text)
            or (len(cell.text) < _SHORT and (cell.text in alone or is_header_row(lex, region.row(cell.r0))))
        ]
        self.dated = lines + self.before[::-1]
        titled = [at for at, text in enumerate(self.before) if lex.label(text).of("title")]
        cut = max(titled, default=-1)
        self.lines = self.before[max(cut - 2, 0) :]
        self.of_last = all_before[: max(len(all_before) - len(self.before) + cut, 0)]


def year_of_headings(form: FormReading, region: Region, lex: Lexicon) -> int | None:
    """The last of the years in headings; a single one in basic data may be the year before."""
    labels = (lex.label(cell.text) for cell in region.cells)
    years = {label.year for label in labels if label.of("year_column", "fact", "year") and label.year}
    return None if form.kind == names.BASIC and len(years) < 2 else max(years, default=None)


def year_of_columns(form: FormReading, region: Region, lex: Lexicon) -> int | None:
    """The year of basic data: the only one with budgets and accounts, where the year printed above has
    no budgets or no columns at all; else, and where columns are without a year, the year printed above.
    """
    columns: dict[int | None, set[str]] = defaultdict(set)
    for cell in region.cells:
        label = lex.label(cell.text)
        kind, year = label.of("year_column"), label.year or _year_above(region, cell, lex)
        if kind:
            columns[year].add(kind)
    full = [year for year, kinds in columns.items() if year and {names.BUDGET, names.FINAL} <= kinds]
    if form.year is None or len(full) != 1 or form.year in full or None in columns:
        return form.year
    is_earlier = form.year < full[0] and names.BUDGET not in columns.get(form.year, ())
    return full[0] if is_earlier or form.year not in columns else form.year


def _year_above(region: Region, cell: PageCell, lex: Lexicon) -> int | None:
    """The year over a heading that names none itself."""
    above = region.at(cell.r0 - 1, cell.c0)
    return lex.label(above.text).year if above is not None else None


def end_asides(document: Document, lex: Lexicon, account: Account) -> None:
    """Give the cells outside the text a role: those with figures that nothing was made of are unused."""
    boxes = [page for page in document.pages if page.kind == BOX]
    for page in (*document.asides, *boxes):
        for cell in page.filled():
            if account.role(cell) is None:
                _end(page, cell, lex, account)


def _end(page: Page, cell: PageCell, lex: Lexicon, account: Account) -> None:
    lines = _lines(cell.text[:_LONGEST])
    if all(lex.marks.patterns["page_number"].fullmatch(squeeze(line)) for line in lines):
        account.end(page, cell, Role.TEMPLATE)
    elif lines and all(_is_known(lex, line) for line in lines):
        account.end(page, cell, Role.TITLE)
    elif any(_FIGURE.search(lex.marks.patterns["no_figures"].sub("", squeeze(line))) for line in lines):
        account.end(page, cell, Role.UNUSED, reason("aside"))
    else:
        account.end(page, cell, Role.NOTE)


def _is_known(lex: Lexicon, line: str) -> bool:
    """Whether a line is a title, an attachment number, or names the year, the money unit or the unit."""
    label = lex.label(line)
    said = is_title(lex, line) or label.of("attachment") or (label.of("year") and label.year)
    return bool(said or _unit(lex, line) or _organisation(lex, line))


def _unit(lex: Lexicon, line: str) -> str:
    """The money unit of the amounts that a line names."""
    return unit_of_line(lex, line) if lex.label(line).of("unit_line") else unit_inside(lex, line)


def _organisation(lex: Lexicon, line: str) -> str:
    pieces = pieces_of(lex, line)
    return next((text for label, text, _ in pieces if label.of("field") == names.DEPARTMENT), "")


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
