"""What a Word document says outside of its text → pages: headers, footers, footnotes, endnotes, comments.

Each paragraph of a header, each note and each comment is a cell; what nothing refers to is not there.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from xml.etree.ElementTree import Element

from xlperf.declarations.source import texts_of
from xlperf.intake.page import ASIDE, Page, PageCell
from xlperf.intake.shown import text_face
from xlperf.intake.word_styles import child, is_on, value
from xlperf.intake.word_text import TextReader
from xlperf.ooxml.parts import ZipPackage
from xlperf.ooxml.xml_tree import plain_tree

_FOLDER = "word/"
_RELATIONS, _SETTINGS = "word/_rels/document.xml.rels", "word/settings.xml"
_MARGINS = {"headerReference": "header", "footerReference": "footer"}
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment"}
_FIRST, _EVEN = "first", "even"
_UNSEEN = frozenset({"del", "moveFrom", "Fallback", "sdtPr", "pPr", "rPr"})
_MOST = 2000
"""Paragraphs, notes and comments of one kind that are looked at."""
_MOST_MARGINS = 100
"""Headers and footers that are looked at; a document has a few for each section."""
Reader = Callable[[Element], TextReader]


def aside_pages(
    package: ZipPackage, root: Element, references: Sequence[tuple[str, str]], reader: Reader
) -> list[Page]:
    """The pages outside the text of a document.

    ``references`` are tag and id of the notes and comments that its visible text refers to, in their order;
    ``reader`` makes what reads the paragraphs of a part. Raises DamagedXmlError.
    """
    lines: dict[str, list[str]] = {}
    for kind, name in islice(_margins(package, root), _MOST_MARGINS):
        content = package.part(name)
        lines.setdefault(kind, []).extend(_lines(plain_tree(content), reader) if content else ())
    for tag, kind in _NOTES.items():
        referred = list(dict.fromkeys(name for found, name in references if found == tag))
        content = package.part(f"{_FOLDER}{kind}s.xml") if referred else b""
        if content:
            lines[kind] = _notes(plain_tree(content), referred, reader)
    return [_page(kind, texts) for kind, texts in lines.items() if any(map(str.strip, texts))]


def _margins(package: ZipPackage, root: Element) -> Iterator[tuple[str, str]]:
    """header or footer, and the part that holds it, each part once; only those that are printed."""
    relations = package.part(_RELATIONS)
    targets = (
        {value(found, "Id"): value(found, "Target") for found in plain_tree(relations)} if relations else {}
    )
    settings = package.part(_SETTINGS)
    has_even = bool(settings) and is_on(child(plain_tree(settings), "evenAndOddHeaders"))
    seen: set[str] = set()
    for section in root.iter("sectPr"):
        has_first = is_on(child(section, "titlePg"))
        for reference in section:
            kind, target = value(reference, "type"), targets.get(value(reference, "id"), "")
            is_printed = has_first if kind == _FIRST else has_even if kind == _EVEN else True
            if reference.tag in _MARGINS and is_printed and target and target not in seen:
                seen.add(target)
                yield _MARGINS[reference.tag], _FOLDER + target.removeprefix("/word/")


def _lines(root: Element, reader: Reader) -> list[str]:
    """The printed text of each paragraph, those in tables and text boxes included."""
    texts = reader(root)
    found: list[str] = []
    for paragraph in _paragraphs(root):
        read = texts.paragraph(paragraph)
        found.append(read.printed)
        found += [texts.paragraph(inner).printed for box in read.boxes for inner in _paragraphs(box)]
    return found[:_MOST]


def _notes(root: Element, referred: Sequence[str], reader: Reader) -> list[str]:
    """The texts of the notes or comments with these ids, in this order."""
    texts = reader(root)
    parts = {value(part, "id"): part for part in root}
    return [
        "\n".join(texts.paragraph(paragraph).printed for paragraph in _paragraphs(parts[name]))
        for name in referred[:_MOST]
        if name in parts
    ]


def _paragraphs(parent: Element) -> Iterator[Element]:
    for part in parent:
        if part.tag == "p":
            yield part
        elif part.tag not in _UNSEEN:
            yield from _paragraphs(part)


def _page(kind: str, texts: Sequence[str]) -> Page:
    words = texts_of("pages")["asides"]
    cells = []
    for number, text in enumerate(texts, 1):
        if text.strip():
            face, place = text_face(text), words["place"].format(number=number)
            at = number - 1
            cells.append(PageCell(at, at, 0, 0, face.text, face.number, face.percent, face.decimals, place))
    return Page(words[kind], cells, ASIDE)
