"""Headers, footers, notes, comments and text boxes → the unit and year that they name, and their account."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.intake.page import BOX, Cell, Document, Page
from xlperf.intake.reading import names
from xlperf.intake.reading.inline import pieces_of
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.model import Account, Role, reason
from xlperf.intake.reading.recognition import is_title, unit_inside, year_of
from xlperf.intake.reading.texts import squeeze

_FIGURE = re.compile(r"[0-9]")
_NO_FIGURES = re.compile(r"20[0-9]{2}年?度?|^[^0-9]{0,2}[0-9]{1,2}[.、)]")
"""Years and numbering, which are no figures of anything."""
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Margins:
    """What headers and footers name for the whole document: year, money unit and who fills it in.

    None and "" for what they do not name, and for what several of them name differently.
    """

    year: int | None = None
    unit: str = ""
    organisation: str = ""


def margins_of(pages: Sequence[Page], lex: Lexicon) -> Margins:
    """What the pages outside the text of a document name."""
    lines = [line for page in pages for cell in page.filled() for line in _lines(cell)]
    years = {year for line in lines if (year := year_of(lex, [line]))}
    units = {unit for line in lines if (unit := _unit(lex, line))}
    named = {unit for line in lines if (unit := _organisation(lex, line))}
    return Margins(
        years.pop() if len(years) == 1 else None,
        units.pop() if len(units) == 1 else "",
        named.pop() if len(named) == 1 else "",
    )


def end_asides(document: Document, lex: Lexicon, account: Account) -> None:
    """Give the cells outside the text a role: those with figures that nothing was made of are unused."""
    boxes = [page for page in document.pages if page.kind == BOX]
    for page in (*document.asides, *boxes):
        for cell in page.filled():
            if account.role(cell) is None:
                _end(page, cell, lex, account)


def _end(page: Page, cell: Cell, lex: Lexicon, account: Account) -> None:
    lines = list(_lines(cell))
    if all(lex.marks.patterns["page_number"].fullmatch(squeeze(line)) for line in lines):
        account.end(page, cell, Role.TEMPLATE)
    elif lines and all(_is_known(lex, line) for line in lines):
        account.end(page, cell, Role.TITLE)
    elif any(_FIGURE.search(_NO_FIGURES.sub("", squeeze(line))) for line in lines):
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
    if lex.label(line).of("unit_line"):
        unit = lex.marks.patterns["money"].search(squeeze(line))
        return unit[0] if unit else ""
    return unit_inside(lex, line)


def _organisation(lex: Lexicon, line: str) -> str:
    pieces = pieces_of(lex, line)
    return next((text for label, text, _ in pieces if label.of("field") == names.DEPARTMENT), "")


def _lines(cell: Cell) -> Iterator[str]:
    return (line for line in cell.text[:_LONGEST].splitlines() if line.strip())
