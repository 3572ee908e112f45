"""A paragraph of a Word document → the text that it shows.

Deleted and hidden text, instructions of fields and prompts are left out; symbols are what their fonts show.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from xml.etree.ElementTree import Element

from xlperf.declarations.source import texts_of
from xlperf.intake.printed_words import PRIVATE, note, symbol
from xlperf.intake.word_styles import Numbering, Styles, child, in_order, is_on, number, value

_PRINTED = frozenset({"t", "sym", "tab", "br", "cr", "noBreakHyphen", "fldChar"})
_PLAIN = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SKIPPED = frozenset(
    (
        "del",
        "moveFrom",
        "Fallback",
        "pPr",
        "rPr",
        "sdtPr",
        "sdtEndPr",
        "rt",
        "instrText",
        "delText",
        "fldData",
    )
)
_NOTES = ("footnoteReference", "endnoteReference")
_COMMENT = "commentReference"
_STRUCK = ("strike", "dstrike")
_LINE_ENDS = str.maketrans("\r\n\t", "   ")
_SYMBOL = "symbol"
_NEAR = 50
"""Runs that are looked back over."""


@dataclass(frozen=True, slots=True)
class WordMarks:
    """Elements are known by their ``id()``; the tree must live as long.

    ``instructions`` are pieces of text inside the instruction of a field, ``prompts`` those that ask for
    input in a content control; ``labels`` are the printed numbers of paragraphs and what parts them from
    the text; ``ordinals`` count all paragraphs of the part, from 0.
    """

    instructions: frozenset[int]
    prompts: frozenset[int]
    labels: dict[int, tuple[str, str]]
    ordinals: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Place:
    """An element with the table cell around it, and whether a content control prompts there."""

    element: Element
    cell: Element | None
    prompts: bool


def read_marks(root: Element, numbering: Numbering) -> WordMarks:
    """The marks of the part with the root ``root``."""
    printed = [place for place in _places(root) if place.element.tag in _PRINTED]
    labels = {
        id(paragraph): label
        for paragraph in in_order(root)
        if paragraph.tag == "p" and not is_removed(paragraph)
        if (label := numbering.label(paragraph))[0]
    }
    return WordMarks(
        frozenset(_instructions(printed)),
        frozenset(id(place.element) for place in printed if place.prompts),
        labels,
        {id(paragraph): ordinal for ordinal, paragraph in enumerate(root.iter("p"))},
    )


def is_removed(paragraph: Element) -> bool:
    """Whether the end of a paragraph is deleted or hidden, so that the next one goes on in its line."""
    properties = child(paragraph, "pPr", "rPr")
    if properties is None:
        return False
    return any(part.tag == "del" or (part.tag == "vanish" and is_on(part)) for part in properties)


def _places(root: Element) -> Iterator[_Place]:
    """All elements in document order, second copies of drawings left out."""
    waiting = [_Place(root, None, False)]
    while waiting:
        place = waiting.pop()
        yield place
        element, cell, prompts = place.element, place.cell, place.prompts
        if element.tag == "tc":
            cell = element
        elif element.tag == "sdt":
            prompts = is_on(child(element, "sdtPr", "showingPlcHdr"))
        waiting.extend(_Place(part, cell, prompts) for part in reversed(element) if part.tag != "Fallback")


def _instructions(printed: Sequence[_Place]) -> Iterator[int]:
    """The pieces between the begin of a field and its result, where it is closed in the same cell."""
    changes = [0] * (len(printed) + 1)
    open_fields: list[list[int]] = []
    for index, place in enumerate(printed):
        kind = place.element.get("fldCharType") if place.element.tag == "fldChar" else None
        if kind == "begin":
            open_fields.append([index, -1])
        elif kind == "separate" and open_fields and open_fields[-1][1] < 0:
            open_fields[-1][1] = index
        elif kind == "end" and open_fields:
            begin, result = open_fields.pop()
            if printed[begin].cell is place.cell:
                changes[begin + 1] += 1
                changes[result if result >= 0 else index] -= 1
    for place, depth in zip(printed, accumulate(changes), strict=False):
        if depth:
            yield id(place.element)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as it is printed: ``label`` is its automatic number, ``gap`` what parts it from ``text``.

    ``level`` is that of its heading style, 0 for running text; ``ordinal`` counts all paragraphs of the
    document from 0; ``boxes`` are the text boxes anchored in it; ``goes_on``: the next continues its line.
    """

    text: str
    label: str
    gap: str
    level: int
    ordinal: int
    notes: tuple[str, ...]
    boxes: Sequence[Element]
    goes_on: bool

    @property
    def printed(self) -> str:
        """The text with its number."""
        return f"{self.label}{self.gap}{self.text}" if self.label else self.text


@dataclass(slots=True)
class _Line:
    """A paragraph in the making."""

    style: str
    fonts: tuple[str, ...] = ()
    parts: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)

    def last(self) -> str:
        """The last printed character, as far as it is near."""
        near = reversed(self.parts[-_NEAR:])
        return next((part.rstrip()[-1] for part in near if part.strip()), "")


class TextReader:
    """Reads the paragraphs of one part; ``references`` are the notes and comments met so far: tag and id."""

    def __init__(self, styles: Styles, marks: WordMarks) -> None:
        self._styles, self._marks = styles, marks
        self.references: list[tuple[str, str]] = []

    def paragraph(self, element: Element) -> Paragraph:
        """The paragraph as it is printed."""
        style = value(child(element, "pPr", "pStyle")) or self._styles.default
        line = _Line(style)
        self._walk(element, line)
        notes = [*line.notes]
        if line.raised:
            notes.append(note("raised", marks="、".join(line.raised)))
        if any(map(str.strip, line.prompts)):
            notes.append(note("prompt", text="".join(line.prompts).strip()))
        label, gap = self._marks.labels.get(id(element), ("", ""))
        return Paragraph(
            "".join(line.parts),
            label,
            gap,
            self._styles.level(style),
            self._marks.ordinals[id(element)],
            tuple(dict.fromkeys(notes)),
            line.boxes,
            is_removed(element),
        )

    def _walk(self, element: Element, line: _Line) -> None:
        for part in element:
            tag = part.tag
            if tag == "r":
                self._run(part, line)
            elif tag == "txbxContent":
                line.boxes.append(part)
            elif tag == "AlternateContent":
                choice = child(part, "Choice")
                self._walk(part if choice is None else choice, line)
            elif tag == "f" and child(part, "num") is not None:
                self._fraction(part, line)
            elif tag in ("anchor", "inline") and value(child(part, "docPr"), "hidden") in ("1", "true"):
                continue
            elif tag not in _SKIPPED:
                self._walk(part, line)

    def _fraction(self, element: Element, line: _Line) -> None:
        """A fraction of a formula, as 1/2."""
        for name, between in (("num", "/"), ("den", "")):
            part = child(element, name)
            if part is not None:
                self._walk(part, line)
                line.parts.append(between)

    def _run(self, run: Element, line: _Line) -> None:
        if self._styles.is_hidden(run, line.style):
            return
        fonts = self._styles.fonts(run, line.style)
        own = _Line(
            line.style, fonts, raised=line.raised, prompts=line.prompts, notes=line.notes, boxes=line.boxes
        )
        for part in run:
            self._piece(part, own)
        text = "".join(own.parts)
        if text.strip() and self._styles.is_raised(run, line.style):
            words = texts_of("word")
            small = words["raised"].get(text.strip())
            if small is None or line.last() not in words["raised_units"]:
                line.raised.append(text.strip())
                return
            text = small
        if text.strip() and _is_struck(run):
            text = texts_of("pages")["struck"].format(text=text)
        line.parts.append(text)

    def _piece(self, part: Element, own: _Line) -> None:
        """Add what one piece of a run shows to ``own``, the run's part of the line."""
        tag = part.tag
        if id(part) in self._marks.instructions:
            return
        if id(part) in self._marks.prompts:
            own.prompts.append(part.text or "" if tag == "t" else "")
        elif tag == "t":
            own.parts.append(_letters(part, own))
        elif tag in _PLAIN:
            own.parts.append(_PLAIN[tag])
        elif tag == "sym":
            code = _hexadecimal(value(part, "char"))
            own.parts.append(_shown((value(part, "font").lower(),), code, own))
        elif tag == "fldChar":
            own.parts.append(_form_field(part))
        elif tag in _NOTES:
            self.references.append((tag, value(part, "id")))
            own.notes.append(note("footnote"))
        elif tag == _COMMENT:
            self.references.append((tag, value(part, "id")))
        elif tag not in _SKIPPED:
            self._walk(part, own)


def _is_struck(run: Element) -> bool:
    """Whether a run is crossed out, once or twice."""
    properties = child(run, "rPr")
    return any(part.tag in _STRUCK and is_on(part) for part in (() if properties is None else properties))


def _letters(part: Element, line: _Line) -> str:
    """The letters of a piece of text, those in symbol fonts as they show themselves."""
    text = (part.text or "").translate(_LINE_ENDS)
    if part.get("space") != "preserve":
        text = text.strip(" ")
    of_symbols = tuple(name for name in line.fonts if name in texts_of("word")["fonts"])
    if not of_symbols and not any(ord(letter) in PRIVATE for letter in text):
        return text
    return "".join(
        _shown(of_symbols or (_SYMBOL,), ord(letter), line)
        if ord(letter) in PRIVATE or (of_symbols and " " < letter <= "\xff")
        else letter
        for letter in text
    )


def joined(paragraphs: Sequence[Paragraph]) -> str:
    """The printed text of paragraphs under each other; one whose end is deleted goes on in its line."""
    pieces: list[str] = []
    for paragraph in paragraphs:
        pieces.append(paragraph.printed)
        pieces.append("" if paragraph.goes_on else "\n")
    return "".join(pieces).strip("\n")


def _hexadecimal(text: str) -> int:
    try:
        code = int(text[:6], 16)
    except ValueError:
        return 0
    return code if 0 <= code <= sys.maxunicode else 0


def _shown(fonts: Sequence[str], code: int, line: _Line) -> str:
    """What a symbol font shows for a code; ``line`` notes one that is not known."""
    shown, why = symbol(fonts, code)
    line.notes += [why] if why else []
    return shown


def _form_field(element: Element) -> str:
    """What a form field shows besides its text: a box, ticked or not; the chosen entry of a list."""
    data = child(element, "ffData")
    box, choices = child(data, "checkBox"), child(data, "ddList")
    if box is not None:
        state = child(box, "checked")
        is_checked = is_on(state if state is not None else child(box, "default"))
        shown: str = texts_of("word")["boxes"][is_checked]
        return shown
    if choices is not None:
        entries = [value(entry) for entry in choices if entry.tag == "listEntry"]
        chosen = child(choices, "result")
        at = number(value(chosen if chosen is not None else child(choices, "default")))
        return entries[at] if 0 <= at < len(entries) else ""
    return ""
