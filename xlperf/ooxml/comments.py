"""The comments of a worksheet → the same comments with ours among them.

On a cell that has a comment already ours becomes a paragraph of it. What an earlier annotation wrote
is removed, whoever's comment it is in; what people wrote is kept.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from xlperf.core.cell_addresses import get_column_letter
from xlperf.ooxml.sheet_tree import Position, position
from xlperf.ooxml.xml_tree import children, local, make

_EMPTY = '<comments xmlns="{space}"><authors/><commentList/></comments>'
_SPACE = "xml:space"
_LOOKS = (("sz", "val", "9"), ("color", "indexed", "81"), ("rFont", "val", "宋体"), ("charset", "val", "134"))


def no_comments(space: str) -> bytes:
    """The part of a sheet without comments yet."""
    return _EMPTY.format(space=space).encode()


def own_passage(start: str, end: str) -> re.Pattern[str]:
    """What an annotation has written into a comment, with the blanks before it."""
    return re.compile(rf"\s*{re.escape(start)}\r?\n.*?{re.escape(end)}", re.DOTALL)


class Comments:
    """The comments of one sheet; ours begin with the line ``start`` and end with the line ``end``."""

    def __init__(self, root: Element, author: str, start: str, end: str) -> None:
        self._authors, self._list = (children(root, name)[0] for name in ("authors", "commentList"))
        self._author, self._start, self._end = author, start, end
        self._own = own_passage(start, end)

    def withdraw(self) -> list[Position]:
        """Take out what an earlier annotation wrote; the cells that have no comment any more."""
        gone = []
        for comment in children(self._list, "comment"):
            texts = [element for element in comment.iter() if local(element) == "t" and element.text]
            for text in texts:
                text.text = self._own.sub("", text.text or "")
            if texts and self._is_own(comment) and not "".join(text.text or "" for text in texts).strip():
                self._list.remove(comment)
                gone.append(position(comment.get("ref", "")) or (0, 0))
        return gone

    def add(self, notes: Mapping[Position, str]) -> None:
        """Put a text on each cell, at the end of the comment that the cell has."""
        present = dict(self._placed())
        for place, text in notes.items():
            block = f"{self._start}\n{text}\n{self._end}"
            if place in present:
                _append(present[place], f"\n\n{block}")
            else:
                self._insert(place, block)

    def places(self) -> list[Position]:
        """The cells with comments."""
        return [place for place, _ in self._placed()]

    def _placed(self) -> Iterator[tuple[Position, Element]]:
        for comment in children(self._list, "comment"):
            if place := position(comment.get("ref", "")):
                yield place, comment

    def _is_own(self, comment: Element) -> bool:
        authors = children(self._authors, "author")
        number = int(comment.get("authorId", "-1"))
        return 0 <= number < len(authors) and authors[number].text == self._author

    def _insert(self, place: Position, text: str) -> None:
        ref = f"{get_column_letter(place[1])}{place[0]}"
        comment = make(self._list, "comment", ref=ref, authorId=str(self._author_number()))
        comment.append(make(comment, "text"))
        _append(comment, text)
        self._list.append(comment)

    def _author_number(self) -> int:
        names = [author.text for author in children(self._authors, "author")]
        if self._author not in names:
            author = make(self._authors, "author")
            author.text = self._author
            self._authors.append(author)
            names.append(self._author)
        return names.index(self._author)


def _looks(run: Element) -> Element:
    """The looks that Excel itself gives to what is typed into a comment."""
    looks = make(run, "rPr")
    for name, attribute, value in _LOOKS:
        looks.append(make(looks, name, **{attribute: value}))
    return looks


def _append(comment: Element, text: str) -> None:
    """Add a run; a plain text becomes the first run, as a comment may not have both."""
    body = children(comment, "text")[0]
    for plain in children(body, "t"):
        run = make(body, "r")
        body[list(body).index(plain)] = run
        run.append(plain)
    run = make(body, "r")
    run.append(_looks(run))
    line = make(run, "t", **{_SPACE: "preserve"})
    line.text = text
    run.append(line)
    last = max((at for at, element in enumerate(body) if local(element) == "r"), default=-1)
    body.insert(last + 1, run)
