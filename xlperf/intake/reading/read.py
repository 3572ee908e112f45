"""A Document → all forms on it, the account of its cells, and the headings nobody knows."""

from collections.abc import Sequence

from xlperf.intake.page import NESTED, SHEET, TABLE, Document, Page, PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.arithmetic import settle
from xlperf.intake.reading.board import Board, Draft
from xlperf.intake.reading.continued import Stretch, repeated_headings, stretches
from xlperf.intake.reading.form_readings import Account, DocumentReading, Entry, FormReading, Role, reason
from xlperf.intake.reading.indicator_tables import read_indicator_tables
from xlperf.intake.reading.inline import read_inline, read_inline_amounts, read_paragraph
from xlperf.intake.reading.lexicon import Lexicon, lexicon
from xlperf.intake.reading.marking import mark_labels, mark_pairs, mark_tops
from xlperf.intake.reading.money_headings import mark_money_headings
from xlperf.intake.reading.other_tables import end_foreign_tables, read_lists
from xlperf.intake.reading.recognition import is_title, key_of, kind_of, unit_inside, unit_of_line, year_of
from xlperf.intake.reading.regions import (
    LAST_COLUMN,
    LAST_ROW,
    MOST_CELLS,
    MOST_ON_PAGE,
    CellGrid,
    Region,
    regions,
)
from xlperf.intake.reading.surroundings import (
    Top,
    end_asides,
    margins_of,
    with_boxes,
    year_of_columns,
    year_of_headings,
    year_of_paragraphs,
)
from xlperf.intake.reading.values import read_values

_SHORT_LINE = 40
_TAIL = 4
_OWN_BEGINNINGS = (names.PROJECT_NAME, names.DEPARTMENT)


def read_document(document: Document, year: int | None = None) -> DocumentReading:
    """Read every page by labels and headings; ``year`` is that of forms that print none."""
    return _Reader(document, lexicon(), year).read()


class _Reader:
    """Reads one document."""

    def __init__(self, document: Document, lex: Lexicon, year: int | None) -> None:
        self.document, self.lex, self.year = document, lex, year
        self.margins = margins_of(document.asides, lex)
        self.account = Account()
        self.drafts: list[Draft] = []
        self.owners: dict[int, Draft] = {}
        self.unknown: dict[str, None] = {}
        self.far: list[tuple[Page, Sequence[PageCell]]] = []

    def read(self) -> DocumentReading:
        """Forms in the order of the pages; nested tables belong to the form around them."""
        pages = [page for page in self.document.pages if page.kind != NESTED]
        origins: dict[int, tuple[Page, PageCell]] = {}
        for stretch in stretches(with_boxes(pages), self.lex):
            origins |= stretch.origins
            if len(stretch.page.cells) > MOST_ON_PAGE and self._is_full(stretch.page):
                continue
            grid = self._without_repeated_headings(stretch.page)
            self._end_beyond(grid)
            for region in regions(grid, self.lex):
                self._region(region, stretch)
        for page in self.document.pages:
            if page.kind == NESTED:
                self._nested(page)
        for text in self.document.tail[:_TAIL] if self.drafts else ():
            read_paragraph(self.lex, self.drafts[-1], text, is_above=False)
        for draft in self.drafts:
            draft.form.organisation = draft.form.organisation or self.margins.organisation
            settle(draft, self.account)
        self._end_rest(origins)
        return DocumentReading(
            self.document, [draft.form for draft in self.drafts], self.account, tuple(self.unknown), self.far
        )

    def _without_repeated_headings(self, page: Page) -> CellGrid:
        """The grid of a page; those that are printed again are titles and headings, and not looked at."""
        grid = CellGrid(page)
        again = repeated_headings(grid, self.lex)
        for cell in again:
            role = Role.TITLE if is_title(self.lex, cell.text) else Role.HEADING
            self.account.end(page, cell, role)
        return CellGrid(page, again) if again else grid

    # ------------------------------------------------------------------ regions
    def _region(self, region: Region, stretch: Stretch) -> None:
        cells = region.cells
        if not cells:
            return
        if len(cells) > MOST_CELLS:
            self._unused(region, reason("too_large", cells=f"{len(cells):,}", limit=f"{MOST_CELLS:,}"))
            return
        top = Top(region, self.lex)
        kind = kind_of([line for _, line in region.rows()], self.lex, top.titles, top.around)
        last = self.drafts[-1] if self.drafts else None
        draft = self._continued(region, top, last)
        if not kind and (draft is None or not any(self.lex.label(cell.text).means for cell in cells)):
            self._unused(region, reason("no_form"))
            return
        if draft is None:
            draft = Draft(FormReading(kind, _first_page(region, stretch)))
            self.drafts.append(draft)
        self._head(draft, region, top)
        if last is not None and last is not draft and region.page.kind == TABLE:
            for text in top.of_last:
                read_paragraph(self.lex, last, text, is_above=False)
        for part in stretch.parts:
            self.owners[id(part)] = draft
        self._read(Board(region, draft, self.account, self.lex))
        draft.form.entries += [self.account.entries[id(cell)] for cell in cells]
        if not draft.found and not draft.form.indicators and draft is not last:
            self.drafts.remove(draft)
            self.owners = {part: owner for part, owner in self.owners.items() if owner is not draft}

    def _continued(self, region: Region, top: Top, last: Draft | None) -> Draft | None:
        """The form above, where a Word table has no title, no text before it and no beginning of its own."""
        between = sum(len(text) for text in top.before)
        if last is None or region.page.kind != TABLE or top.titles or between >= _SHORT_LINE:
            return None
        if last.closed or last.form.kind == names.BASIC:
            return None
        said = {self.lex.label(cell.text).of("field") for cell in region.cells} & {*names.NAME_FIELDS}
        has_own = any(key_of(self.lex, cell.text) in _OWN_BEGINNINGS for cell in region.cells)
        return None if has_own or said & last.found.keys() else last

    def _head(self, draft: Draft, region: Region, top: Top) -> None:
        """Year, money unit and lines above the table."""
        form = draft.form
        form.titles += [title for title in top.above if title not in form.titles]
        first = next((other.form for other in self.drafts if other.form.page is form.page), form)
        form.unit = form.unit or first.unit
        form.year = form.year or year_of(self.lex, top.dated) or first.year
        if form.year is None and region.page.kind == SHEET:
            form.year = year_of(self.lex, [region.page.name])
        if form.year is None:
            named = self.margins.year or year_of_paragraphs(self.document.pages, self.lex)
            form.year = year_of_headings(form, region, self.lex) or named or self.year
        form.title_year = form.title_year or form.year
        if form.kind == names.BASIC:
            form.year = year_of_columns(form, region, self.lex)
        for text in top.lines:
            form.unit = unit_of_line(self.lex, text) or form.unit or unit_inside(self.lex, text)
            read_paragraph(self.lex, draft, text, is_above=True)

    def _read(self, board: Board) -> None:
        mark_tops(board)
        board.form.unit = board.form.unit or self.margins.unit
        read_indicator_tables(board)
        read_lists(board)
        end_foreign_tables(board)
        mark_labels(board)
        mark_money_headings(board)
        read_inline_amounts(board)
        read_inline(board)
        mark_pairs(board)
        read_values(board)
        board.unknown += board.unknown_headings()
        self.unknown |= dict.fromkeys(board.unknown)

    def _nested(self, page: Page) -> None:
        """A table in a cell: the labels next to that cell say what it is about."""
        owner = page.owner
        while owner is not None and owner.kind == NESTED:
            owner = owner.owner
        parent = page.parent
        if (
            parent is None
            or page.owner is None
            or (id(owner) not in self.owners and self._alone(page, parent))
        ):
            return
        draft = self.owners.get(id(owner)) or (self.drafts[0] if self.drafts else None)
        if draft is None:
            return
        context = [
            cell for cell in page.owner.filled() if cell.r0 <= parent.r0 <= cell.r1 and cell.c1 < parent.c0
        ]
        if not parent.blank:
            context.append(parent)
        grid = CellGrid(page)
        region = Region(grid, 0, grid.rows - 1, 0, grid.columns - 1)
        if len(region.cells) <= MOST_CELLS:
            self._read(Board(region, draft, self.account, self.lex, context))

    def _alone(self, page: Page, parent: PageCell) -> bool:
        """Whether a table in a cell that only lays it out is a form of its own, headed by the text there."""
        count, grid = len(self.drafts), CellGrid(page)
        page.before = tuple(line for line in parent.text.splitlines() if line.strip())
        self._region(Region(grid, grid.top, grid.rows - 1, 0, grid.columns - 1), Stretch(page, [page]))
        return len(self.drafts) > count

    # ------------------------------------------------------------------ the account
    def _is_full(self, page: Page) -> bool:
        """Whether a page holds far more than forms do; its cells end unused."""
        cells = list(page.filled())
        if len(cells) <= MOST_ON_PAGE:
            return False
        why = reason("too_large", cells=f"{len(cells):,}", limit=f"{MOST_ON_PAGE:,}")
        for cell in cells:
            self.account.end(page, cell, Role.UNUSED, why)
        return True

    def _end_beyond(self, grid: CellGrid) -> None:
        if grid.beyond:
            self.far.append((grid.page, grid.beyond))
        for cell in grid.beyond:
            self.account.end(
                grid.page, cell, Role.UNUSED, reason("too_far", rows=LAST_ROW, columns=LAST_COLUMN)
            )

    def _unused(self, region: Region, why: str) -> None:
        for cell in region.cells:
            self.account.end(region.page, cell, Role.UNUSED, why)

    def _end_rest(self, origins: dict[int, tuple[Page, PageCell]]) -> None:
        """Entries of moved cells go to the cells of the file; what nobody looked at is unused."""
        for entry in list(self.account.entries.values()):
            if origin := origins.get(id(entry.cell)):
                del self.account.entries[id(entry.cell)]
                entry.page, entry.cell = origin
                self.account.entries[id(entry.cell)] = entry
        end_asides(self.document, self.lex, self.account)
        for page in (*self.document.pages, *self.document.asides):
            for cell in page.filled():
                if id(cell) not in self.account.entries:
                    why = reason("hidden" if cell.hidden else "no_form")
                    self.account.entries[id(cell)] = Entry(page, cell, Role.UNUSED, why)


def _first_page(region: Region, stretch: Stretch) -> Page:
    return stretch.parts[0] if len(stretch.parts) > 1 else region.page
