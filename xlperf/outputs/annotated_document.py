"""A received Word document and its findings → the same document with comments on cells and paragraphs.

Findings name tables, rows and cells as a reader counts them, tables and paragraphs in reading order;
findings without a place of their own go to the first paragraph with text.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import texts_of
from xlperf.intake.word_pages import Spot, word_pages
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.package_writing import Parts, relation_family
from xlperf.ooxml.parts import ZipPackage
from xlperf.ooxml.xml_tree import children, local, make, namespace_of, prefix_of, qualified
from xlperf.outputs.finding_texts import noted

DOCUMENT = "word/document.xml"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_SPACE = "xml:space"
_CELL = re.compile(r"(?:(表[0-9]+) )?(第[0-9]+行第[0-9]+列)")
_PASSAGE = re.compile(r"第([0-9]+)段")
_TABLE = re.compile(r"表[0-9]+")
_MARKS = ("commentRangeStart", "commentRangeEnd", "commentReference")


class AnnotatedDocument:
    """The copy of one document in the making."""

    def __init__(self, package: ZipPackage) -> None:
        """Raises Refused or one of DAMAGED for broken parts, as ``annotate`` does."""
        self._parts = Parts(package)
        self._root = self._parts.tree(DOCUMENT)
        self._space = namespace_of(self._root)
        self._paragraphs = [element for element in self._root.iter() if local(element) == "p"]
        self._word = word_pages(package, LIMITS)

    def annotate(self, findings: Sequence[Finding], remark: str = "") -> bytes:
        """The copy with a comment on each place that has findings; earlier ones of ours are replaced.

        A ``remark`` on the copy as a whole is the first comment.
        """
        comments = self._comments()
        self._withdraw(comments)
        by_place: dict[Element, list[str]] = defaultdict(list)
        ends: dict[Element, Element] = {}
        for finding, said in noted(findings):
            first, *rest = self._place(finding.location)
            by_place[first].append(said)
            ends[first] = rest[-1] if rest else first
        number = max(
            (int(qualified(comment, "id") or 0) for comment in children(comments, "comment")), default=-1
        )
        texts = {first: "\n\n".join(said) for first, said in by_place.items()}
        if remark:
            start = self._paragraphs[self._spot(Location())[0]]
            texts = {start: "\n\n".join(filter(None, (remark, texts.pop(start, "")))), **texts}
            ends.setdefault(start, start)
        for first, text in texts.items():
            number += 1
            self._comment(comments, str(number), text)
            self._mark(first, ends[first], str(number))
        return self._parts.assemble()

    def _comments(self) -> Element:
        relations = self._parts.relations(DOCUMENT)
        part = relations.find("comments")
        if not part:
            part = self._parts.free("word/comments{}.xml")
            self._parts.add(part, f'<w:comments xmlns:w="{self._space}"/>'.encode(), _KIND)
            relations.add("comments", part, relation_family(self._space))
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
        first, last = self._spot(location)
        return self._paragraphs[first : last + 1]

    def _spot(self, location: Location) -> Spot:
        passages, spots = self._word.passages, self._word.spots
        cell, passage = _CELL.fullmatch(location.cell), _PASSAGE.fullmatch(location.cell)
        if passage and 0 < int(passage[1]) <= len(passages):
            return passages[int(passage[1]) - 1].spot
        table = (cell and cell[1]) or next(iter(_TABLE.findall(location.sheet)), location.sheet)
        start = passages[0].spot if passages else (0, 0)
        if cell:
            return spots.get((table, cell[2]), start)
        first = next((spot for (page, _), spot in spots.items() if page == table), start)
        return spots.get((table, location.cell), first)

    def _comment(self, comments: Element, number: str, content: str) -> None:
        author = texts_of("annotate")["author"]
        comment = _added(comments, "comment", id=number, author=author, initials=author[:2])
        for line in content.split("\n"):
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
