"""What a workbook says outside of its cells → pages: comments, text boxes, printed headers and footers.

Each is a cell of a page that bears the name of its sheet; what this program wrote as comments is left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice
from xml.etree.ElementTree import Element

from xlperf.core.cell_addresses import MOST_COLUMNS, get_column_letter
from xlperf.declarations.source import texts_of
from xlperf.intake.page import NOTES, Page, PageCell
from xlperf.intake.shown import text_face
from xlperf.ooxml.parts import ZipPackage, resolved
from xlperf.ooxml.xml_tree import DamagedXmlError, plain_tree

_MOST = 2000
"""Comments and boxes of a sheet that are looked at."""
_MOST_PARTS = 20
"""Parts of a sheet that are looked at; it has one of each kind."""
_LARGEST = 20_000_000
"""Bytes of a part that is looked at: some hundred thousand comments."""
_LONGEST = 4000
"""Bytes of a header or footer that are looked at; Excel allows 255 letters."""
_MARGIN = re.compile(
    rb"<(?:\w{1,20}:)?(?:odd|even|first)(Header|Footer)(?: [^<>]{0,200})?>([^<]{1,%d})<" % _LONGEST
)
_MARGINS = b"headerFooter"
_CODE = re.compile(r'&(?:"[^"]{0,200}"|[0-9]{1,3}|K[0-9A-Fa-f]{6}|[A-Za-z+-])')
"""What formats a header or stands for the page, the date, the file: &C, &P, &"宋体,加粗", &12."""


@dataclass(frozen=True, slots=True)
class SheetAside:
    """A text outside the cells of a sheet; ``place`` is the cell it belongs to, or what it is."""

    sheet: str
    place: str
    text: str


def sheet_asides(package: ZipPackage, sheet: str, part: str, content: bytes) -> list[SheetAside]:
    """The texts around the cells of ``sheet``, whose part has this content; damaged parts say nothing."""
    folder, _, name = part.rpartition("/")
    relations = package.part(f"{folder}/_rels/{name}.rels")
    found = [SheetAside(sheet, place, text) for place, text in _margins(content)]
    threads: set[str] = set()
    try:
        for kind, target in islice(sorted({*_targets(part, relations)}, reverse=True), _MOST_PARTS):
            read = _READERS.get(kind)
            if read and target in package.parts and package.parts[target].file_size <= _LARGEST:
                texts = list(islice(read(plain_tree(package.part(target))), _MOST))
                threads.update(place for place, _ in texts if kind == _THREADS)
                found += [
                    SheetAside(sheet, place, text)
                    for place, text in texts
                    if kind != _COMMENTS or place not in threads
                ]
    except DamagedXmlError:
        pass
    return [aside for aside in found if aside.text.strip()]


def aside_pages_of(asides: Sequence[SheetAside]) -> list[Page]:
    """One page a sheet."""
    pages: list[Page] = []
    for name in dict.fromkeys(aside.sheet for aside in asides):
        own = [aside for aside in asides if aside.sheet == name]
        pages.append(Page(name, [_cell(at, aside) for at, aside in enumerate(own)], NOTES))
    return pages


def _cell(at: int, aside: SheetAside) -> PageCell:
    face = text_face(aside.text)
    return PageCell(at, at, 0, 0, face.text, face.number, face.percent, face.decimals, aside.place)


def _targets(part: str, relations: bytes) -> Iterator[tuple[str, str]]:
    """The last word of each relation's type, and the part that it names."""
    for relation in plain_tree(relations) if relations else ():
        if relation.get("TargetMode") != "External":
            yield relation.get("Type", "").rpartition("/")[2], resolved(part, relation.get("Target", ""))


def _margins(content: bytes) -> Iterator[tuple[str, str]]:
    """The printed headers and footers at the end of a sheet's part, each by what it is called."""
    start = content.find(_MARGINS, max(0, content.rfind(b"</sheetData>")))
    words = texts_of("pages")["asides"]
    for kind, text in _MARGIN.findall(content, start) if start >= 0 else ():
        printed = unescape(text.decode("utf-8", "replace")).replace("&&", "＆")
        yield words[kind.decode().lower()], _CODE.sub(" ", printed).strip()


def _comments(root: Element) -> Iterator[tuple[str, str]]:
    authors = [author.text or "" for author in root.iter("author")]
    ours = texts_of("annotate")["author"]
    for comment in root.iter("comment"):
        number = comment.get("authorId", "")
        is_ours = number.isdigit() and int(number) < len(authors) and authors[int(number)] == ours
        if not is_ours:
            yield comment.get("ref", ""), "".join(part.text or "" for part in comment.iter("t"))


def _threads(root: Element) -> Iterator[tuple[str, str]]:
    """What people wrote in threads, of which the older comments are copies with advice for old programs."""
    for comment in root.iter(_THREADS):
        yield comment.get("ref", ""), "".join(part.text or "" for part in comment.iter("text"))


def _boxes(root: Element) -> Iterator[tuple[str, str]]:
    """The text boxes of a drawing, each by the cell that its upper left corner is in."""
    for anchor in root:
        corner = next(anchor.iter("from"), None)
        bodies = anchor.iter("txBody")
        text = "\n".join("".join(part.text or "" for part in body.iter("t")) for body in bodies)
        yield _corner(corner) if corner is not None else "", text


def _corner(corner: Element) -> str:
    column, row = (next(corner.iter(tag), None) for tag in ("col", "row"))
    numbers = [(part.text or "") if part is not None else "" for part in (column, row)]
    if not all(number.isdigit() and len(number) <= _DIGITS for number in numbers):
        return ""
    column_number, row_number = int(numbers[0]) + 1, int(numbers[1]) + 1
    return f"{get_column_letter(column_number)}{row_number}" if column_number <= MOST_COLUMNS else ""


_DIGITS = 7
_COMMENTS, _THREADS, _DRAWING = "comments", "threadedComment", "drawing"
_READERS = {_COMMENTS: _comments, _THREADS: _threads, _DRAWING: _boxes}
