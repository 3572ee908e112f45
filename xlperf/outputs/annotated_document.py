"""A received Word document and its findings → the same document with comments on cells and paragraphs.

Findings name tables, rows and cells as a reader counts them, tables and paragraphs in reading order;
what has no place of its own is told on the first paragraph with text.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.texts import texts_of
from xlperf.ooxml.package_edit import Parts
from xlperf.ooxml.xml_tree import children, local, make, namespace_of, prefix_of, qualified
from xlperf.outputs.annotation_lines import paragraph

DOCUMENT = "word/document.xml"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_SPACE = "xml:space"
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
        self._space = namespace_of(self._root)
        self._tables = list(_tables(self._root))
        self._passages = [one for one in _passages(self._root) if "".join(_texts(one)).strip()]

    def annotate(self, findings: Sequence[Finding]) -> bytes:
        """The copy with a comment on each place that has findings; earlier ones of ours are replaced."""
        comments = self._comments()
        self._withdraw(comments)
        by_place: dict[Element, list[Finding]] = defaultdict(list)
        ends: dict[Element, Element] = {}
        for one in findings:
            first, *rest = self._place(one.location)
            by_place[first].append(one)
            ends[first] = rest[-1] if rest else first
        number = max(
            (int(qualified(comment, "id") or 0) for comment in children(comments, "comment")), default=-1
        )
        for first, found in by_place.items():
            number += 1
            self._comment(comments, str(number), found)
            self._mark(first, ends[first], str(number))
        return self._parts.assemble()

    def _comments(self) -> Element:
        relations = self._parts.relations(DOCUMENT)
        part = relations.find("comments")
        if not part:
            part = self._parts.free("word/comments{}.xml")
            self._parts.add(part, f'<w:comments xmlns:w="{self._space}"/>'.encode(), _KIND)
            relations.add("comments", part, _FAMILIES["purl.oclc.org" in self._space])
        return self._parts.tree(part)

    def _withdraw(self, comments: Element) -> None:
        """Take out the comments of an earlier annotation with their marks in the text."""
        own = {
            qualified(comment, "id"): comment
            for comment in children(comments, "comment")
            if qualified(comment, "author") == texts_of("annotate")["author"]
        }
        for comment in own.values():
            comments.remove(comment)
        parents = {child: parent for parent in self._root.iter() for child in parent}
        marks = [mark for mark in parents if local(mark) in _MARKS and qualified(mark, "id") in own]
        for mark in marks:
            run = parents[mark]
            run.remove(mark)
            if local(mark) == "commentReference" and not [left for left in run if local(left) != "rPr"]:
                parents[run].remove(run)

    def _place(self, location: Location) -> list[Element]:
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

    def _comment(self, comments: Element, number: str, findings: Sequence[Finding]) -> None:
        author = texts_of("annotate")["author"]
        comment = _added(comments, "comment", id=number, author=author, initials=author[:2])
        for line in "\n\n".join(map(paragraph, findings)).split("\n"):
            text = _added(_added(_added(comment, "p"), "r"), "t")
            text.set(_SPACE, "preserve")
            text.text = line

    @staticmethod
    def _mark(first: Element, last: Element, number: str) -> None:
        """Put the comment's range around the paragraphs, and its reference behind."""
        start = _made(first, "commentRangeStart", id=number)
        first.insert(sum(local(child) == "pPr" for child in first), start)
        _added(last, "commentRangeEnd", id=number)
        _added(_added(last, "r"), "commentReference", id=number)


def _made(parent: Element, name: str, **attributes: str) -> Element:
    """A new element under the prefix of ``parent``, its attributes under the same."""
    prefix = prefix_of(parent)
    return make(parent, name, **{prefix + key: value for key, value in attributes.items()})


def _added(parent: Element, name: str, **attributes: str) -> Element:
    child = _made(parent, name, **attributes)
    parent.append(child)
    return child


def _tables(parent: Element) -> Iterator[Element]:
    """All tables in reading order; those inside the cells of a table follow it."""
    for child in parent:
        if local(child) == "tbl":
            yield child
            for row in _found(child, "tr"):
                for cell in _found(row, "tc"):
                    yield from _tables(cell)
        elif local(child) != "p" and local(child) not in _SKIPPED:
            yield from _tables(child)


def _passages(parent: Element) -> Iterator[Element]:
    """The paragraphs outside of tables, in order."""
    for child in parent:
        if local(child) == "p":
            yield child
        elif local(child) not in _SKIPPED and local(child) != "tbl":
            yield from _passages(child)


def _found(parent: Element, name: str) -> Iterator[Element]:
    """The elements ``name`` of this table, row or cell, through wrappers but not into inner ones."""
    for child in parent:
        if local(child) == name:
            yield child
        elif local(child) not in ("tbl", "tc", "p"):
            yield from _found(child, name)


def _texts(element: Element) -> Iterator[str]:
    for child in element:
        if local(child) == "t":
            yield child.text or ""
        elif local(child) not in _SKIPPED:
            yield from _texts(child)
