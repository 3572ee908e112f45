"""word/styles.xml → what a style lends to its text: hidden, raised, a symbol font, a list, a level.

A plain tree of a Word document gives its elements in order, and properties of them as values.
"""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from xml.etree.ElementTree import Element

from xlperf.declarations.source import texts_of
from xlperf.intake.printed_words import counted, spelled
from xlperf.ooxml.xml_tree import plain_tree

_LONGEST_CHAIN = 20
_LEVELS = 9
_LEFT_OUT = frozenset({"latentStyles", "tblStylePr", "tblPr", "trPr", "tcPr"})
_LEVELS = 9
_LONGEST_PATTERN = 60
"""Characters of the pattern of a number: Word shows no more of them than a line."""
_MOST = 32_767
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down ``path``, None where there is none."""
    for name in path:
        element = None if element is None else element.find(name)
    return element


def value(element: Element | None, name: str = "val") -> str:
    """An attribute, "" where it or the element is missing."""
    return "" if element is None else element.get(name, "")


def is_on(element: Element | None) -> bool:
    """Whether a property that is switched on by standing there is on."""
    return element is not None and element.get("val", "1") not in ("0", "false", "off", "none")


def number(text: str, otherwise: int = 0, largest: int = 10**9) -> int:
    """The whole number in an attribute, at most ``largest``; ``otherwise`` for anything else."""
    plain = text.strip().partition(".")[0]
    digits = plain.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        return otherwise
    found = largest if len(digits) > len(str(largest)) else min(int(digits), largest)
    return -found if plain.startswith("-") else found


def in_order(root: Element) -> Iterator[Element]:
    """All elements in document order, second copies of drawings (Fallback) left out."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(part for part in reversed(element) if part.tag != "Fallback")


@lru_cache(maxsize=8)
def read_styles(content: bytes) -> "Styles":
    """The styles of the part word/styles.xml, none where it is empty; raises DamagedXmlError."""
    return Styles(plain_tree(content, _LEFT_OUT) if content else None)


class Styles:
    """The styles of one document, by id, each with those it is based on."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {value(style, "styleId"): style for style in (root if root is not None else ())}
        self._found: dict[tuple[str, ...], Element | None] = {}

    @cached_property
    def default(self) -> str:
        """The id of the style of paragraphs that name none."""
        for name, style in self._styles.items():
            if style.get("type") == "paragraph" and style.get("default") in ("1", "true"):
                return name
        return ""

    def find(self, style: str, *path: str) -> Element | None:
        """The property at ``path`` of a style or of the nearest one below it that has it."""
        key = (style, *path)
        if key not in self._found:
            self._found[key] = self._look(style, *path)
        return self._found[key]

    def _look(self, style: str, *path: str) -> Element | None:
        for _ in range(_LONGEST_CHAIN):
            element = self._styles.get(style)
            if element is None:
                return None
            found = child(element, *path)
            if found is not None:
                return found
            style = value(child(element, "basedOn"))
        return None

    def level(self, style: str) -> int:
        """The level of a heading style, from 1; 0 for running text."""
        name = value(child(self._styles.get(style), "name"))
        match = re.match(rf"(?:{texts_of('word')['heading']})\s*([1-9])", name, re.IGNORECASE)
        if match:
            return int(match[1])
        outline = number(value(self.find(style, "pPr", "outlineLvl")), _LEVELS)
        return outline + 1 if 0 <= outline < _LEVELS else 0

    def run_property(self, run: Element, paragraph_style: str, name: str) -> Element | None:
        """A property of a run: its own, its style's, or its paragraph's."""
        own = child(run, "rPr", name)
        if own is not None:
            return own
        style = value(child(run, "rPr", "rStyle"))
        found = self.find(style, "rPr", name) if style else None
        return found if found is not None else self.find(paragraph_style, "rPr", name)

    def is_hidden(self, run: Element, paragraph_style: str) -> bool:
        """Whether a run is hidden text."""
        return is_on(self.run_property(run, paragraph_style, "vanish"))

    def is_raised(self, run: Element, paragraph_style: str) -> bool:
        """Whether a run is set as superscript."""
        return value(self.run_property(run, paragraph_style, "vertAlign")) == "superscript"

    def fonts(self, run: Element, paragraph_style: str) -> tuple[str, ...]:
        """The fonts of a run for Latin letters and symbols, in lower case."""
        fonts = self.run_property(run, paragraph_style, "rFonts")
        return tuple(name.lower() for key in ("ascii", "hAnsi") if (name := value(fonts, key)))


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
            text += numeral(self._current(list_id, upper), kind) + piece[1:]
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


def numeral(count: int, kind: str) -> str:  # noqa: PLR0911 - one a kind of numerals
    """``count`` in the numerals that Word calls ``kind``; in figures where it knows no others."""
    words = texts_of("word")["numbering"]
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
