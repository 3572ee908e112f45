"""The comments of a worksheet, and the old drawing part (VML) that holds their boxes → the same with ours.

On a cell that has a comment already ours becomes a paragraph of it. What an earlier annotation wrote
is removed, whoever's comment it is in; what people wrote is kept. The drawing is text, not always XML:
programs leave ``<br>`` open in it. So boxes are put in before its end and taken out whole.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.source import texts_of
from xlperf.ooxml.sheet_tree import Position, SheetTree, position
from xlperf.ooxml.xml_tree import children, local, make

VML_KIND = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_BLOCK = 1024
"""Boxes are numbered in blocks of so many, of which each drawing claims some."""
_SHAPE = re.compile(r"<v:shape\b(?:[^<]|<(?!/v:shape>|v:shape\b))*+</v:shape>\s*+")
_NUMBER = re.compile(r'"_x0000_s([0-9]{1,9})"')
_IDMAP = re.compile(r'(<o:idmap\b[^<>]*?\bdata=")([0-9, ]*+)(")')
_ROW, _COLUMN = (re.compile(rf"<x:{name}>\s*+([0-9]{{1,7}})\s*+</x:{name}>") for name in ("Row", "Column"))
_NOTE = 'ObjectType="Note"'
_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"'
    '{spaces}><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
    'margin-top:1.5pt;width:{width:g}pt;height:{height:g}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1"'
    ' o:insetmode="auto"{spaces}><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/>"
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
    "<x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_WIDTH = 320.0
_LINE, _PADDING, _HIGHEST = 16.0, 14.0, 560.0
_MARGIN = 8
_LETTERS = 48
"""Pixels, and half-width letters to a line of a box."""
_FARTHEST = 200


def no_shapes(block: int) -> str:
    """A drawing without boxes yet, that claims the numbers of the ``block``-th thousand."""
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    return (
        f'<xml {spaces}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/>'
        "</o:shapelayout></xml>"
    )


def without_boxes(vml: str, places: Collection[Position]) -> str:
    """The drawing without the boxes of the comments on the cells ``places``."""
    return _SHAPE.sub(lambda shape: "" if _place(shape[0]) in places else shape[0], vml)


def with_boxes(vml: str, grid: SheetTree, texts: Iterable[tuple[Position, str]]) -> str:
    """The drawing with a box for each cell that has none, large enough for the text of its comment."""
    present = {_place(shape[0]) for shape in _SHAPE.finditer(vml)}
    missing_boxes = [(place, text) for place, text in texts if place not in present]
    end = vml.rfind("</xml>")
    if not missing_boxes or end < 0:
        return vml
    missing = {prefix: space for prefix, space in _SPACES.items() if f'xmlns:{prefix}="{space}"' not in vml}
    spaces = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in missing.items())
    numbers = _free_numbers(vml, len(missing_boxes))
    pieces = [] if 'id="_x0000_t202"' in vml else [_TYPE.format(spaces=spaces)]
    pieces += [
        _box(grid, place, text, number, spaces)
        for (place, text), number in zip(missing_boxes, numbers, strict=True)
    ]
    blocks = sorted({number // _BLOCK for number in numbers})
    return _claimed(vml[:end], blocks) + "".join(pieces) + vml[end:]


def _place(shape: str) -> Position | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if _NOTE in shape and row and column else None


def _free_numbers(vml: str, count: int) -> range:
    claimed = _IDMAP.search(vml)
    blocks = [int(digits) for digits in re.findall("[0-9]{1,6}", claimed[2])] if claimed else []
    used = [int(number) for number in _NUMBER.findall(vml)]
    first = max([*used, min(blocks, default=1) * _BLOCK]) + 1
    return range(first, first + count)


def _claimed(vml: str, blocks: Iterable[int]) -> str:
    def more(match: re.Match[str]) -> str:
        """The list of claimed blocks with those that it lacks."""
        known = set(listed := re.findall("[0-9]+", match[2]))
        return (
            match[1]
            + ",".join([*listed, *(str(block) for block in blocks if str(block) not in known)])
            + match[3]
        )

    return _IDMAP.sub(more, vml, count=1)


def _box(grid: SheetTree, place: Position, text: str, number: int, spaces: str) -> str:
    row, column = place
    lines = sum(max(1, -(-len(line.encode("gbk", "replace")) // _LETTERS)) for line in text.split("\n"))
    height = min(lines * _LINE + _PADDING, _HIGHEST)
    right = _reached(grid.width, column + 1, _MARGIN + _WIDTH)
    top = max(row - 1, 1)
    bottom = _reached(grid.height, top, _MARGIN + height)
    anchor = (
        f"{column}, {_MARGIN}, {top - 1}, {_MARGIN}, {right[0] - 1}, {right[1]}, {bottom[0] - 1}, {bottom[1]}"
    )
    return _BOX.format(
        number=number,
        spaces=spaces,
        width=_WIDTH * 0.75,
        height=height * 0.75,
        anchor=anchor,
        row=row - 1,
        column=column - 1,
    )


def _reached(size: Callable[[int], float], start: int, distance: float) -> tuple[int, int]:
    """The row or column, and the pixels into it, that lies ``distance`` pixels from the edge of ``start``."""
    for number in range(start, start + _FARTHEST):
        if distance <= size(number):
            return number, int(distance)
        distance -= size(number)
    return start + _FARTHEST, 0


_EMPTY = '<comments xmlns="{space}"><authors/><commentList/></comments>'
_SPACE = "xml:space"
_LOOKS = (("sz", "val", "9"), ("color", "indexed", "81"))
_CHINESE = "134"


def no_comments(space: str) -> bytes:
    """The part of a sheet without comments yet."""
    return _EMPTY.format(space=space).encode()


def without_passages(text: str, start: str, end: str) -> str:
    """The text of a comment without what annotations have written into it, and the blanks before that."""
    kept: list[str] = []
    at = 0
    while (found := text.find(start, at)) >= 0:
        begins = found + len(start)
        is_ours = text.startswith(("\n", "\r\n"), begins)
        last = text.find(end, begins) if is_ours else begins
        if last < 0:
            break
        kept.append(text[at:found].rstrip() if is_ours else text[at:begins])
        at = last + len(end) if is_ours else begins
    return "".join([*kept, text[at:]])


class Comments:
    """The comments of one sheet; ours begin with the line ``start`` and end with the line ``end``."""

    def __init__(self, root: Element, author: str, start: str, end: str) -> None:
        self._authors, self._list = (children(root, name)[0] for name in ("authors", "commentList"))
        self._author, self._start, self._end = author, start, end

    def withdraw(self) -> list[Position]:
        """Take out what an earlier annotation wrote; the cells that have no comment any more."""
        gone = []
        emptied: set[int] = set()
        for comment in children(self._list, "comment"):
            texts = [element for element in comment.iter() if local(element) == "t" and element.text]
            for text in texts:
                text.text = without_passages(text.text or "", self._start, self._end)
            if texts and self._is_own(comment) and not "".join(text.text or "" for text in texts).strip():
                emptied.add(id(comment))
                gone.append(position(comment.get("ref", "")) or (0, 0))
        self._list[:] = [comment for comment in self._list if id(comment) not in emptied]
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
    font = str(texts_of("styles")["normal"]["name"])
    for name, attribute, value in (*_LOOKS, ("rFont", "val", font), ("charset", "val", _CHINESE)):
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
