"""A received workbook and its findings → the annotated copy: comments, colours, and a sheet that lists all.

The copy is the received package with those added; nothing else in it is changed or lost, but rows of marked
sheets that cut a text off get higher.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from html import escape
from itertools import chain, count
from xml.etree.ElementTree import Element

from openpyxl.utils import get_column_letter

from xlperf.declarations.findings import LINK, NUMBER, SEVERITY, Finding, all_colours, colour_of, columns
from xlperf.declarations.source import texts_of
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.ooxml.comments import VML_KIND, Comments, no_comments, no_shapes, with_boxes, without_boxes
from xlperf.ooxml.package_writing import SPREADSHEET, Parts, relation_family
from xlperf.ooxml.parts import WORKBOOK, ZipPackage
from xlperf.ooxml.sheet_tree import Position, SheetTree
from xlperf.ooxml.styles import Letterings, StyleSheet, bare_styles
from xlperf.ooxml.xml_tree import children, local, make, namespace_of, plain_tree, prefix_for, qualified
from xlperf.outputs.finding_texts import cell_target, line_of, noted, xml_text
from xlperf.outputs.problem_cells import needed_height
from xlperf.workbooks.grown_rows import grow_rows
from xlperf.workbooks.official_sheet import READINGS
from xlperf.workbooks.sheet_xml import plain_cell

LISTING_MARK = "_xlperf.problems"
"""A name local to the sheet that lists findings, so that another annotation replaces it."""
_UNTOUCHABLE = {"signed": "_xmlsignatures/", "shared": "xl/revisions/"}
_AFTER_BOXES = frozenset(
    (
        *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems"),
        *("tableParts", "extLst", "AlternateContent"),
    )
)
_BEFORE_NAMES = frozenset(
    (
        *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "AlternateContent"),
        *("revisionPtr", "bookViews", "sheets", "functionGroups", "externalReferences"),
    )
)
_LONGEST_NAME = 31
_LONGEST_COMMENT = 32_000


def untouchable(names: Iterable[str]) -> str:
    """Why a package with parts ``names`` must not be changed: ``signed``, ``shared``, or "" when it may."""
    found = set(names)
    return next(
        (why for why, folder in _UNTOUCHABLE.items() if any(name.startswith(folder) for name in found)), ""
    )


class AnnotatedCopy:
    """The copy of one workbook in the making."""

    def __init__(self, package: ZipPackage) -> None:
        """Raises Refused or one of DAMAGED for broken parts, as ``annotate`` does."""
        self._parts = Parts(package)
        self._book = self._parts.tree(WORKBOOK)
        self._space = namespace_of(self._book)
        self._family = relation_family(self._space)
        self._tabs = self._read_tabs()
        self._styles = self._open_styles()
        self._letterings = Letterings(self._styles.root)
        self._coloured = self._styles.of_colours(all_colours())

    def annotate(self, findings: Sequence[Finding], remark: str = "") -> bytes:
        """The copy with ``findings``, in the order in which they are to be listed, under a ``remark``."""
        by_sheet: dict[str, list[tuple[Finding, str]]] = defaultdict(list)
        for finding, said in noted(findings):
            by_sheet[finding.location.sheet].append((finding, said))
        listed = self._listed_tab()
        for number, (title, part) in enumerate(self._tabs.items(), 1):
            if title != listed:
                self._annotate_sheet(part, by_sheet.get(title, []), number)
        content = listing(findings, self._styles, self._space, remark)
        if listed:
            self._parts.put(self._tabs[listed], content)
        else:
            self._add_tab(content)
        return self._parts.assemble()

    def _read_tabs(self) -> dict[str, str]:
        """The parts of worksheets by title; tabs of other kinds, such as charts, are left out."""
        targets = self._parts.relations(WORKBOOK).targets()
        tabs = {}
        for sheet in children(children(self._book, "sheets")[0], "sheet"):
            kind, part = targets.get(qualified(sheet, "id"), ("", ""))
            if kind == "worksheet" and part in self._parts:
                tabs[sheet.get("name", "")] = part
        return tabs

    def _open_styles(self) -> StyleSheet:
        relations = self._parts.relations(WORKBOOK)
        part = relations.find("styles")
        if not part:
            part = "xl/styles.xml"
            self._parts.add(part, bare_styles(self._space), f"{SPREADSHEET}.styles+xml")
            relations.add("styles", part, self._family)
        return StyleSheet(self._parts.tree(part))

    def _annotate_sheet(self, part: str, findings: Sequence[tuple[Finding, str]], number: int) -> None:
        relations = self._parts.relations(part)
        if not findings and not self._coloured and not relations.find("comments"):
            return
        grid = SheetTree(self._parts.tree(part))
        by_place: dict[Position, list[Finding]] = defaultdict(list)
        texts: dict[Position, list[str]] = defaultdict(list)
        for finding, said in findings:
            if place := grid.shown(finding.location.cell):
                by_place[place].append(finding)
                texts[place].append(said)
        grow_rows(grid, self._letterings, self._strings)
        self._colour(grid, by_place)
        notes = {place: "\n\n".join(said)[:_LONGEST_COMMENT] for place, said in texts.items()}
        self._comment(part, grid, notes, number)

    @cached_property
    def _strings(self) -> Sequence[Element]:
        part = self._parts.relations(WORKBOOK).find("sharedStrings")
        return list(plain_tree(self._parts.read(part), READINGS)) if part in self._parts else ()

    def _colour(self, grid: SheetTree, by_place: dict[Position, list[Finding]]) -> None:
        """Colour the cells of findings; take away the colours of an earlier annotation."""
        for cell in grid.cells() if self._coloured else ():
            style = int(cell.get("s", "0"))
            if style in self._coloured:
                cell.set("s", str(self._styles.filled(style, "")))
        for (row, column), found in by_place.items():
            gravest = min(found, key=lambda finding: finding.severity.rank)
            cell = grid.cell(row, column)
            cell.set("s", str(self._styles.filled(int(cell.get("s", "0")), colour_of(gravest))))

    def _comment(self, part: str, grid: SheetTree, notes: dict[Position, str], number: int) -> None:
        relations = self._parts.relations(part)
        comments_part = relations.find("comments")
        if not comments_part:
            if not notes:
                return
            comments_part = self._parts.free("xl/comments{}.xml")
            self._parts.add(comments_part, no_comments(self._space), f"{SPREADSHEET}.comments+xml")
            relations.add("comments", comments_part, self._family)
        words = texts_of("annotate")
        comments = Comments(
            self._parts.tree(comments_part),
            words["author"],
            words["comment"]["start"],
            words["comment"]["end"],
        )
        gone = comments.withdraw()
        comments.add(notes)
        drawing = self._drawing(part, grid, number)
        vml = without_boxes(self._parts.read(drawing).decode("utf-8", "surrogateescape"), set(gone))
        boxes = [(place, notes.get(place, "")) for place in comments.places()]
        self._parts.put(drawing, with_boxes(vml, grid, boxes).encode("utf-8", "surrogateescape"))

    def _drawing(self, part: str, grid: SheetTree, number: int) -> str:
        """The part that holds the boxes of the sheet's comments, added when it has none."""
        relations = self._parts.relations(part)
        for element in children(grid.root, "legacyDrawing"):
            return relations.targets()[qualified(element, "id")][1]
        free = self._parts.free("xl/drawings/vmlDrawing{}.vml")
        self._parts.put(free, no_shapes(number).encode())
        self._parts.declare("vml", VML_KIND)
        identity = relations.add("vmlDrawing", free, self._family)
        made = make(grid.root, "legacyDrawing", **{f"{prefix_for(grid.root, self._family)}id": identity})
        later = (at for at, element in enumerate(grid.root) if local(element) in _AFTER_BOXES)
        grid.root.insert(next(later, len(grid.root)), made)
        return free

    def _listed_tab(self) -> str:
        """The tab on which an earlier annotation listed its findings, "" when there is none."""
        for group in children(self._book, "definedNames"):
            for name in children(group, "definedName"):
                if name.get("name") == LISTING_MARK:
                    title = (name.text or "").rpartition("!")[0].strip("'").replace("''", "'")
                    return title if title in self._tabs else ""
        return ""

    def _add_tab(self, content: bytes) -> None:
        sheets = children(self._book, "sheets")[0]
        part = self._parts.free("xl/worksheets/sheet{}.xml")
        self._parts.add(part, content, f"{SPREADSHEET}.worksheet+xml")
        identity = self._parts.relations(WORKBOOK).add("worksheet", part, self._family)
        tabs = children(sheets, "sheet")
        usual = str(texts_of("annotate")["sheet"]["name"])
        title = free_title(usual, {tab.get("name", "").casefold() for tab in tabs})
        number = max(int(tab.get("sheetId", "0")) for tab in tabs) + 1
        tab = make(sheets, "sheet", name=title, sheetId=str(number))
        tab.set(f"{prefix_for(self._book, self._family)}id", identity)
        sheets.append(tab)
        names = next(iter(children(self._book, "definedNames")), None)
        if names is None:
            names = make(self._book, "definedNames")
            last = max(at for at, element in enumerate(self._book) if local(element) in _BEFORE_NAMES)
            self._book.insert(last + 1, names)
        for mark in (HELPER_MARK, LISTING_MARK):
            name = make(names, "definedName", name=mark, localSheetId=str(len(tabs)), hidden="1")
            name.text = f"'{title}'!$A$1"
            names.append(name)


def free_title(name: str, taken: Collection[str]) -> str:
    """``name``, with a number where a sheet has it; ``taken`` are the titles of all sheets, case-folded."""
    numbered = (f"{name[: _LONGEST_NAME - len(str(number))]}{number}" for number in count(2))
    return next(title for title in chain([name], numbered) if title.casefold() not in taken)


_HEADING_ROWS = 3
_HIDDEN = ' hidden="1"'
_NAMES = ("title", "note", "head", "text", "centre", "link")


def listing(findings: Sequence[Finding], styles: StyleSheet, space: str, remark: str = "") -> bytes:
    """The worksheet part, in the namespace ``space``; its formats are added to ``styles``."""
    looks = {name: styles.plain(texts_of("annotate")["sheet"]["looks"][name]) for name in _NAMES}
    sheet = texts_of("annotate")["sheet"]
    rows = [
        _row(1, [sheet["title"].format(count=len(findings))], [looks["title"]], 24),
        _row(2, [f"{sheet['note']}{remark}"], [looks["note"]], 18),
        _row(_HEADING_ROWS, [column.heading for column in columns()], [looks["head"]] * len(columns()), 20),
        *(_finding_row(number, finding, looks, styles) for number, finding in enumerate(findings, 1)),
    ]
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{column.width:g}" customWidth="1"'
        f"{'' if column.width else _HIDDEN}/>"
        for number, column in enumerate(columns(), 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{space}">'
        f'<sheetPr><tabColor rgb="FF{sheet["tab_color"]}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0"><pane ySplit="{_HEADING_ROWS}"'
        f' topLeftCell="A{_HEADING_ROWS + 1}" activePane="bottomLeft" state="frozen"/></sheetView>'
        "</sheetViews>"
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{"".join(rows)}</sheetData>'
        f"{_links(findings)}"
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _finding_row(number: int, finding: Finding, looks: dict[str, int], styles: StyleSheet) -> str:
    texts = line_of(finding, number, columns())
    formats = {
        SEVERITY: styles.filled(looks["centre"], colour_of(finding)),
        LINK: looks["link" if finding.location.cell else "centre"],
    }
    widths = (column.width for column in columns())
    height = needed_height((text, width) for text, width in zip(texts, widths, strict=True) if width)
    chosen = [
        formats.get(column.shows, looks["centre" if column.centred else "text"]) for column in columns()
    ]
    values = [
        float(text) if column.shows == NUMBER else text for text, column in zip(texts, columns(), strict=True)
    ]
    return _row(number + _HEADING_ROWS, values, chosen, height)


def _row(number: int, values: Sequence[str | float], styles: Sequence[int], height: float) -> str:
    """A row; a text stays a text whatever it begins with."""
    cells = "".join(
        f'<c r="{get_column_letter(column)}{number}" s="{style}"{plain_cell(value)}'
        for column, (value, style) in enumerate(zip(values, styles, strict=True), 1)
    )
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{cells}</row>'


def _links(findings: Sequence[Finding]) -> str:
    letter = next(
        get_column_letter(number) for number, shown in enumerate(columns(), 1) if shown.shows == LINK
    )
    links = "".join(
        f'<hyperlink ref="{letter}{row}" location="{escape(xml_text(cell_target(finding.location)))}"/>'
        for row, finding in enumerate(findings, _HEADING_ROWS + 1)
        if finding.location.sheet and finding.location.cell
    )
    return f"<hyperlinks>{links}</hyperlinks>" if links else ""
