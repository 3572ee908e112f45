"""A plain tree of a Word document → its elements in order, and properties of them as values."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element


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
