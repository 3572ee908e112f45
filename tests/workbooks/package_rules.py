"""What Excel demands of a package, and calls a file damaged without: broken rules as sentences.

Written from ECMA-376 part 1 (CT_Worksheet, CT_DefinedName, CT_Cell…) and Excel's documented limits.
"""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.worksheet.cell_range import CellRange


def words(text: str) -> list[str]:
    return text.split()


ORDER = words(
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges"
    " scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr"
    " conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter"
    " rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing"
    " legacyDrawingHF picture oleObjects controls webPublishItems tableParts extLst"
)
"""The children of CT_Worksheet; only conditionalFormatting and the last ones may repeat."""
BOOK_ORDER = words(
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups"
    " externalReferences definedNames calcPr"
)
LATER = words(
    "SHEET SHEETS IFNA XOR CONCAT TEXTJOIN IFS SWITCH MAXIFS MINIFS XLOOKUP XMATCH FILTER UNIQUE SORT LET"
    " LAMBDA NUMBERVALUE UNICODE UNICHAR FORMULATEXT ISFORMULA DAYS ISOWEEKNUM SEQUENCE"
)
"""Functions that came after Excel 2007: in a file their names begin with _xlfn."""
VOLATILE = {"OFFSET", "INDIRECT", "CELL", "TODAY", "NOW", "RAND", "RANDBETWEEN", "INFO"}
LONGEST_FORMULA, LONGEST_LITERAL, DEEPEST, MOST_ARGUMENTS = 8192, 255, 64, 255
NAME = re.compile(r"[^\W\d][\w.\\]*|\\[\w.\\]*")
LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]?\d*[Cc]?\d*")


class Parts:
    """The XML parts of an .xlsx file as trees without namespaces."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self.names = package.namelist()
            self.trees = {
                name: bare(ElementTree.fromstring(package.read(name)))
                for name in self.names
                if not name.endswith(".bin")
            }
        self.book = self.trees["xl/workbook.xml"]
        self.styles = self.trees["xl/styles.xml"]
        targets = {
            relation.get("Id"): posixpath.join("xl", relation.get("Target", ""))
            for relation in self.trees["xl/_rels/workbook.xml.rels"]
        }
        self.sheets = {
            tab.get("name", ""): self.trees[targets[tab.get("id")]] for tab in self.book.iter("sheet")
        }


def bare(root: Element) -> Element:
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for key in list(element.attrib):
            element.attrib[key.rpartition("}")[2]] = element.attrib.pop(key)
    return root


def broken_rules(data: bytes, *, received: bool = False) -> list[str]:
    """What is wrong with a workbook; one that was ``received`` may have relations of its own."""
    parts = Parts(data)
    found = [
        *_listing(parts),
        *(() if received else _relations(parts)),
        *_book(parts),
        *_names(parts),
        *_styles(parts.styles),
    ]
    for title, sheet in parts.sheets.items():
        found += [f"{title}: {text}" for text in _sheet(sheet, parts.styles)]
        found += [f"{title}: {text}" for text in _cells(sheet, len(parts.styles.findall("cellXfs/xf")))]
    return found


def _listing(parts: Parts) -> Iterator[str]:
    types = parts.trees["[Content_Types].xml"]
    listed = [override.get("PartName", "").lstrip("/") for override in types if override.tag == "Override"]
    if len(listed) != len(set(listed)):
        yield "a part has two content types"
    usual = tuple(
        f".{default.get('Extension')}"
        for default in types.iter("Default")
        if default.get("Extension") != "xml"
    )
    missing = {name for name in parts.names if not name.endswith(usual)} - {*listed, "[Content_Types].xml"}
    if missing or set(listed) - set(parts.names):
        yield f"content types list other parts than there are: {missing or set(listed) - set(parts.names)}"


def _relations(parts: Parts) -> Iterator[str]:
    """Every relation is relative, as some readers need it, and leads to a part; no part has none."""
    reached = {"[Content_Types].xml"}
    for name, tree in parts.trees.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        for relation in tree:
            target = relation.get("Target", "")
            part = posixpath.normpath(posixpath.join(folder, target))
            if relation.get("TargetMode") == "External":
                continue
            if target.startswith("/") or part not in parts.names:
                yield f"{name} refers to {target}"
            reached.add(part)
    if left := [name for name in parts.names if not name.endswith(".rels") and name not in reached]:
        yield f"nothing refers to {left}"


def _book(parts: Parts) -> Iterator[str]:
    yield from _in_order("workbook", [child.tag for child in parts.book], BOOK_ORDER)
    sheets = list(parts.book.iter("sheet"))
    for attribute in ("name", "sheetId", "id"):
        values = [tab.get(attribute, "").casefold() for tab in sheets]
        if len(values) != len(set(values)):
            yield f"two sheets share their {attribute}"
    for sheet in sheets:
        title = sheet.get("name", "")
        if not 0 < len(title) <= 31 or set(title) & set("[]:*?/\\") or title[0] == "'" or title[-1] == "'":
            yield f"illegal sheet title {title!r}"


def _names(parts: Parts) -> Iterator[str]:
    seen = Counter()
    for defined in parts.book.iter("definedName"):
        name, local = defined.get("name", ""), defined.get("localSheetId")
        seen[name.casefold(), local] += 1
        if local is not None and int(local) >= len(parts.sheets):
            yield f"name {name} is local to a sheet that does not exist"
        plain = name.removeprefix("_xlnm.")
        if not NAME.fullmatch(plain) or LIKE_A_CELL.fullmatch(plain) or len(name) > 255:
            yield f"illegal name {name!r}"
        for title in re.findall(r"'((?:[^']|'')+)'!", defined.text or ""):
            if title.replace("''", "'") not in parts.sheets:
                yield f"name {name} refers to a sheet that does not exist: {title}"
    yield from (f"name {name} is defined twice" for (name, _), count in seen.items() if count > 1)


def _styles(styles: Element) -> Iterator[str]:
    order = words("numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors")
    yield from _in_order("styles", [child.tag for child in styles], order)
    counts = {child.tag: len(child) for child in styles}
    for child in styles:
        if child.get("count") not in (None, str(len(child))):
            yield f"{child.tag} counts {child.get('count')}, has {len(child)}"
    for xf in styles.iterfind("cellXfs/xf"):
        for key, listed in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(xf.get(key, 0)) >= counts[listed]:
                yield f"a cell format has no {key} {xf.get(key)}"
    if counts["cellXfs"] > 64000 or counts["fonts"] > 1024:
        yield "too many cell formats or fonts"


def _sheet(sheet: Element, styles: Element) -> Iterator[str]:
    tags = [child.tag for child in sheet]
    yield from _in_order("worksheet", tags, ORDER)
    yield from (
        f"{tag} occurs twice" for tag, n in Counter(tags).items() if n > 1 and tag != "conditionalFormatting"
    )
    for tag, inner in (("mergeCells", "mergeCell"), ("dataValidations", "dataValidation")):
        for listed in sheet.iterfind(tag):
            if int(listed.get("count", len(listed))) != len(listed.findall(inner)) or len(listed) == 0:
                yield f"{tag} counts {listed.get('count')}, has {len(listed)}"
    merges = [CellRange(merge.get("ref")) for merge in sheet.iter("mergeCell")]
    for number, merged_range in enumerate(merges):
        if merged_range.size == {"rows": 1, "columns": 1} or any(
            not merged_range.isdisjoint(other) for other in merges[:number]
        ):
            yield f"merge {merged_range.coord} overlaps another or is one cell"
    rules = list(sheet.iter("cfRule"))
    if len({rule.get("priority") for rule in rules}) != len(rules):
        yield "two conditional formats share their priority"
    differences = len(styles.findall("dxfs/dxf"))
    yield from (
        f"no dxf {rule.get('dxfId')}"
        for rule in rules
        if int(rule.get("dxfId", -1)) not in range(differences)
    )
    for validation in sheet.iter("dataValidation"):
        for key, most in (("promptTitle", 32), ("errorTitle", 32), ("prompt", 255), ("error", 255)):
            if len(validation.get(key, "")) > most:
                yield f"{key} of a validation is longer than {most}"
    for formula in (*sheet.iter("formula"), *sheet.iter("formula1"), *sheet.iter("formula2")):
        yield from _formula(formula.text or "")


def _cells(sheet: Element, formats: int) -> Iterator[str]:
    rows = [int(row.get("r", 0)) for row in sheet.iter("row")]
    if rows != sorted(set(rows)):
        yield "rows are not in order"
    for row in sheet.iter("row"):
        if not 0 <= float(row.get("ht", 0)) <= 409.5:
            yield f"row {row.get('r')} is {row.get('ht')} points high"
        columns = [CellRange(cell.get("r")).min_col for cell in row]
        if columns != sorted(set(columns)):
            yield f"cells of row {row.get('r')} are not in order"
    shared: dict[str, CellRange] = {}
    for cell in sheet.iter("c"):
        at, texts = cell.get("r", ""), [text.text or "" for text in cell.iter("t")]
        if any(len(text.encode("utf-16-le")) // 2 > 32767 for text in (*texts, cell.findtext("v") or "")):
            yield f"{at} holds too long a text"
        if int(cell.get("s", 0)) >= formats:
            yield f"{at} has no format {cell.get('s')}"
        if not at.endswith(tuple("0123456789")):
            yield f"{at} is no address"
        formula = cell.find("f")
        if formula is None:
            continue
        if formula.get("t") == "shared":
            yield from (f"{at} {text}" for text in _shared(formula, at, shared))
        if formula.text or formula.get("t") != "shared":
            yield from (f"{at} {text}" for text in _formula(formula.text or ""))


def _shared(formula: Element, at: str, shared: dict[str, CellRange]) -> Iterator[str]:
    """Excel drops or spoils a shared formula that reads cells of other sheets or makes ranges ([MS-XLSB])."""
    number = formula.get("si", "")
    if formula.text:
        if number in shared:
            yield f"shared formula {number} has two texts"
        shared[number] = CellRange(formula.get("ref", ""))
        for token in Tokenizer(f"={formula.text}").items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE and "!" in token.value:
                yield f"shared formula reads {token.value}"
            if token.type == Token.ARRAY or token.value == "{":
                yield "shared formula has an array"
    if number not in shared or not shared[number].issuperset(CellRange(at)):
        yield f"is outside of the shared formula {number}"


def _formula(text: str) -> Iterator[str]:
    if not text or text.startswith("="):
        yield f"is no formula: {text[:40]!r}"
    if len(text) > LONGEST_FORMULA:
        yield f"formula has {len(text)} characters"
    depth, arguments = 0, [1]
    for token in Tokenizer(f"={text}").items:
        if token.type == Token.OPERAND and token.subtype == Token.TEXT:
            if len(token.value[1:-1].replace('""', '"')) > LONGEST_LITERAL:
                yield f"text in a formula has {len(token.value)} characters"
        elif token.subtype == Token.OPEN:
            name = token.value.removesuffix("(")
            if name in LATER or name in VOLATILE:
                yield f"function {name} may not be written so"
            arguments.append(1)
        elif token.subtype == Token.CLOSE:
            arguments.pop()
        elif token.type == Token.SEP and token.subtype == Token.ARG:
            arguments[-1] += 1
            if arguments[-1] > MOST_ARGUMENTS:
                yield "function with too many arguments"
        depth = max(depth, len(arguments) - 1)
    if depth > DEEPEST:
        yield f"formula is {depth} levels deep"


def _in_order(what: str, tags: list[str], order: list[str]) -> Iterator[str]:
    if unknown := set(tags) - set(order):
        yield f"{what} holds {unknown}"
    elif [order.index(tag) for tag in tags] != sorted(order.index(tag) for tag in tags):
        yield f"children of {what} are out of order: {tags}"
