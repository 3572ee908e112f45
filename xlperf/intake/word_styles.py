"""word/styles.xml → what a style lends to its text: hidden, raised, a symbol font, a list, a level."""

import re
from functools import cached_property, lru_cache
from xml.etree.ElementTree import Element

from xlperf.intake.word_xml import child, is_on, number, value
from xlperf.intake.words import word_words
from xlperf.ooxml.xml_tree import plain_tree

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
