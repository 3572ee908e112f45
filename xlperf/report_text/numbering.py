"""Word's automatic numbers of a paragraph → the label it prints, 一、 or （二）.

Only what headings and lists of reports use: decimal and Chinese numbers, levels, starts, overrides.
"""

from typing import Any

from xlperf.report_text.numerals import chinese

Element = Any
"""An element of lxml, which has no types of its own."""

_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "chineseLegalSimplified",
        "ideographDigital",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
    }
)
_DECIMAL = frozenset({"decimal", "decimalFullWidth", "decimalZero"})
_LEVELS = 9


def tag(element: Element) -> str:
    """The name of an element without its namespace, "" for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element | None, name: str) -> Element | None:
    """The first child called ``name``."""
    return next((one for one in element if tag(one) == name), None) if element is not None else None


def attribute(element: Element | None, name: str = "val") -> str:
    """An attribute whatever its namespace, "" where it is missing."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.items() if key.rpartition("}")[2] == name), "")


class Numbering:
    """The lists of one document, counting as its paragraphs are asked for in order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[str, dict[int, Element]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._started: set[tuple[str, int]] = set()
        self._styles = {attribute(one, "styleId"): one for one in (styles if styles is not None else ())}
        for one in numbering if numbering is not None else ():
            self._read(one)

    def label(self, paragraph: Element) -> str:
        """The number that Word prints before ``paragraph``, "" where it has none; counts it."""
        found = self._numbered(child(paragraph, "pPr"))
        if found is None:
            return ""
        number, level = found
        abstract = self._abstract.get(number, "")
        declared = self._levels.get(abstract, {})
        if level not in declared:
            return ""
        self._count(number, abstract, level)
        text = attribute(child(declared[level], "lvlText"))
        for upper in range(level + 1):
            count = self._counts.get((abstract, upper), self._start(number, upper))
            text = text.replace(f"%{upper + 1}", _shown(count, declared.get(upper)))
        return text if any(character.isalnum() for character in text) else ""

    def _count(self, number: str, abstract: str, level: int) -> None:
        """One more on this level; deeper ones begin anew, and so does a list with a start of its own."""
        for deeper in range(level + 1, _LEVELS):
            self._counts.pop((abstract, deeper), None)
        place, own = (abstract, level), (number, level)
        if own in self._starts and own not in self._started:
            self._counts.pop(place, None)
        self._started.add(own)
        self._counts[place] = self._counts.get(place, self._start(number, level) - 1) + 1

    def _numbered(self, properties: Element | None) -> tuple[str, int] | None:
        """The list and level of a paragraph, its own or its style's."""
        style = self._styles.get(attribute(child(properties, "pStyle")))
        for holder in (properties, child(style, "pPr")):
            numbered = child(holder, "numPr")
            if numbered is not None:
                number = attribute(child(numbered, "numId"))
                level = attribute(child(numbered, "ilvl"))
                return (number, int(level or 0)) if number not in ("", "0") else None
        return None

    def _read(self, one: Element) -> None:
        if tag(one) == "abstractNum":
            self._levels[attribute(one, "abstractNumId")] = {
                int(attribute(level, "ilvl")): level for level in one if tag(level) == "lvl"
            }
        elif tag(one) == "num":
            name = attribute(one, "numId")
            self._abstract[name] = attribute(child(one, "abstractNumId"))
            for override in one:
                if start := attribute(child(override, "startOverride")):
                    self._starts[name, int(attribute(override, "ilvl"))] = int(start)

    def _start(self, number: str, level: int) -> int:
        own = self._starts.get((number, level))
        if own is not None:
            return own
        declared = self._levels.get(self._abstract.get(number, ""), {}).get(level)
        return int(attribute(child(declared, "start")) or 1)


def _shown(count: int, level: Element | None) -> str:
    kind = attribute(child(level, "numFmt"))
    if kind in _CHINESE:
        return chinese(count)
    return str(count) if kind in _DECIMAL else ""
