"""The bytes of a part of a Word document → a tree whose tags and attributes have no namespace."""

from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

_DEEPEST = 200
_MOST_ELEMENTS = 5_000_000


class DamagedXmlError(ValueError):
    """The bytes are no well-formed XML, are too deep or too many, or declare a document type."""


def plain_tree(content: bytes, left_out: Collection[str] = ()) -> Element:
    """The tree of a part, without the elements named in ``left_out``; raises DamagedXmlError."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = count = skipped = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count, skipped
        depth, count = depth + 1, count + 1
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            raise DamagedXmlError("elements are nested too deeply, or there are too many")
        name = tag.rpartition("}")[2]
        if skipped or name in left_out:
            skipped += 1
        else:
            builder.start(name, {key.rpartition("}")[2]: text for key, text in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth, skipped
        depth -= 1
        if skipped:
            skipped -= 1
        else:
            builder.end(tag.rpartition("}")[2])

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(content, True)
        root: Element = builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise DamagedXmlError(str(error)) from error
    return root


def _refuse_document_type(*_: object) -> None:
    raise DamagedXmlError("a document type is declared")


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
