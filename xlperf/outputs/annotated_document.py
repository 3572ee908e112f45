"""A received Word document and its findings → the same document with comments on cells and paragraphs.

Findings name tables, rows and cells as a reader counts them, tables and paragraphs in reading order;
what has no place of its own is told on the first paragraph with text.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from lxml import etree

from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.texts import texts_of
from xlperf.ooxml.package_edit import Parts, children, local
from xlperf.outputs.annotation_lines import paragraph

DOCUMENT = "word/document.xml"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "txbxContent", "pPr", "rPr", "tblPr", "tcPr", "trPr"})
_CELL = re.compile(r"(?:表([0-9]+) )?第([0-9]+)行第([0-9]+)列")
_PASSAGE = re.compile(r"第([0-9]+)段")
_TABLE = re.compile(r"表([0-9]+)")
_MARKS = ("commentRangeStart", "commentRangeEnd", "commentReference")
_FAMILIES = {
    True: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    False: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}


class AnnotatedDocument:
    """The copy of one document in the making."""

    def __init__(self, data: bytes) -> None:
        """Raises one of DAMAGED for broken parts, as ``annotate`` does."""
        self._parts = Parts(data)
        self._root = self._parts.tree(DOCUMENT)
        self._space = str(etree.QName(self._root).namespace or "")
        self._tables = list(_tables(self._root))
        self._passages = [one for one in _passages(self._root) if "".join(_texts(one)).strip()]

    def annotate(self, findings: Sequence[Finding]) -> bytes:
        """The copy with a comment on each place that has findings; earlier ones of ours are replaced."""
        comments = self._comments()
        self._withdraw(comments)
        by_place: dict[etree._Element, list[Finding]] = defaultdict(list)
        ends: dict[etree._Element, etree._Element] = {}
        for one in findings:
            first, *rest = self._place(one.location)
            by_place[first].append(one)
            ends[first] = rest[-1] if rest else first
        number = max((int(one.get(self._w("id"), "0")) for one in children(comments, "comment")), default=-1)
        for first, found in by_place.items():
            number += 1
            self._comment(comments, str(number), found)
            self._mark(first, ends[first], str(number))
        return self._parts.assemble()

    def _w(self, name: str) -> str:
        return f"{{{self._space}}}{name}"

    def _comments(self) -> etree._Element:
        relations = self._parts.relations(DOCUMENT)
        part = relations.find("comments")
        if not part:
            part = self._parts.free("word/comments{}.xml")
            self._parts.add(part, f'<w:comments xmlns:w="{self._space}"/>'.encode(), _KIND)
            relations.add("comments", part, _FAMILIES["purl.oclc.org" in self._space])
        return self._parts.tree(part)

    def _withdraw(self, comments: etree._Element) -> None:
        """Take out the comments of an earlier annotation with their marks in the text."""
        own = {
            one.get(self._w("id")): one
            for one in children(comments, "comment")
            if one.get(self._w("author")) == texts_of("annotate")["author"]
        }
        for one in own.values():
            comments.remove(one)
        marks = [one for one in self._root.iter() if local(one) in _MARKS and one.get(self._w("id")) in own]
        for one in marks:
            run = one.getparent()
            run.remove(one)
            if local(one) == "commentReference" and not [left for left in run if local(left) != "rPr"]:
                run.getparent().remove(run)

    def _place(self, location: Location) -> list[etree._Element]:
        """The paragraphs that a finding is about; the first with text where it names none that is there."""
        cell, passage = _CELL.fullmatch(location.cell), _PASSAGE.fullmatch(location.cell)
        if passage and int(passage[1]) <= len(self._passages):
            return [self._passages[int(passage[1]) - 1]]
        table = (cell and cell[1]) or next(iter(_TABLE.findall(location.sheet)), "")
        if table and int(table) <= len(self._tables):
            row, column = (int(cell[2]), int(cell[3])) if cell else (1, 1)
            rows = list(_found(self._tables[int(table) - 1], "tr"))
            cells = list(_found(rows[row - 1], "tc")) if row <= len(rows) else []
            if column <= len(cells) and (place := list(_found(cells[column - 1], "p"))):
                return place
        every = (one for one in self._root.iter() if local(one) == "p")
        return self._passages[:1] or [next(every)]

    def _comment(self, comments: etree._Element, number: str, findings: Sequence[Finding]) -> None:
        author = texts_of("annotate")["author"]
        named = {self._w("id"): number, self._w("author"): author, self._w("initials"): author[:2]}
        comment = etree.SubElement(comments, self._w("comment"), named)
        for line in "\n\n".join(map(paragraph, findings)).split("\n"):
            run = etree.SubElement(etree.SubElement(comment, self._w("p")), self._w("r"))
            etree.SubElement(run, self._w("t"), {_SPACE: "preserve"}).text = line

    def _mark(self, first: etree._Element, last: etree._Element, number: str) -> None:
        """Put the comment's range around the paragraphs, and its reference behind."""
        named = {self._w("id"): number}
        properties = children(first, "pPr")
        start = etree.Element(self._w("commentRangeStart"), named)
        first.insert(first.index(properties[0]) + 1 if properties else 0, start)
        etree.SubElement(last, self._w("commentRangeEnd"), named)
        etree.SubElement(etree.SubElement(last, self._w("r")), self._w("commentReference"), named)


def _tables(parent: etree._Element) -> Iterator[etree._Element]:
    """All tables in reading order; those inside the cells of a table follow it."""
    for child in parent:
        if local(child) == "tbl":
            yield child
            for row in _found(child, "tr"):
                for cell in _found(row, "tc"):
                    yield from _tables(cell)
        elif local(child) != "p" and local(child) not in _SKIPPED:
            yield from _tables(child)


def _passages(parent: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs outside of tables, in order."""
    for child in parent:
        if local(child) == "p":
            yield child
        elif local(child) not in _SKIPPED and local(child) != "tbl":
            yield from _passages(child)


def _found(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements ``name`` of this table, row or cell, through wrappers but not into inner ones."""
    for child in parent:
        if local(child) == name:
            yield child
        elif local(child) not in ("tbl", "tc", "p"):
            yield from _found(child, name)


def _texts(element: etree._Element) -> Iterator[str]:
    for child in element:
        if local(child) == "t":
            yield child.text or ""
        elif local(child) not in _SKIPPED:
            yield from _texts(child)
