"""An open package to its upload copy: a new package that holds the official sheets and nothing else.

No part is copied unless it is known to be needed, so that nothing personal comes along: no document
authors, macros, comments, printer settings, links, pictures, leftovers of helper sheets.
"""

from collections.abc import Collection, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from xlperf.declarations.findings import all_colours
from xlperf.ooxml.package_writing import (
    OFFICE,
    PACKAGE,
    RELATIONS_KIND,
    SPREADSHEET,
    assemble,
    portable_part,
    relative_target,
)
from xlperf.ooxml.parts import (
    RELATIONS,
    TYPES,
    WORKBOOK,
    DefinedName,
    Listing,
    ZipPackage,
    listing_of,
    sheet_part,
)
from xlperf.ooxml.sheet_tree import SheetTree
from xlperf.ooxml.styles import Letterings, last_format, prune
from xlperf.ooxml.xml_tree import part_bytes, plain
from xlperf.workbooks.grown_rows import grow_rows, let_pages_follow
from xlperf.workbooks.official_sheet import OfficialSheet, References, read_strings

SheetCell = tuple[str, str]
"""The title of a sheet and a cell."""

_STYLES, _THEME, _PROGRAM = "xl/styles.xml", "xl/theme/theme1.xml", "docProps/app.xml"
_HELPING_STYLES = frozenset({"dxfs", "tableStyles"})
_PRINT_NAMES = frozenset({"_xlnm.print_area", "_xlnm.print_titles"})
_CALCULATED_BY = "191029"
_LIKE = "Microsoft Excel Compatible"
"""The program that a copy names: LibreOffice lays out and recalculates files of unknown origin again."""
_KINDS = {
    WORKBOOK: f"{SPREADSHEET}.sheet.main+xml",
    _STYLES: f"{SPREADSHEET}.styles+xml",
    _THEME: "application/vnd.openxmlformats-officedocument.theme+xml",
    _PROGRAM: "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}


class UploadCopy:
    """The upload copy of ``package`` in the making, with the sheets ``titles`` in tab order."""

    def __init__(self, package: ZipPackage, titles: Collection[str]) -> None:
        """Raises ElementTree.ParseError and ValueError for damaged parts."""
        self._listing = listing_of(package)
        strings = read_strings(package.part(self._listing.parts.get("sharedStrings", "")))
        self._sheets = {
            tab.title: OfficialSheet(package.part(tab.part), strings)
            for tab in self._listing.tabs
            if tab.title in titles
        }
        for number, sheet in enumerate(self._sheets.values()):
            sheet.show(first=number == 0)
        self._looks = _looks(package, self._listing, [sheet.root for sheet in self._sheets.values()])

    def uncached(self) -> list[SheetCell]:
        """The formula cells without a stored value, from which no copy can be made."""
        return [(title, cell) for title, sheet in self._sheets.items() for cell in sheet.uncached()]

    def finish(self, *, keep_formulas: bool) -> tuple[bytes, list[SheetCell]]:
        """The bytes of the copy with values in place of formulas, or of those only that need other sheets;
        and where formulas are to be kept the cells of those.

        Rows are as high as their texts need. Raises ValueError for damaged parts.
        """
        references = References(self._listing.names, self._sheets)
        letterings = Letterings(plain(self._looks[_STYLES])) if _STYLES in self._looks else None
        settled = []
        for title, sheet in self._sheets.items():
            cells = sheet.settle(
                lambda text, title=title: keep_formulas and references.works(text, title)  # type: ignore[misc]
            )
            settled += [(title, cell) for cell in cells]
            grid = SheetTree(sheet.root)
            if letterings and grow_rows(grid, letterings, smaller=True):  # without styles no text is wrapped
                let_pages_follow(grid)
        names = [name for name in self._listing.names if self._stays(name, references)]
        texts = {
            TYPES: _types(len(self._sheets), self._looks),
            "_rels/.rels": _relations(
                [("rId1", "officeDocument", WORKBOOK), ("rId2", "extended-properties", _PROGRAM)]
            ),
            _PROGRAM: _program(),
            WORKBOOK: self._workbook(names),
            RELATIONS: self._book_relations(),
            **self._looks,
        }
        for number, sheet in enumerate(self._sheets.values(), 1):
            texts[sheet_part(number)] = part_bytes(sheet.root)
        data = assemble([portable_part(name, content) for name, content in texts.items()])
        return data, settled if keep_formulas else []

    def _stays(self, name: DefinedName, references: References) -> bool:
        printed = name.name.casefold() in _PRINT_NAMES and name.sheet in self._sheets
        return printed or name in references.used

    def _workbook(self, names: Collection[DefinedName]) -> bytes:
        titles = list(self._sheets)
        book = Element("workbook", {"xmlns:r": OFFICE})
        SubElement(book, "workbookPr", {"date1904": "1"} if self._listing.from_1904 else {})
        SubElement(SubElement(book, "bookViews"), "workbookView")
        sheets = SubElement(book, "sheets")
        for number, title in enumerate(titles, 1):
            SubElement(sheets, "sheet", {"name": title, "sheetId": str(number), "r:id": f"rId{number}"})
        if names:
            listed = SubElement(book, "definedNames")
            for name in names:
                local = {"localSheetId": str(titles.index(name.sheet))} if name.sheet else {}
                SubElement(listed, "definedName", {"name": name.name, **local}).text = name.text
        SubElement(book, "calcPr", {"calcId": _CALCULATED_BY})
        return part_bytes(book)

    def _book_relations(self) -> bytes:
        count = len(self._sheets)
        links = [(f"rId{number}", "worksheet", sheet_part(number)) for number in range(1, count + 1)]
        kinds = {_STYLES: "styles", _THEME: "theme"}
        links += [(f"rId{count + at}", kinds[part], part) for at, part in enumerate(self._looks, 1)]
        return _relations(links, "xl")


def _looks(package: ZipPackage, listing: Listing, sheets: Collection[Element]) -> dict[str, bytes]:
    """Styles, with the cell formats that ``sheets`` use and those before them, and theme; a theme with
    pictures of its own is left to the program's default.

    Cells that a check has coloured get the format back that they had.
    """
    looks = {}
    if styles := package.part(listing.parts.get("styles", "")):
        sheet = plain(styles, _HELPING_STYLES)
        before = uncolour(sheet)
        for cell in (cell for root in sheets for cell in root.iter("c")):
            number = int(cell.get("s", "0"))
            if number in before:
                cell.set("s", str(before[number]))
        prune(sheet, last_format(sheets))
        looks[_STYLES] = part_bytes(sheet)
    folder, _, file = listing.parts.get("theme", "").rpartition("/")
    theme = package.part(f"{folder}/{file}")
    if theme and f"{folder}/_rels/{file}.rels" not in package.parts:
        looks[_THEME] = theme
    return looks


def _relations(links: Collection[tuple[str, str, str]], folder: str = "") -> bytes:
    """Relations of a part in ``folder``: id, kind and part of each."""
    root = Element("Relationships", {"xmlns": f"{PACKAGE}/relationships"})
    for identity, kind, part in links:
        target = relative_target(part, folder)
        SubElement(root, "Relationship", {"Id": identity, "Type": f"{OFFICE}/{kind}", "Target": target})
    return part_bytes(root)


def _program() -> bytes:
    root = Element("Properties", {"xmlns": f"{OFFICE.removesuffix('/relationships')}/extended-properties"})
    SubElement(root, "Application").text = _LIKE
    return part_bytes(root)


def _types(count: int, looks: Collection[str]) -> bytes:
    sheets = {sheet_part(number): f"{SPREADSHEET}.worksheet+xml" for number in range(1, count + 1)}
    kinds = {part: _KINDS[part] for part in (WORKBOOK, _PROGRAM, *looks)} | sheets
    root = Element("Types", {"xmlns": f"{PACKAGE}/content-types"})
    SubElement(root, "Default", {"Extension": "rels", "ContentType": RELATIONS_KIND})
    SubElement(root, "Default", {"Extension": "xml", "ContentType": "application/xml"})
    for part, kind in kinds.items():
        SubElement(root, "Override", {"PartName": f"/{part}", "ContentType": kind})
    return part_bytes(root)


_FILL = frozenset({"fillId", "applyFill"})


def uncolour(styles: Element) -> Mapping[int, int]:
    """Take the colours of checks out of ``styles``.

    Gives the number of each coloured cell format and that of the format that is all the same but for
    the colour, if any: a cell coloured after it was filled in gets it back.
    """
    coloured = set()
    for number, pattern in enumerate(styles.iterfind("fills/fill/patternFill")):
        colour = pattern.find("fgColor")
        if colour is not None and colour.get("rgb", "")[-6:].upper() in all_colours():
            pattern.clear()
            pattern.set("patternType", "none")
            coloured.add(number)
    formats = list(styles.iterfind("cellXfs/xf"))
    bare: dict[bytes, int] = {}
    for number, cell_format in enumerate(formats):
        if int(cell_format.get("fillId", "0")) == 0:
            bare.setdefault(_but_fill(cell_format), number)
    return {
        number: bare[look]
        for number, cell_format in enumerate(formats)
        if int(cell_format.get("fillId", "0")) in coloured and (look := _but_fill(cell_format)) in bare
    }


def _but_fill(xf: Element) -> bytes:
    attributes = sorted((name, value) for name, value in xf.items() if name not in _FILL)
    return repr(attributes).encode() + b"".join(tostring(child) for child in xf)
