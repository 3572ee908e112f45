"""A Word document → what is over its text: instructions of fields, prompts, list numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from xml.etree.ElementTree import Element

from xlperf.intake.word_numbering import Numbering
from xlperf.intake.word_styles import child, in_order, is_on

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
