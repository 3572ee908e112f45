"""What is wrong with the package of an Office file, whatever it holds: broken references as sentences.

Written from ECMA-376 part 2 (content types, relationships) and part 1 (styles, numbering, comments of Word).
"""

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tests.workbooks.package_rules import bare

Trees = Mapping[str, Element]
NO_XML = (".bin", ".png", ".jpeg", ".jpg", ".emf")
DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"


def package_faults(data: bytes) -> list[str]:
    """The faults of a package; [] where there is none."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        parts = {name: package.read(name) for name in names}
    found = [f"{name} is there {count} times" for name, count in Counter(names).items() if count > 1]
    trees = {}
    for name, content in parts.items():
        if not name.endswith(NO_XML):
            try:
                trees[name] = bare(ElementTree.fromstring(content))
            except ElementTree.ParseError as error:
                found.append(f"{name} is no XML: {error}")
    found += [*_types(trees, names), *_relations(trees, names)]
    return found + (list(_word(trees)) if DOCUMENT in trees else [])


def _types(trees: Trees, names: list[str]) -> Iterator[str]:
    types = trees["[Content_Types].xml"]
    usual = {default.get("Extension", "").lower() for default in types.iter("Default")}
    own = Counter(override.get("PartName", "").lstrip("/") for override in types.iter("Override"))
    yield from (f"{name} has {count} content types" for name, count in own.items() if count > 1)
    yield from (f"there is no {name}" for name in own if name not in names)
    for name in names:
        if name not in own and name.rpartition(".")[2].lower() not in usual and name != "[Content_Types].xml":
            yield f"{name} has no content type"


def _relations(trees: Trees, names: list[str]) -> Iterator[str]:
    reached = {"[Content_Types].xml"}
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder, file = posixpath.split(name)
        folder = posixpath.dirname(folder)
        known = [relation.get("Id", "") for relation in tree]
        if len(known) != len(set(known)):
            yield f"two relations of {name} share their Id"
        owner = trees.get(posixpath.join(folder, file.removesuffix(".rels")))
        used = {text for element in owner.iter() for text in _ids(element)} if owner is not None else set()
        yield from (f"{name} has no {identity}" for identity in used - {*known})
        for relation in tree:
            target = relation.get("Target", "")
            if relation.get("TargetMode") == "External":
                continue
            part = posixpath.normpath(posixpath.join(folder, target))
            if target.startswith("/"):
                yield f"{name} refers to {target}, which is not relative"
            elif part not in names and "#" not in target:
                yield f"{name} refers to {target}, which is not there"
            reached.add(part)
    yield from (
        f"nothing refers to {name}"
        for name in names
        if not name.endswith((".rels", "/")) and name not in reached
    )


def _ids(element: Element) -> Iterator[str]:
    """What an element refers to by a relation: attributes of that namespace are named id, embed or link."""
    for name in ("id", "embed", "link", "pict"):
        value = element.get(name, "")
        if value.startswith("rId"):
            yield value


def _word(trees: Trees) -> Iterator[str]:
    styles = {style.get("styleId", "") for style in trees[STYLES].iter("style")} if STYLES in trees else set()
    numbering = trees.get("word/numbering.xml")
    lists = {number.get("numId", "") for number in numbering.iter("num")} if numbering is not None else set()
    notes = [comment.get("id", "") for tree in trees.values() for comment in tree.iterfind("comment")]
    if len(notes) != len(set(notes)):
        yield "two comments share their number"
    for name, tree in trees.items():
        if not name.startswith("word/") or name.endswith(".rels"):
            continue
        for tag in ("pStyle", "rStyle", "tblStyle"):
            for element in tree.iter(tag):
                if element.get("val", "") not in styles:
                    yield f"{name}: no style {element.get('val')}"
        if name not in ("word/numbering.xml", STYLES):
            for element in tree.iter("numId"):
                if element.get("val", "") not in {*lists, "0"}:
                    yield f"{name}: no list {element.get('val')}"
    document = trees[DOCUMENT]
    for tag in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        referred = [element.get("id", "") for element in document.iter(tag)]
        if Counter(referred) != Counter(notes):
            yield f"{tag}: {Counter(referred)} for comments {notes}"
    marks = [mark.get("id", "") for mark in document.iter("bookmarkStart")]
    if len(marks) != len(set(marks)):
        yield "two bookmarks share their number"
    yield from _tables(document)


def _tables(document: Element) -> Iterator[str]:
    for number, table in enumerate(document.iter("tbl"), 1):
        columns = len(table.findall("tblGrid/gridCol"))
        for row in table.findall("tr"):
            spans = (cell.find("tcPr/gridSpan") for cell in row.findall("tc"))
            width = sum(int(span.get("val", "1")) if span is not None else 1 for span in spans)
            if columns and width > columns:
                yield f"table {number}: a row with {width} cells in {columns} columns"
        if any(cell[-1].tag not in ("p", "sdt") for cell in table.iter("tc") if len(cell)):
            yield f"table {number}: a cell does not end with a paragraph"
