"""word/styles.xml → what a style lends to its text: hidden, raised, a symbol font, a list, a level.

A plain tree of a Word document gives its elements in order, and properties of them as values.
"""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from xml.etree.ElementTree import Element

from xlperf.intake.printed_words import word_words
from xlperf.ooxml.xml_tree import plain_tree


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


_LONGEST_CHAIN = 20
_LEVELS = 9
_LEFT_OUT = frozenset({"latentStyles", "tblStylePr", "tblPr", "trPr", "tcPr"})


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
        match = re.match(rf"(?:{word_words()['heading']})\s*([1-9])", name, re.IGNORECASE)
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
