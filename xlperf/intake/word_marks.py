"""What Word prints besides text: numbers of lists, marks of notes, symbols of symbol fonts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from xml.etree.ElementTree import Element

from xlperf.intake.printed_words import counted, spelled, word_words
from xlperf.intake.word_styles import Styles, child, in_order, is_on, number, value

_LEVELS = 9
_LONGEST_PATTERN = 60
"""Characters of the pattern of a number: Word shows no more of them than a line."""
_MOST = 32_767
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


class Numbering:
    """The lists of one document, counting as ``label`` is asked for its paragraphs in order."""

    def __init__(self, numbering: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._levels: dict[str, dict[int, Element]] = {}
        self._links: dict[str, str] = {}
        self._abstract: dict[str, str] = {}
        self._own: dict[tuple[str, int], Element] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._started: set[tuple[str, int]] = set()
        for element in numbering if numbering is not None else ():
            self._read(element)

    def label(self, paragraph: Element) -> tuple[str, str]:
        """The number before ``paragraph`` ("" where it has none) and the gap after it; counts it."""
        found = self._numbered(paragraph)
        if found is None:
            return "", ""
        list_id, level = found
        declared = self._declared(list_id, level)
        if declared is None:
            return "", ""
        self._count(list_id, level)
        text = self._text(list_id, level, declared)
        parted = "" if value(child(declared, "suff")) == "nothing" else " "
        return (text, parted) if any(map(str.isalnum, text)) else ("", "")

    def _text(self, list_id: str, level: int, declared: Element) -> str:
        pieces = value(child(declared, "lvlText"))[:_LONGEST_PATTERN].split("%")
        text = pieces[0]
        for piece in pieces[1:]:
            upper = number(piece[:1], 0) - 1
            if not 0 <= upper <= level:
                text += "%" + piece
                continue
            of_upper = self._declared(list_id, upper)
            kind = value(child(of_upper, "numFmt"))
            if is_on(child(declared, "isLgl")) and upper < level:
                kind = "decimal"
            text += printed(self._current(list_id, upper), kind) + piece[1:]
        return text

    def _current(self, list_id: str, level: int) -> int:
        return self._counts.get((self._abstract.get(list_id, ""), level), self._start(list_id, level))

    def _count(self, list_id: str, level: int) -> None:
        """One more on this level; deeper ones begin again, and so does a list with a start of its own."""
        abstract = self._abstract.get(list_id, "")
        for deeper in range(level + 1, _LEVELS):
            self._counts.pop((abstract, deeper), None)
        place, own = (abstract, level), (list_id, level)
        if own in self._starts and own not in self._started:
            self._counts.pop(place, None)
        self._started.add(own)
        self._counts[place] = self._counts.get(place, self._start(list_id, level) - 1) + 1

    def _numbered(self, paragraph: Element) -> tuple[str, int] | None:
        """The list and level of a paragraph, its own or its style's."""
        style = value(child(paragraph, "pPr", "pStyle")) or self._styles.default
        own = child(paragraph, "pPr", "numPr")
        of_style = self._styles.find(style, "pPr", "numPr")
        list_id = value(child(own, "numId")) or value(child(of_style, "numId"))
        level = value(child(own, "ilvl")) or value(child(of_style, "ilvl"))
        return None if list_id in ("", "0") else (list_id, min(number(level), _LEVELS - 1))

    def _read(self, element: Element) -> None:
        if element.tag == "abstractNum":
            name = value(element, "abstractNumId")
            self._links[name] = value(child(element, "numStyleLink"))
            self._levels[name] = {
                number(value(level, "ilvl")): level for level in element if level.tag == "lvl"
            }
        elif element.tag == "num":
            name = value(element, "numId")
            self._abstract[name] = value(child(element, "abstractNumId"))
            for override in element:
                place = name, number(value(override, "ilvl"))
                if start := value(child(override, "startOverride")):
                    self._starts[place] = number(start)
                if (own := child(override, "lvl")) is not None:
                    self._own[place] = own

    def _declared(self, list_id: str, level: int) -> Element | None:
        own = self._own.get((list_id, level))
        abstract = self._abstract.get(list_id, "")
        if own is None and self._links.get(abstract):
            linked = self._styles.find(self._links[abstract], "pPr", "numPr")
            abstract = self._abstract.get(value(child(linked, "numId")), abstract)
        return own if own is not None else self._levels.get(abstract, {}).get(level)

    def _start(self, list_id: str, level: int) -> int:
        own = self._starts.get((list_id, level))
        return number(value(child(self._declared(list_id, level), "start")), 1) if own is None else own


def printed(count: int, kind: str) -> str:  # noqa: PLR0911 - one a kind of numerals
    """``count`` in the numerals that Word calls ``kind``; in figures where it knows no others."""
    words = word_words()["numbering"]
    count = max(0, min(count, _MOST))
    if kind in words["silent"]:
        return ""
    if kind in words["chinese"] or kind in words["formal"]:
        return counted(count, formal=kind in words["formal"], short_ten=kind in words["chinese"])
    if kind in words["digital"]:
        return spelled(str(count))
    if kind in words["series"]:
        return _of_series(count, words["series"][kind], repeats=kind.endswith("Letter"))
    if kind in words["wrapped"]:
        wrapped: str = words["wrapped"][kind].format(count)
        return wrapped
    if kind.endswith("Roman"):
        roman = _roman(count)
        return roman.lower() if kind.startswith("lower") else roman
    if kind == "decimalZero":
        return f"{count:02}"
    return str(count).translate(_FULL_WIDTH) if kind.startswith("decimalFullWidth") else str(count)


def _of_series(count: int, series: str, repeats: bool) -> str:
    if repeats and count:
        return series[(count - 1) % len(series)] * min((count - 1) // len(series) + 1, 5)
    return series[count - 1] if 0 < count <= len(series) else str(count)


def _roman(count: int) -> str:
    text = ""
    for figure, letters in _ROMAN:
        text += letters * (count // figure)
        count %= figure
    return text


_PRINTED = frozenset({"t", "sym", "tab", "br", "cr", "noBreakHyphen", "fldChar"})


@dataclass(frozen=True, slots=True)
class Marks:
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


def read_marks(root: Element, numbering: Numbering) -> Marks:
    """The marks of the part with the root ``root``."""
    printed = [place for place in _places(root) if place.element.tag in _PRINTED]
    labels = {
        id(paragraph): label
        for paragraph in in_order(root)
        if paragraph.tag == "p" and not is_removed(paragraph)
        if (label := numbering.label(paragraph))[0]
    }
    return Marks(
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
